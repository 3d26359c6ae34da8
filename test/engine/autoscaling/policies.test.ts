// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  DeletePolicyCommand,
  DescribePoliciesCommand,
  type DescribePoliciesCommandInput,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
} from '@aws-sdk/client-auto-scaling'
import { forgetGroup } from '../../../src/engine/autoscaling/group-belongings'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { haveGroup, theGroup } from './group-record'

type Rest = Partial<PutScalingPolicyCommandInput>

const simple = { AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1 }

describe('scaling policies', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveGroup(c)
  })
  afterEach(() => c.close())

  const put = (PolicyName: string, rest: Rest = simple, who: Clients = c) =>
    who.autoscaling().send(new PutScalingPolicyCommand({ AutoScalingGroupName: 'web', PolicyName, ...rest }))
  const describe = async (input: DescribePoliciesCommandInput = {}, who: Clients = c) =>
    await who.autoscaling().send(new DescribePoliciesCommand(input))
  const names = async (input: DescribePoliciesCommandInput = {}, who: Clients = c) =>
    (await describe(input, who)).ScalingPolicies?.map(({ PolicyName }) => PolicyName)
  const steps = (...bounds: (readonly [number | undefined, number | undefined, number])[]): Rest => ({
    PolicyType: 'StepScaling',
    AdjustmentType: 'ChangeInCapacity',
    StepAdjustments: bounds.map(
      ([MetricIntervalLowerBound, MetricIntervalUpperBound, ScalingAdjustment]) => ({
        MetricIntervalLowerBound,
        MetricIntervalUpperBound,
        ScalingAdjustment,
      }),
    ),
  })
  const isWrong = (rest: Rest, message: string | RegExp) =>
    refused(put('p', rest), 'ValidationError', message)

  it('a simple policy is listed as it was given', async () => {
    const { PolicyARN, Alarms } = await put('grow', {
      AdjustmentType: 'PercentChangeInCapacity',
      ScalingAdjustment: 25,
      MinAdjustmentStep: 2,
      Cooldown: 60,
    })
    assert.match(
      PolicyARN ?? '',
      /^arn:aws:autoscaling::\d{12}:scalingPolicy:[-0-9a-f]{36}:autoScalingGroupName\/web:policyName\/grow$/,
    )
    assert.deepEqual(Alarms, [])
    const { ScalingPolicies } = await describe()
    assert.deepEqual(ScalingPolicies, [
      {
        AutoScalingGroupName: 'web',
        PolicyName: 'grow',
        PolicyARN,
        PolicyType: 'SimpleScaling',
        AdjustmentType: 'PercentChangeInCapacity',
        MinAdjustmentStep: 2,
        ScalingAdjustment: 25,
        Cooldown: 60,
        StepAdjustments: [],
        Alarms: [],
        Enabled: true,
      },
    ])
  })

  it('a policy with steps is listed as it was given', async () => {
    await put('steps', {
      ...steps([0, 10, 1], [10, undefined, 3]),
      AdjustmentType: 'PercentChangeInCapacity',
      MinAdjustmentMagnitude: 2,
      EstimatedInstanceWarmup: 120,
      Enabled: false,
    })
    const [policy] = (await describe()).ScalingPolicies ?? []
    const { PolicyARN: _, ...rest } = policy ?? {}
    assert.deepEqual(rest, {
      AutoScalingGroupName: 'web',
      PolicyName: 'steps',
      PolicyType: 'StepScaling',
      AdjustmentType: 'PercentChangeInCapacity',
      MinAdjustmentMagnitude: 2,
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 10, ScalingAdjustment: 3 },
      ],
      MetricAggregationType: 'Average',
      EstimatedInstanceWarmup: 120,
      Alarms: [],
      Enabled: false,
    })
  })

  it('a policy that is put again is changed, and keeps its ARN and what is not said of it', async () => {
    const percent = { AdjustmentType: 'PercentChangeInCapacity', ScalingAdjustment: 10 }
    const { PolicyARN } = await put('grow', { ...percent, Cooldown: 60, MinAdjustmentStep: 2 })
    const changed = async (rest: Rest) => {
      assert.equal((await put('grow', rest)).PolicyARN, PolicyARN)
      const [policy] = (await describe()).ScalingPolicies ?? []
      return [policy?.ScalingAdjustment, policy?.Cooldown, policy?.MinAdjustmentStep]
    }
    assert.deepEqual(await changed({ ...percent, ScalingAdjustment: 5 }), [5, 60, 2])
    assert.deepEqual(await changed({ ...percent, Cooldown: 0, MinAdjustmentStep: 3 }), [10, 0, 3])
    assert.deepEqual(await changed(simple), [simple.ScalingAdjustment, 0, undefined])
    assert.deepEqual(await changed(steps([0, undefined, 1])), [undefined, undefined, undefined])
    assert.deepEqual(await changed(simple), [simple.ScalingAdjustment, undefined, undefined])
  })

  it('it names the alarms that run it', async () => {
    const { PolicyARN = '' } = await put('grow')
    const now = new Date(c.clock.now())
    c.engine.write(tx =>
      tx.alarms.in(c.accountId).put({
        ...{ account: c.accountId, name: 'busy', namespace: 'AWS/EC2', metricName: 'CPUUtilization' },
        ...{ dimensions: [], statistic: 'Average', periodSeconds: 60, evaluationPeriods: 1 },
        ...{ comparison: 'GreaterThanThreshold', threshold: 80, actionsEnabled: true, okActions: [] },
        ...{ alarmActions: [PolicyARN], insufficientDataActions: [], state: 'OK', stateReason: '' },
        ...{ stateUpdatedAt: now, configurationUpdatedAt: now, createdAt: now },
      }),
    )
    const [policy] = (await describe()).ScalingPolicies ?? []
    const AlarmARN = `arn:aws:cloudwatch::${c.accountId}:alarm:busy`
    assert.deepEqual(policy?.Alarms, [{ AlarmName: 'busy', AlarmARN }])
  })

  it('they are listed by group, name, ARN and type, page by page', async () => {
    haveGroup(c, { name: 'db', id: '22222222-2222-4222-8222-222222222222' })
    const { PolicyARN = '' } = await put('a')
    await put('b', steps([0, undefined, 1]))
    await put('a', { ...simple, AutoScalingGroupName: 'db' })
    assert.deepEqual(await names(), ['a', 'a', 'b'])
    assert.deepEqual(await names({ AutoScalingGroupName: 'web' }), ['a', 'b'])
    assert.deepEqual(await names({ AutoScalingGroupName: 'none' }), [])
    assert.deepEqual(await names({ PolicyNames: ['a'] }), ['a', 'a'])
    assert.deepEqual(await names({ PolicyNames: [PolicyARN] }), ['a'])
    assert.deepEqual(await names({ PolicyTypes: ['StepScaling'] }), ['b'])
    const first = await describe({ MaxRecords: 2 })
    assert.equal(first.ScalingPolicies?.length, 2)
    assert.deepEqual(await names({ MaxRecords: 2, NextToken: first.NextToken }), ['b'])
    await refused(describe({ NextToken: 'x' }), 'InvalidNextToken')
    await refused(describe({ MaxRecords: 0 }), 'ValidationError')
  })

  it('they are the account’s own, and the administrator’s with verbose', async () => {
    const alice = await c.account('alice')
    haveGroup(c, { account: alice.accountId, id: '33333333-3333-4333-8333-333333333333' })
    await put('hers', simple, alice)
    await put('mine')
    assert.deepEqual(await names(), ['mine'])
    assert.deepEqual(await names({ PolicyNames: ['verbose'] }), ['hers', 'mine'])
    assert.deepEqual(await names({ PolicyNames: ['verbose'] }, alice), ['hers'])
  })

  it('a policy is deleted by its name or its ARN, and one that is not there is no error', async () => {
    const remove = (PolicyName: string, AutoScalingGroupName?: string) =>
      c.autoscaling().send(new DeletePolicyCommand({ PolicyName, AutoScalingGroupName }))
    const { PolicyARN = '' } = await put('a')
    await put('b')
    await remove(PolicyARN)
    await remove('b', 'web')
    assert.deepEqual(await names(), [])
    await remove('b', 'web')
    await remove('b', 'none')
    await remove(PolicyARN)
  })

  it('policies go with their group', async () => {
    await put('a')
    c.engine.write(tx => forgetGroup(tx, theGroup(c)))
    assert.deepEqual(await names(), [])
  })

  it('a simple policy is refused with what cannot be', async () => {
    await refused(
      put('p', { ...simple, AutoScalingGroupName: 'none' }),
      'ValidationError',
      'Auto scaling group not found: none',
    )
    await isWrong(
      { ScalingAdjustment: 1 },
      'You must specify an AdjustmentType for policy type: SimpleScaling',
    )
    await isWrong(
      { AdjustmentType: 'ChangeInCapacity' },
      'Scaling increment must be specified for a SimpleScaling policy',
    )
    await isWrong({ ...simple, AdjustmentType: 'Double' }, 'Double for parameter AdjustmentType is invalid')
    await isWrong({ ...simple, Cooldown: -1 }, '-1 for parameter Cooldown is invalid')
    await isWrong({ ...simple, PolicyName: 'a:b' }, 'a:b for parameter PolicyName is invalid')
    await isWrong(
      { AdjustmentType: 'ExactCapacity', ScalingAdjustment: -1 },
      'ScalingAdjustment cannot be negative with the specified adjustment type.',
    )
    await isWrong(
      { ...simple, MinAdjustmentStep: 1 },
      'MinAdjustmentStep is not supported by the specified adjustment type.',
    )
    await isWrong(
      { ...simple, MinAdjustmentMagnitude: 1 },
      'MinAdjustmentMagnitude is not supported by the specified adjustment type.',
    )
    await isWrong(
      { ...simple, EstimatedInstanceWarmup: 1 },
      'EstimatedInstanceWarmup is not supported for a SimpleScaling policy',
    )
    await isWrong({ ...simple, PolicyType: 'Odd' }, 'Invalid policy type: Odd')
    for (const PolicyType of ['TargetTrackingScaling', 'PredictiveScaling'])
      await isWrong({ PolicyType }, `${PolicyType} policies are not supported`)
    assert.deepEqual(await names(), [])
  })

  it('steps may touch, and may neither overlap nor leave gaps', async () => {
    await put('out', steps([0, 10, 1], [10, 20, 2], [20, undefined, 3]))
    await put('in', steps([-10, 0, -1], [undefined, -10, -2]))
    await put('both', steps([undefined, 0, -1], [0, undefined, 1]))
    await put('tiny', steps([-0.5, 0.5, 0], [undefined, -0.5, -1], [0.5, undefined, 1]))
    await isWrong(steps([0, 10, 1], [9, undefined, 2]), 'StepAdjustment intervals cannot overlap')
    await isWrong(steps([0, undefined, 1], [5, 10, 2]), 'StepAdjustment intervals cannot overlap')
    await isWrong(
      steps([0, 10, 1], [11, undefined, 2]),
      'StepAdjustment intervals cannot have gaps between them',
    )
    await isWrong(
      steps([undefined, undefined, 1]),
      'Both lower and upper bounds of a StepAdjustment cannot be left unspecified',
    )
    await isWrong(
      { ...steps(), StepAdjustments: [{ MetricIntervalLowerBound: 0 } as never] },
      'StepAdjustments.member.1.ScalingAdjustment is required',
    )
    await isWrong(steps([5, 5, 1]), 'LowerBound must be less than the UpperBound for StepAdjustment')
    await isWrong(
      steps([0, undefined, 1], [5, undefined, 2]),
      'At most one StepAdjustment may have an unspecified upper bound',
    )
    await isWrong(
      steps([undefined, 0, 1], [undefined, -5, 2]),
      'At most one StepAdjustment may have an unspecified lower bound',
    )
    await isWrong(
      steps([-10, 0, -1]),
      'There must be a StepAdjustment with an unspecified lower bound (i.e., lower bound is null) when one ' +
        'StepAdjustment has a negative lower bound',
    )
    await isWrong(
      steps([0, 10, 1]),
      'There must be a StepAdjustment with an unspecified upper bound (i.e., upper bound is null) when one ' +
        'StepAdjustment has a positive upper bound',
    )
  })

  it('a policy with steps is refused with what cannot be', async () => {
    const good = steps([0, undefined, 1])
    await isWrong(steps(), 'You should specify at least one StepAdjustment with a StepScaling policy')
    await isWrong({ ...good, Cooldown: 1 }, 'Cooldown is not supported for a StepScaling policy')
    await isWrong(
      { ...good, ScalingAdjustment: 1 },
      'ScalingAdjustment is not supported for a StepScaling policy',
    )
    await isWrong(
      { ...good, MetricAggregationType: 'Sum' },
      'Sum for parameter MetricAggregationType is invalid',
    )
    await isWrong(
      { ...good, EstimatedInstanceWarmup: -1 },
      '-1 for parameter EstimatedInstanceWarmup is invalid',
    )
    await isWrong(
      { ...steps([0, undefined, -1]), AdjustmentType: 'ExactCapacity' },
      'ScalingAdjustment cannot be negative with the specified adjustment type.',
    )
    const many = Array.from(
      { length: 21 },
      (_, index) => [index, index < 20 ? index + 1 : undefined, 1] as const,
    )
    await isWrong(steps(...many), 'There can be at most 20 step adjustments per scaling policy')
    await put('most', steps(...many.slice(1)))
  })

  it('a group has at most fifty', async () => {
    for (let index = 0; index < 50; index++) await put(`p${index}`)
    await refused(put('p50'), 'LimitExceededFault')
    await put('p49')
  })
})
