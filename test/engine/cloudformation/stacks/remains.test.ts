// SPDX-License-Identifier: BSD-2-Clause
// What stays of stacks and of what is in them, and what goes, in which order.
import assert from 'node:assert/strict'
import {
  DeleteStackCommand,
  DescribeStackEventsCommand,
  SignalResourceCommand,
} from '@aws-sdk/client-cloudformation'
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../../support/cloud'
import { boot, haveImage, imageId } from '../../autoscaling/machines'
import { create, eventsOf, group, remove, resourcesNow, statusOf, update } from './made'

const bad = {
  SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 1, SourceSecurityGroupName: 'none' }],
}

describe('of stacks', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const groups = async () =>
    ((await c.ec2().send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? []).filter(
      ({ GroupName }) => GroupName !== 'default' && GroupName !== 'other',
    )
  const described = async () => (await groups()).map(({ Description }) => Description).sort()

  /** Somebody's group has a rule that names one of the stack, which so cannot be deleted. */
  const hold = async (name: string) => {
    await c.ec2().send(new CreateSecurityGroupCommand({ GroupName: 'other', Description: 'o' }))
    const rule = {
      GroupName: 'other',
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 1, UserIdGroupPairs: [{ GroupName: name }] }],
    }
    await c.ec2().send(new AuthorizeSecurityGroupIngressCommand(rule))
    return () => c.ec2().send(new RevokeSecurityGroupIngressCommand(rule))
  }

  /** An hour, and a little more, in which it is asked each minute. */
  const passPatience = async () => {
    for (let minute = 0; minute <= 61; minute++) {
      c.clock.advance(60)
      await c.settle()
    }
  }

  it('nothing goes before what depends on it has gone, however long that takes', async () => {
    haveImage(c)
    const machine = { Type: 'AWS::EC2::Instance', Properties: { ImageId: imageId }, DependsOn: 'G' }
    await create(c, { G: group('g'), I: machine })
    boot(c.engine)
    await c.pass(10)
    const id = (await resourcesNow(c)).I?.id ?? ''
    assert.equal(await statusOf(c), 'CREATE_COMPLETE')
    await c.cloudformation().send(new DeleteStackCommand({ StackName: 'web' }))
    await c.settle()
    assert.equal(
      c.engine.read(tx => tx.instances.get(id)?.state),
      'shutting-down',
    )
    assert.deepEqual(await described(), ['g'])
    await c.pass(120)
    assert.deepEqual(await described(), [])
  })

  it('what cannot be removed may be retained when it is told so', async () => {
    const id = await create(c, { A: group('a'), B: group('b') })
    await hold((await resourcesNow(c)).A?.id ?? '')
    await remove(c)
    await passPatience()
    assert.equal(await statusOf(c), 'DELETE_FAILED')
    await c.cloudformation().send(new DeleteStackCommand({ StackName: 'web', RetainResources: ['A'] }))
    await c.settle()
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    assert.ok((await eventsOf(c, id)).includes('A DELETE_SKIPPED'))
    assert.deepEqual(await described(), ['a'])
  })

  it('what was made in the same moment as something that fails is made', async () => {
    await create(c, { A: group('a'), B: group('b', bad) }, { DisableRollback: true })
    const { A, B } = await resourcesNow(c)
    assert.deepEqual([A?.status, B?.status], ['CREATE_COMPLETE', 'CREATE_FAILED'])
    assert.deepEqual(await described(), ['a'])
  })

  it('what an update could not clear away goes with the stack, and nothing of it stays on record', async () => {
    await create(c, { A: group('a'), B: group('b') })
    const release = await hold((await resourcesNow(c)).A?.id ?? '')
    await update(c, { B: group('b') })
    await passPatience()
    assert.equal(await statusOf(c), 'UPDATE_COMPLETE')
    assert.deepEqual(await described(), ['a', 'b'])
    const left = () => c.engine.read(tx => tx.stackLeftovers.everywhere().length)
    assert.equal(left(), 1)
    await release()
    await remove(c)
    assert.deepEqual(await described(), [])
    assert.equal(left(), 0)
  })

  it('what is replaced goes, though the resource is to be retained, and so does what was to replace it', async () => {
    const retained = { DeletionPolicy: 'Retain' }
    await create(c, { A: group('a', {}, retained) })
    await update(c, { A: group('other a', {}, retained) })
    assert.deepEqual(await described(), ['other a'])
    await update(c, { A: group('third a', {}, retained), B: group('b', bad, { DependsOn: 'A' }) })
    assert.equal(await statusOf(c), 'UPDATE_ROLLBACK_COMPLETE')
    assert.deepEqual(await described(), ['other a'])
  })

  it('signals go with the stack, and with what they were for', async () => {
    const policy = { CreationPolicy: { ResourceSignal: { Timeout: 'PT10M' } } }
    const machines = (AutoScalingGroupName: string) => ({
      Config: {
        Type: 'AWS::AutoScaling::LaunchConfiguration',
        Properties: { ImageId: imageId, InstanceType: 'm1.small' },
      },
      Group: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        Properties: {
          ...{ AutoScalingGroupName, AvailabilityZones: ['PARTI00'], MinSize: '0', MaxSize: '0' },
          LaunchConfigurationName: { Ref: 'Config' },
        },
        ...policy,
      },
    })
    haveImage(c)
    const signals = () => c.engine.read(tx => tx.stackSignals.everywhere().length)
    const signal = async () => {
      const input = {
        StackName: 'web',
        LogicalResourceId: 'Group',
        UniqueId: 'x',
        Status: 'SUCCESS',
      } as const
      await c.cloudformation().send(new SignalResourceCommand(input))
      await c.pass(3)
    }
    await create(c, machines('one'))
    await signal()
    assert.equal(await statusOf(c), 'CREATE_COMPLETE')
    await update(c, machines('two'))
    await c.pass(10)
    assert.equal(await statusOf(c), 'UPDATE_IN_PROGRESS')
    await signal()
    assert.equal(await statusOf(c), 'UPDATE_COMPLETE')
    assert.equal(signals(), 1)
    await remove(c)
    await c.pass(60)
    assert.equal(signals(), 0)
  })

  it('a policy that something is to be retained by is a change by itself', async () => {
    await create(c, { A: group('a') })
    await update(c, { A: group('a', {}, { DeletionPolicy: 'Retain' }) })
    await remove(c)
    assert.deepEqual(await described(), ['a'])
  })

  it('tags are those of all that has tags, from its first moment and after updates', async () => {
    await create(c, { A: group('a') }, { Tags: [{ Key: 'team', Value: 'one' }] })
    const team = async () => (await groups())[0]?.Tags?.find(({ Key }) => Key === 'team')?.Value
    assert.equal(await team(), 'one')
    await update(c, { A: group('a') }, { Tags: [{ Key: 'team', Value: 'two' }] })
    assert.equal(await team(), 'two')
  })

  it('each event has an id of its own, also where all happens in one moment', async () => {
    const ingress = (FromPort: number) => ({
      SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort, ToPort: FromPort, CidrIp: '10.0.0.0/8' }],
    })
    await create(c, { A: group('a', ingress(1)) })
    for (const port of [2, 3]) await update(c, { A: group('a', ingress(port)) })
    const { StackEvents = [] } = await c
      .cloudformation()
      .send(new DescribeStackEventsCommand({ StackName: 'web' }))
    assert.equal(new Set(StackEvents.map(({ EventId }) => EventId)).size, StackEvents.length)
  })
})
