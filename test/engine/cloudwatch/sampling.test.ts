// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { type Dimension, GetMetricStatisticsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import {
  MonitorInstancesCommand,
  TerminateInstancesCommand,
  UnmonitorInstancesCommand,
} from '@aws-sdk/client-ec2'
import { measuredValues } from '../../../src/engine/cloudwatch/instance-metrics'
import type { Instance } from '../../../src/engine/ec2/schema/instances'
import { thisProcess } from '../../../src/engine/processes'
import { type Cloud, cloud } from '../../support/cloud'
import { haveInstance } from '../ec2/instance'

const id = 'i-0000000a'

describe("the cloud's own metrics", () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const monitor = async (more: Partial<Instance> = {}): Promise<void> => {
    haveInstance(c, { id, ...more })
    await c.ec2().send(new MonitorInstancesCommand({ InstanceIds: [more.id ?? id] }))
  }
  const dayBefore = () => new Date(c.clock.now() - 2 * 24 * 3600_000)
  /** What was sampled: time, average, sum and count. */
  const samples = async (MetricName: string, Dimensions: Dimension[], Namespace = 'AWS/EC2') => {
    const { Datapoints = [] } = await c.cloudwatch().send(
      new GetMetricStatisticsCommand({
        ...{ Namespace, MetricName, Dimensions, Period: 300, Statistics: ['Average', 'Sum', 'SampleCount'] },
        StartTime: new Date(Math.ceil(dayBefore().getTime() / 300_000) * 300_000),
        EndTime: new Date(c.clock.now() + 60_000),
      }),
    )
    return Datapoints.map(({ Timestamp, Average, Sum, SampleCount }) =>
      [Timestamp?.toISOString().slice(11, 16), Average, Sum, SampleCount].join(' '),
    )
  }
  const ofInstance: Dimension[] = [{ Name: 'InstanceId', Value: id }]
  const metrics = async (Namespace: string) => {
    const { Metrics = [] } = await c.cloudwatch().send(new ListMetricsCommand({ Namespace }))
    return Metrics.map(({ MetricName, Dimensions = [] }) =>
      [MetricName, ...Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)].join(' '),
    )
  }

  it('are taken every five minutes at full five minutes while an instance is monitored', async () => {
    await monitor()
    await c.pass(12 * 60)
    assert.deepEqual(await samples('CPUUtilization', ofInstance), [
      '12:15 1 1 1',
      '12:20 1 1 1',
      '12:25 1 1 1',
    ])
    assert.deepEqual(await samples('NetworkIn', ofInstance), ['12:15 0 0 1', '12:20 0 0 1', '12:25 0 0 1'])
    await c.ec2().send(new UnmonitorInstancesCommand({ InstanceIds: [id] }))
    await c.pass(12 * 60)
    assert.equal((await samples('CPUUtilization', ofInstance)).length, 3)
    assert.equal(
      c.engine.read(tx => tx.instanceSamples.first()),
      undefined,
    )
  })

  it('of instances are kept for each, for their image, their type, their group, and all', async () => {
    await monitor({ imageId: 'emi-00000001', scalingGroup: `${c.accountId}/web` })
    await c.pass(300)
    const names = await metrics('AWS/EC2')
    assert.deepEqual(
      names.filter(name => name.startsWith('CPU')),
      [
        'CPUUtilization',
        'CPUUtilization AutoScalingGroupName=web',
        'CPUUtilization ImageId=emi-00000001',
        `CPUUtilization InstanceId=${id}`,
        'CPUUtilization InstanceType=m1.small',
      ],
    )
    assert.equal(names.length, 10 * 5)
  })

  it('of several instances are added up where they have something in common', async () => {
    await monitor()
    await monitor({ id: 'i-0000000b' })
    c.engine.write(tx => tx.instanceBehaviors.put({ instanceId: 'i-0000000b', since: tx.now, cpu: 85 }))
    await c.pass(300)
    assert.deepEqual(await samples('CPUUtilization', []), ['12:15 43 86 2'])
    assert.deepEqual(await samples('CPUUtilization', [{ Name: 'InstanceId', Value: 'i-0000000b' }]), [
      '12:15 85 85 1',
    ])
  })

  it('say what is declared', async () => {
    await monitor()
    c.engine.write(tx =>
      tx.instanceBehaviors.put({
        instanceId: id,
        since: tx.now,
        metrics: { NetworkIn: 1000, StatusCheckFailed: 1 },
      }),
    )
    await c.pass(300)
    assert.deepEqual(await samples('NetworkIn', ofInstance), ['12:15 1000 1000 1'])
    assert.deepEqual(await samples('StatusCheckFailed', ofInstance), ['12:15 1 1 1'])
    assert.deepEqual(await samples('CPUUtilization', ofInstance), ['12:15 1 1 1'])
  })

  it('of volumes are taken while these are attached to an instance that is monitored', async () => {
    await monitor()
    const volume = {
      ...{ id: 'vol-00000001', account: c.accountId, sizeGib: 1, volumeType: 'standard', zone: 'PARTI00' },
      ...{ state: 'available' as const, createdAt: new Date(c.clock.now()) },
    }
    c.engine.write(tx => {
      tx.volumes.put({
        ...volume,
        attachment: {
          instanceId: id,
          device: '/dev/sdf',
          state: 'attached',
          attachedAt: tx.now,
          deleteOnTermination: false,
        },
      })
      tx.instanceBehaviors.put({
        instanceId: id,
        since: tx.now,
        metrics: { VolumeReadOps: 7, VolumeTotalReadTime: 2 },
      })
    })
    await c.pass(300)
    assert.equal((await metrics('AWS/EBS')).length, 10)
    const said = async (name: string) =>
      (await samples(name, [{ Name: 'VolumeId', Value: volume.id }], 'AWS/EBS'))[0]
    assert.equal(await said('VolumeReadOps'), '12:15 7 7 1')
    assert.equal(await said('VolumeConsumedReadWriteOps'), '12:15 7 7 1')
    assert.equal(await said('VolumeIdleTime'), '12:15 298 298 1')
    assert.equal(await said('VolumeThroughputPercentage'), '12:15 100 100 1')
    c.engine.write(tx => tx.volumes.put(volume))
    await c.pass(300)
    assert.equal(
      (await samples('VolumeReadOps', [{ Name: 'VolumeId', Value: volume.id }], 'AWS/EBS')).length,
      1,
    )
  })

  it('that were missed are made up for when the folder is opened again', async () => {
    await monitor()
    c.clock.advance(3600)
    await c.settle()
    assert.equal((await samples('CPUUtilization', ofInstance)).length, 12)
    await c.settle()
    assert.deepEqual((await samples('CPUUtilization', ofInstance)).at(-1), '13:10 1 1 1')
  })

  it('go on when the clock is turned back and an instance begins to be monitored', async () => {
    await monitor()
    await c.pass(12 * 60)
    c.clock.advance(-3600)
    await monitor({ id: 'i-0000000b' })
    await c.pass(12 * 60)
    assert.deepEqual(await samples('CPUUtilization', ofInstance), ['11:35 1 1 1'])
  })

  it('that were missed are made up for a day at most', async () => {
    await monitor()
    c.clock.advance(7 * 24 * 3600)
    await c.settle()
    assert.equal(
      c.engine.read(tx => [...tx.metricMinutes.scan()].filter(({ unit }) => unit === 'Percent')).length,
      288 * 4,
    )
  })

  it('are of the time in which an instance runs', async () => {
    haveInstance(c, { id, state: 'pending' })
    await c.ec2().send(new MonitorInstancesCommand({ InstanceIds: [id] }))
    assert.equal(c.engine.nextWork(), undefined)
    c.clock.advance(3600)
    c.engine.write(tx => {
      tx.consoles.put({ instanceId: id, text: '', updatedAt: tx.now })
      tx.after(0, 'instance.booted', id)
    })
    await c.pass(300)
    assert.deepEqual(await samples('CPUUtilization', ofInstance), ['13:15 1 1 1'])
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await c.pass(900)
    assert.equal((await samples('CPUUtilization', ofInstance)).length, 1)
  })

  it('of an instance with a process behind it are what that has used since it was looked at first', async () => {
    await monitor()
    c.engine.write(tx =>
      tx.instanceBehaviors.put({
        instanceId: id,
        since: tx.now,
        process: thisProcess,
        metrics: { NetworkIn: 5 },
      }),
    )
    await c.pass(300)
    assert.deepEqual(await metrics('AWS/EC2'), [])
    await c.pass(300)
    assert.equal((await metrics('AWS/EC2')).filter(name => name.includes('InstanceId')).length, 9)
    const [cpu = ''] = await samples('CPUUtilization', ofInstance)
    const [, average, , count] = cpu.split(' ')
    assert.ok(Number(average) >= 0 && Number(average) <= 100, cpu)
    assert.equal(count, '1')
    assert.deepEqual(await samples('NetworkIn', ofInstance), ['12:20 5 5 1'])
    assert.deepEqual(await samples('NetworkOut', ofInstance), [])
  })

  it('of a process on several cores are not beyond 100 percent', () => {
    const before = { cpuSeconds: 10, readOps: 1, writeOps: 2, readBytes: 3, writeBytes: 4 }
    const after = { cpuSeconds: 910, readOps: 11, writeOps: 12, readBytes: 13, writeBytes: 14 }
    const values = measuredValues(
      { instanceId: 'i-00000001', metrics: {}, since: new Date(0) },
      before,
      after,
      300,
    )
    assert.deepEqual(
      [values.CPUUtilization, values.DiskReadOps, values.DiskWriteBytes, values.NetworkIn],
      [100, 10, 10, undefined],
    )
  })

  it('of an instance whose process has gone are not there', async () => {
    await monitor()
    c.engine.write(tx =>
      tx.instanceBehaviors.put({
        instanceId: id,
        since: tx.now,
        process: { ...thisProcess, started: '1' },
        cpu: 5,
      }),
    )
    await c.pass(900)
    assert.deepEqual(await metrics('AWS/EC2'), [])
  })

  it('are not taken twice when two processes are at it', async () => {
    await monitor()
    c.clock.advance(600)
    c.engine.write(tx => {
      tx.after(0, 'cloudwatch.sample', 'cloud')
      tx.after(0, 'cloudwatch.sample', 'cloud')
    })
    await c.settle()
    assert.deepEqual(await samples('CPUUtilization', []), ['12:15 1 1 1', '12:20 1 1 1'])
    const planned = c.engine.read(tx => [...tx.due.scan()].filter(({ task }) => task === 'cloudwatch.sample'))
    assert.equal(planned.length, 1)
  })
})
