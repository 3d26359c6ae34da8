// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processOf } from '../../../src/engine/processes'
import { GuestProcess } from '../../../src/plane/guests/guest-process'
import { knownGuests } from '../../../src/plane/guests/place'

describe('The process of a guest', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mallee-guest-process-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  const ends: string[] = []
  const start = (script: string): GuestProcess =>
    new GuestProcess(
      {
        ...{ instanceId: 'i-00000001', account: '123456789012', zone: 'PARTI00', address: '127.110.9.9' },
        ...{ boot: '1', readsUserData: false, forwards: [], open: [] },
      },
      {
        ...{ home, endpoint: 'http://127.0.0.1:1', command: [process.execPath, '-e', script] },
        onLines: () => {},
        onTrouble: error => assert.fail(String(error)),
        onEnd: how => void ends.push(how),
      },
    )

  it('is killed when it does not end by itself, of which nothing is told', async () => {
    const guest = start("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)")
    const pid = knownGuests(home)[0]?.process.pid ?? 0
    assert.ok(processOf(pid))
    await guest.end()
    assert.ok(!processOf(pid))
    assert.deepEqual(knownGuests(home), [])
    assert.deepEqual(ends.splice(0), [])
  })

  it('is told of, with its last words, when it ends without being asked to', async () => {
    const guest = start("console.error('no  room\\nleft'); process.exit(3)")
    // Who waits for its ports has no reason to wait any longer.
    await guest.opened()
    assert.ok(guest.isOver)
    assert.deepEqual(ends.splice(0), ['status 3: no room left'])
    await guest.end()
  })
})
