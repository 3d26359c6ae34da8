// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  type DescribeAlarmsForMetricInput,
  type DescribeAlarmsInput,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  ListTagsForResourceCommand,
  type PutMetricAlarmInput,
  SetAlarmStateCommand,
  type SetAlarmStateInput,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { alarmOf, historyOf, orders, policyArn, putAlarm, summariesOf } from './alarm'
import { refusedWith } from './refused'

const long = (length: number): string => 'x'.repeat(length)

describe('alarms', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const arn = (name: string, account = c.accountId) => `arn:aws:cloudwatch::${account}:alarm:${name}`
  const names = async (input: DescribeAlarmsInput = {}, who: Clients = c) => {
    const { MetricAlarms = [] } = await who.cloudwatch().send(new DescribeAlarmsCommand(input))
    return MetricAlarms.map(({ AlarmName }) => AlarmName)
  }
  const forMetric = async (about: Partial<DescribeAlarmsForMetricInput> = {}) => {
    const { MetricAlarms = [] } = await c
      .cloudwatch()
      .send(new DescribeAlarmsForMetricCommand({ Namespace: 'Shop', MetricName: 'Orders', ...about }))
    return MetricAlarms.map(({ AlarmName }) => AlarmName)
  }
  const remove = (AlarmNames: string[], who: Clients = c) =>
    who.cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames }))
  const enable = (AlarmNames: string[], who: Clients = c) =>
    who.cloudwatch().send(new EnableAlarmActionsCommand({ AlarmNames }))
  const disable = (AlarmNames: string[], who: Clients = c) =>
    who.cloudwatch().send(new DisableAlarmActionsCommand({ AlarmNames }))
  const set = (about: Partial<SetAlarmStateInput> = {}, who: Clients = c) =>
    who.cloudwatch().send(
      new SetAlarmStateCommand({
        ...{ AlarmName: 'busy', StateValue: 'ALARM', StateReason: 'a test', ...about },
      }),
    )

  it('begin with a lack of data, and are shown as they were made', async () => {
    const Dimensions = [
      { Name: 'Till', Value: '1' },
      { Name: 'City', Value: 'Perth' },
    ]
    const OKActions = [policyArn(c.accountId, 'in')]
    await putAlarm(c, {
      ...{ AlarmDescription: 'many', Dimensions, Unit: 'Count', OKActions, EvaluationPeriods: 2 },
      ...{ DatapointsToAlarm: 1, TreatMissingData: 'ignore', Threshold: -0.5 },
    })
    assert.deepEqual(await alarmOf(c), {
      ...{ AlarmName: 'busy', AlarmArn: arn('busy'), AlarmDescription: 'many', ActionsEnabled: true },
      ...{ OKActions, AlarmActions: [], InsufficientDataActions: [], StateValue: 'INSUFFICIENT_DATA' },
      ...{ StateReason: 'Unchecked: Initial alarm creation', MetricName: 'Orders', Namespace: 'Shop' },
      ...{ Statistic: 'Average', Dimensions: [Dimensions[1], Dimensions[0]], Period: 60, Unit: 'Count' },
      ...{ EvaluationPeriods: 2, DatapointsToAlarm: 1, TreatMissingData: 'ignore', Threshold: -0.5 },
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmConfigurationUpdatedTimestamp: new Date('2014-02-16T12:13:16Z'),
      StateUpdatedTimestamp: new Date('2014-02-16T12:13:16Z'),
      StateTransitionedTimestamp: new Date('2014-02-16T12:13:16Z'),
    })
    const [{ HistoryData = '', ...row } = {}] = await historyOf(c)
    assert.deepEqual(row, {
      ...{ AlarmName: 'busy', AlarmType: 'MetricAlarm', HistoryItemType: 'ConfigurationUpdate' },
      ...{ HistorySummary: 'Alarm "busy" created', Timestamp: new Date('2014-02-16T12:13:16Z') },
    })
    const { type, version, createdAlarm } = JSON.parse(HistoryData)
    assert.deepEqual([type, version, createdAlarm.alarmArn], ['Create', '1.0', arn('busy')])
    assert.equal(createdAlarm.stateUpdatedTimestamp, '2014-02-16T12:13:16.000+0000')
    assert.deepEqual(createdAlarm.okactions, OKActions)
  })

  it('keep their state when they are overwritten, and nothing else', async () => {
    await putAlarm(c, { AlarmDescription: 'many' })
    await set()
    c.clock.advance(10)
    await putAlarm(c, { Threshold: 60, ActionsEnabled: false })
    const alarm = await alarmOf(c)
    assert.deepEqual(
      [alarm.AlarmDescription, alarm.Threshold, alarm.ActionsEnabled, alarm.StateValue, alarm.StateReason],
      [undefined, 60, false, 'ALARM', 'a test'],
    )
    assert.equal(alarm.AlarmConfigurationUpdatedTimestamp?.toISOString(), '2014-02-16T12:13:26.000Z')
    assert.equal(alarm.StateUpdatedTimestamp?.toISOString(), '2014-02-16T12:13:16.000Z')
    assert.deepEqual(await summariesOf(c), [
      'Alarm "busy" updated',
      ' Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm "busy" created',
    ])
  })

  it('are refused when they make no sense, before anything is written', async () => {
    const bad: readonly (readonly [Partial<PutMetricAlarmInput>, string, string])[] = [
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
    assert.deepEqual([await names(), await summariesOf(c)], [[], []])
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

  it('are found by name, ARN, beginning, state and action', async () => {
    const AlarmActions = [policyArn(c.accountId, 'out')]
    for (const AlarmName of ['cart', 'busy', 'bored']) await putAlarm(c, { AlarmName })
    await putAlarm(c, { AlarmName: 'acts', AlarmActions })
    await set({ AlarmName: 'cart' })
    assert.deepEqual(await names(), ['acts', 'bored', 'busy', 'cart'])
    assert.deepEqual(await names({ AlarmNames: ['cart', arn('busy'), 'cart', 'none'] }), ['busy', 'cart'])
    assert.deepEqual(await names({ AlarmNamePrefix: 'b' }), ['bored', 'busy'])
    assert.deepEqual(await names({ StateValue: 'ALARM' }), ['cart'])
    assert.deepEqual(await names({ ActionPrefix: 'arn:aws:autoscaling:' }), ['acts'])
    assert.deepEqual(await names({ ActionPrefix: 'arn:aws:automate:' }), [])
    assert.deepEqual(await names({ AlarmTypes: ['CompositeAlarm'] }), [])
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
      await remove(['alarm10'])
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

  it('are removed by name or ARN, and their history stays', async () => {
    for (const AlarmName of ['one', 'two', 'three']) await putAlarm(c, { AlarmName })
    await remove(['one', arn('two'), 'none'])
    assert.deepEqual(await names(), ['three'])
    assert.deepEqual(await summariesOf(c, { AlarmName: 'two' }), [
      'Alarm "two" deleted',
      'Alarm "two" created',
    ])
    assert.deepEqual(await summariesOf(c, { AlarmName: arn('two') }), [
      'Alarm "two" deleted',
      'Alarm "two" created',
    ])
    await refusedWith(remove([]), 'MissingParameter', 'The parameter AlarmNames is required.')
    await refusedWith(enable([]), 'MissingParameter', 'The parameter AlarmNames is required.')
    await refusedWith(
      disable(Array(101).fill('a')),
      'InvalidParameterValue',
      'The collection AlarmNames must not have a size greater than 100.',
    )
  })

  it('have their actions switched off and on, which history tells once', async () => {
    await putAlarm(c)
    await disable(['busy', 'none'])
    await disable([arn('busy')])
    assert.equal((await alarmOf(c)).ActionsEnabled, false)
    await enable(['busy'])
    await enable(['busy'])
    assert.equal((await alarmOf(c)).ActionsEnabled, true)
    assert.deepEqual(await summariesOf(c), [
      'Alarm "busy" updated',
      'Alarm "busy" updated',
      'Alarm "busy" created',
    ])
  })

  it('are set to a state, and only to another one', async () => {
    await putAlarm(c)
    c.clock.advance(5)
    await set({ StateReasonData: '{"seen":[1]}', AlarmName: arn('busy') })
    await set({ StateReason: 'again' })
    const { StateValue, StateReason, StateReasonData, StateUpdatedTimestamp } = await alarmOf(c)
    assert.deepEqual([StateValue, StateReason, StateReasonData], ['ALARM', 'a test', '{"seen":[1]}'])
    assert.equal(StateUpdatedTimestamp?.toISOString(), '2014-02-16T12:13:21.000Z')
    const [{ HistoryData = '' } = {}] = await historyOf(c)
    assert.deepEqual(JSON.parse(HistoryData), {
      version: '1.0',
      oldState: { stateValue: 'INSUFFICIENT_DATA', stateReason: 'Unchecked: Initial alarm creation' },
      newState: { stateValue: 'ALARM', stateReason: 'a test', stateReasonData: { seen: [1] } },
    })
    const bad: readonly (readonly [Partial<SetAlarmStateInput>, string, string])[] = [
      [{ AlarmName: 'none' }, 'ResourceNotFound', "Could not find alarm with name 'none'"],
      [{ AlarmName: '' }, 'MissingParameter', 'The parameter AlarmName is required.'],
      [{ StateReason: '' }, 'MissingParameter', 'The parameter StateReason is required.'],
      [
        { StateReason: long(1024 + 1) },
        'InvalidParameterValue',
        'The parameter StateReason must be shorter than 1025 characters.',
      ],
      [
        { StateReasonData: long(4001) },
        'InvalidParameterValue',
        'The parameter StateReasonData must be shorter than 4001 characters.',
      ],
      [{ StateReasonData: '{' }, 'InvalidFormat', 'StateReasonData was not syntactically valid JSON'],
      [{ StateValue: undefined }, 'MissingParameter', 'The parameter StateValue is required.'],
      [
        { StateValue: 'FINE' as 'OK' },
        'InvalidParameterValue',
        'The parameter StateValue must be a value in the set [OK, ALARM, INSUFFICIENT_DATA].',
      ],
    ]
    for (const [about, code, message] of bad) await refusedWith(set(about), code, message)
  })

  it('have tags, which overwriting leaves alone', async () => {
    const cloudwatch = c.cloudwatch()
    const tags = async (ResourceARN = arn('busy')) =>
      (await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags
    await putAlarm(c, { Tags: [{ Key: 'team', Value: 'red' }] })
    await putAlarm(c, { Tags: [{ Key: 'team', Value: 'blue' }] })
    assert.deepEqual(await tags(), [{ Key: 'team', Value: 'red' }])
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'team', Value: 'green' },
    ]
    await cloudwatch.send(new TagResourceCommand({ ResourceARN: arn('busy'), Tags }))
    assert.deepEqual(await tags(), Tags)
    await cloudwatch.send(new UntagResourceCommand({ ResourceARN: arn('busy'), TagKeys: ['team', 'none'] }))
    assert.deepEqual(await tags(), [{ Key: 'a', Value: '1' }])
    await refusedWith(tags(arn('none')), 'ResourceNotFoundException', /none/)
    await refusedWith(tags('busy'), 'ResourceNotFoundException', /busy/)
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
    const tag = (more: typeof Tags) =>
      cloudwatch.send(new TagResourceCommand({ ResourceARN: arn('busy'), Tags: more }))
    await refusedWith(
      tag(many),
      'InvalidParameterValue',
      'The collection Tags must not have a size greater than 50.',
    )
    await refusedWith(tag([{ Key: 'k', Value: long(257) }]), 'InvalidParameterValue', /257/)
  })

  it("of others are not there, but for the cloud's administrators", async () => {
    const alice = await c.account('alice')
    const hers = arn('busy', alice.accountId)
    await putAlarm(alice)
    await putAlarm(c, { AlarmName: 'mine' })
    const bob = await c.account('bob')
    assert.deepEqual(await names({ AlarmNames: [hers, 'verbose'] }, bob), [])
    await remove([hers], bob)
    await disable([hers], bob)
    await refusedWith(
      set({ AlarmName: hers }, bob),
      'ResourceNotFound',
      `Could not find alarm with name '${hers}'`,
    )
    assert.equal((await alarmOf(alice)).ActionsEnabled, true)
    assert.deepEqual(await names(), ['mine'])
    assert.deepEqual(await names({ AlarmNames: ['verbose'] }), ['busy', 'mine'])
    assert.deepEqual(await summariesOf(c, { AlarmName: hers }), ['Alarm "busy" created'])
    assert.deepEqual(await summariesOf(bob, { AlarmName: hers }), [])
    await set({ AlarmName: hers })
    await remove([hers])
    assert.deepEqual(await names({}, alice), [])
  })

  it('may be named as an ARN looks', async () => {
    await putAlarm(c, { AlarmName: arn('busy') })
    await putAlarm(c)
    await remove([arn('busy')])
    assert.deepEqual(await names(), [orders.AlarmName])
  })
})
