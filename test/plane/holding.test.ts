// SPDX-License-Identifier: BSD-2-Clause
// Several servers on one folder, and ports that others have.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { thisProcess } from '../../src/engine/processes'
import { holdingOf } from '../../src/plane/holding'
import { type ServeOptions, type Serving, serve } from '../../src/serve/serve'
import { type Cloud, cloud } from '../support/cloud'
import { guestCommand } from '../support/guest-command'

describe('What runs beside a cloud', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  it('is one server’s alone, until that ends', () => {
    const [one, other] = [holdingOf(c.engine, c.home), holdingOf(c.engine, c.home)]
    assert.deepEqual([one.take(), other.take(), one.take(), other.take()], [true, false, true, false])
    other.release()
    const third = holdingOf(c.engine, c.home)
    assert.deepEqual([one.take(), third.take()], [true, false])
    // Also when somebody removes all that there is of it.
    rmSync(join(c.home, 'plane'), { recursive: true })
    assert.deepEqual([one.take(), third.take()], [true, false])
    one.release()
    assert.equal(third.take(), true)
    third.release()
  })

  it('is taken over from a server that was killed, whoever has its number now', () => {
    const file = join(c.home, 'plane/holder.json')
    mkdirSync(join(c.home, 'plane'), { recursive: true })
    for (const text of [
      JSON.stringify({ pid: 2 ** 22 + 1, started: '1', number: 1 }),
      JSON.stringify({ pid: process.ppid, started: '1', number: 1 }),
      // Another server of this process that is no more.
      JSON.stringify({ ...thisProcess, number: 0 }),
      '{',
    ]) {
      writeFileSync(file, text)
      const holding = holdingOf(c.engine, c.home)
      assert.equal(holding.take(), true, text)
      holding.release()
    }
    assert.throws(() => readFileSync(file))
  })

  it('is left to a server that runs, whatever it is told', () => {
    mkdirSync(join(c.home, 'plane'), { recursive: true })
    const other = { pid: process.ppid, started: '', number: 1 }
    writeFileSync(join(c.home, 'plane/holder.json'), JSON.stringify(other))
    const holding = holdingOf(c.engine, c.home)
    assert.equal(holding.take(), false)
    holding.release()
    assert.deepEqual(JSON.parse(readFileSync(join(c.home, 'plane/holder.json'), 'utf8')), other)
  })
})

describe('A server whose resolver', () => {
  let home: string
  let running: Serving | undefined
  let troubles: string[]
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mallee-plane-'))
    troubles = []
  })
  afterEach(async () => {
    await running?.stop()
    rmSync(home, { recursive: true, force: true })
  })
  const serving = async (about: Partial<ServeOptions>): Promise<Serving> => {
    running = await serve({
      ...{ home, host: '127.0.0.1', port: 0, command: guestCommand(), haproxy: 'built in', ...about },
      onBug: bug => assert.fail(String(bug)),
      onTrouble: text => void troubles.push(text),
    })
    return running
  }

  it('cannot have its port says so, and serves', async () => {
    const thief = createServer()
    await new Promise<void>(resolve => thief.listen(0, '127.0.0.1', resolve))
    const bound = thief.address()
    const port = typeof bound === 'object' && bound ? bound.port : assert.fail()
    const { plane, endpoint } = await serving({ dnsPort: port })
    assert.equal(plane?.dnsPort, undefined)
    assert.deepEqual(troubles, [
      `no names are answered for: port ${port} of 127.0.0.1 cannot be had (EADDRINUSE); --dns-port says another one`,
    ])
    assert.ok((await fetch(endpoint)).status)
    thief.close()
  })

  it('is not wanted has none', async () => {
    assert.equal((await serving({})).plane?.dnsPort, undefined)
    assert.deepEqual(troubles, [])
  })
})
