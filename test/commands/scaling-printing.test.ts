// SPDX-License-Identifier: BSD-2-Clause
// What the tools of Auto Scaling print of a service's answers.
import assert from 'node:assert/strict'
import { lines } from './answered'
import { recorder } from './recorder'

const members = (...contents: readonly string[]): string =>
  contents.map(content => `<member>${content}</member>`).join('')

const group = `<AutoScalingGroupName>g</AutoScalingGroupName>
<LaunchConfigurationName>lc</LaunchConfigurationName>
<AvailabilityZones>${members('A', 'B')}</AvailabilityZones>
<CreatedTime>2014-02-16T12:13:16.5Z</CreatedTime>
<LoadBalancerNames>${members('l', 'm')}</LoadBalancerNames>
<HealthCheckType>EC2</HealthCheckType>
<MinSize>0</MinSize><MaxSize>3</MaxSize><DesiredCapacity>2</DesiredCapacity>
<DefaultCooldown>300</DefaultCooldown><HealthCheckGracePeriod>0</HealthCheckGracePeriod>
<VPCZoneIdentifier>subnet-1</VPCZoneIdentifier><PlacementGroup>p</PlacementGroup>
<AutoScalingGroupARN>arn:g</AutoScalingGroupARN>
<TerminationPolicies>${members('OldestInstance', 'Default')}</TerminationPolicies>
<Instances>${members(
  '<InstanceId>i-1</InstanceId><AvailabilityZone>A</AvailabilityZone><LifecycleState>InService</LifecycleState><HealthStatus>Healthy</HealthStatus><LaunchConfigurationName>lc</LaunchConfigurationName>',
)}</Instances>
<SuspendedProcesses>${members(
  '<ProcessName>Launch</ProcessName><SuspensionReason>Manual suspension</SuspensionReason>',
)}</SuspendedProcesses>
<EnabledMetrics>${members('<Metric>GroupMinSize</Metric><Granularity>1Minute</Granularity>')}</EnabledMetrics>
<Tags>${members(
  '<ResourceType>auto-scaling-group</ResourceType><ResourceId>g</ResourceId><Key>k</Key><Value>v</Value><PropagateAtLaunch>true</PropagateAtLaunch>',
)}</Tags>`

const below = [
  'INSTANCE\ti-1\tA\tInService\tHealthy\tlc',
  'SUSPENDED-PROCESS\tLaunch\tManual suspension\tg',
  'ENABLED-METRICS\tGroupMinSize\t1Minute',
  'TAG\tauto-scaling-group\tg\tk\tv\ttrue',
]

const configuration = (more: string): string =>
  `<LaunchConfigurationName>lc</LaunchConfigurationName><ImageId>emi-1</ImageId><InstanceType>m1.small</InstanceType>${more}`

const everything = `<KeyName>k</KeyName><KernelId>eki-1</KernelId><RamdiskId>eri-1</RamdiskId>
<BlockDeviceMappings>${members(
  '<DeviceName>sda</DeviceName><Ebs><SnapshotId>snap-1</SnapshotId><VolumeSize>5</VolumeSize></Ebs>',
  '<DeviceName>sdb</DeviceName><VirtualName>ephemeral0</VirtualName>',
  '<DeviceName>sdc</DeviceName><Ebs><VolumeSize>7</VolumeSize></Ebs>',
  '<DeviceName>sdd</DeviceName><Ebs/>',
)}</BlockDeviceMappings>
<SecurityGroups>${members('one', 'two')}</SecurityGroups>
<CreatedTime>2014-02-16T12:13:16Z</CreatedTime>
<InstanceMonitoring><Enabled>true</Enabled></InstanceMonitoring>
<LaunchConfigurationARN>arn:lc</LaunchConfigurationARN>
<SpotPrice>0.5</SpotPrice><IamInstanceProfile>p</IamInstanceProfile>
<EbsOptimized>false</EbsOptimized><AssociatePublicIpAddress>true</AssociatePublicIpAddress>
<UserData>${Buffer.from('line 1\nline 2').toString('base64')}</UserData>`

const activity = `<ActivityId>a1</ActivityId><AutoScalingGroupName>g</AutoScalingGroupName>
<EndTime>2014-02-16T12:14:16Z</EndTime><StartTime>2014-02-16T12:13:16Z</StartTime>
<StatusCode>Failed</StatusCode><StatusMessage>No.</StatusMessage><Cause>At noon it was so.</Cause>
<Progress>100</Progress><Description>Launching</Description><Details>{}</Details>`

