// SPDX-License-Identifier: BSD-2-Clause
// Alarms by themselves: what the minutes make of them.
import assert from 'node:assert/strict'
import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  type DescribeAlarmHistoryInput,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { evaluateAlarms } from '../../../src/engine/cloudwatch/alarm-evaluation'
import type { ChoreContext } from '../../../src/engine/operation'
import { chanceOf } from '../../faults/spoiling'
import { type Cloud, cloud } from '../../support/cloud'
import { alarmOf, historyOf, modelled, policyArn, putAlarm, putValue, summariesOf } from './alarm'
import { refusedWith } from './refused'

describe('what becomes of alarms', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const stateOf = async (name = 'busy') => (await alarmOf(c, name)).StateValue
  const changes = (name = 'busy') => summariesOf(c, { AlarmName: name, HistoryItemType: 'StateUpdate' })
  const plans = () =>
    c.engine.read(tx => [...tx.due.scan()].filter(({ task }) => task === 'cloudwatch.evaluate').length)

  it('data of a minute decide once it is over', async () => {
    await putAlarm(c)
    await putValue(c, 80)
    await putValue(c, 90)
    await c.pass(43)
    assert.equal(await stateOf(), 'INSUFFICIENT_DATA')
    await c.pass(1)
    const { StateValue, StateReason, StateReasonData = '', StateUpdatedTimestamp } = await alarmOf(c)
    assert.equal(StateValue, 'ALARM')
    assert.equal(StateReason, 'Threshold Crossed: 1 datapoint (85.0) was greater than the threshold (50.0).')
    assert.equal(StateUpdatedTimestamp?.toISOString(), '2014-02-16T12:14:00.000Z')
    assert.deepEqual(JSON.parse(StateReasonData), {
      ...{ version: '1.0', queryDate: '2014-02-16T12:14:00.000+0000', statistic: 'Average' },
      ...{ recentDatapoints: [85], period: 60, threshold: 50 },
    })
    const [{ HistorySummary, HistoryData = '', HistoryItemType } = {}] = await historyOf(c)
    assert.deepEqual(
      [HistorySummary, HistoryItemType],
      [' Alarm updated from INSUFFICIENT_DATA to ALARM', 'StateUpdate'],
    )
    assert.deepEqual(JSON.parse(HistoryData).newState.stateReasonData.recentDatapoints, [85])
  })

  it('a good minute clears an alarm at once, and silence is borne for five', async () => {
    await putAlarm(c)
    await putValue(c, 80)
    await c.pass(60)
    await putValue(c, 10)
    await c.pass(60)
    assert.equal(await stateOf(), 'OK')
    // The window is silent from 12:16 on; the value of 12:14 is in the buffer until 12:20.
    await c.pass(5 * 60)
    assert.equal(await stateOf(), 'OK')
    await c.pass(60)
    assert.equal(await stateOf(), 'INSUFFICIENT_DATA')
    assert.equal((await alarmOf(c)).StateReason, 'Insufficient Data: 1 datapoint was unknown.')
    assert.deepEqual(await changes(), [
      ' Alarm updated from OK to INSUFFICIENT_DATA',
      ' Alarm updated from ALARM to OK',
      ' Alarm updated from INSUFFICIENT_DATA to ALARM',
    ])
  })

  it('late data are taken into account', async () => {
    await putAlarm(c, { EvaluationPeriods: 3 })
    await putValue(c, 80)
    await c.pass(60)
    await putValue(c, 80)
    await c.pass(60)
    assert.equal(await stateOf(), 'INSUFFICIENT_DATA', 'two minutes of three')
    await putValue(c, 80, new Date(c.clock.now() - 3 * 60_000))
    await c.pass(60)
    assert.equal(await stateOf(), 'ALARM')
    await putValue(c, 10, new Date(c.clock.now() - 2 * 60_000))
    await c.pass(60)
    assert.equal(await stateOf(), 'OK')
  })

  it('data of another unit or another set of dimensions are not its', async () => {
    await putAlarm(c, { Unit: 'Percent' })
    await putAlarm(c, { AlarmName: 'perth', Dimensions: [{ Name: 'City', Value: 'Perth' }] })
    await putAlarm(c, { AlarmName: 'any' })
    await putValue(c, 80)
    await c.pass(60)
    assert.deepEqual(
      [await stateOf(), await stateOf('perth'), await stateOf('any')],
      ['INSUFFICIENT_DATA', 'INSUFFICIENT_DATA', 'ALARM'],
    )
  })

  it('nothing, for an alarm on a metric that never comes', async () => {
    await putAlarm(c, { AlarmActions: [policyArn(c.accountId)] })
    await c.pass(3600)
    assert.equal(await stateOf(), 'INSUFFICIENT_DATA')
    assert.deepEqual(await summariesOf(c), ['Alarm "busy" created'])
  })

  it('one look is planned, however many alarms there are, and none when there are none', async () => {
    await putAlarm(c)
    await putAlarm(c, { AlarmName: 'more' })
    assert.equal(plans(), 1)
    await c.pass(600)
    assert.equal(plans(), 1)
    await c.cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames: ['busy', 'more'] }))
    await c.pass(60)
    assert.equal(plans(), 0)
    await putAlarm(c)
    assert.equal(plans(), 1)
  })

  it('one look, when the clock jumps, and the minutes go on', async () => {
    await putAlarm(c)
    await putValue(c, 80)
    c.clock.advance(24 * 3600)
    await c.settle()
    assert.deepEqual([await changes(), plans()], [[], 1])
    await putValue(c, 80)
    await c.pass(60)
    assert.equal(await stateOf(), 'ALARM')
  })

  it('looks within a minute, when the clock is turned back and somebody says something of alarms', async () => {
    await putAlarm(c)
    await c.pass(60)
    c.clock.advance(-24 * 3600)
    await putAlarm(c, { AlarmName: 'more' })
    await putValue(c, 80)
    await c.pass(60)
    assert.equal(await stateOf(), 'ALARM')
  })

  it('looks within a minute, and acts, when the clock is turned back and somebody writes data', async () => {
    await putAlarm(c)
    await putValue(c, 80)
    await c.pass(60)
    assert.equal(await stateOf(), 'ALARM')
    const acted = () => c.engine.read(tx => tx.alarms.in(c.accountId).must('busy').actedAt?.getTime() ?? 0)
    c.clock.advance(-24 * 3600)
    await putValue(c, 80)
    await c.pass(60)
    assert.ok(acted() < c.clock.now() && acted() > c.clock.now() - 60_000)
    await putValue(c, 1)
    await c.pass(60)
    assert.equal(await stateOf(), 'OK')
  })

  it('five hundred alarms are looked at in one go of several transactions', async () => {
    await putAlarm(c)
    c.engine.write(tx => {
      const alarm = tx.alarms.in(c.accountId).must('busy')
      for (let index = 0; index < 499; index += 1)
        tx.alarms.in(c.accountId).put({ ...alarm, name: `n${index}` })
    })
    await putValue(c, 80)
    let transactions = 0
    const context: ChoreContext = {
      clock: c.clock,
      transact: async work => {
        transactions += 1
        return c.engine.write(work)
      },
    }
    c.clock.advance(44)
    await evaluateAlarms(context, c.accountId)
    assert.ok(transactions >= 7, `${transactions}`)
    const states = c.engine.read(tx =>
      tx.alarms
        .in(c.accountId)
        .list()
        .map(({ state }) => state),
    )
    assert.deepEqual([states.length, new Set(states)], [500, new Set(['ALARM'])])
  })

  it('they go with their account, and their history with them', async () => {
    const alice = await c.account('alice')
    for (let index = 0; index < 120; index += 1) await putAlarm(alice, { AlarmName: `hers${index}` })
    const { accountId } = alice
    c.engine.write(tx => tx.accounts.delete(accountId))
    await c.pass(60)
    const left = c.engine.read(tx => [
      tx.alarms.in(accountId).list().length,
      [...tx.alarmHistory.in(accountId).scan()].length,
    ])
    assert.deepEqual([left, plans()], [[0, 0], 0])
  })

  it('a state is entered once, whoever else is at it and whoever dies', async () => {
    // The second process comes, or the first dies, before its first transaction, its second, and so on.
    for (const end of ['another', 'dies'] as const) {
      for (let moment = 0; moment < 5; moment += 1) {
        const name = `${end}${moment}`
        await putAlarm(c, { AlarmName: name, AlarmActions: [policyArn(c.accountId)] })
        await putValue(c, 80)
        const whole: ChoreContext = { clock: c.clock, transact: async work => c.engine.write(work) }
        let count = 0
        const disturbed: ChoreContext = {
          clock: c.clock,
          transact: async work => {
            if (count++ === moment && end === 'another') await evaluateAlarms(whole, c.accountId)
            if (count > moment && end === 'dies') throw new Error('killed')
            return c.engine.write(work)
          },
        }
        c.clock.advance(60)
        try {
          await evaluateAlarms(disturbed, c.accountId)
        } catch (error) {
          assert.match(String(error), /killed/)
        }
        await c.settle()
        assert.deepEqual(await changes(name), [' Alarm updated from INSUFFICIENT_DATA to ALARM'], name)
        const actions = await summariesOf(c, { AlarmName: name, HistoryItemType: 'Action' })
        assert.deepEqual(actions, [` Failed to execute action ${policyArn(c.accountId)}`], name)
        assert.equal(plans(), 1, name)
      }
    }
  })

  it('what the rules say, minute by minute, for any data', async () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const chance = chanceOf(seed)
      const periods = 1 + chance(3)
      const name = `seed${seed}`
      await putAlarm(c, { AlarmName: name, MetricName: name, EvaluationPeriods: periods })
      // The minute that has begun is the last of these marks.
      let marks = '-'.repeat(5 + periods)
      for (let minute = 0; minute < 25; minute += 1) {
        const mark = '0X--'[chance(4)] ?? '-'
        const late = chance(5) === 0 && marks.at(-1) === '-' ? 1 : 0
        if (mark !== '-') {
          const { putPoints } = await import('../../../src/engine/cloudwatch/metric-data')
          const [value, at] = [mark === 'X' ? 80 : 10, new Date(c.clock.now() - late * 60_000)]
          const sums = { count: 1, sum: value, minimum: value, maximum: value }
          c.engine.write(tx =>
            putPoints(tx, c.accountId, [
              { namespace: 'Shop', name, dimensions: [], unit: 'None', at, ...sums },
            ]),
          )
        }
        marks = late ? `${marks.slice(0, -1)}${mark}-` : `${marks}${mark}`
        await c.pass(60)
        const expected = modelled(marks.slice(-5 - periods), periods)
        assert.equal(await stateOf(name), expected, `seed ${seed}, minute ${minute}: ${marks}, ${periods}`)
      }
    }
  })

  describe('in history', () => {
    const history = (input: DescribeAlarmHistoryInput = {}) =>
      c.cloudwatch().send(new DescribeAlarmHistoryCommand(input))
    const set = (StateValue: 'OK' | 'ALARM') =>
      c.cloudwatch().send(new SetAlarmStateCommand({ AlarmName: 'busy', StateValue, StateReason: 'a test' }))

    beforeEach(async () => {
      await putAlarm(c)
      await putAlarm(c, { AlarmName: 'other' })
      for (const state of ['ALARM', 'OK', 'ALARM', 'OK', 'ALARM'] as const) {
        c.clock.advance(1)
        await set(state)
      }
    })

    it('is chosen by alarm, type and time', async () => {
      assert.equal((await historyOf(c)).length, 7)
      assert.deepEqual(await summariesOf(c, { AlarmName: 'other' }), ['Alarm "other" created'])
      assert.equal((await historyOf(c, { HistoryItemType: 'StateUpdate' })).length, 5)
      const StartDate = new Date('2014-02-16T12:13:18Z')
      const EndDate = new Date('2014-02-16T12:13:20Z')
      assert.equal((await historyOf(c, { StartDate, EndDate })).length, 3)
      assert.equal((await historyOf(c, { StartDate })).length, 4)
      assert.equal((await historyOf(c, { EndDate })).length, 6)
      const message = 'The parameter EndDate must be greater than StartDate.'
      await refusedWith(history({ StartDate: EndDate, EndDate: StartDate }), 'InvalidParameterValue', message)
      const equal = 'The parameter StartDate must not equal parameter EndDate.'
      await refusedWith(history({ StartDate, EndDate: StartDate }), 'InvalidParameterValue', equal)
      const types =
        'The parameter HistoryItemType must be a value in the set [ConfigurationUpdate, StateUpdate, Action].'
      await refusedWith(history({ HistoryItemType: 'Gossip' as 'Action' }), 'InvalidParameterValue', types)
      await refusedWith(history({ AlarmName: 'x'.repeat(256) }), 'InvalidParameterValue', /256/)
      await refusedWith(history({ MaxRecords: 101 }), 'InvalidParameterValue', /MaxRecords/)
    })

    it('comes in pages, newest or oldest first', async () => {
      for (const ScanBy of ['TimestampDescending', 'TimestampAscending'] as const) {
        const all = await historyOf(c, { ScanBy })
        const paged: typeof all = []
        let NextToken: string | undefined
        do {
          const answer = await history({ ScanBy, MaxRecords: 2, NextToken })
          paged.push(...(answer.AlarmHistoryItems ?? []))
          NextToken = answer.NextToken
        } while (NextToken)
        assert.deepEqual(paged, all)
        assert.equal(all.at(ScanBy === 'TimestampAscending' ? 0 : -1)?.HistorySummary, 'Alarm "busy" created')
      }
      await refusedWith(history({ NextToken: 'nonsense' }), 'InvalidNextToken', /./)
    })

    it('is not shown after two weeks', async () => {
      const made = () => summariesOf(c, { HistoryItemType: 'ConfigurationUpdate' })
      c.clock.advance(14 * 24 * 3600 - 6)
      assert.equal((await made()).length, 2)
      c.clock.advance(2)
      assert.deepEqual(await made(), [])
    })
  })
})
