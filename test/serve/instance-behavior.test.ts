// SPDX-License-Identifier: BSD-2-Clause
// `mallee instance-behavior`, by which the metrics of simulated instances go.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MonitorInstancesCommand } from '@aws-sdk/client-ec2'
import { claimServing } from '../../src/serve/claim'
import { type BehaviorChange, behave } from '../../src/serve/instance-behavior'
import { loader } from '../cli/process'
import { haveInstance } from '../engine/ec2/instance'
import { type Cloud, cloud } from '../support/cloud'

const id = 'i-0000000a'

describe('What an instance is said to do', () => {
  let c: Cloud
  before(() => loader)
  beforeEach(async () => {
    c = await cloud()
    haveInstance(c, { id })
  })
  afterEach(() => c.close())

  const say = (change: Partial<BehaviorChange> = {}, name = id, home = c.home) =>
    behave(home, name, { metrics: {}, reset: false, ...change }, c.clock)
  const refused = (message: string, change: Partial<BehaviorChange> = {}, name = id) =>
    assert.rejects(say(change, name), { name: 'BehaviorError', message })

  it('is next to nothing by itself', async () => {
    assert.deepEqual(await say({}, 'I-0000000A'), {
      instance: id,
      monitoring: false,
      metrics: { CPUUtilization: 1 },
    })
    assert.equal(
      c.engine.read(tx => tx.instanceBehaviors.get(id)),
      undefined,
    )
  })

  it('holds until something else is said', async () => {
    await say({ cpu: 85 })
    await say({ metrics: { NetworkIn: 1000, VolumeReadOps: 3 } })
    const { metrics } = await say({ metrics: { NetworkIn: 5 } })
    assert.deepEqual(metrics, { CPUUtilization: 85, NetworkIn: 5, VolumeReadOps: 3 })
    assert.deepEqual((await say()).metrics, metrics)
    assert.deepEqual((await say({ metrics: { CPUUtilization: 7 } })).metrics.CPUUtilization, 7)
    assert.deepEqual((await say({ reset: true, metrics: { NetworkOut: 1 } })).metrics, {
      CPUUtilization: 1,
      NetworkOut: 1,
    })
    assert.deepEqual((await say({ reset: true })).metrics, { CPUUtilization: 1 })
    assert.equal(
      c.engine.read(tx => tx.instanceBehaviors.get(id)),
      undefined,
    )
  })

  it('may be what a process does', async () => {
    assert.deepEqual(await say({ pid: process.pid }), {
      ...{ instance: id, monitoring: false, metrics: {}, process: process.pid },
    })
    assert.deepEqual((await say({ metrics: { NetworkIn: 1 } })).process, process.pid)
    assert.equal((await say({ reset: true })).process, undefined)
  })

  it('is told to be nothing any more once its process has ended', async () => {
    const child = spawn('sleep', ['60'])
    const { pid } = child
    assert.equal((await say({ pid })).ended, undefined)
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.deepEqual(await say(), {
      ...{ instance: id, monitoring: false, metrics: {}, process: pid, ended: true },
    })
  })

  it('does not change what was to be written down before', async () => {
    await c.ec2().send(new MonitorInstancesCommand({ InstanceIds: [id] }))
    c.clock.advance(300)
    await say({ cpu: 85 })
    await c.pass(300)
    const found = c.engine.read(tx => [...tx.metricMinutes.scan()])
    const sums = found
      .filter(({ unit }) => unit === 'Percent')
      .map(({ at, sum }) => [new Date(at).getUTCMinutes(), sum])
    assert.deepEqual([...new Set(sums.map(String))].sort(), ['15,1', '20,85'])
  })

  it('may be that programs of this machine answer in its place', async () => {
    const to = { host: '127.0.0.1', hostPort: 3000 }
    const first = await say({
      forwards: [
        { port: 8888, to },
        { port: 80, to },
      ],
    })
    assert.deepEqual(first.forwards, [
      { port: 80, ...to },
      { port: 8888, ...to },
    ])
    assert.equal(first.unserved, true)
    const claim = claimServing(c.home, 'http://127.0.0.1:1')
    assert.equal((await say({ cpu: 5 })).unserved, undefined)
    claim.release()
    const other = { host: 'app', hostPort: 1 }
    const next = await say({ forwards: [{ port: 80 }, { port: 8888, to: other }, { port: 81 }] })
    assert.deepEqual(next.forwards, [{ port: 8888, ...other }])
    const many = Array.from({ length: 64 }, (_, index) => ({ port: index + 1, to }))
    await refused('No more than 64 ports can be forwarded', { forwards: many })
    assert.deepEqual((await say()).forwards, next.forwards)
    assert.equal((await say({ reset: true })).forwards, undefined)
  })

  it('is forgotten with the instance', async () => {
    await say({ cpu: 85 })
    c.engine.write(tx => {
      tx.instances.put({ ...tx.instances.must(id), state: 'terminated' })
      tx.after(0, 'instance.forgotten', id)
    })
    await c.settle()
    assert.equal(
      c.engine.read(tx => tx.instanceBehaviors.get(id)),
      undefined,
    )
  })

  it('has to be of an instance that there is', async () => {
    await refused("The instance ID 'i-0000000b' does not exist", {}, 'i-0000000b')
    haveInstance(c, { id, state: 'terminated' })
    await refused(`The instance '${id}' is terminated`, { cpu: 5 })
    const home = join(c.home, 'none')
    await assert.rejects(say({}, id, home), { name: 'BehaviorError' })
    assert.ok(!existsSync(home))
  })

  it('has to be possible', async () => {
    await say({ cpu: 5 })
    for (const name of ['Temperature', 'VolumeThroughputPercentage', 'constructor'])
      await refused(`${name} is no metric that can be declared of an instance or its volumes`, {
        metrics: { [name]: 1 },
      })
    await refused('NetworkIn cannot be -1', { metrics: { NetworkIn: -1 } })
    await refused('NetworkIn cannot be Infinity', { metrics: { NetworkIn: Number.POSITIVE_INFINITY } })
    await refused('CPUUtilization cannot be more than 100', { metrics: { CPUUtilization: 101 } })
    await refused('There is no process 0', { pid: 0 })
    await refused('There is no process -1', { pid: -1 })
    assert.deepEqual((await say()).metrics, { CPUUtilization: 5 })
  })
})
