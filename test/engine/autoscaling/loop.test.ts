// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling'
import { DescribeTagsCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { gate } from '../ec2/people'
import {
  activitiesOf,
  boot,
  converge,
  elapse,
  fail,
  groupNow,
  haveConfiguration,
  haveGroup,
  haveImage,
  haveRoom,
  liveInstances,
  update,
} from './machines'

const sizes = (desired: number) => ({ MinSize: 0, DesiredCapacity: desired })
const at = '2014-02-16T12:13:16Z'
const started = (from: number, to: number, when = at) =>
  `At ${when} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${from} to ${to}.`

describe('the loop of a group', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveImage(c)
    await haveConfiguration(c)
  })
  afterEach(() => c.close())

  const memberIds = async () => (await groupNow(c)).Instances?.map(({ InstanceId = '' }) => InstanceId) ?? []
  const zonesNow = async () =>
    ((await groupNow(c)).Instances ?? []).map(({ AvailabilityZone = '' }) => AvailabilityZone).sort()
  const suspend = (...ScalingProcesses: string[]) =>
    c.autoscaling().send(new SuspendProcessesCommand({ AutoScalingGroupName: 'web', ScalingProcesses }))
  const resume = (...ScalingProcesses: string[]) =>
    c.autoscaling().send(new ResumeProcessesCommand({ AutoScalingGroupName: 'web', ScalingProcesses }))

  it('a new group launches what it is to have, in the order of its zones', async () => {
    await haveGroup(c, { MinSize: 3, AvailabilityZones: ['PARTI01', 'PARTI00'] })
    await c.engine.drain()
    assert.deepEqual(await zonesNow(), ['PARTI00', 'PARTI01', 'PARTI01'])
    const { Instances = [] } = await groupNow(c)
    assert.ok(Instances.every(one => one.LifecycleState === 'Pending' && one.HealthStatus === 'Healthy'))
    boot(c.engine)
    await elapse(c, 10)
    assert.ok((await groupNow(c)).Instances?.every(one => one.LifecycleState === 'InService'))
  })

  it('a launch is an activity that ends when the instance is in service', async () => {
    await haveGroup(c, { MinSize: 2 })
    await c.engine.drain()
    const [id = '', other = ''] = await memberIds()
    const begun = (await activitiesOf(c)).find(({ Description }) => Description?.includes(id))
    assert.equal(begun?.Description, `Launching a new EC2 instance: ${id}`)
    assert.equal(begun?.Cause, started(0, 2))
    assert.deepEqual([begun?.StatusCode, begun?.Progress, begun?.EndTime], ['PreInService', 30, undefined])
    assert.equal(begun?.Details, '{"Availability Zone":"PARTI00"}')
    boot(c.engine, [id])
    await elapse(c, 7)
    const ended = await activitiesOf(c)
    const states = (of: string) =>
      ended
        .filter(({ Description }) => Description?.includes(of))
        .map(one => [one.StatusCode, one.Progress, one.EndTime !== undefined])
    assert.deepEqual(states(id), [['Successful', 100, true]])
    assert.deepEqual(states(other), [['PreInService', 30, false]])
  })

  it('instances have the tag of the group and the tags that are passed on', async () => {
    const tag = (Key: string, PropagateAtLaunch: boolean) => ({
      ...{ Key, Value: 'v', PropagateAtLaunch, ResourceId: 'web', ResourceType: 'auto-scaling-group' },
    })
    await haveGroup(c)
    const Tags = [tag('Name', true), tag('secret', false)]
    await c.autoscaling().send(new CreateOrUpdateTagsCommand({ Tags }))
    await update(c, sizes(1))
    await c.engine.drain()
    const [id = ''] = await memberIds()
    const Filters = [{ Name: 'resource-id', Values: [id] }]
    const { Tags: found = [] } = await c.ec2().send(new DescribeTagsCommand({ Filters }))
    assert.deepEqual(
      found.map(({ Key, Value }) => [Key, Value]),
      [
        ['Name', 'v'],
        ['aws:autoscaling:groupName', 'web'],
      ],
    )
  })

  it('what changed the size is told with the launch, once', async () => {
    await haveGroup(c)
    await elapse(c, 5)
    await update(c, { MinSize: 1, MaxSize: 2, DesiredCapacity: 1 })
    await converge(c)
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: await memberIds() }))
    await converge(c)
    const causes = (await activitiesOf(c)).map(({ Cause }) => Cause)
    assert.equal(
      causes[0],
      `At 2014-02-16T12:13:21Z a user request update of AutoScalingGroup constraints to min: 1, max: 2, desired: 1 changing the desired capacity from 0 to 1. ${started(0, 1, '2014-02-16T12:13:21Z')}`,
    )
    assert.match(
      causes[1] ?? '',
      /^At \S+ an instance was taken out of service in response to a health-check\.$/,
    )
    assert.match(causes[2] ?? '', /^At \S+ an instance was started [^.]*from 0 to 1\.$/)
  })

  it('a group shrinks when all of its instances are in service', async () => {
    await haveGroup(c, { MinSize: 3 })
    await c.engine.drain()
    await update(c, sizes(1))
    await elapse(c, 60)
    assert.equal((await memberIds()).length, 3)
    boot(c.engine)
    await elapse(c, 10)
    assert.equal((await memberIds()).length, 1)
    const last = (await activitiesOf(c)).at(-1)
    assert.match(last?.Description ?? '', /^Terminating EC2 instance: i-[0-9a-f]{8}$/)
    assert.deepEqual([last?.StatusCode, last?.Progress], ['Successful', 100])
    assert.match(
      last?.Cause ?? '',
      /^At 2014-02-16T12:13:16Z a user request update .* from 3 to 1\. At \S+ an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 3 to 1\. At \S+ instance i-[0-9a-f]{8} was selected for termination\.$/,
    )
    assert.equal(liveInstances(c.engine).length, 1)
  })

  it('a group that is to have none does not wait for what is pending', async () => {
    await haveGroup(c, { MinSize: 2 })
    await c.engine.drain()
    await update(c, sizes(0))
    await c.engine.drain()
    assert.deepEqual(await memberIds(), [])
    assert.equal(liveInstances(c.engine).length, 0)
    const states = (await activitiesOf(c)).map(({ StatusCode }) => StatusCode)
    assert.deepEqual(states, ['Cancelled', 'Cancelled', 'Successful', 'Successful'])
  })

  it("whoever ends a group's instance by himself gets another", async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    const [id = '', stays = ''] = await memberIds()
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await converge(c)
    const now = await memberIds()
    assert.equal(now.length, 2)
    assert.ok(now.includes(stays) && !now.includes(id))
  })

  it('an instance that stops is replaced, and does not stay behind', async () => {
    await haveGroup(c, { MinSize: 1 })
    await converge(c)
    const [id = ''] = await memberIds()
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must(id), rootDeviceType: 'ebs' }))
    await c.ec2().send(new StopInstancesCommand({ InstanceIds: [id] }))
    await converge(c)
    assert.notEqual((await memberIds())[0], id)
    assert.match(c.engine.read(tx => tx.instances.must(id)).state, /^(?:shutting-down|terminated)$/)
  })

  it('termination protection is no protection from the group', async () => {
    await haveGroup(c, { MinSize: 1 })
    await converge(c)
    const [id = ''] = await memberIds()
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must(id), disableApiTermination: true }))
    await update(c, sizes(0))
    await converge(c)
    assert.equal(liveInstances(c.engine).length, 0)
  })

  it('a launch that is refused is a failed activity, and is tried again after longer and longer pauses', async () => {
    await haveGroup(c)
    await update(c, sizes(2))
    c.engine.write(tx => tx.images.delete('emi-11111111'))
    await c.engine.drain()
    const failures = async () => (await activitiesOf(c)).filter(one => one.StatusCode === 'Failed')
    const [first] = await failures()
    assert.equal((await failures()).length, 1)
    assert.equal(first?.Description, 'Launching a new EC2 instance')
    assert.equal(first?.StatusMessage, "The image id '[emi-11111111]' does not exist")
    assert.match(
      first?.Cause ?? '',
      /^At .* update .* from 0 to 2\. At .* increasing the capacity from 0 to 1\.$/,
    )
    assert.ok(first?.EndTime)
    const times: number[] = []
    for (let second = 0; second < 600; second++) {
      const before = (await failures()).length
      await elapse(c, 1)
      if ((await failures()).length > before) times.push(second + 1)
    }
    assert.deepEqual(times, [9, 27, 63, 135, 279, 567])
    haveImage(c)
    await elapse(c, 900)
    assert.equal((await memberIds()).length, 2)
  })

  it('another launch configuration is tried at once', async () => {
    await haveGroup(c)
    await update(c, sizes(1))
    c.engine.write(tx => tx.images.delete('emi-11111111'))
    await elapse(c, 300)
    haveImage(c, c.accountId, 'emi-22222222')
    await haveConfiguration(c, 'other', { ImageId: 'emi-22222222' })
    await update(c, { LaunchConfigurationName: 'other' })
    await c.engine.drain()
    assert.equal((await memberIds()).length, 1)
  })

  it('after a day of failures the cloud suspends launches', async () => {
    await haveGroup(c)
    await update(c, sizes(1))
    c.engine.write(tx => tx.images.delete('emi-11111111'))
    await elapse(c, 23 * 3600)
    assert.deepEqual((await groupNow(c)).SuspendedProcesses, [])
    await elapse(c, 2 * 3600)
    assert.deepEqual((await groupNow(c)).SuspendedProcesses, [
      { ProcessName: 'Launch', SuspensionReason: 'Administrative suspension' },
    ])
    const count = (await activitiesOf(c)).length
    await elapse(c, 3600)
    assert.equal((await activitiesOf(c)).length, count)
  })

  it('instances that cannot start count as launches that fail', async () => {
    await haveGroup(c, { MinSize: 1 })
    await c.engine.drain()
    const [id = ''] = await memberIds()
    fail(c.engine, id)
    await elapse(c, 5)
    const activities = await activitiesOf(c)
    assert.deepEqual(
      activities.map(({ StatusCode, StatusMessage }) => [StatusCode, StatusMessage]),
      [
        ['Failed', 'Server.InternalError: No room on the disk'],
        ['Successful', undefined],
      ],
    )
    assert.deepEqual(await memberIds(), [])
    await elapse(c, 10)
    assert.equal((await memberIds()).length, 1)
  })

  it("the account's own policies bind the group", async () => {
    const alice = await c.account('alice')
    await haveConfiguration(alice)
    gate(c, alice, { Action: '*' }, { Effect: 'Deny', Action: 'ec2:RunInstances' })
    await haveGroup(alice, { MinSize: 1 })
    await c.engine.drain()
    const [failed] = await activitiesOf(alice)
    assert.equal(failed?.StatusCode, 'Failed')
    assert.equal(failed?.StatusMessage, 'You are not authorized to perform this operation.')
    gate(c, alice, { Action: '*' })
    await elapse(c, 10)
    const [instance] = liveInstances(c.engine)
    assert.equal(instance?.account, alice.accountId)
  })

  it('what fits is launched when not all of it does', async () => {
    c.engine.write(tx => tx.zones.put({ name: 'PARTI00', cpus: 3, memoryMib: 10_000, diskGib: 100 }))
    await haveGroup(c, { MinSize: 5 })
    await c.engine.drain()
    assert.equal((await memberIds()).length, 3)
    const last = (await activitiesOf(c)).at(-1)
    assert.equal(last?.StatusMessage, 'Not enough resources (0 in PARTI00 < 1): vm instances.')
  })

  it('a zone without room is passed over', async () => {
    c.engine.write(tx => tx.zones.put({ name: 'PARTI00', cpus: 1, memoryMib: 10_000, diskGib: 100 }))
    await haveGroup(c, { MinSize: 5, AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await converge(c)
    assert.deepEqual(await zonesNow(), ['PARTI00', ...Array(4).fill('PARTI01')])
    assert.ok((await activitiesOf(c)).every(({ StatusCode }) => StatusCode === 'Successful'))
  })

  it('instances move out of zones that are no longer the group’s', async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    await update(c, { AvailabilityZones: ['PARTI01'] })
    await c.engine.drain()
    assert.deepEqual(await zonesNow(), ['PARTI00', 'PARTI00', 'PARTI01'])
    assert.match(
      (await activitiesOf(c)).at(-1)?.Cause ?? '',
      /^At \S+ invalid availability zones PARTI00 had 2 instances respectively\. An instance was launched to aid in migrating instances from these zones to valid ones\.$/,
    )
    await converge(c, 6)
    assert.deepEqual(await zonesNow(), ['PARTI01', 'PARTI01'])
  })

  it('zones are balanced, at most a tenth beyond the size at a time', async () => {
    haveRoom(c)
    await haveGroup(c, { MinSize: 20 })
    await converge(c)
    await update(c, { AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await c.engine.drain()
    assert.equal((await memberIds()).length, 22)
    assert.match(
      (await activitiesOf(c)).at(-1)?.Cause ?? '',
      /availability zones PARTI00 PARTI01 had 20 0 instances respectively\. An instance was launched to aid in balancing the group's zones\.$/,
    )
    await converge(c, 12)
    const zones = await zonesNow()
    assert.equal(zones.length, 20)
    assert.equal(zones.filter(zone => zone === 'PARTI00').length, 10)
  })

  it('zones are left as they are while balancing is suspended, or what would have to leave is protected', async () => {
    await haveGroup(c, { MinSize: 3, NewInstancesProtectedFromScaleIn: true })
    await converge(c)
    await update(c, { AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await converge(c)
    assert.equal((await memberIds()).length, 3)
    await update(c, { AvailabilityZones: ['PARTI01'] })
    await converge(c)
    assert.deepEqual(await zonesNow(), ['PARTI00', 'PARTI00', 'PARTI00'])
    await suspend('AZRebalance')
    c.engine.write(tx => {
      for (const one of tx.scalingInstances.list()) tx.scalingInstances.put({ ...one, isProtected: false })
    })
    await converge(c)
    assert.deepEqual(await zonesNow(), ['PARTI00', 'PARTI00', 'PARTI00'])
    await resume('AZRebalance')
    await converge(c, 8)
    assert.deepEqual(await zonesNow(), ['PARTI01', 'PARTI01', 'PARTI01'])
  })

  it('suspended processes leave the group as it is', async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    await suspend('Launch')
    await update(c, sizes(4))
    await converge(c)
    assert.equal((await memberIds()).length, 2)
    await suspend('Terminate')
    await update(c, sizes(1))
    await converge(c)
    assert.equal((await memberIds()).length, 2)
    await resume('Terminate')
    await converge(c)
    assert.equal((await memberIds()).length, 1)
    await update(c, sizes(2))
    await resume('Launch')
    await converge(c)
    assert.equal((await memberIds()).length, 2)
  })

  it('an activity that takes longer than five minutes is cancelled, and its instance may still come', async () => {
    await haveGroup(c, { MinSize: 1 })
    await elapse(c, 299)
    assert.equal((await activitiesOf(c))[0]?.StatusCode, 'PreInService')
    await elapse(c, 20)
    const [late] = await activitiesOf(c)
    assert.equal(late?.StatusCode, 'Cancelled')
    assert.ok(late?.EndTime)
    boot(c.engine)
    await elapse(c, 10)
    assert.equal((await groupNow(c)).Instances?.[0]?.LifecycleState, 'InService')
  })

  it('a group that is deleted by force leaves no instance', async () => {
    await haveGroup(c, { MinSize: 3 })
    await converge(c)
    const input = { AutoScalingGroupName: 'web', ForceDelete: true }
    await c.autoscaling().send(new DeleteAutoScalingGroupCommand(input))
    assert.equal(liveInstances(c.engine).length, 0)
    assert.equal(
      c.engine.read(tx => tx.scalingInstances.list().length),
      0,
    )
    await elapse(c, 3600)
    assert.equal(
      c.engine.read(tx => [...tx.due.scan()].filter(({ task }) => task === 'autoscaling.tend').length),
      0,
    )
  })

  it('a settled group is looked at once a minute, and nothing is written of it', async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    await elapse(c, 120)
    const before = c.engine.read(tx => JSON.stringify([tx.scalingGroups.list(), tx.scalingInstances.list()]))
    const wakes: number[] = []
    for (let minute = 0; minute < 3; minute++) {
      wakes.push(c.engine.read(tx => tx.groupWakes.list()[0]?.at ?? 0))
      await elapse(c, 60)
    }
    const after = c.engine.read(tx => JSON.stringify([tx.scalingGroups.list(), tx.scalingInstances.list()]))
    assert.equal(after, before)
    const [a = 0, b = 0, d = 0] = wakes
    assert.deepEqual([b - a, d - b], [60_000, 60_000])
    assert.equal(
      c.engine.read(tx => [...tx.due.scan()].filter(({ task }) => task === 'autoscaling.tend').length),
      1,
    )
  })

  it('a jump of the clock is one look, not one for each that was missed', async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    const count = (await activitiesOf(c)).length
    c.clock.advance(30 * 24 * 3600)
    await c.engine.drain()
    assert.equal((await activitiesOf(c)).length, count)
    assert.equal((await memberIds()).length, 2)
  })

  it('activities are forgotten after six weeks', async () => {
    await haveGroup(c, { MinSize: 1 })
    await converge(c)
    assert.equal((await activitiesOf(c)).length, 1)
    c.clock.advance(42 * 24 * 3600)
    await c.engine.drain()
    assert.deepEqual(await activitiesOf(c), [])
  })

  it('a thousand instances are launched in one drain', async () => {
    haveRoom(c)
    await haveGroup(c, { AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await update(c, sizes(1000))
    await c.engine.drain()
    assert.equal(liveInstances(c.engine).length, 1000)
    assert.equal((await memberIds()).length, 1000)
    boot(c.engine)
    await elapse(c, 10)
    assert.ok((await groupNow(c)).Instances?.every(one => one.LifecycleState === 'InService'))
    await update(c, sizes(0))
    await c.engine.drain()
    assert.equal(liveInstances(c.engine).length, 0)
  }).timeout(120_000)
})
