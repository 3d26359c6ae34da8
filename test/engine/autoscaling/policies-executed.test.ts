// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  ExecutePolicyCommand,
  type ExecutePolicyCommandInput,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
} from '@aws-sdk/client-auto-scaling'
import { adjusted, stepAt } from '../../../src/engine/autoscaling/adjustments'
import { forgetGroup } from '../../../src/engine/autoscaling/group-belongings'
import { runPolicyByAlarm } from '../../../src/engine/autoscaling/policy-execution'
import type { ScalingPolicy } from '../../../src/engine/autoscaling/schema/policies'
import { userCaller } from '../../../src/engine/iam/callers'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { changeGroup, haveGroup, haveMember, theGroup } from './group-record'

describe('executing scaling policies', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveGroup(c)
  })
  afterEach(() => c.close())

  const put = async (rest: Partial<PutScalingPolicyCommandInput> = {}): Promise<string> => {
    const input = {
      AutoScalingGroupName: 'web',
      PolicyName: 'p',
      AdjustmentType: 'ChangeInCapacity',
      ...rest,
    }
    const { PolicyARN = '' } = await c.autoscaling().send(new PutScalingPolicyCommand(input))
    return PolicyARN
  }
  const putSteps = (rest: Partial<PutScalingPolicyCommandInput> = {}) =>
    put({
      PolicyType: 'StepScaling',
      StepAdjustments: [
        { MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 10, ScalingAdjustment: 3 },
      ],
      EstimatedInstanceWarmup: 60,
      ...rest,
    })
  const execute = (rest: Partial<ExecutePolicyCommandInput> = {}) =>
    c.autoscaling().send(new ExecutePolicyCommand({ AutoScalingGroupName: 'web', PolicyName: 'p', ...rest }))
  const breach = (MetricValue: number, rest: Partial<ExecutePolicyCommandInput> = {}) =>
    execute({ MetricValue, BreachThreshold: 50, ...rest })
  const alarm = (arn: string, value?: number): boolean =>
    c.engine.write(tx => {
      const caller = userCaller(tx, c.accountId, 'admin')
      return runPolicyByAlarm(tx.as(caller), arn, { alarm: 'a', threshold: 50, value })
    })
  /** What was begun is over, as the loop finds when all instances are there. */
  const finish = () =>
    changeGroup(c, ({ isScaling: _, ...group }) => ({ ...group, scaledAt: new Date(c.clock.now()) }))

  it('changes the capacity and says why', async () => {
    await put({ ScalingAdjustment: 3 })
    await execute()
    const { desired, causes } = theGroup(c)
    assert.equal(desired, 13)
    assert.deepEqual(causes, [
      'At 2014-02-16T12:13:16Z a user request executed policy p changing the desired capacity from 10 to 13.',
    ])
  })

  it('takes a policy by its ARN alone', async () => {
    const PolicyName = await put({ ScalingAdjustment: -3 })
    await execute({ PolicyName, AutoScalingGroupName: undefined })
    assert.equal(theGroup(c).desired, 7)
  })

  it('stays within the bounds, and says nothing when nothing changes', async () => {
    haveGroup(c, { minSize: 8, maxSize: 12 })
    await put({ ScalingAdjustment: 5 })
    await execute()
    assert.equal(theGroup(c).desired, 12)
    await execute()
    assert.equal(theGroup(c).causes.length, 1)
    await put({ AdjustmentType: 'ExactCapacity', ScalingAdjustment: 0 })
    await execute()
    assert.equal(theGroup(c).desired, 8)
  })

  it('reckons percentages down, but never to less than the minimum or one', () => {
    const group = haveGroup(c)
    const percent = (adjustment: number, capacity: number, minimumMagnitude?: number) =>
      adjusted(
        group,
        {
          adjustmentType: 'PercentChangeInCapacity',
          ...(minimumMagnitude !== undefined && { minimumMagnitude }),
        } as ScalingPolicy,
        adjustment,
        capacity,
      )
    assert.equal(percent(25, 10), 12)
    assert.equal(percent(-25, 10), 8)
    assert.equal(percent(5, 10), 11)
    assert.equal(percent(-5, 10), 9)
    assert.equal(percent(5, 10, 3), 13)
    assert.equal(percent(-5, 10, -3), 7)
    assert.equal(percent(100, 60), 100)
    assert.equal(percent(-100, 60), 0)
    assert.equal(percent(50, 0), 1)
    assert.equal(percent(0, 10), 10)
  })

  it('finds the step of a distance: bounds that are nearer to the threshold are within', () => {
    const steps = [
      { upper: -10, adjustment: -3 },
      { lower: -10, upper: 0, adjustment: -1 },
      { lower: 0, upper: 10, adjustment: 1 },
      { lower: 10, adjustment: 3 },
    ]
    const at = (distance: number) => stepAt(steps, distance)?.adjustment
    assert.deepEqual([-11, -10, -9.5, -0.1, 0, 9.9, 10, 1e9].map(at), [-3, -3, -1, -1, 1, 1, 3, 3])
    assert.equal(stepAt(steps.slice(0, 2), 0)?.adjustment, -1)
    assert.equal(stepAt(steps.slice(0, 2), 1), undefined)
    assert.equal(stepAt(steps.slice(2), -1), undefined)
  })

  it('waits for the cooldown only when it is asked to', async () => {
    await put({ ScalingAdjustment: 1, Cooldown: 60 })
    await execute({ HonorCooldown: true })
    const activity = { lifecycle: 'Pending' as const, activityId: 'under way' }
    haveMember(c, 'i-00000001', activity)
    await refused(execute({ HonorCooldown: true }), 'ScalingActivityInProgressFault')
    await execute({ HonorCooldown: false })
    await execute()
    haveMember(c, 'i-00000001')
    assert.equal(theGroup(c).desired, 13)
    finish()
    await refused(execute({ HonorCooldown: true }), 'InternalFailure', 'Group is in cooldown')
    c.clock.advance(59)
    await refused(execute({ HonorCooldown: true }), 'InternalFailure', 'Group is in cooldown')
    c.clock.advance(1)
    await execute({ HonorCooldown: true })
    assert.equal(theGroup(c).desired, 14)
  })

  it('goes by the group’s cooldown where the policy has none', async () => {
    await put({ ScalingAdjustment: 1 })
    await execute()
    finish()
    c.clock.advance(299)
    await refused(execute({ HonorCooldown: true }), 'InternalFailure')
    c.clock.advance(1)
    await execute({ HonorCooldown: true })
  })

  it('a step is for a distance from the threshold', async () => {
    await putSteps()
    await breach(55)
    assert.equal(theGroup(c).desired, 11)
  })

  it('the same breach adds nothing while instances warm up, a larger one the rest', async () => {
    await putSteps()
    await breach(55)
    await breach(55)
    assert.equal(theGroup(c).desired, 11)
    await breach(60)
    assert.equal(theGroup(c).desired, 13)
    // Nothing is taken away meanwhile.
    await breach(40)
    assert.equal(theGroup(c).desired, 13)
    haveMember(c, 'i-00000001', { inServiceAt: new Date(c.clock.now() + 30_000) })
    c.clock.advance(89)
    await breach(60)
    assert.equal(theGroup(c).desired, 13)
    c.clock.advance(1)
    await breach(60)
    assert.equal(theGroup(c).desired, 16)
  })

  it('instances that are never launched keep no group from shrinking', async () => {
    await putSteps()
    await breach(55)
    c.clock.advance(60)
    await breach(40)
    assert.equal(theGroup(c).desired, 10)
  })

  it('is refused with what a policy of its type does not take', async () => {
    await put({ ScalingAdjustment: 1 })
    await refused(execute({ MetricValue: 1 }), 'ValidationError', /^MetricValue is not supported/)
    await refused(execute({ BreachThreshold: 1 }), 'ValidationError', /^BreachThreshold is not supported/)
    await putSteps()
    await refused(execute(), 'ValidationError', /^MetricValue must be specified/)
    await refused(execute({ MetricValue: 1 }), 'ValidationError', /^BreachThreshold must be specified/)
    await refused(breach(55, { HonorCooldown: true }), 'ValidationError', /^HonorCooldown is not supported/)
    await putSteps({ StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }] })
    await refused(
      breach(40),
      'ValidationError',
      'No step adjustment found for metric value [40] and threshold 50',
    )
    assert.equal(theGroup(c).desired, 10)
  })

  it('of a policy or a group that is not there is refused', async () => {
    const unknown = (name: string) => `Scaling policy not found: ${name}`
    await refused(execute(), 'ValidationError', unknown('p'))
    await refused(execute({ AutoScalingGroupName: 'none' }), 'ValidationError', unknown('p'))
    const PolicyName = await put({ ScalingAdjustment: 1 })
    const alice = await c.account('alice')
    await refused(
      alice.autoscaling().send(new ExecutePolicyCommand({ PolicyName })),
      'ValidationError',
      unknown(PolicyName),
    )
    c.engine.write(tx => {
      forgetGroup(tx, theGroup(c))
      tx.scalingGroups.in(c.accountId).delete('web')
    })
    await refused(
      execute({ PolicyName, AutoScalingGroupName: undefined }),
      'ValidationError',
      unknown(PolicyName),
    )
  })

  describe('by an alarm', () => {
    it('says so', async () => {
      assert.equal(alarm(await put({ ScalingAdjustment: 1 })), true)
      assert.match(
        theGroup(c).causes.at(-1) ?? '',
        /Z a CloudWatch alarm triggered policy p changing the desired capacity from 10 to 11\.$/,
      )
    })

    it('waits until what was begun is over and has cooled down', async () => {
      const arn = await put({ ScalingAdjustment: 1, Cooldown: 60 })
      assert.equal(alarm(arn), true)
      c.clock.advance(120)
      assert.equal(alarm(arn), false)
      finish()
      assert.equal(alarm(arn), false)
      c.clock.advance(60)
      assert.equal(alarm(arn), true)
      assert.equal(theGroup(c).desired, 12)
    })

    it('goes by the distance of the value from the threshold, and does nothing without a value', async () => {
      const arn = await putSteps()
      assert.equal(alarm(arn), false)
      assert.equal(alarm(arn, 65), true)
      assert.equal(theGroup(c).desired, 13)
    })

    it('does nothing while AlarmNotification is suspended, or the policy is disabled', async () => {
      const arn = await put({ ScalingAdjustment: 1 })
      const before = changeGroup(c, group => ({
        ...group,
        suspensions: [
          ...group.suspensions,
          { process: 'AlarmNotification', reason: 'Manual suspension', at: new Date(0) },
        ],
      }))
      assert.equal(alarm(arn), false)
      assert.deepEqual(theGroup(c), before)
      haveGroup(c)
      assert.equal(alarm(await put({ ScalingAdjustment: 1, Enabled: false })), false)
      assert.equal(theGroup(c).desired, 10)
    })

    it('does nothing for a policy that is gone, is another by now, or is somebody else’s', async () => {
      const arn = await put({ ScalingAdjustment: 1 })
      const alice = await c.account('alice')
      const hers = arn.replace(c.accountId, alice.accountId)
      haveGroup(c, { account: alice.accountId })
      c.engine.write(tx => {
        const policy = tx.scalingPolicies.in(c.accountId).must('web', 'p')
        tx.scalingPolicies.in(alice.accountId).put({ ...policy, account: alice.accountId })
      })
      assert.equal(alarm(hers), false)
      c.engine.write(tx => forgetGroup(tx, theGroup(c)))
      assert.equal(alarm(arn), false)
      await put({ ScalingAdjustment: 1 })
      assert.equal(alarm(arn), false)
      assert.equal(alarm('arn:aws:autoscaling:::nothing'), false)
      assert.equal(theGroup(c).desired, 10)
      assert.equal(theGroup(c, 'web', alice.accountId).desired, 10)
    })
  })
})
