// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  type DescribeAlarmsForMetricInput,
  type DescribeAlarmsInput,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { type Cloud, cloud } from '../../support/cloud'
import { policyArn, putAlarm } from './alarm'
import { refusedWith } from './refused'

const long = (length: number): string => 'x'.repeat(length)

describe('lists of alarms', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const names = async (input: DescribeAlarmsInput = {}) => {
    const { MetricAlarms = [] } = await c.cloudwatch().send(new DescribeAlarmsCommand(input))
    return MetricAlarms.map(({ AlarmName }) => AlarmName)
  }
  const forMetric = async (about: Partial<DescribeAlarmsForMetricInput> = {}) => {
    const { MetricAlarms = [] } = await c
      .cloudwatch()
      .send(new DescribeAlarmsForMetricCommand({ Namespace: 'Shop', MetricName: 'Orders', ...about }))
    return MetricAlarms.map(({ AlarmName }) => AlarmName)
  }

  it('are found by name, ARN, beginning, state and action', async () => {
    const AlarmActions = [policyArn(c.accountId, 'out')]
    for (const AlarmName of ['cart', 'busy', 'bored']) await putAlarm(c, { AlarmName })
    await putAlarm(c, { AlarmName: 'acts', AlarmActions })
    await c
      .cloudwatch()
      .send(new SetAlarmStateCommand({ AlarmName: 'cart', StateValue: 'ALARM', StateReason: 'a test' }))
    assert.deepEqual(await names(), ['acts', 'bored', 'busy', 'cart'])
    assert.deepEqual(
      await names({ AlarmNames: ['cart', `arn:aws:cloudwatch::${c.accountId}:alarm:busy`, 'cart', 'none'] }),
      ['busy', 'cart'],
    )
    assert.deepEqual(await names({ AlarmNamePrefix: 'b' }), ['bored', 'busy'])
    assert.deepEqual(await names({ StateValue: 'ALARM' }), ['cart'])
    assert.deepEqual(await names({ ActionPrefix: 'arn:aws:autoscaling:' }), ['acts'])
    assert.deepEqual(await names({ ActionPrefix: 'arn:aws:automate:' }), [])
    assert.deepEqual(await names({ AlarmTypes: ['CompositeAlarm'] }), [])
    const { CompositeAlarms } = await c.cloudwatch().send(new DescribeAlarmsCommand({}))
    assert.deepEqual(CompositeAlarms, [])
    const bad: readonly (readonly [DescribeAlarmsInput, string, string])[] = [
      [
        { AlarmNames: ['a'], AlarmNamePrefix: 'b' },
        'InvalidParameterCombination',
        'AlarmNamePrefix and AlarmNames.member are mutually exclusive',
      ],
      [
        { AlarmNames: Array(101).fill('a') },
        'InvalidParameterValue',
        'The collection AlarmNames must not have a size greater than 100.',
      ],
      [
        { AlarmNames: [long(256)] },
        'InvalidParameterValue',
        'The parameter AlarmName.member.1 must be shorter than 256 characters.',
      ],
      [
        { AlarmNamePrefix: long(256) },
        'InvalidParameterValue',
        'The parameter AlarmNamePrefix must be shorter than 256 characters.',
      ],
      [
        { ActionPrefix: long(1025) },
        'InvalidParameterValue',
        'The parameter ActionPrefix must be shorter than 1025 characters.',
      ],
      [
        { StateValue: 'BORED' as 'OK' },
        'InvalidParameterValue',
        'The parameter StateValue must be a value in the set [OK, ALARM, INSUFFICIENT_DATA].',
      ],
      [
        { MaxRecords: 0 },
        'InvalidParameterValue',
        'The parameter MaxRecords must be greater than or equal to 1.',
      ],
      [
        { MaxRecords: 101 },
        'InvalidParameterValue',
        'The parameter MaxRecords must be less than or equal to 100.',
      ],
      [
        { ChildrenOfAlarmName: 'busy' },
        'InvalidParameterValue',
        'The parameter ChildrenOfAlarmName is not supported here.',
      ],
    ]
    for (const [input, code, message] of bad) await refusedWith(names(input), code, message)
    await refusedWith(names({ NextToken: 'nonsense' }), 'InvalidNextToken', /./)
  })

  it('come in pages of fifty, or of as many as are asked for', async () => {
    for (let index = 10; index < 70; index += 1) await putAlarm(c, { AlarmName: `alarm${index}` })
    const pages: (string | undefined)[][] = []
    let NextToken: string | undefined
    do {
      const page = await c.cloudwatch().send(new DescribeAlarmsCommand({ NextToken }))
      pages.push((page.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName))
      NextToken = page.NextToken
      // What goes meanwhile neither repeats nor hides another.
      await c.cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames: ['alarm10'] }))
    } while (NextToken)
    assert.deepEqual(
      pages.map(page => [page.length, page[0], page.at(-1)]),
      [
        [50, 'alarm10', 'alarm59'],
        [10, 'alarm60', 'alarm69'],
      ],
    )
    assert.equal((await names({ MaxRecords: 7 })).length, 7)
  })

  it('are found by their metric', async () => {
    const Dimensions = [{ Name: 'City', Value: 'Perth' }]
    await putAlarm(c)
    await putAlarm(c, { AlarmName: 'sum', Statistic: 'Sum', Period: 120, Unit: 'Count' })
    await putAlarm(c, { AlarmName: 'perth', Dimensions })
    assert.deepEqual(await forMetric(), ['busy', 'sum'])
    assert.deepEqual(await forMetric({ Dimensions }), ['perth'])
    assert.deepEqual(await forMetric({ Statistic: 'Sum' }), ['sum'])
    assert.deepEqual(await forMetric({ Period: 60 }), ['busy'])
    assert.deepEqual(await forMetric({ Unit: 'Count' }), ['sum'])
    assert.deepEqual(await forMetric({ MetricName: 'Other' }), [])
    await refusedWith(
      forMetric({ MetricName: '' }),
      'MissingParameter',
      'The parameter MetricName is required.',
    )
    await refusedWith(
      forMetric({ Namespace: '' }),
      'MissingParameter',
      'The parameter Namespace is required.',
    )
    await refusedWith(
      forMetric({ Period: 61 }),
      'InvalidParameterValue',
      'The parameter Period must be a multiple of 60.',
    )
    await refusedWith(forMetric({ ExtendedStatistic: 'p1' }), 'InvalidParameterValue', /not supported/)
  })
})
