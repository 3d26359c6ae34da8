// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeNotificationConfigurationsCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling'
import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { tagsOf } from '../../../../src/engine/tags'
import { type Cloud, cloud } from '../../../support/cloud'
import { boot, elapse, haveImage, imageId } from '../../autoscaling/machines'
import { type Resource, type Workshop, workshop } from './workshop'

const groupType = 'AWS::AutoScaling::AutoScalingGroup'
const configurationType = 'AWS::AutoScaling::LaunchConfiguration'
const policyType = 'AWS::AutoScaling::ScalingPolicy'
const alarmType = 'AWS::CloudWatch::Alarm'

describe('scaling groups of stacks', () => {
  let c: Cloud
  let shop: Workshop
  let configuration: Resource
  beforeEach(async () => {
    c = await cloud()
    haveImage(c)
    shop = workshop(c, { tags: [{ key: 'team', value: 'console' }] })
    configuration = shop.begin('Config', configurationType, { ImageId: imageId, InstanceType: 'm1.small' })
  })
  afterEach(() => c.close())

  const begin = (more: object = {}) =>
    shop.begin('Group', groupType, {
      ...{ AvailabilityZones: ['PARTI00'], MinSize: '1', MaxSize: '3' },
      ...{ LaunchConfigurationName: configuration.made.ref, ...more },
    })
  const given = (more: object = {}) => ({
    ...{ AvailabilityZones: ['PARTI00'], MinSize: 1, MaxSize: 3 },
    ...{ LaunchConfigurationName: configuration.made.ref, ...more },
  })
  const described = async ({ made }: Resource) => {
    const input = { AutoScalingGroupNames: [made.ref] }
    const { AutoScalingGroups = [] } = await c.autoscaling().send(new DescribeAutoScalingGroupsCommand(input))
    return AutoScalingGroups[0]
  }
  const once = (resource: Resource) =>
    shop.step(resource, work => resource.type.remove(work, resource.made, resource.properties))

  it('a group has its tags before its first instance is launched, and those that propagate go on to it', async () => {
    const Tags = [
      { Key: 'role', Value: 'front', PropagateAtLaunch: 'true' },
      { Key: 'note', Value: 'for people', PropagateAtLaunch: false },
    ]
    const group = begin({ Tags })
    await elapse(c, 1)
    const [instance] = c.engine.read(tx => tx.instances.list())
    const tags = c.engine.read(tx => tagsOf(tx, instance?.id ?? '', c.accountId))
    assert.deepEqual(
      tags.map(({ Key }) => Key),
      [
        'aws:autoscaling:groupName',
        'aws:cloudformation:logical-id',
        'aws:cloudformation:stack-id',
        'aws:cloudformation:stack-name',
        'role',
        'team',
      ],
    )
    const shown = (await described(group))?.Tags ?? []
    assert.deepEqual(
      shown.filter(({ Key }) => !Key?.startsWith('aws:')).map(({ Key }) => Key),
      ['note', 'role', 'team'],
    )
  })

  it('it is changed as it runs, and keeps a capacity that the template says nothing new of', async () => {
    const group = begin({ DesiredCapacity: '2', HealthCheckGracePeriod: '300' })
    await elapse(c, 1)
    boot(c.engine)
    await elapse(c, 20)
    const scale = { AutoScalingGroupName: group.made.ref, DesiredCapacity: 3 }
    await c.autoscaling().send(new SetDesiredCapacityCommand(scale))
    const changed = await shop.change(group, given({ DesiredCapacity: 2, Cooldown: '60' }))
    const shown = await described(changed)
    assert.deepEqual([shown?.DesiredCapacity, shown?.DefaultCooldown], [3, 60])
    const resized = await shop.change(changed, given({ DesiredCapacity: 1, MaxSize: 2 }))
    const now = await described(resized)
    assert.deepEqual([now?.MinSize, now?.DesiredCapacity, now?.MaxSize], [1, 1, 2])
  })

  it('a capacity above the largest size is refused in Auto Scaling’s words', async () => {
    const code = 'ValidationError'
    assert.throws(() => begin({ DesiredCapacity: 4 }), { code, message: /must not be greater than MaxSize/ })
    const group = begin()
    await assert.rejects(shop.change(group, given({ DesiredCapacity: 4 })), { code })
    assert.equal((await described(group))?.DesiredCapacity, 1)
  })

  it('load balancers, notifications and metrics come and go', async () => {
    const front = await shop.make('Front', 'AWS::ElasticLoadBalancing::LoadBalancer', {
      AvailabilityZones: ['PARTI00'],
      Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: '80', InstancePort: '8888' }],
    })
    const topic = (name: string) => ({
      NotificationTypes: ['autoscaling:EC2_INSTANCE_LAUNCH'],
      TopicARN: `arn:aws:sns::${c.accountId}:${name}`,
    })
    const MetricsCollection = [{ Granularity: '1Minute', Metrics: ['GroupInServiceInstances'] }]
    const group = begin({
      ...{ LoadBalancerNames: [front.made.ref], MetricsCollection },
      ...{ NotificationConfiguration: topic('a'), NotificationConfigurations: [topic('b')] },
    })
    const topics = async () => {
      const { NotificationConfigurations = [] } = await c
        .autoscaling()
        .send(new DescribeNotificationConfigurationsCommand({}))
      return NotificationConfigurations.map(({ TopicARN }) => TopicARN?.split(':').at(-1)).sort()
    }
    const metrics = async () => (await described(group))?.EnabledMetrics?.map(({ Metric }) => Metric)
    assert.deepEqual((await described(group))?.LoadBalancerNames, [front.made.ref])
    assert.deepEqual(await topics(), ['a', 'b'])
    assert.deepEqual(await metrics(), ['GroupInServiceInstances'])
    await shop.change(group, given({ NotificationConfigurations: [topic('c')] }))
    assert.deepEqual((await described(group))?.LoadBalancerNames, [])
    assert.deepEqual(await topics(), ['c'])
    assert.deepEqual(await metrics(), [])
  })

  it('it is brought to nothing before it is deleted', async () => {
    const group = begin()
    await elapse(c, 1)
    boot(c.engine)
    await elapse(c, 30)
    assert.deepEqual(once(group), {
      is: 'waiting',
      reason: `Autoscaling group ${group.made.ref} still has instances`,
    })
    assert.equal((await described(group))?.MaxSize, 0)
    for (let round = 0; round < 60 && once(group).is === 'waiting'; round++) await elapse(c, 2)
    assert.equal(await described(group), undefined)
    assert.deepEqual(once(configuration), { is: 'complete' })
  })

  it('a launch configuration that a group uses stays, and one of the same name is not taken over', async () => {
    begin()
    assert.throws(() => once(configuration), { code: 'ResourceInUse' })
    const config = { ImageId: imageId, InstanceType: 'm1.small', LaunchConfigurationName: 'mine' }
    await c.autoscaling().send(new CreateLaunchConfigurationCommand(config))
    assert.throws(() => shop.begin('Config', configurationType, config), { code: 'AlreadyExists' })
  })

  it('all of a launch configuration comes out as it was written', () => {
    const { made } = shop.begin('Whole', configurationType, {
      ...{ ImageId: imageId, InstanceType: 'm1.small', InstanceMonitoring: 'false', UserData: 'aGVsbG8=' },
      ...{ SecurityGroups: ['default'], EbsOptimized: 'true', SpotPrice: '0.25' },
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: '2', DeleteOnTermination: 'true' } },
        { DeviceName: '/dev/sdg', VirtualName: 'ephemeral0' },
      ],
    })
    const record = c.engine.read(tx => tx.launchConfigurations.in(c.accountId).must(made.ref))
    assert.deepEqual(
      [record.monitoring, record.userData, record.securityGroups, record.ebsOptimized, record.spotPrice],
      [false, 'aGVsbG8=', ['default'], true, '0.25'],
    )
    assert.deepEqual(record.mappings, [
      { deviceName: '/dev/sdf', ebs: { sizeGib: 2, deleteOnTermination: true } },
      { deviceName: '/dev/sdg', virtualName: 'ephemeral0' },
    ])
  })

  it('what whoever orders the stack may not delete is not taken for gone', async () => {
    const alice = await c.account('alice')
    await alice.iam().send(new CreateUserCommand({ UserName: 'bob' }))
    const statement = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource })
    const PolicyDocument = JSON.stringify({
      Statement: [
        statement('autoscaling:Create*', '*'),
        statement('autoscaling:Delete*', 'arn:aws:autoscaling:*:*:launchConfiguration:*:*/none'),
      ],
    })
    const policy = { UserName: 'bob', PolicyName: 'making', PolicyDocument }
    await alice.iam().send(new PutUserPolicyCommand(policy))
    const his = workshop(c, { who: alice, userName: 'bob' })
    const own = his.begin('Config', configurationType, { ImageId: imageId, InstanceType: 'm1.small' })
    const remove = () => his.step(own, work => own.type.remove(work, own.made, own.properties))
    assert.throws(remove, {
      name: 'ResourceFailure',
      message: `You are not authorized to delete the launch configuration ${own.made.ref}.`,
    })
  })

  it('a policy is known by its ARN, is changed where it is, and made anew when it is to lose something', async () => {
    const group = begin()
    const rules = {
      ...{ AutoScalingGroupName: group.made.ref, AdjustmentType: 'ChangeInCapacity' },
      ScalingAdjustment: '1',
    }
    const policy = shop.begin('Up', policyType, { ...rules, Cooldown: '60' })
    const changed = await shop.change(policy, { ...rules, ScalingAdjustment: 2, Cooldown: '60' })
    const { ScalingPolicies: [shown] = [] } = await c.autoscaling().send(new DescribePoliciesCommand({}))
    assert.equal(shown?.PolicyARN, changed.made.ref)
    assert.deepEqual([shown?.ScalingAdjustment, shown?.Cooldown], [2, 60])
    assert.equal(shop.mustReplace(changed, rules), true)
    assert.equal(shop.mustReplace(changed, { ...rules, Cooldown: 70 }), false)
  })

  it('a policy may go by steps', async () => {
    const group = begin()
    const { made } = shop.begin('Up', policyType, {
      ...{ AutoScalingGroupName: group.made.ref, AdjustmentType: 'ChangeInCapacity' },
      ...{
        PolicyType: 'StepScaling',
        StepAdjustments: [{ MetricIntervalLowerBound: '0', ScalingAdjustment: '1' }],
      },
    })
    assert.match(made.ref, /policyName\/console-Up-/)
  })

  it('a schedule has times, and is changed where it is', async () => {
    const group = begin()
    const about = { AutoScalingGroupName: group.made.ref, MinSize: '2' }
    const type = 'AWS::AutoScaling::ScheduledAction'
    const schedule = shop.begin('Night', type, { ...about, StartTime: '2014-03-01T00:00:00Z' })
    await shop.change(schedule, { ...about, MinSize: 1, StartTime: '2014-03-02T00:00:00Z' })
    const { ScheduledUpdateGroupActions: [action] = [] } = await c
      .autoscaling()
      .send(new DescribeScheduledActionsCommand({}))
    assert.equal(action?.ScheduledActionName, schedule.made.ref)
    assert.deepEqual([action?.MinSize, action?.StartTime], [1, new Date('2014-03-02T00:00:00Z')])
    assert.throws(() => shop.begin('Night', type, { ...about, StartTime: 'tonight' }), {
      message: 'Value tonight of property StartTime is no time',
    })
  })

  const alarmOf = (more: object = {}) => ({
    ...{ ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: '1', MetricName: 'Load' },
    ...{ Namespace: 'Mine', Period: '60', Statistic: 'Average', Threshold: '90.5', ...more },
  })

  it('an alarm is changed where it is, and is known by its name', async () => {
    const alarm = shop.begin('High', alarmType, alarmOf())
    assert.equal(alarm.made.attributes.Arn, `arn:aws:cloudwatch::${c.accountId}:alarm:${alarm.made.ref}`)
    await shop.change(alarm, alarmOf({ Threshold: 80, AlarmDescription: 'too high' }))
    const { MetricAlarms: [shown] = [] } = await c.cloudwatch().send(new DescribeAlarmsCommand({}))
    assert.deepEqual(
      [shown?.AlarmName, shown?.Threshold, shown?.AlarmDescription],
      [alarm.made.ref, 80, 'too high'],
    )
  })

  it('an alarm that is there already is not taken over', async () => {
    await c.cloudwatch().send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: 'mine', ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 },
        ...{ MetricName: 'Load', Namespace: 'Mine', Period: 60, Statistic: 'Average', Threshold: 1 },
      }),
    )
    assert.throws(() => shop.begin('High', alarmType, alarmOf({ AlarmName: 'mine' })), {
      message: 'mine already exists',
    })
    assert.throws(() => shop.begin('High', alarmType, alarmOf({ AlarmActions: ['arn:aws:sns:::topic'] })), {
      code: 'InvalidParameterValue',
    })
  })
})
