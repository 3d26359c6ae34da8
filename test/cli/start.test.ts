// SPDX-License-Identifier: BSD-2-Clause
// The built executable, as a process: names, signals, pipes, code caches.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(__dirname, '../..')

describe('The executable', () => {
  let folder: string
  let env: Record<string, string>
  before(() => {
    // `npm test` builds first; whoever runs this file alone need not.
    if (!existsSync(join(root, 'dist/mallee.cjs')))
      execFileSync(process.execPath, [join(root, 'scripts/build.mjs')])
    folder = mkdtempSync(join(tmpdir(), 'mallee-start-'))
    env = { PATH: process.env.PATH ?? '', HOME: folder, MALLEE_HOME: join(folder, 'cloud') }
    // A copy of the package without its caches: as if another Node had built it.
    mkdirSync(join(folder, 'package/dist'), { recursive: true })
    mkdirSync(join(folder, 'copied'))
    const bundles = readdirSync(join(root, 'dist')).filter(name => name.endsWith('.cjs'))
    for (const file of ['bin/run.js', 'package.json', ...bundles.map(name => join('dist', name))]) {
      cpSync(join(root, file), join(folder, 'package', file))
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'package/node_modules'))
    for (const name of ['euca-version', 'euca-describe-keypairs']) {
      symlinkSync(join(root, 'bin/run.js'), join(folder, name))
      symlinkSync(join(folder, 'package/bin/run.js'), join(folder, 'copied', name))
    }
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const start = (name: string, ...words: string[]) =>
    spawnSync(join(folder, name), words, { env, encoding: 'utf8' })

  it('is the tool that its link is named after', () => {
    const { stderr, status } = start('euca-version')
    assert.match(stderr, /^euca2ools 3\.4\.1 \(mallee /)
    assert.equal(status, 0)
    assert.match(start('euca-describe-keypairs', '--bogus').stderr, /^usage: euca-describe-keypairs /)
  })

  it('opens a cloud of its own where nothing is configured', () => {
    const { stdout, stderr, status } = start('euca-describe-keypairs')
    assert.deepEqual([stdout, stderr, status], ['', '', 0])
    assert.equal(statSync(join(folder, 'cloud')).mode & 0o077, 0)
  })

  it('ends with 130 or 143 and without a word when it is told to', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    for (const [signal, expected] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const words = ['-I', 'A', '-S', 'B', '-U', `http://127.0.0.1:${port}/`]
      const tool = spawn(join(folder, 'euca-describe-keypairs'), words, { env })
      let said = ''
      for (const stream of [tool.stdout, tool.stderr]) stream.on('data', text => (said += text))
      const ended = once(tool, 'exit')
      await Promise.race([once(silent, 'request'), ended])
      tool.kill(signal)
      assert.deepEqual(await ended, [expected, null])
      assert.equal(said, '')
    }
    silent.closeAllConnections()
    silent.close()
  })

  it('ends quietly when nobody reads', () => {
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', `"${join(folder, 'euca-describe-keypairs')}" --help | true; echo "\${PIPESTATUS[0]}"`],
      { env, encoding: 'utf8' },
    )
    assert.equal(stderr, '')
    assert.match(stdout, /^(0|141)\n$/) // 0 when all was written before the reader went.
  })

  it("keeps code for another Node in the user's own cache, for the user alone", () => {
    assert.match(start('copied/euca-version').stderr, /^euca2ools /)
    const cache = join(folder, '.cache/mallee')
    assert.equal(statSync(cache).mode & 0o777, 0o700)
    const files = readdirSync(cache)
    assert.equal(files.length, 1)
    const [file = ''] = files
    assert.match(file, new RegExp(`^mallee\\.cjs-.*${process.version}-${process.arch}\\.v8cache$`))
    assert.equal(statSync(join(cache, file)).mode & 0o777, 0o600)
    utimesSync(join(cache, file), 1, 1)
    assert.match(start('copied/euca-version').stderr, /^euca2ools /)
    assert.equal(statSync(join(cache, file)).mtimeMs, 1000, 'the cache was not used')
  })

  it('does not run code from a cache that others can write to', () => {
    const cache = join(folder, '.cache/mallee')
    chmodSync(cache, 0o777)
    assert.match(start('copied/euca-version').stderr, /^euca2ools /)
    const [file = ''] = readdirSync(cache)
    assert.notEqual(statSync(join(cache, file)).mtimeMs, 1000)
    assert.equal(statSync(cache).mode & 0o777, 0o700)
  })

  it('works where no cache can be kept', () => {
    const { stderr, status } = spawnSync(join(folder, 'copied/euca-version'), [], {
      env: { ...env, XDG_CACHE_HOME: '/dev/null/none' },
      encoding: 'utf8',
    })
    assert.match(stderr, /^euca2ools [^\n]*\n$/)
    assert.equal(status, 0)
  })
})
