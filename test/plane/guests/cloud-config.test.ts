// SPDX-License-Identifier: BSD-2-Clause
// What a guest does of user data, and what it refuses: everything else, and everywhere but in its folder.
import assert from 'node:assert/strict'
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { configure } from '../../../src/plane/guests/guest/cloud-config'
import { Root } from '../../../src/plane/guests/guest/root'
import type { Services } from '../../../src/plane/guests/guest/services'

describe('User data in a guest', () => {
  let folder: string
  let lines: string[]
  let asked: string[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mallee-root-'))
    mkdirSync(join(folder, 'root'))
    lines = []
    asked = []
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const note = (verb: string) => async (name: string) => void asked.push(`${verb} ${name}`)
  const services = {
    ...{ start: note('start'), restart: note('restart'), stop: note('stop') },
    ...{ tell: note('status'), enable: note('enable') },
  } as unknown as Services

  const carryOut = async (text: string, isFirst = true): Promise<void> => {
    const around = {
      ...{ root: new Root(join(folder, 'root')), services, cloudPort: 4711 },
      say: (line: string) => void lines.push(line),
    }
    await configure(around, Buffer.from(`#cloud-config\n${text}`), isFirst)
  }
  const at = (path: string): string => join(folder, 'root', path)
  const read = (path: string): string => readFileSync(at(path), 'utf8')
  const refused = (pattern: RegExp): void => {
    assert.equal(lines.length, 1, lines.join('\n'))
    assert.match(lines[0] ?? '', pattern)
  }

  it('writes files as they are to be', async () => {
    const packed = gzipSync('packed').toString('base64')
    await carryOut(`
write_files:
  - { path: /a/b.txt, content: "x\\n", permissions: '0600' }
  - { path: /a/octal, content: 1, permissions: 0640 }
  - { path: /a/b64, encoding: b64, content: aGFsbG8= }
  - { path: /a/gz, encoding: gz+base64, content: ${packed} }
  - { path: /a/gzip, encoding: gzip, content: !!binary ${packed} }
  - { path: /a/b.txt, content: y, append: true }
  - { path: /./a//c.txt }
`)
    assert.deepEqual(lines, [])
    assert.deepEqual(['a/b.txt', 'a/octal', 'a/b64', 'a/gz', 'a/gzip', 'a/c.txt'].map(read), [
      'x\ny',
      '1',
      'hallo',
      'packed',
      'packed',
      '',
    ])
    assert.deepEqual(
      ['a/b.txt', 'a/octal'].map(path => statSync(at(path)).mode & 0o777),
      [0o600, 0o640],
    )
  })

  for (const [path, reason] of [
    ['/../outside', /upwards/],
    ['/a/../../outside', /upwards/],
    ['outside', /begin with a slash/],
    ['/', /0 parts/],
    ['/link/x', /no folder/],
    ['/file/x', /no folder/],
    ['/linked', /something else/],
    ['/dir', /something else/],
    [`/${'a/'.repeat(40)}x`, /41 parts/],
    [`/${'a'.repeat(300)}`, /too long/],
    ['/a\\nb', /control/],
    ['/a\\0b', /control/],
  ] as const) {
    it(`does not write ${path.slice(0, 20)}`, async () => {
      mkdirSync(join(folder, 'secret'))
      writeFileSync(join(folder, 'secret/file'), 'theirs')
      symlinkSync(join(folder, 'secret'), at('link'))
      symlinkSync(join(folder, 'secret/file'), at('linked'))
      writeFileSync(at('file'), '')
      mkdirSync(at('dir'))
      await carryOut(`write_files: [{ path: "${path}", content: mine }]`)
      refused(reason)
      assert.equal(readFileSync(join(folder, 'secret/file'), 'utf8'), 'theirs')
      assert.deepEqual(readdirSync(folder).sort(), ['root', 'secret'])
      assert.deepEqual(readdirSync(join(folder, 'secret')), ['file'])
    })
  }

  it('does not read through links either', async () => {
    writeFileSync(join(folder, 'secret'), 'theirs')
    symlinkSync(join(folder, 'secret'), at('linked'))
    await carryOut('runcmd: [[sed, -i, s/theirs/mine/, /linked]]')
    refused(/there is no file/)
  })

  it('does not write more than anybody means', async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 21)).toString('base64')
    const large = gzipSync(Buffer.alloc(2 ** 20)).toString('base64')
    await carryOut(`write_files: [{ path: /a, encoding: gz+b64, content: ${bomb} }]`)
    refused(/cannot be unpacked, or becomes too large/)
    lines = []
    const many = Array.from(
      { length: 17 },
      (_, index) => `{ path: /f${index}, encoding: gz+b64, content: *large }`,
    )
    await carryOut(`x: &large ${large}\nwrite_files: [${many.join(', ')}]`)
    assert.match(lines[0] ?? '', /"\/f16": this guest has written too much already/)
    assert.equal(readdirSync(at('')).length, 16)
  })

  for (const [entry, reason] of [
    ['{ content: x }', /no path/],
    ['text', /no path/],
    ['{ path: /a, permissions: 4755 }', /mode/],
    ["{ path: /a, permissions: '7777' }", /mode/],
    ['{ path: /a, permissions: rwx }', /mode/],
    ['{ path: /a, encoding: rot13, content: x }', /encoding/],
    ['{ path: /a, encoding: constructor, content: x }', /encoding/],
    ['{ path: /a, content: [x] }', /no text/],
    ['{ path: /a, content: x, owner: root }', /owner stays/],
  ] as const) {
    it(`says what is not done of a file ${entry}`, async () => {
      await carryOut(`write_files: [${entry}]`)
      refused(reason)
    })
  }

  it('installs, edits and starts the console, by lists and by texts', async () => {
    for (const commands of [
      "[[yum, -y, install, eucaconsole], [sed, -i, 's/localhost/10.0.0.1/', /etc/eucaconsole/console.ini], [service, eucaconsole, restart]]",
      "['yum install -y eucaconsole', 'sed -i s/localhost/10.0.0.1/ /etc/eucaconsole/console.ini', systemctl restart eucaconsole.service]",
    ]) {
      await carryOut(`runcmd: ${commands}`)
      assert.match(read('etc/eucaconsole/console.ini'), /^ufshost = 10\.0\.0\.1\nufsport = 4711$/m)
      rmSync(at('etc'), { recursive: true })
    }
    assert.deepEqual(asked, ['restart eucaconsole', 'restart eucaconsole'])
    assert.deepEqual(lines, Array(2).fill('yum: Installed: eucaconsole'))
  })

  it('does what else it knows', async () => {
    await carryOut(`
packages: [eucaconsole, [eucalyptus-release, 4.1]]
package_update: true
runcmd:
  - [mkdir, -p, /srv/www/x, /opt]
  - echo 'hello there'
  - [/sbin/chkconfig, eucaconsole, on]
  - [service, eucaconsole, status]
  - [yum, -y, install, 'http://downloads.example.com/software/4.1/eucalyptus-release-4.1.el6.noarch.rpm']
`)
    assert.ok(existsSync(at('srv/www/x')) && existsSync(at('opt')))
    assert.deepEqual(asked, ['enable eucaconsole', 'status eucaconsole'])
    assert.equal(lines.filter(line => /nothing is fetched/.test(line)).length, 2)
    assert.ok(lines.includes('hello there') && lines.length === 4, lines.join('\n'))
  })

  it('does only bootcmd at later boots', async () => {
    const text =
      'bootcmd: [[mkdir, /boot]]\nruncmd: [[mkdir, /run]]\nwrite_files: [{ path: /file }]\nusers: []\n'
    await carryOut(text, false)
    assert.deepEqual([readdirSync(at('')), lines], [['boot'], []])
    await carryOut(text)
    assert.deepEqual(readdirSync(at('')).sort(), ['boot', 'file', 'run'])
    refused(/^users: refused: not carried out here$/)
  })

  for (const [command, reason] of [
    ['[reboot]', /does not have that command/],
    ['[constructor]', /does not have that command/],
    ['[sh, -c, "touch /tmp/x"]', /does not have that command/],
    ['"touch x; rm -rf /"', /no shell/],
    ['[]', /neither a text nor a list/],
    ['7', /does not have that command/],
    ['[[sed]]', /neither a text nor a list/],
    ['{ sed: 1 }', /neither a text nor a list/],
    ['[yum, -y, remove, eucaconsole]', /yum remove/],
    ['[yum, -y, install, httpd]', /no package httpd/],
    ['[yum, -y, install, __proto__]', /no package __proto__/],
    ['[yum, install, --installroot=/, eucaconsole]', /the option --installroot/],
    ['[yum, install]', /no package$/],
    ['[yum, install, "http://x/evil.rpm"]', /no package http/],
    ['[sed, s/a/b/, /etc/x]', /only sed -i/],
    ['[sed, -n, p]', /the option -n/],
    ['[sed, -i, s/a/b/]', /names no file/],
    ['[sed, -i, s/a/b/, /etc/passwd]', /there is no file/],
    ['[sed, -i, s/a/b/, ../../x]', /begin with a slash/],
    ['[sed, -i]', /no script/],
    ['[sed, -i, -e]', /nothing follows/],
    ['[service, eucaconsole, explode]', /nothing that a service does/],
    ['[chkconfig, eucaconsole]', /nothing that a service does/],
    ['[mkdir, -m, "777", /a]', /the option -m/],
    ['[mkdir, /../a]', /upwards/],
  ] as const) {
    it(`refuses ${command}`, async () => {
      await carryOut(`runcmd: [${command}]`)
      refused(reason)
      assert.deepEqual(readdirSync(at('')), [])
    })
  }

  for (const [text, reason] of [
    ['a: [', /user-data: refused/],
    ['- a', /no mapping/],
    ['just text', /no mapping/],
    ['runcmd: text', /runcmd is no list/],
    ['write_files: { a: 1 }', /write_files is no list/],
    [`runcmd: [${'[echo], '.repeat(1001)}]`, /more than 1000 entries/],
    ['a: 1\na: 2', /user-data: refused/],
    [
      `a: &a [${'x,'.repeat(9)}x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: &c [${'*b,'.repeat(9)}*b]\nd: [${'*c,'.repeat(9)}*c]`,
      /user-data: refused/,
    ],
    [`a: ${'['.repeat(7000)}`, /nested too deeply/],
    [`a: ${'- '.repeat(7000)}`, /nested too deeply/],
    [`a: ${' '.repeat(300_000)}`, /more than 262144 characters/],
    ['write_files: &a [*a]', /what contains itself: it names no path/],
    ['runcmd: &a [*a]', /what contains itself: it is neither/],
  ] as const) {
    it(`does nothing of ${JSON.stringify(text.slice(0, 30))}`, async () => {
      await carryOut(text)
      refused(reason)
    })
  }

  it('is an empty document that asks for nothing', async () => {
    await carryOut('')
    await carryOut('runcmd:\nwrite_files:\n')
    assert.deepEqual(lines, [])
  })

  it('tells of other parts that they are not for it', async () => {
    const around = {
      root: new Root(at('')),
      services,
      cloudPort: 1,
      say: (line: string) => void lines.push(line),
    }
    await configure(around, Buffer.from('#!/bin/sh\nreboot\n'), true)
    refused(/^user-data: refused: text\/x-shellscript/)
  })

  it('changes no file that has another name elsewhere, other than by its own content', async () => {
    // A hard link could only be made by who can write there anyway; what is written is this file, by whatever name.
    writeFileSync(at('one'), 'before')
    linkSync(at('one'), at('two'))
    await carryOut('write_files: [{ path: /two, content: after }]')
    assert.equal(read('one'), 'after')
  })
})
