// SPDX-License-Identifier: BSD-2-Clause
// `mallee serve` and its siblings on one folder, while it serves.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { Interruption } from '../../src/cli/context'
import { execute } from '../../src/cli/execute'
import { serve as serveHere } from '../../src/serve/serve'
import { loader, run } from '../cli/process'

interface Server {
  readonly endpoint: string
  readonly eucarc: string
  /** As SIGTERM does; the exit status. */
  stop(): Promise<number>
}

describe('mallee serve', () => {
  let folder: string
  let home: string

  before(async () => {
    await loader
    folder = mkdtempSync(join(tmpdir(), 'mallee-serve-'))
    home = join(folder, 'cloud')
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const tool = (...words: string[]) =>
    run(words, { cwd: folder, home: folder, env: { MALLEE_HOME: home, TMPDIR: folder } })

  const serve = async (): Promise<Server> => {
    const told = new AbortController()
    const stdout = new PassThrough()
    const ended = execute(['mallee', 'serve', '--port', '0', '--dns-port', '0'], {
      stdin: Readable.from([]),
      stdout,
      stderr: new PassThrough().resume(),
      env: { MALLEE_HOME: home },
      cwd: folder,
      home: folder,
      packageRoot: resolve(__dirname, '../..'),
      signal: told.signal,
    })
    const text = String(await Promise.race([new Promise(resolve => stdout.once('data', resolve)), ended]))
    const [, endpoint = '', eucarc = ''] =
      /^Serving .* at (http:\S+)\nTo use it: source (.*)\n$/.exec(text) ?? assert.fail(text)
    return {
      endpoint,
      eucarc,
      stop: () => {
        told.abort(new Interruption('SIGTERM', 143))
        return ended
      },
    }
  }

  it('answers until it is told to end, which is no failure', async () => {
    const server = await serve()
    const { status } = await fetch(`${server.endpoint}/services/objectstorage/nothing`)
    assert.equal(status, 404)
    assert.equal(await server.stop(), 0)
    await assert.rejects(fetch(server.endpoint))
  })

  it('names an eucarc for its own address', async () => {
    const server = await serve()
    assert.match(
      readFileSync(server.eucarc, 'utf8'),
      new RegExp(`EC2_URL='${server.endpoint}/services/compute'`),
    )
    await server.stop()
  })

  it('leaves nothing behind when it cannot be started as a whole', async () => {
    // One that nobody else is given.
    const host = '127.0.205.1'
    const options = { home, host, port: 8773, onBug: () => {} }
    const servers = join(home, 'servers')
    rmSync(servers, { recursive: true, force: true })
    writeFileSync(servers, 'in the way')
    await assert.rejects(serveHere(options), { code: 'EEXIST' })
    rmSync(servers)
    const server = await serveHere(options)
    assert.equal(server.endpoint, `http://${host}:8773`)
    await server.stop()
  })

  it('is shown by status while it runs, and no longer', async () => {
    const server = await serve()
    assert.match((await tool('mallee', 'status')).stdout, new RegExp(`^SERVER\t${server.endpoint}$`, 'm'))
    await server.stop()
    assert.doesNotMatch((await tool('mallee', 'status')).stdout, /^SERVER/m)
  })

  it('keeps its folder from being deleted', async () => {
    const server = await serve()
    const { status, stderr } = await tool('mallee', 'reset', '--yes')
    assert.equal(
      stderr,
      `mallee reset: error: ${home} is being served at ${server.endpoint}; stop that server first\n`,
    )
    assert.equal(status, 1)
    assert.ok(existsSync(join(home, 'records', 'data.mdb')))
    await server.stop()
  })

  it('is not taken for there by the number of a process that came later', async () => {
    const servers = join(home, 'servers')
    const claim = { pid: process.pid, started: '1', endpoint: 'http://127.0.0.1:1' }
    mkdirSync(servers, { recursive: true })
    writeFileSync(join(servers, `${process.pid}.json`), JSON.stringify(claim))
    assert.doesNotMatch((await tool('mallee', 'status')).stdout, /^SERVER/m)
    assert.deepEqual(readdirSync(servers), [])
  })

  it('is what credentials are written for, unless another address is given', async () => {
    const server = await serve()
    await tool('mallee', 'credentials', 'own')
    await tool('mallee', 'credentials', '--endpoint', 'http://cloud.example.com/', 'other')
    await server.stop()
    const address = (name: string) =>
      /EC2_URL='(.*)\/services\/compute'/.exec(readFileSync(join(folder, name, 'eucarc'), 'utf8'))?.[1]
    assert.equal(address('own'), server.endpoint)
    assert.equal(address('other'), 'http://cloud.example.com')
  })

  it('shares its folder with tools and other servers', async () => {
    const [one, other] = [await serve(), await serve()]
    assert.notEqual(one.endpoint, other.endpoint)
    await tool('euca-create-group', '-d', 'made by a tool', 'tools')
    const env = { MALLEE_HOME: home, EC2_URL: `${other.endpoint}/services/compute` }
    const iamrc = readFileSync(join(home, 'credentials', 'iamrc'), 'utf8')
    const [, AWS_ACCESS_KEY = '', AWS_SECRET_KEY = ''] = /Id=(.*)\n.*Key=(.*)\n/.exec(iamrc) ?? []
    const { stdout } = await run(['euca-describe-groups'], {
      cwd: folder,
      home: folder,
      env: { ...env, AWS_ACCESS_KEY, AWS_SECRET_KEY },
    })
    assert.match(stdout, /\ttools\tmade by a tool/)
    assert.deepEqual([await one.stop(), await other.stop()], [0, 0])
  })
})
