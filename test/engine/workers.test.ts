// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Engine } from '../../src/engine/engine'
import { attend, attendAlone, isAttended, unattendWhenIdle } from '../../src/engine/workers'
import { workOnce } from '../../src/serve/work-once'
import { type Cloud, cloud } from '../support/cloud'

const workOnceFile = join(__dirname, '../../src/serve/work-once')

describe('the jobs of a folder', () => {
  let c: Cloud
  let others: ChildProcess[]
  const never = new AbortController().signal

  /** A process that has the folder and a job of its own that it never ends. */
  const busyWorker = async () => {
    const script = `
      const { Engine } = require(${JSON.stringify(join(__dirname, '../../src/engine/engine'))})
      const { attendAlone } = require(${JSON.stringify(join(__dirname, '../../src/engine/workers'))})
      Engine.open({ home: ${JSON.stringify(c.home)} }).then(engine => {
        console.log(attendAlone(engine.around))
        setInterval(() => {}, 1000)
      })`
    const worker = spawn(process.execPath, ['--import', 'tsx', '-e', script])
    others.push(worker)
    const [said] = await once(worker.stdout, 'data')
    assert.equal(String(said).trim(), 'true')
    return worker
  }

  beforeEach(async () => {
    others = []
    // Workers of other processes have the machine's clock.
    c = await cloud({ start: new Date().toISOString() })
  })
  afterEach(async () => {
    for (const other of others) other.kill('SIGKILL')
    await c.close()
  })

  it('are seen to by one worker: another ends at once, and a dead one does not count', async () => {
    assert.ok(!isAttended(c.engine.around))
    const worker = await busyWorker()
    assert.ok(isAttended(c.engine.around))
    assert.ok(!attendAlone(c.engine.around))
    c.engine.write(tx => tx.start('instance.teardown', 'PARTI00/111111111111/i-00000001'))
    await workOnce(c.home, never)
    assert.ok(c.engine.hasJobs())
    worker.kill('SIGKILL')
    await once(worker, 'exit')
    assert.ok(!isAttended(c.engine.around))
    await workOnce(c.home, never)
    assert.ok(!c.engine.hasJobs() && !isAttended(c.engine.around))
  })

  it('may be seen to by servers as well', async () => {
    await busyWorker()
    attend(c.engine.around)
    assert.equal(
      c.engine.read(tx => tx.workers.list().length),
      2,
    )
  })

  it('keep a worker as long as there is one, unless it is to wait for long', () => {
    assert.ok(attendAlone(c.engine.around))
    c.engine.write(tx => tx.start('instance.teardown', 'PARTI00/111111111111/i-00000001'))
    assert.ok(!unattendWhenIdle(c.engine.around))
    c.engine.write(tx => {
      for (const job of tx.jobs.list()) tx.jobs.delete(job.id)
    })
    assert.ok(unattendWhenIdle(c.engine.around))
    assert.ok(!isAttended(c.engine.around))
  })

  it('keep a worker for what comes due soon after them, and no longer', async () => {
    assert.ok(attendAlone(c.engine.around))
    c.engine.write(tx => tx.after(10, 'instance.booted', 'i-00000001'))
    assert.ok(!unattendWhenIdle(c.engine.around, 10))
    assert.ok(unattendWhenIdle(c.engine.around, 9))
    c.engine.write(tx => {
      tx.start('instance.teardown', 'PARTI00/111111111111/i-00000001')
      tx.after(0.1, 'instance.booted', 'i-00000002')
      tx.after(3600, 'instance.booted', 'i-00000003')
      for (const { at, sequence, target } of [...tx.due.scan()]) {
        if (target === 'i-00000001') tx.due.delete(at, sequence)
      }
    })
    await workOnce(c.home, never)
    assert.deepEqual(
      c.engine.read(tx => [...tx.due.scan()].map(({ target }) => target)),
      ['i-00000003'],
    )
  })

  it('end with their folder', async () => {
    const home = mkdtempSync(join(tmpdir(), 'mallee-test-'))
    const engine = await Engine.open({ home })
    engine.write(tx => tx.after(10, 'instance.booted', 'i-00000001'))
    const worked = workOnce(home, never)
    while (!isAttended(engine.around)) await nextTurn()
    await engine.close()
    rmSync(home, { recursive: true })
    await worked
    assert.ok(!existsSync(home))
  })

  it('end with the signal', async () => {
    const ending = new AbortController()
    ending.abort()
    c.engine.write(tx => tx.start('instance.teardown', 'PARTI00/111111111111/i-00000001'))
    await workOnce(c.home, ending.signal)
    assert.ok(c.engine.hasJobs() && !isAttended(c.engine.around))
  })

  it('are worked off by a process of its own', async () => {
    c.engine.write(tx => tx.start('instance.teardown', 'PARTI00/111111111111/i-00000001'))
    const script = `require(${JSON.stringify(workOnceFile)}).workOnce(${JSON.stringify(c.home)}, new AbortController().signal)`
    const workers = [0, 1].map(() => spawn(process.execPath, ['--import', 'tsx', '-e', script]))
    others.push(...workers)
    const codes = await Promise.all(workers.map(async worker => (await once(worker, 'exit'))[0]))
    assert.deepEqual(codes, [0, 0])
    assert.ok(!c.engine.hasJobs())
  })
})
