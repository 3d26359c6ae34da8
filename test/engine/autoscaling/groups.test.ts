// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-auto-scaling'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveInstance } from '../ec2/instance'
import { groupOf, haveConfiguration, makeConfiguration, makeGroup, refused, type Who } from './made'

describe('groups of Auto Scaling', () => {
  let c: Cloud
  let alice: Clients
  let image: string
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    image = await haveConfiguration(c, alice)
  })
  afterEach(() => c.close())

  type Update = Partial<sdk.UpdateAutoScalingGroupType>
  const update = (AutoScalingGroupName: string, more: Update, who: Who = alice) =>
    who.autoscaling().send(new sdk.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...more }))

  const sizes = async (name: string) => {
    const { MinSize, MaxSize, DesiredCapacity } = (await groupOf(alice, name)) ?? {}
    return [MinSize, MaxSize, DesiredCapacity]
  }

  const recordOf = (name: string) => c.engine.read(tx => tx.scalingGroups.in(alice.accountId).must(name))

  /** Refused with a ValidationError, and nothing made or changed. */
  const invalid = async (call: () => Promise<unknown>, message: string) => {
    const records = () => c.engine.read(tx => JSON.stringify(tx.scalingGroups.in(alice.accountId).list()))
    await c.settle()
    const was = records()
    await refused(call(), 'ValidationError', message)
    assert.equal(records(), was)
  }

  describe('when they are made', () => {
    it('have what they were given, and defaults for the rest', async () => {
      await makeGroup(alice, 'web', { MaxSize: 3 })
      const group = await groupOf(alice, 'web')
      const { AutoScalingGroupARN = '', CreatedTime, ...rest } = group ?? {}
      assert.match(
        AutoScalingGroupARN,
        new RegExp(
          `^arn:aws:autoscaling::${alice.accountId}:autoScalingGroup:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:autoScalingGroupName/web$`,
        ),
      )
      assert.deepEqual(CreatedTime, new Date('2014-02-16T12:13:16Z'))
      assert.deepEqual(rest, {
        AutoScalingGroupName: 'web',
        LaunchConfigurationName: 'lc',
        ...{ MinSize: 0, MaxSize: 3, DesiredCapacity: 0, DefaultCooldown: 300 },
        AvailabilityZones: ['PARTI00'],
        HealthCheckType: 'EC2',
        HealthCheckGracePeriod: 0,
        TerminationPolicies: ['Default'],
        NewInstancesProtectedFromScaleIn: false,
        ...{ LoadBalancerNames: [], TargetGroupARNs: [], Instances: [] },
        ...{ SuspendedProcesses: [], EnabledMetrics: [], Tags: [] },
      })
    })

    it('are looked after at once', async () => {
      await makeGroup(alice, 'web')
      const due = c.engine.read(tx => tx.due.list().map(({ task, target }) => [task, target]))
      assert.deepEqual(due, [['autoscaling.tend', `${alice.accountId}/web`]])
    })

    it('take a launch configuration by its ARN, and zones in any case, each once', async () => {
      const { LaunchConfigurations = [] } = await alice
        .autoscaling()
        .send(new sdk.DescribeLaunchConfigurationsCommand({}))
      await makeGroup(alice, 'web', {
        LaunchConfigurationName: LaunchConfigurations[0]?.LaunchConfigurationARN,
        AvailabilityZones: ['parti01', 'PARTI01'],
        AvailabilityZoneIds: ['PARTI00'],
        TerminationPolicies: ['NewestInstance', 'Default', 'NewestInstance'],
        Tags: [{ Key: 'b', Value: ' two ', PropagateAtLaunch: true }, { Key: 'a' }],
      })
      const group = await groupOf(alice, 'web')
      assert.equal(group?.LaunchConfigurationName, 'lc')
      assert.deepEqual(group?.AvailabilityZones, ['PARTI01', 'PARTI00'])
      assert.deepEqual(group?.TerminationPolicies, ['NewestInstance', 'Default'])
      const about = { ResourceId: 'web', ResourceType: 'auto-scaling-group' }
      assert.deepEqual(group?.Tags, [
        { Key: 'a', Value: '', PropagateAtLaunch: false, ...about },
        { Key: 'b', Value: 'two', PropagateAtLaunch: true, ...about },
      ])
    })

    type Case = readonly [Partial<sdk.CreateAutoScalingGroupType>, string]
    const reserved = 'Invalid key (max length 128, must not be empty, reserved prefixes [aws:, euca:]): '
    const cases: readonly Case[] = [
      [{ AutoScalingGroupName: 'a:b' }, 'a:b for parameter AutoScalingGroupName is invalid'],
      [
        { AutoScalingGroupName: 'x'.repeat(256) },
        `${'x'.repeat(256)} for parameter AutoScalingGroupName is invalid`,
      ],
      [{ LaunchConfigurationName: undefined }, 'LaunchConfigurationName is required'],
      [{ LaunchConfigurationName: 'none' }, 'Launch configuration not found: none'],
      [{ MinSize: -1 }, '-1 for parameter MinSize is invalid'],
      [{ MaxSize: -1 }, '-1 for parameter MaxSize is invalid'],
      [{ DefaultCooldown: -1 }, '-1 for parameter DefaultCooldown is invalid'],
      [{ HealthCheckGracePeriod: -1 }, '-1 for parameter HealthCheckGracePeriod is invalid'],
      [{ HealthCheckType: 'TCP' }, 'TCP for parameter HealthCheckType is invalid'],
      [
        { TerminationPolicies: ['Default', 'Oldest'] },
        'Oldest for parameter TerminationPolicies.member.2 is invalid',
      ],
      [{ MinSize: 2, MaxSize: 1 }, 'MinSize must not be greater than MaxSize'],
      [{ MinSize: 1, MaxSize: 0 }, 'MinSize must not be greater than MaxSize'],
      [{ MinSize: 2, MaxSize: 3, DesiredCapacity: 1 }, 'DesiredCapacity must not be less than MinSize'],
      [{ MinSize: 2, MaxSize: 3, DesiredCapacity: 4 }, 'DesiredCapacity must not be greater than MaxSize'],
      // Of several faults, that of the first field by name is told.
      [{ MinSize: -1, DefaultCooldown: -1 }, '-1 for parameter DefaultCooldown is invalid'],
      [{ AvailabilityZones: undefined }, 'One of AvailabilityZones or VPCZoneIdentifier is required'],
      [
        { AvailabilityZones: ['PARTI00', 'z', 'a'] },
        'Invalid parameters [Invalid availability zone(s): [a, z]]',
      ],
      [{ VPCZoneIdentifier: 'net' }, 'net for parameter VPCZoneIdentifier is invalid'],
      [
        { AvailabilityZones: undefined, VPCZoneIdentifier: 'subnet-00000001, subnet-00000002' },
        'Invalid parameters [Invalid subnet(s): [subnet-00000001, subnet-00000002]]',
      ],
      [{ PlacementGroup: 'near' }, 'Invalid parameters [Invalid placement group: near]'],
      [
        { AvailabilityZones: ['z'], LoadBalancerNames: ['lb'], PlacementGroup: 'near' },
        'Invalid parameters [Invalid availability zone(s): [z], Invalid load balancer name(s): [lb], ' +
          'Invalid placement group: near]',
      ],
      [{ Tags: [{ Key: '' }] }, ' for parameter Tags.member.1.Key is invalid'],
      [
        { Tags: [{ Key: 'k', ResourceType: 'instance' }] },
        'instance for parameter Tags.member.1.ResourceType is invalid',
      ],
      [{ Tags: [{ Key: 'aws:k' }] }, `${reserved}aws:k`],
      [{ Tags: [{ Key: 'euca:k' }] }, `${reserved}euca:k`],
      [{ Tags: [{ Key: ' ' }] }, `${reserved} `],
      [{ LaunchTemplate: { LaunchTemplateName: 't' } }, 'LaunchTemplate is not supported by this cloud'],
      [
        { InstanceId: 'i-00000001' },
        'Valid requests must contain either LaunchConfigurationName or InstanceId parameter.',
      ],
      [
        { InstanceId: 'i-00000001', LaunchConfigurationName: undefined },
        'Invalid parameters [Invalid instance id: i-00000001]',
      ],
      [{ InstanceId: 'i' }, 'i for parameter InstanceId is invalid'],
      [
        { MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ InstanceType: 'm1.small' }] } } },
        'MixedInstancesPolicy is not supported by this cloud',
      ],
      [{ TargetGroupARNs: ['arn'] }, 'TargetGroupARNs is not supported by this cloud'],
      [{ CapacityRebalance: true }, 'CapacityRebalance is not supported by this cloud'],
      [{ MaxInstanceLifetime: 86_400 }, 'MaxInstanceLifetime is not supported by this cloud'],
      [{ DesiredCapacityType: 'vcpu' }, 'DesiredCapacityType vcpu is not supported by this cloud'],
      [
        { AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-only' } },
        'CapacityDistributionStrategy balanced-only is not supported by this cloud',
      ],
    ]
    it('are refused with the words of the first fault', async () => {
      for (const [input, message] of cases) await invalid(() => makeGroup(alice, 'web', input), message)
    })

    it('are refused without a size', () =>
      invalid(() => makeGroup(alice, 'web', { MinSize: undefined }), 'MinSize is required'))

    it('take what asks for nothing', async () => {
      const nothing = { CapacityRebalance: false, MaxInstanceLifetime: 0, Context: '', TargetGroupARNs: [] }
      await makeGroup(alice, 'web', {
        ...nothing,
        DeletionProtection: 'none',
        DesiredCapacityType: 'units',
        AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-best-effort' },
      })
    })

    it('are made in the likeness of an instance, with a launch configuration of their name', async () => {
      haveInstance(c, {
        id: 'i-0000000a',
        account: alice.accountId,
        imageId: image,
        instanceType: 'm1.large',
      })
      await makeGroup(alice, 'web', { InstanceId: 'i-0000000a', LaunchConfigurationName: undefined })
      assert.equal((await groupOf(alice, 'web'))?.LaunchConfigurationName, 'web')
      const type = c.engine.read(tx => tx.launchConfigurations.in(alice.accountId).must('web').instanceType)
      assert.equal(type, 'm1.large')
      const again = { InstanceId: 'i-0000000a', LaunchConfigurationName: undefined }
      await refused(makeGroup(alice, 'web', again), 'AlreadyExists', 'Resource already exists')
    })

    it('are refused when there is one of this name', async () => {
      await makeGroup(alice, 'web')
      await refused(makeGroup(alice, 'web'), 'AlreadyExists', 'Resource already exists')
      await makeGroup(alice, 'Web')
    })

    it('have ten tags at most', async () => {
      const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}` }))
      await makeGroup(alice, 'ten', { Tags: tags(10) })
      await refused(makeGroup(alice, 'eleven', { Tags: tags(11) }), 'LimitExceeded', 'Tag limit exceeded')
    })
  })

  describe('when they are changed', () => {
    beforeEach(() => makeGroup(alice, 'web', { MinSize: 1, MaxSize: 4, DesiredCapacity: 2 }))

    it('get what is given and keep the rest', async () => {
      await makeConfiguration(alice, 'other', image)
      await update('web', {
        ...{ LaunchConfigurationName: 'other', DefaultCooldown: 10, HealthCheckGracePeriod: 20 },
        ...{ HealthCheckType: 'ELB', AvailabilityZones: ['PARTI01'], NewInstancesProtectedFromScaleIn: true },
        TerminationPolicies: ['OldestInstance'],
      })
      const group = await groupOf(alice, 'web')
      assert.equal(group?.LaunchConfigurationName, 'other')
      assert.deepEqual([group?.DefaultCooldown, group?.HealthCheckGracePeriod], [10, 20])
      assert.deepEqual([group?.HealthCheckType, group?.AvailabilityZones], ['ELB', ['PARTI01']])
      assert.deepEqual(group?.TerminationPolicies, ['OldestInstance'])
      assert.equal(group?.NewInstancesProtectedFromScaleIn, true)
      assert.deepEqual(await sizes('web'), [1, 4, 2])
      await update('web', {})
      assert.deepEqual(await groupOf(alice, 'web'), group)
    })

    it('are named by their ARN as well', async () => {
      const { AutoScalingGroupARN = '' } = (await groupOf(alice, 'web')) ?? {}
      await update(AutoScalingGroupARN, { DefaultCooldown: 1 })
      assert.equal((await groupOf(alice, 'web'))?.DefaultCooldown, 1)
    })

    it('have their desired capacity brought within new bounds', async () => {
      await update('web', { MaxSize: 1 })
      assert.deepEqual(await sizes('web'), [1, 1, 1])
      await update('web', { MinSize: 3, MaxSize: 4 })
      assert.deepEqual(await sizes('web'), [3, 4, 3])
    })

    it('take all three sizes at once, zero as well, and say why', async () => {
      await update('web', { MinSize: 0, MaxSize: 0, DesiredCapacity: 0 })
      assert.deepEqual(await sizes('web'), [0, 0, 0])
      const causes = c.engine.read(tx => [
        ...recordOf('web').causes,
        ...tx.scalingActivities
          .in(alice.accountId)
          .list()
          .map(({ cause }) => cause),
      ])
      const expected =
        'At 2014-02-16T12:13:16Z a user request update of AutoScalingGroup constraints to min: 0, max: 0, ' +
        'desired: 0 changing the desired capacity from 2 to 0.'
      assert.ok(
        causes.some(cause => cause.startsWith(expected)),
        causes.join('\n'),
      )
    })

    it('have no cause noted when their capacity stays', async () => {
      await update('web', { MinSize: 0, MaxSize: 9, DesiredCapacity: 2 })
      assert.deepEqual(recordOf('web').causes, [])
    })

    const cases: readonly (readonly [Update, string])[] = [
      [{ MinSize: 5 }, 'DesiredCapacity must not be less than MinSize'],
      [{ MinSize: 3, MaxSize: 2 }, 'MinSize must not be greater than MaxSize'],
      [{ DesiredCapacity: 0 }, 'DesiredCapacity must not be less than MinSize'],
      [{ DesiredCapacity: 5 }, 'DesiredCapacity must not be greater than MaxSize'],
      [{ MaxSize: 3, DesiredCapacity: 4 }, 'DesiredCapacity must not be greater than MaxSize'],
      [{ MinSize: 0, DesiredCapacity: -1 }, 'DesiredCapacity must not be less than MinSize'],
      [{ DesiredCapacity: -1 }, '-1 for parameter DesiredCapacity is invalid'],
      [{ LaunchConfigurationName: 'none' }, 'Launch configuration not found: none'],
      [{ AvailabilityZones: ['z'] }, 'Invalid parameters [Invalid availability zone(s): [z]]'],
      [{ VPCZoneIdentifier: 'subnet-00000001' }, 'Invalid parameters [Invalid subnet(s): [subnet-00000001]]'],
      [{ PlacementGroup: 'near' }, 'Invalid parameters [Invalid placement group: near]'],
      [{ HealthCheckType: 'TCP' }, 'TCP for parameter HealthCheckType is invalid'],
      [{ LaunchTemplate: { LaunchTemplateId: 't' } }, 'LaunchTemplate is not supported by this cloud'],
    ]
    it('are refused with the words of the first fault', async () => {
      for (const [input, message] of cases) await invalid(() => update('web', input), message)
    })

    it('have to be there', async () => {
      await invalid(() => update('none', {}), 'Auto scaling group not found: none')
      const arn = (await groupOf(alice, 'web'))?.AutoScalingGroupARN ?? ''
      const other = arn.replace(/autoScalingGroup:./, 'autoScalingGroup:x')
      await invalid(() => update(other, {}), `Auto scaling group not found: ${other}`)
      await invalid(() => update('a:b', {}), 'a:b for parameter AutoScalingGroupName is invalid')
    })
  })
})
