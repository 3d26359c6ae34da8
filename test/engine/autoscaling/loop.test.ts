// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { CreateOrUpdateTagsCommand, DeleteAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import { DescribeTagsCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../support/cloud'
import {
  activitiesOf,
  boot,
  converge,
  elapse,
  haveGroup,
  liveInstances,
  memberIds,
  resume,
  scalingCloud,
  sizes,
  suspend,
  update,
} from './machines'

const at = '2014-02-16T12:13:16Z'
const started = (from: number, to: number, when = at) =>
  `At ${when} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${from} to ${to}.`

describe('the loop of a group', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await scalingCloud()
  })
  afterEach(() => c.close())

  it('a launch is an activity that ends when the instance is in service', async () => {
    await haveGroup(c, { MinSize: 2 })
    await c.engine.drain()
    const [id = '', other = ''] = await memberIds(c)
    const begun = (await activitiesOf(c)).find(({ Description }) => Description?.includes(id))
    assert.equal(begun?.Description, `Launching a new EC2 instance: ${id}`)
    assert.equal(begun?.Cause, started(0, 2))
    assert.deepEqual([begun?.StatusCode, begun?.Progress, begun?.EndTime], ['PreInService', 30, undefined])
    assert.equal(begun?.Details, '{"Availability Zone":"PARTI00"}')
    const token = liveInstances(c.engine).find(instance => instance.id === id)?.clientToken
    assert.equal(token, `${begun?.ActivityId}_PARTI00_1`)
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
    const [id = ''] = await memberIds(c)
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
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: await memberIds(c) }))
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
    assert.equal((await memberIds(c)).length, 3)
    boot(c.engine)
    await elapse(c, 10)
    assert.equal((await memberIds(c)).length, 1)
    const last = (await activitiesOf(c)).at(-1)
    assert.match(last?.Description ?? '', /^Terminating EC2 instance: i-[0-9a-f]{8}$/)
    assert.deepEqual([last?.StatusCode, last?.Progress], ['Successful', 100])
    assert.match(
      last?.Cause ?? '',
      /^At 2014-02-16T12:13:16Z a user request update .* from 3 to 1\. At \S+ an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 3 to 1\.(?: At \S+ instance i-[0-9a-f]{8} was selected for termination\.){2}$/,
    )
    assert.equal(liveInstances(c.engine).length, 1)
  })

  it('a group that is to have none does not wait for what is pending', async () => {
    await haveGroup(c, { MinSize: 2 })
    await c.engine.drain()
    await update(c, sizes(0))
    await c.engine.drain()
    assert.deepEqual(await memberIds(c), [])
    assert.equal(liveInstances(c.engine).length, 0)
    const states = (await activitiesOf(c)).map(({ StatusCode }) => StatusCode)
    assert.deepEqual(states, ['Cancelled', 'Cancelled', 'Successful', 'Successful'])
  })

  it("whoever ends a group's instance by himself gets another", async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    const [id = '', stays = ''] = await memberIds(c)
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await converge(c)
    const now = await memberIds(c)
    assert.equal(now.length, 2)
    assert.ok(now.includes(stays) && !now.includes(id))
  })

  it('an instance that stops is replaced, and does not stay behind', async () => {
    await haveGroup(c, { MinSize: 1 })
    await converge(c)
    const [id = ''] = await memberIds(c)
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must(id), rootDeviceType: 'ebs' }))
    await c.ec2().send(new StopInstancesCommand({ InstanceIds: [id] }))
    await converge(c)
    assert.notEqual((await memberIds(c))[0], id)
    assert.match(c.engine.read(tx => tx.instances.must(id)).state, /^(?:shutting-down|terminated)$/)
  })

  it('termination protection is no protection from the group', async () => {
    await haveGroup(c, { MinSize: 1 })
    await converge(c)
    const [id = ''] = await memberIds(c)
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must(id), disableApiTermination: true }))
    await update(c, sizes(0))
    await converge(c)
    assert.equal(liveInstances(c.engine).length, 0)
  })

  it('suspended processes leave the group as it is', async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    await suspend(c, 'Launch')
    await update(c, sizes(4))
    await converge(c)
    assert.equal((await memberIds(c)).length, 2)
    await suspend(c, 'Terminate')
    await update(c, sizes(1))
    await converge(c)
    assert.equal((await memberIds(c)).length, 2)
    await resume(c, 'Terminate')
    await converge(c)
    assert.equal((await memberIds(c)).length, 1)
    await update(c, sizes(2))
    await resume(c, 'Launch')
    await converge(c)
    assert.equal((await memberIds(c)).length, 2)
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
})
