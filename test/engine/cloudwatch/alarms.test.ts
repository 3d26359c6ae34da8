// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsInput,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  ListTagsForResourceCommand,
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

  it('may have any name of 255 characters that is one line, and no name is too long to ask for', async () => {
    const odd = ['€'.repeat(255), '\u{1F98A}'.repeat(127), ' ', 'a/b', '"\\"', '%41', '../..']
    for (const AlarmName of odd) await putAlarm(c, { AlarmName })
    assert.deepEqual((await names()).sort(), [...odd].sort())
    for (const name of odd) {
      if (arn(name).length < 256) assert.deepEqual(await names({ AlarmNames: [arn(name)] }), [name])
      assert.deepEqual(await summariesOf(c, { AlarmName: name }), [`Alarm "${name}" created`])
    }
    await c.pass(60)
    await remove(odd)
    assert.deepEqual(await names(), [])
    const long = `arn:aws:cloudwatch::${c.accountId}:alarm:${'x'.repeat(20_000)}`
    const tags = c.cloudwatch().send(new ListTagsForResourceCommand({ ResourceARN: long }))
    await refusedWith(tags, 'ResourceNotFoundException', /^Unknown resource/)
  })

  it('may be named as an ARN looks', async () => {
    await putAlarm(c, { AlarmName: arn('busy') })
    await putAlarm(c)
    await remove([arn('busy')])
    assert.deepEqual(await names(), [orders.AlarmName])
  })
})
