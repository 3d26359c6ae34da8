// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  DeleteKeyPairCommand,
  DeleteSecurityGroupCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam'
import type { Cloud } from '../../support/cloud'
import { gate } from '../ec2/people'
import {
  activitiesOf,
  converge,
  elapse,
  fail,
  groupNow,
  haveConfiguration,
  haveGroup,
  haveImage,
  liveInstances,
  memberIds,
  scalingCloud,
  sizes,
  update,
} from './machines'

describe('launches that fail', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await scalingCloud()
  })
  afterEach(() => c.close())

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
    await elapse(c, 600)
    const since = (at: Date | undefined) => ((at?.getTime() ?? 0) - (first?.StartTime?.getTime() ?? 0)) / 1000
    assert.deepEqual(
      (await failures()).map(({ StartTime }) => since(StartTime)),
      [0, 9, 27, 63, 135, 279, 567],
    )
    haveImage(c)
    await elapse(c, 900)
    assert.equal((await memberIds(c)).length, 2)
  })

  it('what a launch needs may be gone: that is told, nothing is left behind, and it goes on when it is there again', async () => {
    const { ec2, iam } = { ec2: c.ec2(), iam: c.iam() }
    const makeKey = () => ec2.send(new CreateKeyPairCommand({ KeyName: 'mine' }))
    const makeRoom = () => ec2.send(new CreateSecurityGroupCommand({ GroupName: 'room', Description: 'r' }))
    const profile = { InstanceProfileName: 'p', RoleName: 'r' }
    const makeProfile = async () => {
      await iam.send(new CreateInstanceProfileCommand(profile))
      await iam.send(new AddRoleToInstanceProfileCommand(profile))
    }
    const statement = {
      ...{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
    }
    const AssumeRolePolicyDocument = JSON.stringify({ Statement: [statement] })
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument }))
    for (const make of [makeKey, makeRoom, makeProfile]) await make()
    const more = { KeyName: 'mine', SecurityGroups: ['room'], IamInstanceProfile: 'p' }
    await haveConfiguration(c, 'rich', more)
    await haveGroup(c, { LaunchConfigurationName: 'rich' })
    const lacks = async (message: RegExp) => {
      await update(c, { MinSize: 1 })
      await c.engine.drain()
      const last = (await activitiesOf(c)).at(-1)
      assert.equal(last?.StatusCode, 'Failed')
      assert.match(last?.StatusMessage ?? '', message)
      assert.deepEqual(liveInstances(c.engine), [])
      assert.deepEqual(await memberIds(c), [])
    }
    const comes = async () => {
      await elapse(c, 30)
      await converge(c)
      assert.equal((await memberIds(c)).length, 1)
      await update(c, sizes(0))
      await converge(c)
      assert.deepEqual(await memberIds(c), [])
    }
    await ec2.send(new DeleteKeyPairCommand({ KeyName: 'mine' }))
    await lacks(/key pair 'mine' does not exist/)
    await makeKey()
    await comes()
    await ec2.send(new DeleteSecurityGroupCommand({ GroupName: 'room' }))
    await lacks(/security group 'room' does not exist/)
    await makeRoom()
    await comes()
    await iam.send(new RemoveRoleFromInstanceProfileCommand(profile))
    await iam.send(new DeleteInstanceProfileCommand(profile))
    await lacks(/parameter iamInstanceProfile is invalid\. No such instance profile/)
    await makeProfile()
    await comes()
    const group = c.engine.read(tx => tx.scalingGroups.in(c.accountId).must('web'))
    c.engine.write(tx => tx.scalingGroups.in(c.accountId).put({ ...group, zones: ['PARTI09'] }))
    await lacks(/Invalid availability zone: \[PARTI09\]/)
    await update(c, { AvailabilityZones: ['PARTI01'] })
    await comes()
  })

  it('what EC2 says is cut short when it is long', async () => {
    const KeyName = 'k'.repeat(250)
    await c.ec2().send(new CreateKeyPairCommand({ KeyName }))
    await haveConfiguration(c, 'long', { KeyName })
    await c.ec2().send(new DeleteKeyPairCommand({ KeyName }))
    await haveGroup(c, { LaunchConfigurationName: 'long', MinSize: 1 })
    await c.engine.drain()
    const [failed] = await activitiesOf(c)
    assert.equal(failed?.StatusMessage?.length, 255)
    assert.match(failed?.StatusMessage ?? '', /k{200}/)
  })

  it('a launch that succeeds has what failed before forgotten', async () => {
    await haveGroup(c)
    const failAgain = async (size: number) => {
      c.engine.write(tx => tx.images.delete('emi-11111111'))
      await update(c, sizes(size))
      await elapse(c, 8)
      const count = (await activitiesOf(c)).length
      await elapse(c, 2)
      assert.equal((await activitiesOf(c)).length, count + 1, 'after nine seconds')
      haveImage(c)
      await elapse(c, 30)
      await converge(c)
      assert.equal((await memberIds(c)).length, size)
    }
    await failAgain(1)
    await failAgain(2)
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
    assert.equal((await memberIds(c)).length, 1)
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
    const [id = ''] = await memberIds(c)
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
    assert.deepEqual(await memberIds(c), [])
    await elapse(c, 10)
    assert.equal((await memberIds(c)).length, 1)
  })

  it('instances that somebody terminates before they run do not', async () => {
    await haveGroup(c, { MinSize: 1 })
    await c.engine.drain()
    const [id = ''] = await memberIds(c)
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await elapse(c, 2)
    const [launch, ...rest] = await activitiesOf(c)
    assert.deepEqual([launch?.StatusCode, launch?.StatusMessage], ['Cancelled', undefined])
    assert.equal(rest.length, 2)
    assert.notDeepEqual(await memberIds(c), [id])
    assert.equal((await memberIds(c)).length, 1)
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
    assert.equal((await memberIds(c)).length, 3)
    const last = (await activitiesOf(c)).at(-1)
    assert.equal(last?.StatusMessage, 'Not enough resources (0 in PARTI00 < 1): vm instances.')
  })
})
