// SPDX-License-Identifier: BSD-2-Clause
// Plays a transcript on a cloud of its own and writes down what really happened, in the same form:
//
//     # What this is about.
//     $ euca-delete-keypair 'my key' > out.txt      a line typed: words with quotes, NAME=VALUE before, < FILE, > FILE and 2> FILE after
//     KEYPAIR	my key                              standard output
//     ! euca-…: error …                            standard error
//     ? 1                                          exit status, unless 0
//     $ clock +30                                  the cloud's time moves, and what falls due is done
//     $ image disk.img 5000                        a file of 5000 bytes of noise, the same each time
//     $ networking classic                         first of all: the cloud has no virtual private clouds
//     $ account alice                              another account
//     $ serve                                      the cloud on a port, at $SERVER
//     $ plane                                      what really runs beside it: balancers that listen, checks, guests
//     $ kill i-0123abcd                            the guest of an instance breaks down
//     $ console i-0123abcd said.txt                what its guest wrote to its console
//     $ source folder/eucarc                       its variables, for the lines that follow; `source` alone: none again
//     $ device phone alice                         a device of an account, the cloud's own by default, that shows codes, $SERIAL
//     $ codes                                      what it shows now and next, $CODE and $NEXT
//     $ eval role.sh                               the variables that a tool printed into a file, set and unset beside those
//     $ bucket-policy store policy.json            what no tool of ours can do: as whoever is sourced
//     $ cmp a b                                    everything else is for the system's shell
//     $ KEY=$(cut -d= -f2 folder/iamrc)            a variable, for the lines that follow
//
// $PWD, $TMPDIR, $MALLEE_HOME, $PACKAGE, $SERVER and such variables may be typed, and stand for their values in what is printed.
// What a refusal says to the cloud alone, sealed, is printed as $SEALED.
// An output line that is empty or begins with one of $ ! ? # \ stands behind a backslash. `\c` ends an output whose
// last line has no newline.
import type { Outcome } from '../cli/process'
import { Stage } from './stage'

const quoteLine = (line: string): string => (/^($|[$!?#\\])/.test(line) ? `\\${line}` : line)

const outputLines = (text: string): string[] => {
  if (text === '') return []
  const lines = text.split('\n')
  const last = lines.pop() ?? ''
  return [...lines.map(quoteLine), ...(last === '' ? [] : [quoteLine(last), '\\c'])]
}

const outcomeLines = ({ status, stdout, stderr }: Outcome): string[] => [
  ...outputLines(stdout),
  ...outputLines(stderr).map(line => `! ${line}`),
  ...(status === 0 ? [] : [`? ${status}`]),
]

/** What the cloud is founded with: VPCs, unless the first line typed says `$ networking classic`. */
const networkingOf = (transcript: string): 'vpc' | 'classic' =>
  /^\$ .*/m.exec(transcript)?.[0] === '$ networking classic' ? 'classic' : 'vpc'

/** Plays the lines typed in a transcript; the transcript as it should read. */
export const replay = async (
  transcript: string,
  runTool?: Parameters<typeof Stage.open>[1],
): Promise<string> => {
  const stage = await Stage.open(networkingOf(transcript), runTool)
  const written: string[] = []
  try {
    let inOutput = false
    const lines = transcript.replace(/\n+$/, '').split('\n')
    for (const [index, line] of lines.entries()) {
      // A blank line belongs to what is printed around it, unless it stands in front of a title or a command.
      if (line === '' && inOutput && !/^(# |\$ |$)/.test(lines[index + 1] ?? '')) continue
      if (line.startsWith('$ ')) {
        written.push(line, ...outcomeLines(await stage.perform(line.slice(2))))
        inOutput = true
      } else if (line === '' || line.startsWith('# ')) {
        written.push(line)
        inOutput = false
      } else if (!inOutput) throw new Error(`this line follows no command: ${line}`)
    }
  } finally {
    await stage.close()
  }
  return `${written.join('\n')}\n`
}
