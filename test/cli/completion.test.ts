// SPDX-License-Identifier: BSD-2-Clause
// The scripts of `mallee completion`, in the shells that they are for.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shells } from '../../src/cli/completion/scripts'
import { specs } from '../../src/cli/completion/specs'
import { loadCommand } from '../../src/cli/shelf'
import { listNames } from '../../src/install/known-names'
import { cloud } from '../support/cloud'
import { need, run as runProgram } from '../support/programs'
import { loader, run } from './process'

/** What is typed, the last word unfinished, and some of what is then offered; with `only`, all of it. */
interface Case {
  readonly typed: readonly string[]
  readonly offers: readonly string[]
  readonly never?: readonly string[]
}

const cases: readonly Case[] = [
  {
    typed: ['euca-run-instances', '--inst'],
    offers: ['--instance-type', '--instance-count'],
    never: ['--key', '-k'],
  },
  { typed: ['euca-run-instances', '--reg'], offers: ['--region'] },
  { typed: ['/usr/bin/euca-describe-volumes', '--show'], offers: ['--show-empty-fields'] },
  { typed: ['euca-upload-bundle', '--acl', 'aws'], offers: ['aws-exec-read'], never: ['public-read'] },
  { typed: ['euca-describe-volumes', '--filter', 'snap'], offers: ['snapshot-id='], never: ['size='] },
  { typed: ['mallee', 'euca-describe-volu'], offers: ['euca-describe-volumes'], never: ['serve'] },
  { typed: ['mallee', 'ser'], offers: ['serve'] },
  { typed: ['mallee', 'euca', 'describe-vol'], offers: ['describe-volumes'], never: ['describe-images'] },
  { typed: ['mallee', 'euca', 'upload-bundle', '--acl', 'pub'], offers: ['public-read'] },
  { typed: ['mallee', 'euca-upload-bundle', '--manif'], offers: ['--manifest'] },
  { typed: ['mallee', 'serve', '--po'], offers: ['--port'] },
  { typed: ['mallee', 'completion', ''], offers: [...shells] },
  { typed: ['euca-upload-bundle', '-m', 'disk.img.mani'], offers: ['disk.img.manifest.xml'] },
  { typed: ['euca-upload-bundle', '-d', 'fol'], offers: ['folder/'], never: ['folder.txt'] },
  { typed: ['euca-attach-volume', '--instance', 'i-'], offers: ['i-0000aaaa'] },
  { typed: ['euca-attach-volume', 'vol-'], offers: ['vol-0000bbbb'], never: ['i-0000aaaa'] },
  { typed: ['euare-useraddkey', 'a'], offers: ['alice'] },
  { typed: ['euca-create-subnet', '-c', 'vpc-'], offers: ['vpc-0000cccc'] },
  { typed: ['euca-describe-volumes', '--filter', 'tag'], offers: ['tag:', 'tag-key='], never: ['tag:='] },
  { typed: ['mallee', 'help', 'euca-describe-volu'], offers: ['euca-describe-volumes'] },
  { typed: ['mallee', 'help', 'euca', 'describe-vol'], offers: ['describe-volumes'] },
  { typed: ['mallee', 'hel'], offers: ['help'] },
  // Nothing is known of these.
  { typed: ['mallee', 'help', 'euca-describe-volumes', ''], offers: [] },
  { typed: ['euca-create-network-interface', '--private-ip-address', ''], offers: [] },
  { typed: ['euca-create-keypair', ''], offers: [] },
  { typed: ['mallee', 'nonsense', '--'], offers: [] },
]

const quoted = (word: string): string => `'${word}'`

const bashLines = ({ typed }: Case): string[] => [
  `COMP_WORDS=(${typed.map(quoted).join(' ')}); COMP_CWORD=${typed.length - 1}; COMPREPLY=(); _mallee`,
  // What Readline adds to folders.
  'for offer in "${COMPREPLY[@]}"; do [[ -d $offer ]] && offer+=/; printf "%s\\n" "$offer"; done; echo ==',
]

