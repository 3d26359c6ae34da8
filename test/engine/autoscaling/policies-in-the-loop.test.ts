// SPDX-License-Identifier: BSD-2-Clause
// Policies and the loop together: what is waited for until instances run.
import assert from 'node:assert/strict'
import {
  ExecutePolicyCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
} from '@aws-sdk/client-auto-scaling'
import { runPolicyByAlarm } from '../../../src/engine/autoscaling/policy-execution'
import { userCaller } from '../../../src/engine/iam/callers'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { theGroup } from './group-record'
import {
  boot,
  converge,
  elapse,
  haveConfiguration,
  haveGroup,
  haveImage,
  liveInstances,
  update,
} from './machines'

describe('policies in the loop', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveImage(c)
    await haveConfiguration(c)
    await haveGroup(c, { MinSize: 1, MaxSize: 10 })
    await converge(c)
  })
  afterEach(() => c.close())

  const put = async (rest: Partial<PutScalingPolicyCommandInput>): Promise<string> => {
    const input = {
      AutoScalingGroupName: 'web',
      PolicyName: 'p',
      AdjustmentType: 'ChangeInCapacity',
      ...rest,
    }
    const { PolicyARN = '' } = await c.autoscaling().send(new PutScalingPolicyCommand(input))
    return PolicyARN
  }
  const alarm = (arn: string, value?: number): boolean =>
    c.engine.write(tx =>
      runPolicyByAlarm(tx.as(userCaller(tx, c.accountId, 'admin')), arn, {
        alarm: 'a',
        threshold: 50,
        value,
      }),
    )
  const size = () => liveInstances(c.engine).length

  it('a simple one waits for the instances of the last, and for the cooldown from then on', async () => {
    const arn = await put({ ScalingAdjustment: 1, Cooldown: 60 })
    assert.equal(alarm(arn), true)
    await elapse(c, 120)
    assert.equal(size(), 2)
    assert.equal(alarm(arn), false)
    const HonorCooldown = true
    await refused(
      c
        .autoscaling()
        .send(new ExecutePolicyCommand({ AutoScalingGroupName: 'web', PolicyName: 'p', HonorCooldown })),
      'ScalingActivityInProgressFault',
    )
    boot(c.engine)
    await elapse(c, 30)
    assert.equal(alarm(arn), false)
    await elapse(c, 60)
    assert.equal(alarm(arn), true)
    await converge(c)
    assert.equal(size(), 3)
  })

  it('one with steps adds the same instances once, until they have run for as long as they warm up', async () => {
    const arn = await put({
      PolicyType: 'StepScaling',
      StepAdjustments: [
        { MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
        { MetricIntervalLowerBound: 0, ScalingAdjustment: 2 },
      ],
      EstimatedInstanceWarmup: 60,
    })
    assert.equal(alarm(arn, 60), true)
    await elapse(c, 120)
    assert.equal(alarm(arn, 60), true)
    assert.equal(alarm(arn, 40), true)
    assert.equal(theGroup(c).desired, 3)
    boot(c.engine)
    await elapse(c, 30)
    alarm(arn, 40)
    assert.equal(theGroup(c).desired, 3)
    await elapse(c, 60)
    alarm(arn, 60)
    assert.equal(theGroup(c).desired, 5)
    await converge(c)
    assert.equal(size(), 5)
  })

  it('one that finds its group changed by hand goes by what it finds', async () => {
    const arn = await put({ ScalingAdjustment: 5 })
    await update(c, { MaxSize: 3 })
    assert.equal(alarm(arn), true)
    await converge(c)
    assert.equal(size(), 3)
  })
})
