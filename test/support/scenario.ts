// SPDX-License-Identifier: BSD-2-Clause
// Plays a transcript on a cloud of its own and writes down what really happened, in the same form:
//
//     # What this is about.
//     $ euca-delete-keypair 'my key' > out.txt      a line typed: words with quotes, NAME=VALUE before, > FILE after
//     KEYPAIR	my key                              standard output
//     ! euca-…: error …                            standard error
//     ? 1                                          exit status, unless 0
//     $ clock +30                                  the cloud's time moves, and what falls due is done
//     $ cat out.txt                                a file as standard output
//
// An output line that is empty or begins with one of $ ! ? # \ stands behind a backslash. `\c` ends an output whose
// last line has no newline.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loader, type Outcome, run } from '../cli/process'
import { type Cloud, cloud } from './cloud'

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

/** The words of a line as a shell would read them; no expansion. */
export const shellWords = (line: string): string[] => {
  const words: string[] = []
  const pattern = /\s*((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+)/gy
  for (const [, word = ''] of line.trimEnd().matchAll(pattern)) {
    words.push(
      word.replace(
        /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
        (_, single, double, escaped) => single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped,
      ),
    )
  }
  return words
}

interface Typed {
  readonly env: Record<string, string>
  readonly words: readonly string[]
  readonly into: string | undefined
}

const parseTyped = (line: string): Typed => {
  const words = shellWords(line)
  const env: Record<string, string> = {}
  for (
    let match = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(words[0] ?? '');
    match;
    match = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(words[0] ?? '')
  ) {
    env[match[1] ?? ''] = match[2] ?? ''
    words.shift()
  }
  const at = words.indexOf('>')
  return at === -1 ? { env, words, into: undefined } : { env, words: words.slice(0, at), into: words[at + 1] }
}

const perform = async (line: string, cloud: Cloud, cwd: string): Promise<Outcome> => {
  const { env, words, into } = parseTyped(line)
  const [program = '', ...rest] = words
  if (program === 'clock') {
    await cloud.pass(Number(rest[0]))
    return { status: 0, stdout: '', stderr: '' }
  }
  if (program === 'cat')
    return { status: 0, stdout: readFileSync(join(cwd, rest[0] ?? ''), 'utf8'), stderr: '' }
  const outcome = await run(words, {
    cwd,
    home: cwd,
    env: { MALLEE_HOME: cloud.home, ...env },
    door: request => cloud.engine.handle(request),
    now: () => cloud.clock.now(),
  })
  if (into === undefined) return outcome
  writeFileSync(join(cwd, into), outcome.stdout)
  return { ...outcome, stdout: '' }
}

/** Plays the lines typed in a transcript; the transcript as it should read. */
export const replay = async (transcript: string): Promise<string> => {
  await loader
  const stage = await cloud()
  const cwd = mkdtempSync(join(tmpdir(), 'mallee-scenario-'))
  const written: string[] = []
  try {
    let inOutput = false
    const lines = transcript.replace(/\n+$/, '').split('\n')
    for (const [index, line] of lines.entries()) {
      // A blank line belongs to what is printed around it, unless it stands in front of a title or a command.
      if (line === '' && inOutput && !/^(# |\$ |$)/.test(lines[index + 1] ?? '')) continue
      if (line.startsWith('$ ')) {
        written.push(line, ...outcomeLines(await perform(line.slice(2), stage, cwd)))
        inOutput = true
      } else if (line === '' || line.startsWith('# ')) {
        written.push(line)
        inOutput = false
      } else if (!inOutput) throw new Error(`this line follows no command: ${line}`)
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true })
    await stage.close()
  }
  return `${written.join('\n')}\n`
}
