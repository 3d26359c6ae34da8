// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-auto-scaling'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { gate, person, type Statement } from '../ec2/people'
import { haveConfiguration, makeConfiguration, makeGroup, refused, type Who } from './made'

const limited = (quotas: Readonly<Record<string, number>>): readonly Statement[] => [
  { Action: '*' },
  ...Object.entries(quotas).map(([key, most]) => ({
    ...{ Effect: 'Limit' as const, Action: 'autoscaling:*' },
    Condition: { NumericLessThanEquals: { [`autoscaling:quota-${key}`]: String(most) } },
  })),
]

describe('what Auto Scaling knows', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
  })
  after(() => c.close())

  it('are these words', async () => {
    const client = c.autoscaling()
    const { AdjustmentTypes } = await client.send(new sdk.DescribeAdjustmentTypesCommand({}))
    assert.deepEqual(
      AdjustmentTypes?.map(type => type.AdjustmentType),
      ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'],
    )
    const { TerminationPolicyTypes } = await client.send(new sdk.DescribeTerminationPolicyTypesCommand({}))
    assert.deepEqual(TerminationPolicyTypes, [
      ...['OldestInstance', 'NewestInstance', 'OldestLaunchConfiguration', 'ClosestToNextInstanceHour'],
      'Default',
    ])
    const { Metrics, Granularities } = await client.send(new sdk.DescribeMetricCollectionTypesCommand({}))
    assert.deepEqual(
      Metrics?.map(({ Metric }) => Metric),
      [
        ...['GroupMinSize', 'GroupMaxSize', 'GroupDesiredCapacity', 'GroupInServiceInstances'],
        ...['GroupPendingInstances', 'GroupTerminatingInstances', 'GroupTotalInstances'],
      ],
    )
    assert.deepEqual(Granularities, [{ Granularity: '1Minute' }])
    const { Processes } = await client.send(new sdk.DescribeScalingProcessTypesCommand({}))
    assert.deepEqual(
      Processes?.map(({ ProcessName }) => ProcessName),
      [
        ...['Launch', 'Terminate', 'HealthCheck', 'ReplaceUnhealthy', 'AZRebalance'],
        ...['AlarmNotification', 'ScheduledActions', 'AddToLoadBalancer'],
      ],
    )
    const { AutoScalingNotificationTypes } = await client.send(
      new sdk.DescribeAutoScalingNotificationTypesCommand({}),
    )
    assert.deepEqual(AutoScalingNotificationTypes, [
      ...['autoscaling:EC2_INSTANCE_LAUNCH', 'autoscaling:EC2_INSTANCE_LAUNCH_ERROR'],
      ...['autoscaling:EC2_INSTANCE_TERMINATE', 'autoscaling:EC2_INSTANCE_TERMINATE_ERROR'],
      'autoscaling:TEST_NOTIFICATION',
    ])
  })
})

describe('limits of Auto Scaling', () => {
  let c: Cloud
  let alice: Clients
  let image: string
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    image = await haveConfiguration(c, alice)
  })
  afterEach(() => c.close())

  const limits = async (who: Who) => {
    const answer = await who.autoscaling().send(new sdk.DescribeAccountLimitsCommand({}))
    const { MaxNumberOfAutoScalingGroups, NumberOfAutoScalingGroups } = answer
    const { MaxNumberOfLaunchConfigurations, NumberOfLaunchConfigurations } = answer
    return [
      `${NumberOfAutoScalingGroups} of ${MaxNumberOfAutoScalingGroups}`,
      `${NumberOfLaunchConfigurations} of ${MaxNumberOfLaunchConfigurations}`,
    ]
  }
  const reached = (type: string) => `Request would exceed quota for type: ${type}`

  it("are AWS'", async () => {
    await makeGroup(alice, 'web')
    assert.deepEqual(await limits(alice), ['1 of 500', '1 of 200'])
    c.engine.write(tx => {
      const one = tx.launchConfigurations.in(alice.accountId).must('lc')
      for (let number = 1; number < 200; number++)
        tx.launchConfigurations.in(alice.accountId).put({ ...one, name: `lc-${number}` })
      const group = tx.scalingGroups.in(alice.accountId).must('web')
      for (let number = 1; number < 500; number++)
        tx.scalingGroups.in(alice.accountId).put({ ...group, name: `web-${number}` })
    })
    assert.deepEqual(await limits(alice), ['500 of 500', '200 of 200'])
    await refused(makeGroup(alice, 'more'), 'LimitExceeded', reached('autoscalinggroup'))
    await refused(makeConfiguration(alice, 'more', image), 'LimitExceeded', reached('launchconfiguration'))
  })

  it("are those of the account's policies when these are lower", async () => {
    gate(c, alice, ...limited({ autoscalinggroupnumber: 1, launchconfigurationnumber: 1 }))
    assert.deepEqual(await limits(alice), ['0 of 1', '1 of 1'])
    await makeGroup(alice, 'web')
    await refused(makeGroup(alice, 'more'), 'LimitExceeded', reached('autoscalinggroup'))
    await refused(makeConfiguration(alice, 'more', image), 'LimitExceeded', reached('launchconfiguration'))
    assert.deepEqual(await limits(alice), ['1 of 1', '1 of 1'])
  })

  it('of a user are about what he made', async () => {
    const carl = person(c, alice, 'carl')
    carl.may(...limited({ autoscalinggroupnumber: 1 }))
    await makeGroup(alice, 'hers')
    await makeGroup(carl, 'his')
    await refused(makeGroup(carl, 'more'), 'LimitExceeded', reached('autoscalinggroup'))
    await makeGroup(alice, 'more')
  })
})