describe('Tools of Auto Scaling print', () => {
  it('groups and what is in them, shortly and at length', async () => {
    const answers = {
      DescribeAutoScalingGroups: `<AutoScalingGroups>${members(group, '<AutoScalingGroupName>h</AutoScalingGroupName>')}</AutoScalingGroups>`,
    }
    assert.deepEqual(await lines('euscale-describe-auto-scaling-groups', answers), [
      'AUTO-SCALING-GROUP\tg\tlc\tA,B\tl,m\t0\t3\t2\tOldestInstance,Default',
      ...below,
      'AUTO-SCALING-GROUP\th\t\t\t\t\t\t\t',
    ])
    assert.deepEqual(
      (await lines('euscale-describe-auto-scaling-groups --show-long', answers)).slice(0, -1),
      [
        'AUTO-SCALING-GROUP\tg\tlc\tA,B\t2014-02-16T12:13:16.5Z\tl,m\tEC2\t0\t3\t2\t300\t0\tsubnet-1\tp\tarn:g\tOldestInstance,Default',
        ...below,
      ],
    )
    const [, empty] = await lines('euscale-describe-auto-scaling-groups --show-empty-fields', {
      DescribeAutoScalingGroups: `<AutoScalingGroups>${members('', '<AutoScalingGroupName>h</AutoScalingGroupName>')}</AutoScalingGroups>`,
    })
    assert.equal(empty, `AUTO-SCALING-GROUP\th${'\t(nil)'.repeat(7)}`)
  })

  it('launch configurations, shortly and at length', async () => {
    const answers = {
      DescribeLaunchConfigurations: `<LaunchConfigurations>${members(configuration(everything), configuration(''))}</LaunchConfigurations>`,
    }
    assert.deepEqual(await lines('euscale-describe-launch-configs', answers), [
      'LAUNCH-CONFIG\tlc\temi-1\tm1.small\t0.5\tp',
      'LAUNCH-CONFIG\tlc\temi-1\tm1.small\t\t',
    ])
    assert.deepEqual(await lines('euscale-describe-launch-configs --show-long', answers), [
      'LAUNCH-CONFIG\tlc\temi-1\tm1.small\tk\teki-1\teri-1\t{sda=snap-1:5,sdb=ephemeral0,sdc=:7,sdd=}\tone,two\t2014-02-16T12:13:16Z\ttrue\tarn:lc\t0.5\tp\tfalse\ttrue',
      'USER-DATA\tlc',
      'line 1',
      'line 2',
      '',
      `LAUNCH-CONFIG\tlc\temi-1\tm1.small${'\t'.repeat(12)}`,
    ])
  })

  it('activities, shortly and at length', async () => {
    const answers = { DescribeScalingActivities: `<Activities>${members(activity)}</Activities>` }
    const short = 'ACTIVITY\ta1\t2014-02-16T12:14:16Z\tg\tFailed\tNo.'
    assert.deepEqual(await lines('euscale-describe-scaling-activities', answers), [short])
    assert.deepEqual(await lines('euscale-describe-scaling-activities --show-long', answers), [
      `${short}\tAt noon it was so.\t100\tLaunching\t{}\t2014-02-16T12:13:16Z`,
    ])
  })

  it('what has begun with an instance', async () => {
    const answers = { TerminateInstanceInAutoScalingGroup: `<Activity>${activity}</Activity>` }
    const short = 'INSTANCE\ta1\t2014-02-16T12:14:16Z\tFailed\tAt noon it was so.'
    const tool = 'euscale-terminate-instance-in-auto-scaling-group i-1 -D'
    assert.deepEqual(await lines(tool, answers), [short])
    assert.deepEqual(await lines(`${tool} --show-long`, answers), [
      `${short}\tNo.\t100\tLaunching\t2014-02-16T12:13:16Z`,
    ])
  })

  it('policies and scheduled actions, shortly and at length', async () => {
    const policies = {
      DescribePolicies: `<ScalingPolicies>${members(
        '<AutoScalingGroupName>g</AutoScalingGroupName><PolicyName>p</PolicyName><ScalingAdjustment>-1</ScalingAdjustment><MinAdjustmentStep>2</MinAdjustmentStep><AdjustmentType>ChangeInCapacity</AdjustmentType><Cooldown>0</Cooldown><PolicyARN>arn:p</PolicyARN>',
      )}</ScalingPolicies>`,
    }
    assert.deepEqual(await lines('euscale-describe-policies', policies), [
      'SCALING-POLICY\tg\tp\t-1\tChangeInCapacity\tarn:p',
    ])
    assert.deepEqual(await lines('euscale-describe-policies --show-long', policies), [
      'SCALING-POLICY\tg\tp\t-1\t2\tChangeInCapacity\t0\tarn:p',
    ])
    const actions = {
      DescribeScheduledActions: `<ScheduledUpdateGroupActions>${members(
        '<AutoScalingGroupName>g</AutoScalingGroupName><ScheduledActionName>a</ScheduledActionName><StartTime>2014-02-16T12:13:16Z</StartTime><Recurrence>0 0 * * *</Recurrence><MinSize>0</MinSize><MaxSize>2</MaxSize><DesiredCapacity>1</DesiredCapacity><ScheduledActionARN>arn:a</ScheduledActionARN>',
      )}</ScheduledUpdateGroupActions>`,
    }
    const short = 'UPDATE-GROUP-ACTION\tg\ta\t2014-02-16T12:13:16Z\t0 0 * * *\t0\t2\t1'
    assert.deepEqual(await lines('euscale-describe-scheduled-actions', actions), [short])
    assert.deepEqual(await lines('euscale-describe-scheduled-actions --show-long', actions), [
      `${short}\tarn:a`,
    ])
  })

  const others: readonly (readonly [typed: string, action: string, answer: string, lines: string[]])[] = [
    [
      'euscale-describe-account-limits',
      'DescribeAccountLimits',
      '<NumberOfLaunchConfigurations>0</NumberOfLaunchConfigurations><MaxNumberOfLaunchConfigurations>100</MaxNumberOfLaunchConfigurations><MaxNumberOfAutoScalingGroups>20</MaxNumberOfAutoScalingGroups>',
      [
        'MaxNumberOfAutoScalingGroups\t20',
        'MaxNumberOfLaunchConfigurations\t100',
        'NumberOfLaunchConfigurations\t0',
      ],
    ],
    [
      'euscale-describe-adjustment-types',
      'DescribeAdjustmentTypes',
      `<AdjustmentTypes>${members('<AdjustmentType>ExactCapacity</AdjustmentType>')}</AdjustmentTypes>`,
      ['ADJUSTMENT-TYPE\tExactCapacity'],
    ],
    [
      'euscale-describe-auto-scaling-instances',
      'DescribeAutoScalingInstances',
      `<AutoScalingInstances>${members('<InstanceId>i-1</InstanceId><AutoScalingGroupName>g</AutoScalingGroupName><AvailabilityZone>A</AvailabilityZone><LifecycleState>Pending</LifecycleState><HealthStatus>HEALTHY</HealthStatus><LaunchConfigurationName>lc</LaunchConfigurationName>')}</AutoScalingInstances>`,
      ['INSTANCE\ti-1\tg\tA\tPending\tHEALTHY\tlc'],
    ],
    [
      'euscale-describe-auto-scaling-notification-types',
      'DescribeAutoScalingNotificationTypes',
      `<AutoScalingNotificationTypes>${members('a', 'b')}</AutoScalingNotificationTypes>`,
      ['NOTIFICATION-TYPE\ta', 'NOTIFICATION-TYPE\tb'],
    ],
    [
      'euscale-describe-metric-collection-types',
      'DescribeMetricCollectionTypes',
      `<Metrics>${members('<Metric>M</Metric>')}</Metrics><Granularities>${members('<Granularity>1Minute</Granularity>')}</Granularities>`,
      ['METRIC-COLLECTION-TYPE\tM', 'METRIC-GRANULARITY-TYPE\t1Minute'],
    ],
    [
      'euscale-describe-notification-configurations',
      'DescribeNotificationConfigurations',
      `<NotificationConfigurations>${members('<AutoScalingGroupName>g</AutoScalingGroupName><TopicARN>arn:t</TopicARN><NotificationType>n</NotificationType>')}</NotificationConfigurations>`,
      ['NOTIFICATION-CONFIG\tg\tarn:t\tn'],
    ],
    [
      'euscale-describe-process-types',
      'DescribeScalingProcessTypes',
      `<Processes>${members('<ProcessName>Launch</ProcessName>')}</Processes>`,
      ['PROCESS\tLaunch'],
    ],
    [
      'euscale-describe-tags',
      'DescribeTags',
      `<Tags>${members('<ResourceType>auto-scaling-group</ResourceType><ResourceId>g</ResourceId><Key>k</Key><Value/><PropagateAtLaunch>false</PropagateAtLaunch>')}</Tags>`,
      ['TAG\tg\tauto-scaling-group\tk\t\tfalse'],
    ],
    [
      'euscale-describe-termination-policy-types',
      'DescribeTerminationPolicyTypes',
      `<TerminationPolicyTypes>${members('Default')}</TerminationPolicyTypes>`,
      ['TERMINATION-POLICY-TYPE\tDefault'],
    ],
  ]
  for (const [typed, action, answer, expected] of others) {
    it(`what ${typed} is answered`, async () => {
      assert.deepEqual(await lines(typed, { [action]: answer }), expected)
      assert.deepEqual(await lines(typed, {}), [])
    })
  }

  it('pages as they come, but groups when all are there', async () => {
    const paged = (list: string, name: string) =>
      recorder((action, form) => {
        const page = form.get('NextToken') ?? '1'
        if (page === '3') {
          return {
            status: 400,
            body: '<ErrorResponse><Error><Code>InvalidNextToken</Code><Message>No.</Message></Error></ErrorResponse>',
          }
        }
        return `<R><${action}Result><${list}>${members(`<${name}>${page}</${name}>`)}</${list}><NextToken>${Number(page) + 1}</NextToken></${action}Result></R>`
      })
    const tags = await paged('Tags', 'Key')
    const seen = await tags.tool(['euscale-describe-tags'])
    await tags.close()
    assert.equal(seen.stdout, 'TAG\t\t\t1\t\t\nTAG\t\t\t2\t\t\n')
    const groups = await paged('AutoScalingGroups', 'AutoScalingGroupName')
    const unseen = await groups.tool(['euscale-describe-auto-scaling-groups'])
    await groups.close()
    assert.equal(unseen.stdout, '')
    for (const { stderr, status } of [seen, unseen]) {
      assert.match(stderr, /: error \(InvalidNextToken\): No\.\n$/)
      assert.equal(status, 1)
    }
  })
})
