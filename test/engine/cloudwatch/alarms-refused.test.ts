// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { DescribeAlarmsCommand, type PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { type Cloud, cloud } from '../../support/cloud'
import { policyArn, putAlarm, summariesOf } from './alarm'
import { refusedWith } from './refused'

const long = (length: number): string => 'x'.repeat(length)

describe('alarms that cannot be', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  it('are refused when they make no sense, before anything is written', async () => {
    const bad: readonly (readonly [Partial<PutMetricAlarmInput>, string, string])[] = [
      [
        { AlarmName: 'two\nlines' },
        'InvalidParameterValue',
        'The parameter AlarmName must not contain ASCII control characters.',
      ],
      [{ AlarmName: '' }, 'MissingParameter', 'The parameter AlarmName is required.'],
      [
        { AlarmName: long(256) },
        'InvalidParameterValue',
        'The parameter AlarmName must be shorter than 256 characters.',
      ],
      [
        { AlarmDescription: long(256) },
        'InvalidParameterValue',
        'The parameter AlarmDescription must be shorter than 256 characters.',
      ],
      [{ Namespace: '' }, 'MissingParameter', 'The parameter Namespace is required.'],
      [
        { Namespace: long(256) },
        'InvalidParameterValue',
        'The parameter Namespace must be shorter than 256 characters.',
      ],
      [{ MetricName: undefined }, 'MissingParameter', 'The parameter MetricName is required.'],
      [
        { MetricName: long(256) },
        'InvalidParameterValue',
        'The parameter MetricName must be shorter than 256 characters.',
      ],
      [{ Statistic: undefined }, 'MissingParameter', 'The parameter Statistic is required.'],
      [
        { Statistic: 'Median' as 'Sum' },
        'InvalidParameterValue',
        'The parameter Statistic must be a value in the set [Average, Sum, SampleCount, Maximum, Minimum].',
      ],
      [{ Period: undefined }, 'MissingParameter', 'The parameter Period is required.'],
      [{ Period: -60 }, 'InvalidParameterValue', 'The parameter Period must be greater than 0.'],
      [{ Period: 0 }, 'InvalidParameterValue', 'The parameter Period must not equal 0.'],
      [{ Period: 90 }, 'InvalidParameterValue', 'The parameter Period must be a multiple of 60.'],
      [{ EvaluationPeriods: undefined }, 'MissingParameter', 'The parameter EvaluationPeriods is required.'],
      [
        { EvaluationPeriods: 0 },
        'InvalidParameterValue',
        'The parameter EvaluationPeriods must be greater than or equal to 1.',
      ],
      [
        { EvaluationPeriods: 1441 },
        'InvalidParameterCombination',
        'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
      ],
      [
        { DatapointsToAlarm: 0 },
        'InvalidParameterValue',
        'The parameter DatapointsToAlarm must be greater than or equal to 1.',
      ],
      [
        { DatapointsToAlarm: 2 },
        'InvalidParameterCombination',
        'The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods.',
      ],
      [
        { TreatMissingData: 'guess' },
        'InvalidParameterValue',
        'The parameter TreatMissingData must be a value in the set [breaching, notBreaching, ignore, missing].',
      ],
      [{ Threshold: undefined }, 'MissingParameter', 'The parameter Threshold is required.'],
      [
        { ComparisonOperator: undefined },
        'MissingParameter',
        'The parameter ComparisonOperator is required.',
      ],
      [
        { ComparisonOperator: 'Equal' as never },
        'InvalidParameterValue',
        'The parameter ComparisonOperator must be a value in the set [GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold].',
      ],
      [
        { Dimensions: [{ Name: 'City', Value: '' }] },
        'MissingParameter',
        'The parameter Dimensions.member.1.Value is required.',
      ],
      [
        { AlarmActions: Array(6).fill(policyArn(c.accountId)) },
        'InvalidParameterValue',
        'The collection AlarmActions must not have a size greater than 5.',
      ],
      [
        { OKActions: ['arn:aws:sns::1:topic'] },
        'InvalidParameterValue',
        "The parameter OKActions.member.1'arn:aws:sns::1:topic' is an unsupported action for this metric and dimension list.",
      ],
      [
        { AlarmActions: ['arn:aws:automate:eucalyptus:ec2:stop'] },
        'InvalidParameterValue',
        "The parameter AlarmActions.member.1'arn:aws:automate:eucalyptus:ec2:stop' is an unsupported action for this metric and dimension list.",
      ],
      [
        { InsufficientDataActions: [long(1025)] },
        'InvalidParameterValue',
        'The parameter InsufficientDataActions.member.1 must be shorter than 1025 characters.',
      ],
      [
        { ExtendedStatistic: 'p99' },
        'InvalidParameterValue',
        'The parameter ExtendedStatistic is not supported here.',
      ],
      [
        { ThresholdMetricId: 'a' },
        'InvalidParameterValue',
        'The parameter ThresholdMetricId is not supported here.',
      ],
      [
        { Metrics: [{ Id: 'a', Expression: 'b+1' }] },
        'InvalidParameterValue',
        'The parameter Metrics is not supported here.',
      ],
      [
        { Tags: [{ Key: 'aws:a', Value: 'b' }] },
        'InvalidParameterValue',
        'The value aws:a for parameter Tags.member.1.Key is invalid.',
      ],
    ]
    for (const [about, code, message] of bad) await refusedWith(putAlarm(c, about), code, message)
    await refusedWith(
      putAlarm(c, { Unit: 'Stones' as never }),
      'InvalidParameterValue',
      /^The parameter Unit must be a value in the set \[/,
    )
    const twice = [1, 2].map(Value => ({ Name: 'City', Value: String(Value) }))
    await refusedWith(putAlarm(c, { Dimensions: twice }), 'InvalidParameterValue', /twice/)
    const { MetricAlarms } = await c.cloudwatch().send(new DescribeAlarmsCommand({}))
    assert.deepEqual([MetricAlarms, await summariesOf(c)], [[], []])
  })

  it('are 5000 at most in an account', async () => {
    await putAlarm(c)
    c.engine.write(tx => {
      const [alarm] = tx.alarms.in(c.accountId).list()
      if (!alarm) throw new Error('no alarm')
      for (let index = 1; index < 5000; index += 1)
        tx.alarms.in(c.accountId).put({ ...alarm, name: `more${index}` })
    })
    await refusedWith(
      putAlarm(c, { AlarmName: 'one more' }),
      'LimitExceeded',
      'The maximum limit of 5000 alarms would be exceeded.',
    )
    await putAlarm(c)
    await putAlarm(await c.account('alice'))
  })
})
