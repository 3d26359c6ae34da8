// SPDX-License-Identifier: BSD-2-Clause
// Processes that are killed while they launch and terminate: who comes next finishes what they began, and nothing else.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Cloud, cloud } from '../../support/cloud'
import type { Bounds } from './loop-process'
import { assertOwned } from './loop-world'
import {
  activitiesOf,
  boot,
  elapse,
  groupNow,
  haveConfiguration,
  haveGroup,
  haveImage,
  haveRoom,
  liveInstances,
  update,
} from './machines'

const size = 120

describe('processes that are killed while they see to a group', () => {
  let c: Cloud
  const children = new Set<ChildProcess>()
  beforeEach(async () => {
    c = await cloud()
    haveImage(c)
    haveRoom(c)
    await haveConfiguration(c, 'config', { InstanceMonitoring: { Enabled: false } })
    await haveGroup(c, { AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await c.engine.drain()
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    children.clear()
    await c.close()
  })

  /** A process that will do what is due once it is told to. */
  const another = async (): Promise<ChildProcess> => {
    const script = join(__dirname, 'loop-process.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', script, c.home, String(c.clock.now())], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    children.add(child)
    await once(child.stdout as NodeJS.ReadableStream, 'data')
    return child
  }

  /** Tell it to begin, and to die when so much is done. */
  const killAt = async (child: ChildProcess, bounds: Bounds): Promise<void> => {
    const ended = once(child, 'exit')
    child.stdin?.write(`${JSON.stringify(bounds)}\n`)
    assert.deepEqual(await ended, [null, 'SIGKILL'])
  }

  const count = () => liveInstances(c.engine).length

  for (const [first, second] of [
    [1, 40],
    [25, 61],
    [80, 119],
  ] as const) {
    it(`launch what is missing, and nothing twice (killed at ${first} and ${second})`, async () => {
      const [one, two] = await Promise.all([another(), another()])
      await update(c, { DesiredCapacity: size })
      await killAt(one, { atLeast: first })
      c.engine.read(tx => assertOwned(tx))
      assert.ok(count() < size, `there were ${count()}`)
      await killAt(two, { atLeast: second })
      c.engine.read(tx => assertOwned(tx))
      await c.engine.drain()
      c.engine.read(tx => assertOwned(tx))
      assert.equal(count(), size)
      assert.equal((await groupNow(c)).Instances?.length, size)
      assert.equal((await activitiesOf(c)).length, size)
      boot(c.engine)
      await elapse(c, 10)
      const ended = (await activitiesOf(c)).filter(({ StatusCode }) => StatusCode === 'Successful')
      assert.equal(ended.length, size)
    })
  }

  it('end what is too much, and nothing else', async () => {
    await update(c, { DesiredCapacity: size })
    await c.engine.drain()
    boot(c.engine)
    await elapse(c, 10)
    const child = await another()
    await update(c, { DesiredCapacity: 10 })
    await killAt(child, { below: size })
    c.engine.read(tx => assertOwned(tx))
    await c.engine.drain()
    c.engine.read(tx => assertOwned(tx))
    assert.equal(count(), 10)
    assert.equal((await groupNow(c)).Instances?.length, 10)
  })

  it('at the same time do the work of one', async () => {
    const both = await Promise.all([another(), another()])
    await update(c, { DesiredCapacity: size })
    const ends = both.map(child => once(child, 'exit'))
    for (const child of both) child.stdin?.write('{}\n')
    await c.engine.drain()
    await Promise.all(ends)
    assert.deepEqual(
      both.map(({ exitCode }) => exitCode),
      [0, 0],
    )
    c.engine.read(tx => assertOwned(tx))
    assert.equal(count(), size)
    assert.equal((await activitiesOf(c)).length, size)
  })
})
