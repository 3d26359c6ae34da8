// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AttachInstancesCommand,
  DescribeAutoScalingInstancesCommand,
  type DescribeAutoScalingInstancesCommandInput,
  DetachInstancesCommand,
  SetDesiredCapacityCommand,
  SetInstanceProtectionCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { haveInstance } from '../ec2/instance'
import {
  activitiesOf,
  converge,
  elapse,
  groupNow,
  haveConfiguration,
  haveGroup,
  haveImage,
  liveInstances,
  memberIds,
  update,
} from './machines'

type Who = Pick<Clients, 'autoscaling'>
const web = { AutoScalingGroupName: 'web' }

describe('instances of groups', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    haveImage(c)
    await haveConfiguration(c)
    await haveGroup(c, { MinSize: 2, MaxSize: 4 })
    await converge(c)
  })
  afterEach(() => c.close())

  const list = (input: DescribeAutoScalingInstancesCommandInput = {}, who: Who = c) =>
    who.autoscaling().send(new DescribeAutoScalingInstancesCommand(input))
  const idsOf = async (input: DescribeAutoScalingInstancesCommandInput = {}, who: Who = c) =>
    ((await list(input, who)).AutoScalingInstances ?? []).map(({ InstanceId }) => InstanceId)
  const terminate = (InstanceId: string, ShouldDecrementDesiredCapacity: boolean, who: Who = c) =>
    who
      .autoscaling()
      .send(new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity }))
  const attach = (InstanceIds: string[], who: Who = c) =>
    who.autoscaling().send(new AttachInstancesCommand({ ...web, InstanceIds }))
  const detach = (InstanceIds: string[], ShouldDecrementDesiredCapacity: boolean, who: Who = c) =>
    who
      .autoscaling()
      .send(new DetachInstancesCommand({ ...web, InstanceIds, ShouldDecrementDesiredCapacity }))
  const protect = (InstanceIds: string[], ProtectedFromScaleIn: boolean, who: Who = c) =>
    who.autoscaling().send(new SetInstanceProtectionCommand({ ...web, InstanceIds, ProtectedFromScaleIn }))
  const setDesired = (DesiredCapacity: number, more: object = {}, who: Who = c) =>
    who.autoscaling().send(new SetDesiredCapacityCommand({ ...web, DesiredCapacity, ...more }))

  it('are listed with their group, all or by id, page by page', async () => {
    const [first, second] = (await list()).AutoScalingInstances ?? []
    assert.equal(first?.AutoScalingGroupName, 'web')
    assert.equal(first?.LaunchConfigurationName, 'config')
    assert.equal(first?.LifecycleState, 'InService')
    assert.equal(first?.HealthStatus, 'Healthy')
    assert.equal(first?.ProtectedFromScaleIn, false)
    assert.deepEqual(await idsOf({ InstanceIds: [second?.InstanceId ?? ''] }), [second?.InstanceId])
    assert.deepEqual(await idsOf({ InstanceIds: ['i-00000000'] }), [])
    const page = await list({ MaxRecords: 1 })
    assert.equal(page.AutoScalingInstances?.[0]?.InstanceId, first?.InstanceId)
    assert.deepEqual(await idsOf({ ...(page.NextToken && { NextToken: page.NextToken }) }), [
      second?.InstanceId,
    ])
    await refused(list({ InstanceIds: ['one'] }), 'ValidationError')
  })

  it("of other accounts are the cloud administrator's to see, with verbose", async () => {
    assert.deepEqual(await idsOf({}, alice), [])
    await haveConfiguration(alice)
    await haveGroup(alice, { MinSize: 1 })
    await converge(c)
    assert.equal((await idsOf({}, alice)).length, 1)
    assert.equal((await idsOf()).length, 2)
    assert.equal((await idsOf({ InstanceIds: ['verbose'] })).length, 3)
    assert.deepEqual(await idsOf({ InstanceIds: (await memberIds(c)).slice(0, 1) }, alice), [])
  })

  it('are terminated by their users, who get others for them, or a smaller group', async () => {
    await update(c, { DesiredCapacity: 3 })
    await converge(c)
    const [first = '', second = '', third = ''] = await memberIds(c)
    const { Activity } = await terminate(first, true)
    assert.equal(Activity?.Description, `Terminating EC2 instance: ${first}`)
    assert.equal(
      Activity?.Cause,
      'At 2014-02-16T12:14:16Z instance was taken out of service in response to a user request.',
    )
    assert.equal((await groupNow(c)).DesiredCapacity, 2)
    await converge(c)
    assert.deepEqual((await memberIds(c)).sort(), [second, third].sort())
    await terminate(second, false)
    await converge(c)
    assert.equal((await groupNow(c)).DesiredCapacity, 2)
    assert.equal((await memberIds(c)).length, 2)
    assert.ok(!(await memberIds(c)).includes(second))
    assert.equal(liveInstances(c.engine).length, 2)
  })

  it('are not terminated below the least size, nor by others', async () => {
    const [first = ''] = await memberIds(c)
    await refused(
      terminate(first, true),
      'ValidationError',
      "Currently, desiredSize equals minSize (2). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
    )
    const unknown = 'Auto scaling instance not found: '
    await refused(terminate(first, false, alice), 'ValidationError', unknown + first)
    await refused(terminate('i-00000000', false), 'ValidationError', `${unknown}i-00000000`)
    await refused(terminate('one', false), 'ValidationError', 'one for parameter InstanceId is invalid')
    const without = (InstanceIds?: string[]) =>
      c.autoscaling().send(
        new TerminateInstanceInAutoScalingGroupCommand({
          ...{ InstanceIds, AutoScalingGroupName: 'web', ShouldDecrementDesiredCapacity: false },
        }),
      )
    await refused(without(), 'ValidationError', 'InstanceId is required')
    await refused(without([first]), 'ValidationError', 'InstanceIds is not supported by this cloud')
    assert.equal(liveInstances(c.engine).length, 2)
  })

  it('that run already come into a group, which grows by them', async () => {
    haveInstance(c, { id: 'i-0000000a' })
    await attach(['i-0000000A'])
    await converge(c)
    const { DesiredCapacity, Instances = [] } = await groupNow(c)
    assert.deepEqual([DesiredCapacity, Instances.length], [3, 3])
    assert.equal(Instances.find(one => one.InstanceId === 'i-0000000a')?.LifecycleState, 'InService')
    const last = (await activitiesOf(c)).at(-1)
    assert.equal(last?.Description, 'Attaching an existing EC2 instance: i-0000000a')
    assert.equal(c.engine.read(tx => tx.instances.must('i-0000000a')).scalingGroup, `${c.accountId}/web`)
  })

  it('do not come into a group twice, too many, unfit, from elsewhere or from others', async () => {
    const [first = ''] = await memberIds(c)
    const invalid = (call: Promise<unknown>, message: string) => refused(call, 'ValidationError', message)
    haveInstance(c, { id: 'i-0000000a' })
    haveInstance(c, { id: 'i-0000000b', zone: 'PARTI01' })
    haveInstance(c, { id: 'i-0000000c', state: 'stopped' })
    haveInstance(c, { id: 'i-0000000d', account: alice.accountId })
    haveInstance(c, { id: 'i-0000000e' })
    await invalid(attach([first]), `The Instance: ${first} is already part of AutoScalingGroup:web`)
    await invalid(
      attach(['i-0000000c']),
      "Instance i-0000000c [stopped] is not in correct state. Instance(s) must be in 'running' state.",
    )
    await invalid(
      attach(['i-0000000b']),
      'Instance i-0000000b is not in an availability zone of the group: PARTI01',
    )
    await invalid(attach(['i-0000000d']), 'Invalid Instance ID(s): [i-0000000d] specified')
    await invalid(attach(['i-00000000']), 'Invalid Instance ID(s): [i-00000000] specified')
    await invalid(attach([]), 'InstanceIds is required')
    await update(c, { MaxSize: 3 })
    await invalid(
      attach(['i-0000000a', 'i-0000000e']),
      'AutoScalingGroup web has min-size=2, max-size=3, and desired-size=2. To attach 2 instances, please update the AutoScalingGroup sizes appropriately.',
    )
    await invalid(attach(['i-0000000d'], alice), 'Auto scaling group not found: web')
    assert.equal((await memberIds(c)).length, 2)
  })

  it('leave a group and run on, with others in their places or without', async () => {
    await update(c, { DesiredCapacity: 3 })
    await converge(c)
    const [first = '', second = ''] = await memberIds(c)
    const { Activities = [] } = await detach([first], true)
    assert.equal(Activities[0]?.Description, `Detaching EC2 instance: ${first}`)
    await converge(c)
    assert.equal((await memberIds(c)).length, 2)
    await detach([second], false)
    await converge(c)
    assert.equal((await memberIds(c)).length, 2)
    assert.equal(liveInstances(c.engine).length, 4)
    assert.equal(c.engine.read(tx => tx.instances.must(first)).scalingGroup, undefined)
    assert.equal(
      c.engine.read(tx => tx.tags.in(c.accountId).get(first, 'aws:autoscaling:groupName')),
      undefined,
    )
  })

  it('do not leave a group that they are not in, or that would be too small', async () => {
    const [first = ''] = await memberIds(c)
    await refused(
      detach(['i-00000000'], false),
      'ValidationError',
      'The instance i-00000000 is not part of Auto Scaling group web.',
    )
    await refused(detach([first], true), 'ValidationError', /min-size=2, max-size=4, and desired-size=2/)
    await update(c, { DesiredCapacity: 3 })
    await c.engine.drain()
    const early =
      (await groupNow(c)).Instances?.find(one => one.LifecycleState === 'Pending')?.InstanceId ?? ''
    await refused(
      detach([early], false),
      'ValidationError',
      `The instance ${early} is not in InService or Standby.`,
    )
    await refused(detach([first], false, alice), 'ValidationError', 'Auto scaling group not found: web')
    assert.equal((await memberIds(c)).length, 3)
  })

  it('are protected, all of a request or none', async () => {
    const [first = '', second = ''] = await memberIds(c)
    await refused(
      protect([first, 'i-00000000'], true),
      'ValidationError',
      'The instance i-00000000 is not part of Auto Scaling group web.',
    )
    const protectedIds = async () =>
      (await groupNow(c)).Instances?.filter(one => one.ProtectedFromScaleIn).map(one => one.InstanceId)
    assert.deepEqual(await protectedIds(), [])
    await protect([second], true)
    assert.deepEqual(await protectedIds(), [second])
    await protect([second], false)
    assert.deepEqual(await protectedIds(), [])
    await refused(protect([first], true, alice), 'ValidationError')
  })

  it('are moved twenty and protected fifty at a time', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `i-000000${10 + n}`)
    const isTooMany = (call: Promise<unknown>, most: number) =>
      refused(
        call,
        'ValidationError',
        "1 validation error detected: Value at 'instanceIds' failed to satisfy constraint: " +
          `Member must have length less than or equal to ${most}`,
      )
    await isTooMany(attach(many(21)), 20)
    await isTooMany(detach(many(21), false), 20)
    await isTooMany(protect(many(51), true), 50)
    await refused(protect(many(50), true), 'ValidationError', /i-00000010 is not part of/)
  })

  it('are as many as is said, within bounds and with a cause', async () => {
    await setDesired(4)
    await c.engine.drain()
    const last = (await activitiesOf(c)).at(-1)
    assert.match(
      last?.Cause ?? '',
      /^At 2014-02-16T12:13:46Z a user request explicitly set group desired capacity changing the desired capacity from 2 to 4\. At \S+ an instance was started /,
    )
    await refused(setDesired(3), 'ScalingActivityInProgressFault', 'Scaling activity in progress')
    await converge(c)
    await refused(
      setDesired(5),
      'ValidationError',
      'New SetDesiredCapacity value 5 is above max value 4 for the AutoScalingGroup.',
    )
    await refused(
      setDesired(1),
      'ValidationError',
      'New SetDesiredCapacity value 1 is below min value 2 for the AutoScalingGroup.',
    )
    await refused(setDesired(-1), 'ValidationError', '-1 for parameter DesiredCapacity is invalid')
    await refused(setDesired(3, {}, alice), 'ValidationError', 'Auto scaling group not found: web')
    assert.equal((await groupNow(c)).DesiredCapacity, 4)
  })

  it('are not said to become as many as they were to be already', async () => {
    await setDesired(2)
    await setDesired(3)
    await c.engine.drain()
    const causes = (await activitiesOf(c)).map(({ Cause }) => Cause ?? '')
    assert.ok(causes.some(cause => cause.includes('desired capacity from 2 to 3')))
    assert.ok(!causes.some(cause => cause.includes('desired capacity from 2 to 2')))
  })

  it('wait for the cooldown of the last scaling only when that is to be honoured', async () => {
    await update(c, { DefaultCooldown: 100 })
    await setDesired(3, { HonorCooldown: true })
    await converge(c)
    await refused(setDesired(2, { HonorCooldown: true }), 'InternalFailure', 'Group is in cooldown')
    // The cooldown counts from the end of the launch, which is about twenty seconds ago.
    await elapse(c, 70)
    await refused(setDesired(2, { HonorCooldown: true }), 'InternalFailure')
    await elapse(c, 20)
    await setDesired(2, { HonorCooldown: true })
    await converge(c)
    await setDesired(3)
    await converge(c)
    assert.equal((await memberIds(c)).length, 3)
  })
})
