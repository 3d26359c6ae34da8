// SPDX-License-Identifier: BSD-2-Clause
// Requests and alarms that go over very many data: they keep nobody else waiting for long, and lose nothing.
import assert from 'node:assert/strict'
import {
  DescribeAlarmHistoryCommand,
  GetMetricDataCommand,
  type GetMetricDataOutput,
  ListMetricsCommand,
  type ListMetricsInput,
  type ListMetricsOutput,
} from '@aws-sdk/client-cloudwatch'
import { putPoints } from '../../../src/engine/cloudwatch/metric-data'
import { MinuteReader } from '../../../src/engine/cloudwatch/metric-minutes'
import { type Cloud, cloud } from '../../support/cloud'
import { alarmOf, policyArn, putAlarm } from './alarm'

const minute = 60_000
const daySeconds = 24 * 3600

describe('very many data', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  /** A value of 60 in each of so many minutes before this one. */
  const measured = (minutes: number): void => {
    const first = Math.floor(c.clock.now() / minute) * minute - minutes * minute
    c.engine.write(tx =>
      putPoints(
        tx,
        c.accountId,
        Array.from({ length: minutes }, (_, index) => ({
          ...{ namespace: 'Shop', name: 'Orders', dimensions: [], unit: 'None' },
          ...{ at: new Date(first + index * minute), count: 1, sum: 60, minimum: 60, maximum: 60 },
        })),
      ),
    )
  }

  it('of many long ranges are given page by page', async () => {
    const days = 13
    measured(days * 1440)
    const end = Math.floor(c.clock.now() / minute) * minute
    const count = 70
    const input = {
      StartTime: new Date(end - days * daySeconds * 1000),
      EndTime: new Date(end),
      MetricDataQueries: Array.from({ length: count }, (_, index) => ({
        Id: `a${index}`,
        MetricStat: {
          // One in ten has nothing, also where a page ends.
          Metric: { Namespace: 'Shop', MetricName: index % 10 === 7 ? 'None' : 'Orders' },
          ...{ Period: daySeconds, Stat: 'SampleCount' },
        },
      })),
    }
    const values = new Map<string, number[]>()
    const pages: GetMetricDataOutput[] = []
    let NextToken: string | undefined
    do {
      const page: GetMetricDataOutput = await c
        .cloudwatch()
        .send(new GetMetricDataCommand({ ...input, NextToken }))
      pages.push(page)
      for (const { Id = '', Values = [] } of page.MetricDataResults ?? [])
        values.set(Id, [...(values.get(Id) ?? []), ...Values])
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    assert.equal(pages.length, 3)
    const statusOf = (page: GetMetricDataOutput | undefined) =>
      page?.MetricDataResults?.map(({ StatusCode }) => (StatusCode === 'Complete' ? 'C' : 'P')).join('')
    assert.match(statusOf(pages[0]) ?? '', /^C{20,}P{20,}$/)
    assert.match(statusOf(pages[2]) ?? '', /^C{70}$/)
    for (let index = 0; index < count; index++) {
      const expected = index % 10 === 7 ? [] : Array<number>(days).fill(1440)
      assert.deepEqual([index, values.get(`a${index}`)], [index, expected])
    }
  })

  it('are all looked at by the alarms of an account, in as many transactions as it takes', async () => {
    measured(1440)
    const names = Array.from({ length: 40 }, (_, index) => `a${String(index).padStart(2, '0')}`)
    for (const AlarmName of names) await putAlarm(c, { AlarmName, EvaluationPeriods: 1440 })
    await c.pass(60)
    for (const name of names) assert.equal((await alarmOf(c, name)).StateValue, 'ALARM', name)
  })

  it('have alarms repeat their actions by turns', async () => {
    const arns = Array.from({ length: 5 }, (_, index) => policyArn(c.accountId, `p${index}`))
    await putAlarm(c, { AlarmName: 'a', InsufficientDataActions: arns })
    await c.settle()
    const count = 180
    const digits = (index: number) => `a${String(index).padStart(3, '0')}`
    c.engine.write(tx => {
      const alarms = tx.alarms.in(c.accountId)
      const first = alarms.must('a')
      alarms.delete('a')
      for (let index = 0; index < count; index++) alarms.put({ ...first, name: digits(index) })
    })
    const acted = () =>
      c.engine.read(tx =>
        tx.alarms
          .in(c.accountId)
          .list()
          .map(({ actedAt }) => actedAt?.getTime() ?? 0),
      )
    const looks: number[][] = []
    for (let look = 0; look < 4; look++) {
      const before = acted()
      c.clock.advance(60)
      await c.settle()
      const now = acted()
      looks.push(now.flatMap((at, index) => (at > (before[index] ?? 0) ? [index] : [])))
    }
    const span = (indexes: readonly number[] | undefined) => [indexes?.[0], indexes?.at(-1), indexes?.length]
    assert.deepEqual(looks.map(span), [
      [0, 99, 100],
      [100, 179, 80],
      [0, 99, 100],
      [100, 179, 80],
    ])
    // One row of history for each of them.
    const rows = c.engine.read(tx =>
      [...tx.alarmHistory.in(c.accountId).scan()].filter(({ type }) => type === 'Action'),
    )
    assert.equal(rows.length, 5 * 360)
  })

  it('of very many metrics are listed in no order, and each once', async () => {
    const count = 20_400
    const at = new Date(c.clock.now())
    const sums = { unit: 'None', count: 1, sum: 1, minimum: 1, maximum: 1 }
    c.engine.write(tx =>
      putPoints(
        tx,
        c.accountId,
        Array.from({ length: count }, (_, index) => ({
          ...{ namespace: index % 1000 === 7 ? 'Rare' : 'Shop', name: `m${index}`, dimensions: [], at },
          ...sums,
        })),
      ),
    )
    const all = async (input: ListMetricsInput) => {
      const names: string[] = []
      let pages = 0
      let NextToken: string | undefined
      do {
        const page: ListMetricsOutput = await c
          .cloudwatch()
          .send(new ListMetricsCommand({ ...input, NextToken }))
        names.push(...(page.Metrics ?? []).map(({ MetricName = '' }) => MetricName))
        NextToken = page.NextToken
        pages++
      } while (NextToken !== undefined)
      return { pages, names: names.sort() }
    }
    const whole = await all({})
    assert.equal(whole.names.length, count)
    assert.equal(new Set(whole.names).size, count)
    const rare = await all({ Namespace: 'Rare' })
    assert.deepEqual([rare.pages, rare.names.length], [2, 21])
  })

  it('of history are looked at in pages, and not kept', async () => {
    const count = 100_300
    await putAlarm(c, { AlarmName: 'early' })
    c.clock.advance(3600)
    c.engine.write(tx => {
      const history = tx.alarmHistory.in(c.accountId)
      const row = {
        account: c.accountId,
        alarmName: 'busy',
        type: 'Action',
        summary: 's',
        data: '{}',
      } as const
      for (let sequence = 1000; sequence < 1000 + count; sequence++)
        history.put({ ...row, at: tx.now, sequence })
    })
    const input = { AlarmName: 'early' }
    const first = await c.cloudwatch().send(new DescribeAlarmHistoryCommand(input))
    assert.deepEqual(first.AlarmHistoryItems, [])
    const { AlarmHistoryItems = [], NextToken } = await c
      .cloudwatch()
      .send(new DescribeAlarmHistoryCommand({ ...input, NextToken: first.NextToken }))
    assert.deepEqual([AlarmHistoryItems.length, NextToken], [1, undefined])
    // Without the walk from minute to minute.
    c.clock.advance(daySeconds)
    await c.settle()
    const rows = () => c.engine.read(tx => [...tx.alarmHistory.in(c.accountId).scan()])
    assert.equal(rows().length, 100_000)
    assert.equal(rows().at(-1)?.alarmName, 'busy')
  })

  it('of history are trimmed at once when very many alarms change their states together', async () => {
    await putAlarm(c, { AlarmName: 'a', TreatMissingData: 'breaching' })
    await c.settle()
    c.engine.write(tx => {
      const alarms = tx.alarms.in(c.accountId)
      const alarm = alarms.must('a')
      for (let index = 0; index < 501; index++) alarms.put({ ...alarm, name: `a${index}` })
      const history = tx.alarmHistory.in(c.accountId)
      const row = {
        account: c.accountId,
        alarmName: 'busy',
        type: 'Action',
        summary: 's',
        data: '{}',
      } as const
      for (let sequence = 0; sequence < 99_900; sequence++)
        history.put({ ...row, at: tx.now, sequence: 1000 + sequence })
    })
    await c.pass(60)
    const rows = c.engine.read(tx => [...tx.alarmHistory.in(c.accountId).scan()])
    assert.equal(rows.length, 100_000)
    assert.equal(rows.filter(({ type }) => type === 'StateUpdate').length, 502)
  })

  it('are read once, whatever the ranges that are wanted of them', () => {
    measured(100)
    const [from, to] = [c.clock.now() - 200 * minute, c.clock.now()]
    c.engine.read(tx => {
      const { id } = tx.metrics.list()[0] ?? { id: '' }
      const scans: number[] = []
      const metricMinutes = {
        scan: (options: never) => {
          scans.push(1)
          return tx.metricMinutes.scan(options)
        },
      }
      const reader = new MinuteReader({ metricMinutes } as never)
      const all = [...tx.metricMinutes.scan({ under: [id] })]
      for (let start = to; start >= from; start -= minute) {
        const expected = all.filter(({ at }) => at >= start && at < to - minute)
        assert.deepEqual(reader.minutesOf(id, start, to - minute), expected)
      }
      assert.ok(scans.length < 12, `${scans.length} times`)
    })
  })
})
