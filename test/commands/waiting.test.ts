// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Interruption } from '../../src/cli/context'
import { progOf } from '../../src/cli/find'
import { commandIds, loadCommand } from '../../src/cli/shelf'
import { loader, run } from '../cli/process'
import { cloud } from '../support/cloud'

const create = ['euca-create-volume', '-z', 'PARTI00', '-s', '1', '--wait']

describe('--wait', () => {
  it('ends at once when it is interrupted, and leaves what was begun', async () => {
    const c = await cloud()
    const interrupted = new AbortController()
    const io = {
      env: { MALLEE_HOME: c.home },
      door: (request: Parameters<typeof c.engine.handle>[0]) => c.engine.handle(request),
      now: () => c.clock.now(),
      signal: interrupted.signal,
    }
    const pause = async () => {
      interrupted.abort(new Interruption('SIGINT', 130))
      throw interrupted.signal.reason
    }
    const { status, stdout, stderr } = await run(create, { ...io, pause })
    assert.deepEqual([status, stdout.split('\t')[0]], [130, 'VOLUME'])
    assert.match(stderr, /^vol-[0-9a-f]{8}: creating\n$/)
    await c.close()
  })

  it('tells a terminal about it in a line that goes away, and draws the table before', async () => {
    const c = await cloud()
    const seen: string[] = []
    const { Writable } = await import('node:stream')
    const screen = (name: string) =>
      Object.assign(
        new Writable({
          write: (chunk, _, done) => {
            seen.push(`${name}: ${String(chunk)}`)
            done()
          },
        }),
        { isTTY: true },
      )
    const { status } = await run([...create, '--format', 'table'], {
      env: { MALLEE_HOME: c.home, NO_COLOR: '1' },
      door: request => c.engine.handle(request),
      pause: seconds => c.pass(seconds),
      now: () => c.clock.now(),
      stdout: screen('out'),
      stderr: screen('err'),
    })
    assert.equal(status, 0)
    const [table, told, cleared, ...rest] = seen
    assert.match(table ?? '', /^out: VOLUME +GIB +ZONE +STATE +CREATED\nvol-/)
    assert.match(told ?? '', /^err: \r\u001b\[Kvol-[0-9a-f]{8}: creating$/)
    assert.deepEqual([cleared, ...rest], ['err: \r\u001b[K'])
    await c.close()
  })

  it('is in the documentation of every tool that has it', async () => {
    await loader
    const page = readFileSync(join(__dirname, '../../docs/waiting.md'), 'utf8')
    const missing: string[] = []
    for (const id of commandIds().filter(name => !/^(euscale|euform)\//.test(name))) {
      const command = await loadCommand(id)
      if (command?.common.includes('wait') && !page.includes(`\`${progOf(id)}\``)) missing.push(progOf(id))
    }
    assert.deepEqual(missing, [])
  })
})
