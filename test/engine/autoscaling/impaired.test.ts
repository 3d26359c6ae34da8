// SPDX-License-Identifier: BSD-2-Clause
// Instances whose machines have broken down, and the groups that replace them.
import assert from 'node:assert/strict'
import { DescribeInstanceStatusCommand, RebootInstancesCommand } from '@aws-sdk/client-ec2'
import { impair, mend } from '../../../src/engine/ec2/impairment'
import type { Cloud } from '../../support/cloud'
import { boot, converge, elapse, haveGroup, liveInstances, scalingCloud } from './machines'

describe('an instance that has broken down', () => {
  let c: Cloud
  let id: string

  beforeEach(async () => {
    c = await scalingCloud()
    await haveGroup(c, { MinSize: 1, HealthCheckGracePeriod: 300 })
    await converge(c)
    id = liveInstances(c.engine)[0]?.id ?? ''
  })
  afterEach(() => c.close())

  const breakDown = (): void => c.engine.write(tx => impair(tx, id, '0.0'))

  const statusOf = async (Filters: { Name: string; Values: string[] }[] = []) => {
    const answer = await c.ec2().send(new DescribeInstanceStatusCommand({ Filters }))
    return answer.InstanceStatuses?.map(({ InstanceId, InstanceStatus, SystemStatus }) => [
      InstanceId,
      InstanceStatus?.Status,
      InstanceStatus?.Details?.map(({ Status, ImpairedSince }) => [Status, ImpairedSince]),
      SystemStatus?.Status,
    ])
  }

  it('is impaired, by its own check alone', async () => {
    assert.deepEqual(await statusOf(), [[id, 'ok', [['passed', undefined]], 'ok']])
    const since = new Date(c.clock.now())
    breakDown()
    const impaired = [[id, 'impaired', [['failed', since]], 'ok']]
    assert.deepEqual(await statusOf(), impaired)
    assert.deepEqual(await statusOf([{ Name: 'instance-status.status', Values: ['impaired'] }]), impaired)
    assert.deepEqual(await statusOf([{ Name: 'instance-status.reachability', Values: ['failed'] }]), impaired)
    assert.deepEqual(await statusOf([{ Name: 'instance-status.status', Values: ['ok'] }]), [])
    assert.deepEqual(await statusOf([{ Name: 'system-status.status', Values: ['impaired'] }]), [])
  })

  it('is well again after a reboot, or when something stands for it again', async () => {
    breakDown()
    await c.ec2().send(new RebootInstancesCommand({ InstanceIds: [id] }))
    assert.deepEqual((await statusOf())?.[0]?.[1], 'ok')
    // News of an earlier boot.
    breakDown()
    assert.deepEqual((await statusOf())?.[0]?.[1], 'ok')
    c.engine.write(tx => impair(tx, id, '0.1'))
    assert.deepEqual((await statusOf())?.[0]?.[1], 'impaired')
    c.engine.write(tx => mend(tx, id))
    assert.deepEqual((await statusOf())?.[0]?.[1], 'ok')
  })

  it('is replaced by its group once its grace period is over', async () => {
    breakDown()
    await converge(c)
    assert.deepEqual(
      liveInstances(c.engine).map(instance => instance.id),
      [id],
    )
    await elapse(c, 300)
    boot(c.engine)
    await converge(c)
    const [other, ...more] = liveInstances(c.engine).map(instance => instance.id)
    assert.ok(other !== undefined && other !== id)
    assert.deepEqual(more, [])
  })
})
