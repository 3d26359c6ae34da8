// SPDX-License-Identifier: BSD-2-Clause
// What the tools of Auto Scaling send.
import assert from 'node:assert/strict'
import { type Recorder, recorder } from './recorder'
import { itSends, type Sent } from './sending'

const ofGroup = { AutoScalingGroupName: 'g' }
const twoTags = {
  'Tags.member.1.Key': 'a',
  'Tags.member.1.ResourceId': 'g',
  'Tags.member.1.ResourceType': 'auto-scaling-group',
  'Tags.member.1.Value': 'x=y',
  'Tags.member.1.PropagateAtLaunch': 'true',
  'Tags.member.2.Key': 'b',
}
const tags = '--tag k=a,id=g,t=auto-scaling-group,v=x=y,p=TRUE --tag k=b'
const sizes = { MinSize: '0', MaxSize: '2' }

const cases: readonly Sent[] = [
  [
    'euscale-create-auto-scaling-group g -l lc -m 0 -M 2',
    { Action: 'CreateAutoScalingGroup', ...ofGroup, ...sizes, LaunchConfigurationName: 'lc' },
  ],
  [
    `euscale-create-auto-scaling-group g -l lc -m 0 -M 2 --default-cooldown 10 --desired-capacity 1 --grace-period 20 --health-check-type ELB --load-balancers a,b --placement-group p ${tags} --termination-policies OldestInstance,Default --vpc-zone-identifier subnet-1,subnet-2 -z A,B`,
    {
      Action: 'CreateAutoScalingGroup',
      ...ofGroup,
      ...sizes,
      ...twoTags,
      LaunchConfigurationName: 'lc',
      DefaultCooldown: '10',
      DesiredCapacity: '1',
      HealthCheckGracePeriod: '20',
      HealthCheckType: 'ELB',
      'LoadBalancerNames.member.1': 'a',
      'LoadBalancerNames.member.2': 'b',
      PlacementGroup: 'p',
      'TerminationPolicies.member.1': 'OldestInstance',
      'TerminationPolicies.member.2': 'Default',
      VPCZoneIdentifier: 'subnet-1,subnet-2',
      'AvailabilityZones.member.1': 'A',
      'AvailabilityZones.member.2': 'B',
    },
  ],
  ['euscale-update-auto-scaling-group g', { Action: 'UpdateAutoScalingGroup', ...ofGroup }],
  [
    'euscale-update-auto-scaling-group g -l lc -m 0 -M 2 --default-cooldown 10 --desired-capacity 0 --grace-period 20 --health-check-type EC2 --placement-group p --termination-policies Default --vpc-zone-identifier subnet-1 -z A',
    {
      Action: 'UpdateAutoScalingGroup',
      ...ofGroup,
      ...sizes,
      LaunchConfigurationName: 'lc',
      DefaultCooldown: '10',
      DesiredCapacity: '0',
      HealthCheckGracePeriod: '20',
      HealthCheckType: 'EC2',
      PlacementGroup: 'p',
      'TerminationPolicies.member.1': 'Default',
      VPCZoneIdentifier: 'subnet-1',
      'AvailabilityZones.member.1': 'A',
    },
  ],
  [
    'euscale-create-launch-config lc -i emi-1 -t m1.small',
    {
      Action: 'CreateLaunchConfiguration',
      LaunchConfigurationName: 'lc',
      ImageId: 'emi-1',
      InstanceType: 'm1.small',
    },
  ],
  [
    'euscale-create-launch-config lc -i emi-1 -t m1.small --associate-public-ip-address no --block-device-mapping sda=snap-1:5:true:standard,sdb=ephemeral0,sdc=none --ebs-optimized --group one,sg-2 --iam-instance-profile p --kernel eki-1 --key k --monitoring-enabled --monitoring-disabled --ramdisk eri-1 --spot-price 0.5 -d hello',
    {
      Action: 'CreateLaunchConfiguration',
      LaunchConfigurationName: 'lc',
      ImageId: 'emi-1',
      InstanceType: 'm1.small',
      AssociatePublicIpAddress: 'false',
      'BlockDeviceMappings.member.1.DeviceName': 'sda',
      'BlockDeviceMappings.member.1.Ebs.SnapshotId': 'snap-1',
      'BlockDeviceMappings.member.1.Ebs.VolumeSize': '5',
      'BlockDeviceMappings.member.1.Ebs.DeleteOnTermination': 'true',
      'BlockDeviceMappings.member.1.Ebs.VolumeType': 'standard',
      'BlockDeviceMappings.member.2.DeviceName': 'sdb',
      'BlockDeviceMappings.member.2.VirtualName': 'ephemeral0',
      'BlockDeviceMappings.member.3.DeviceName': 'sdc',
      'BlockDeviceMappings.member.3.NoDevice': 'true',
      EbsOptimized: 'true',
      'SecurityGroups.member.1': 'one',
      'SecurityGroups.member.2': 'sg-2',
      IamInstanceProfile: 'p',
      KernelId: 'eki-1',
      KeyName: 'k',
      'InstanceMonitoring.Enabled': 'false',
      RamdiskId: 'eri-1',
      SpotPrice: '0.5',
      UserData: 'aGVsbG8=',
    },
  ],
  [`euscale-create-or-update-tags ${tags}`, { Action: 'CreateOrUpdateTags', ...twoTags }],
  [`euscale-delete-tags ${tags}`, { Action: 'DeleteTags', ...twoTags }],
  ['euscale-delete-auto-scaling-group g', { Action: 'DeleteAutoScalingGroup', ...ofGroup }],
  [
    'euscale-delete-auto-scaling-group -d -f g',
    { Action: 'DeleteAutoScalingGroup', ...ofGroup, ForceDelete: 'true' },
  ],
  [
    'euscale-delete-launch-config -f lc',
    { Action: 'DeleteLaunchConfiguration', LaunchConfigurationName: 'lc' },
  ],
  [
    'euscale-delete-notification-configuration g -t arn:t -f',
    { Action: 'DeleteNotificationConfiguration', ...ofGroup, TopicARN: 'arn:t' },
  ],
  ['euscale-delete-policy p -g g -f', { Action: 'DeletePolicy', ...ofGroup, PolicyName: 'p' }],
  [
    'euscale-delete-scheduled-action a -g g -f',
    { Action: 'DeleteScheduledAction', ...ofGroup, ScheduledActionName: 'a' },
  ],
  ['euscale-describe-account-limits', { Action: 'DescribeAccountLimits' }],
  ['euscale-describe-adjustment-types', { Action: 'DescribeAdjustmentTypes' }],
  ['euscale-describe-auto-scaling-groups', { Action: 'DescribeAutoScalingGroups' }],
  [
    'euscale-describe-auto-scaling-groups g verbose --show-long',
    {
      Action: 'DescribeAutoScalingGroups',
      'AutoScalingGroupNames.member.1': 'g',
      'AutoScalingGroupNames.member.2': 'verbose',
    },
  ],
  [
    'euscale-describe-auto-scaling-instances i-1 i-2 --show-long',
    { Action: 'DescribeAutoScalingInstances', 'InstanceIds.member.1': 'i-1', 'InstanceIds.member.2': 'i-2' },
  ],
  ['euscale-describe-auto-scaling-notification-types', { Action: 'DescribeAutoScalingNotificationTypes' }],
  [
    'euscale-describe-launch-configs lc --show-long',
    { Action: 'DescribeLaunchConfigurations', 'LaunchConfigurationNames.member.1': 'lc' },
  ],
  ['euscale-describe-metric-collection-types', { Action: 'DescribeMetricCollectionTypes' }],
  [
    'euscale-describe-notification-configurations g',
    { Action: 'DescribeNotificationConfigurations', 'AutoScalingGroupNames.member.1': 'g' },
  ],
  [
    'euscale-describe-policies p -g g --show-long',
    { Action: 'DescribePolicies', ...ofGroup, 'PolicyNames.member.1': 'p' },
  ],
  ['euscale-describe-process-types', { Action: 'DescribeScalingProcessTypes' }],
  [
    'euscale-describe-scaling-activities 1 2 -g g --show-long',
    {
      Action: 'DescribeScalingActivities',
      ...ofGroup,
      'ActivityIds.member.1': '1',
      'ActivityIds.member.2': '2',
    },
  ],
  [
    'euscale-describe-scheduled-actions a -g g --start-time 2014-02-16T12:13:14Z --end-time 2014-02-17T12:13:14Z --show-long',
    {
      Action: 'DescribeScheduledActions',
      ...ofGroup,
      'ScheduledActionNames.member.1': 'a',
      StartTime: '2014-02-16T12:13:14Z',
      EndTime: '2014-02-17T12:13:14Z',
    },
  ],
  ['euscale-describe-tags', { Action: 'DescribeTags' }],
  [
    'euscale-describe-tags --filter key=a,key=b --filter auto-scaling-group=g --filter key=c',
    {
      Action: 'DescribeTags',
      'Filters.member.1.Name': 'key',
      'Filters.member.1.Values.member.1': 'a',
      'Filters.member.1.Values.member.2': 'b',
      'Filters.member.1.Values.member.3': 'c',
      'Filters.member.2.Name': 'auto-scaling-group',
      'Filters.member.2.Values.member.1': 'g',
    },
  ],
  ['euscale-describe-termination-policy-types', { Action: 'DescribeTerminationPolicyTypes' }],
  [
    'euscale-disable-metrics-collection g -m A,B',
    { Action: 'DisableMetricsCollection', ...ofGroup, 'Metrics.member.1': 'A', 'Metrics.member.2': 'B' },
  ],
  [
    'euscale-enable-metrics-collection g -g 1Minute -m A',
    { Action: 'EnableMetricsCollection', ...ofGroup, Granularity: '1Minute', 'Metrics.member.1': 'A' },
  ],
  ['euscale-execute-policy arn:p', { Action: 'ExecutePolicy', PolicyName: 'arn:p' }],
  [
    'euscale-execute-policy p -g g -H -h',
    { Action: 'ExecutePolicy', ...ofGroup, PolicyName: 'p', HonorCooldown: 'true' },
  ],
  [
    'euscale-put-notification-configuration g -n A,B -t arn:t',
    {
      Action: 'PutNotificationConfiguration',
      ...ofGroup,
      'NotificationTypes.member.1': 'A',
      'NotificationTypes.member.2': 'B',
      TopicARN: 'arn:t',
    },
  ],
  [
    'euscale-put-scheduled-update-group-action a -g g -b 2014-02-16T12:13:14Z -e 2014-02-17T12:13:14Z -r @daily --desired-capacity 1 --max-size 2 --min-size 0',
    {
      Action: 'PutScheduledUpdateGroupAction',
      ...ofGroup,
      ...sizes,
      ScheduledActionName: 'a',
      StartTime: '2014-02-16T12:13:14Z',
      EndTime: '2014-02-17T12:13:14Z',
      Recurrence: '@daily',
      DesiredCapacity: '1',
    },
  ],
  ['euscale-resume-processes g', { Action: 'ResumeProcesses', ...ofGroup }],
  [
    'euscale-resume-processes g --processes Launch',
    { Action: 'ResumeProcesses', ...ofGroup, 'ScalingProcesses.member.1': 'Launch' },
  ],
  [
    'euscale-suspend-processes g --processes Launch,Terminate',
    {
      Action: 'SuspendProcesses',
      ...ofGroup,
      'ScalingProcesses.member.1': 'Launch',
      'ScalingProcesses.member.2': 'Terminate',
    },
  ],
  [
    'euscale-set-desired-capacity g -c 0 -h -H',
    { Action: 'SetDesiredCapacity', ...ofGroup, DesiredCapacity: '0', HonorCooldown: 'false' },
  ],
  [
    'euscale-set-instance-health i-1 -s Unhealthy',
    { Action: 'SetInstanceHealth', InstanceId: 'i-1', HealthStatus: 'Unhealthy' },
  ],
  [
    'euscale-set-instance-health i-1 -s Healthy --no-respect-grace-period',
    {
      Action: 'SetInstanceHealth',
      InstanceId: 'i-1',
      HealthStatus: 'Healthy',
      ShouldRespectGracePeriod: 'false',
    },
  ],
  [
    'euscale-terminate-instance-in-auto-scaling-group i-1 -d --show-long -f',
    {
      Action: 'TerminateInstanceInAutoScalingGroup',
      InstanceId: 'i-1',
      ShouldDecrementDesiredCapacity: 'true',
    },
  ],
  [
    'euscale-terminate-instance-in-auto-scaling-group i-1 -D',
    {
      Action: 'TerminateInstanceInAutoScalingGroup',
      InstanceId: 'i-1',
      ShouldDecrementDesiredCapacity: 'false',
    },
  ],
]

describe('Tools of Auto Scaling send', () => {
  let service: Recorder
  before(async () => {
    service = await recorder()
  })
  after(() => service.close())
  itSends(cases, () => service)

  it('what a policy changes, also where that is less', async () => {
    const typed = 'euscale-put-scaling-policy p -g g -a -25 -t PercentChangeInCapacity --cooldown 60 -s 2'
    const answered = await recorder(
      () => '<R><PutScalingPolicyResult><PolicyARN>arn:p</PolicyARN></PutScalingPolicyResult></R>',
    )
    const { stdout, status } = await answered.tool(typed.split(' '))
    await answered.close()
    assert.deepEqual([stdout, status], ['arn:p\n', 0])
    assert.deepEqual(answered.requests, [
      {
        Action: 'PutScalingPolicy',
        ...ofGroup,
        PolicyName: 'p',
        ScalingAdjustment: '-25',
        AdjustmentType: 'PercentChangeInCapacity',
        Cooldown: '60',
        MinAdjustmentStep: '2',
      },
    ])
  })
})