// The widgets that a completion function calls only work while somebody types: these print what they are given.
const zshStubs = `
compset() { cur=\${cur#*=} }
compadd() {
  local suffix='' offer
  [[ $1 == -S ]] && { suffix=$2; shift 2 }
  if [[ $1 == -a ]]; then set -- \${(P)2}; fi
  for offer in "$@"; do [[ $offer == $cur* ]] && print -r -- "$offer$suffix"; done
}
_files() {
  local offer
  for offer in $cur*(N); do
    if [[ -d $offer ]]; then print -r -- $offer/; elif [[ $1 != -/ ]]; then print -r -- $offer; fi
  done
}
`
const zshLines = ({ typed }: Case): string[] => [
  `words=(${typed.map(quoted).join(' ')}); CURRENT=${typed.length}; _mallee; print '=='`,
]

const fishLines = ({ typed }: Case): string[] => {
  const [tool = '', ...rest] = typed
  // fish looks at the last part of the path itself.
  const line = [tool.replace(/.*\//, ''), ...rest].join(' ')
  return [`complete -C ${quoted(line)} | string replace -r '\\t.*' ''; echo ==`]
}

describe('Completion', () => {
  let folder: string
  const scripts = new Map<string, string>()
  before(async () => {
    await loader
    folder = mkdtempSync(join(tmpdir(), 'mallee-completion-'))
    mkdirSync(join(folder, 'folder'))
    mkdirSync(join(folder, 'bin'))
    for (const file of ['folder.txt', 'disk.img.manifest.xml']) writeFileSync(join(folder, file), '')
    // Stands for `mallee complete`, which is tried below.
    const answers =
      'case $2 in instances) echo i-0000aaaa;; volumes) echo vol-0000bbbb;; vpcs) echo vpc-0000cccc;; users) echo alice;; groups) cat names;; esac'
    writeFileSync(join(folder, 'bin/mallee'), `#!/bin/sh\n[ "$1" = complete ] || exit 1\n${answers}\n`)
    chmodSync(join(folder, 'bin/mallee'), 0o755)
    for (const shell of shells) {
      const { status, stdout, stderr } = await run(['mallee', 'completion', shell])
      assert.deepEqual([status, stderr], [0, ''])
      scripts.set(shell, stdout)
      writeFileSync(join(folder, `mallee.${shell}`), stdout)
    }
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const offered = async (shell: string, lines: readonly string[]): Promise<string[][]> => {
    writeFileSync(join(folder, 'try'), `${lines.join('\n')}\n`)
    const { stdout, stderr } = await runProgram(shell, ['-c', `. ${join(folder, 'try')}`], {
      cwd: folder,
      env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder, LC_ALL: 'C.UTF-8' },
    })
    assert.equal(stderr, '')
    return stdout.split('==\n').map(part => part.split('\n').filter(line => line !== ''))
  }

  const judge = (found: readonly string[][]): void => {
    for (const [index, { typed, offers, never = [] }] of cases.entries()) {
      const line = typed.join(' ')
      const list = found[index] ?? []
      for (const offer of offers) assert.ok(list.includes(offer), `${line}: no ${offer} in ${list.join(' ')}`)
      for (const offer of never) assert.ok(!list.includes(offer), `${line}: ${offer}`)
      if (offers.length === 0) assert.deepEqual(list, [], line)
    }
  }

  it('completes words in bash', async function () {
    need(this, 'bash')
    judge(await offered('bash', ['. ./mallee.bash', ...cases.flatMap(bashLines)]))
    // Readline's own way of cutting a line into words.
    const assigned = bashLines({ typed: ['euca-upload-bundle', '--acl', '=', 'aws'], offers: [] })
    assert.deepEqual((await offered('bash', ['. ./mallee.bash', ...assigned]))[0], ['aws-exec-read'])
    // Of what a filter is compared with nothing is known; least of all is it what stands by place.
    for (const value of [
      ['--filter', 'size', '='],
      ['--filter', 'size', '=', 'v'],
      ['--filter', '=', 'size', '=', ''],
      ['--filter', 'tag', ':'],
      ['--filter', 'tag', ':', 'v'],
    ]) {
      const typed = bashLines({ typed: ['euca-describe-volumes', ...value], offers: [] })
      assert.deepEqual((await offered('bash', ['. ./mallee.bash', ...typed]))[0], [], value.join(' '))
    }
  })

  it('completes words in zsh', async function () {
    need(this, 'zsh')
    judge(await offered('zsh', ['. ./mallee.zsh', zshStubs, ...cases.flatMap(zshLines)]))
    const assigned = zshLines({ typed: ['euca-upload-bundle', '--acl=aws'], offers: [] })
    assert.deepEqual((await offered('zsh', ['. ./mallee.zsh', zshStubs, ...assigned]))[0], ['aws-exec-read'])
    const compared = zshLines({ typed: ['euca-describe-volumes', '--filter=size='], offers: [] })
    assert.deepEqual((await offered('zsh', ['. ./mallee.zsh', zshStubs, ...compared]))[0], [])
  })

  it('completes words in fish', async function () {
    need(this, 'fish')
    judge(await offered('fish', ['. ./mallee.fish', ...cases.flatMap(fishLines)]))
    const assigned = fishLines({ typed: ['euca-upload-bundle', '--acl=aws'], offers: [] })
    assert.deepEqual((await offered('fish', ['. ./mallee.fish', ...assigned]))[0], ['--acl=aws-exec-read'])
    const compared = fishLines({ typed: ['euca-describe-volumes', '--filter=size='], offers: [] })
    assert.deepEqual((await offered('fish', ['. ./mallee.fish', ...compared]))[0], [])
  })

  it('takes names for nothing but names', async function () {
    for (const shell of shells) need(this, shell)
    const names = [
      '$(touch ran)',
      '`touch ran`',
      "a'b",
      'c"d',
      'e f',
      '*',
      '~',
      '${HOME}',
      '; touch ran',
      '-n',
    ]
    writeFileSync(join(folder, 'names'), `${names.join('\n')}\n`)
    const typed = { typed: ['euca-delete-group', ''], offers: [] }
    const [inBash = []] = await offered('bash', ['. ./mallee.bash', ...bashLines(typed)])
    // They stand in the line as a shell reads them back.
    const read = await offered('bash', [`printf '%s\\n' ${inBash.join(' ')}`])
    assert.deepEqual(read, [names])
    assert.deepEqual(await offered('zsh', ['. ./mallee.zsh', zshStubs, ...zshLines(typed)]), [names, []])
    const [inFish = []] = await offered('fish', ['. ./mallee.fish', ...fishLines(typed)])
    assert.equal(inFish.length, names.length)
    assert.ok(!existsSync(join(folder, 'ran')))
  })

  it('knows every tool and every one of its options', async () => {
    const all = await specs()
    for (const { name, own, shared } of all) {
      for (const script of scripts.values()) assert.ok(script.includes(` ${name}`), name)
      for (const word of [...own, ...shared]) assert.match(word, /^(:|-[\w-]+(=|$))[\w.,:/+@%=-]*$/, name)
    }
    assert.equal(all.filter(({ name }) => name === 'euca-run-instances').length, 1)
    assert.equal(await loadCommand('nothing'), undefined)
  })

  it('asks for no list that there is not', async () => {
    const asked = (await specs()).flatMap(({ own }) => own.flatMap(word => /@(.*)$/.exec(word)?.[1] ?? []))
    assert.deepEqual(
      [...new Set(asked)].filter(list => !listNames.includes(list)),
      [],
    )
  })

  it('lists what the embedded cloud knows, and says nothing of any other', async () => {
    const c = await cloud()
    const io = {
      env: { MALLEE_HOME: c.home, EUCA_CONFIG_PATH: '' },
      door: c.engine.handle.bind(c.engine),
      now: () => c.clock.now(),
    }
    const tool = async (line: string, more: object = {}) => {
      const { status, stdout, stderr } = await run(line.split(' '), { ...io, ...more })
      assert.deepEqual([status, stderr], [0, ''], line)
      return stdout.trimEnd().split('\n')
    }
    await tool('euca-create-volume -s 1 -z PARTI00')
    await tool('euca-create-keypair mine')
    assert.match((await tool('mallee complete volumes')).join(), /^vol-[0-9a-f]{8}$/)
    assert.deepEqual(await tool('mallee complete key-pairs'), ['mine'])
    for (const list of listNames) await tool(`mallee complete ${list}`)
    assert.deepEqual(await tool('mallee complete nonsense'), [''])
    assert.deepEqual(await tool('mallee complete constructor'), [''])
    const elsewhere = { ...io.env, EC2_URL: 'http://192.0.2.1/', AWS_ACCESS_KEY: 'A', AWS_SECRET_KEY: 'B' }
    assert.deepEqual(await tool('mallee complete volumes', { env: elsewhere }), [''])
    assert.deepEqual(await tool('mallee complete volumes', { env: { MALLEE_HOME: join(folder, 'none') } }), [
      '',
    ])
    await c.close()
  })
})
