// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  type MetricDatum,
  PutMetricDataCommand,
  type Statistic,
} from '@aws-sdk/client-cloudwatch'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { combination, missing, value } from './refused'

const start = Date.parse('2014-02-16T12:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000)

describe('statistics', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const put = async (...data: Partial<MetricDatum>[]): Promise<void> => {
    for (let from = 0; from < data.length; from += 20)
      await c.cloudwatch().send(
        new PutMetricDataCommand({
          Namespace: 'Shop',
          MetricData: data.slice(from, from + 20).map(datum => ({ MetricName: 'Sold', ...datum })),
        }),
      )
  }
  const all: Statistic[] = ['Average', 'Sum', 'SampleCount', 'Maximum', 'Minimum']
  const ask = (more: Partial<GetMetricStatisticsCommandInput> = {}, who: Clients = c) =>
    who.cloudwatch().send(
      new GetMetricStatisticsCommand({
        ...{ Namespace: 'Shop', MetricName: 'Sold', Statistics: all, Period: 60 },
        ...{ StartTime: at(0), EndTime: at(600), ...more },
      }),
    )
  /** Time, average, sum, count, maximum, minimum, unit. */
  const rows = async (more: Partial<GetMetricStatisticsCommandInput> = {}, who: Clients = c) =>
    ((await ask(more, who)).Datapoints ?? []).map(
      ({ Timestamp, Average, Sum, SampleCount, Maximum, Minimum, Unit }) =>
        [Timestamp?.toISOString().slice(11, 19), Average, Sum, SampleCount, Maximum, Minimum, Unit].join(' '),
    )

  it('of 120 points in two minutes are two rows of a minute each', async () => {
    await put(...Array.from({ length: 120 }, (_, index) => ({ Value: index, Timestamp: at(index) })))
    assert.deepEqual(await rows(), ['12:00:00 29.5 1770 60 59 0 None', '12:01:00 89.5 5370 60 119 60 None'])
  })

  it('are only those that were asked for', async () => {
    await put({ Value: 4, Timestamp: at(0) })
    const { Label, Datapoints } = await ask({ Statistics: ['Sum'] })
    assert.equal(Label, 'Sold')
    assert.deepEqual(Datapoints, [{ Timestamp: at(0), Sum: 4, Unit: 'None' }])
  })

  it('are of whole periods from the minute in which the range starts', async () => {
    await put(...[0, 60, 120, 180, 240].map(seconds => ({ Value: 1, Timestamp: at(seconds) })))
    assert.deepEqual(await rows({ StartTime: at(90), Period: 120 }), [
      '12:01:00 1 2 2 1 1 None',
      '12:03:00 1 2 2 1 1 None',
    ])
  })

  it('end before the end of the range', async () => {
    await put(
      { Value: 1, Timestamp: at(60) },
      { Value: 2, Timestamp: at(119) },
      { Value: 4, Timestamp: at(120) },
    )
    assert.deepEqual(await rows({ EndTime: at(120) }), ['12:01:00 1.5 3 2 2 1 None'])
  })

  it('are seen as soon as data are put', async () => {
    await put({ Value: 7 })
    assert.equal((await rows({ EndTime: new Date(c.clock.now()), StartTime: at(0) })).length, 1)
  })

  it('add up sets, and values that came often', async () => {
    await put(
      { StatisticValues: { SampleCount: 3, Sum: 9, Minimum: 1, Maximum: 5 }, Timestamp: at(1) },
      { Values: [2, 8], Counts: [4, 1], Timestamp: at(2) },
      { Values: [-1], Timestamp: at(3) },
    )
    assert.deepEqual(await rows(), [`12:00:00 ${24 / 9} 24 9 8 -1 None`])
  })

  it('keep units apart', async () => {
    await put(
      { Value: 1, Unit: 'Seconds', Timestamp: at(0) },
      { Value: 2, Unit: 'Bytes', Timestamp: at(0) },
      { Value: 3, Unit: 'Seconds', Timestamp: at(1) },
    )
    assert.deepEqual(await rows({ Unit: 'Seconds' }), ['12:00:00 2 4 2 3 1 Seconds'])
    assert.deepEqual(await rows({ Unit: 'Count' }), [])
    assert.deepEqual(await rows(), ['12:00:00 2 2 1 2 2 Bytes', '12:00:00 2 4 2 3 1 Seconds'])
  })

  it('are of the very set of dimensions, in any order', async () => {
    const [a, b] = [
      { Name: 'a', Value: '1' },
      { Name: 'b', Value: '2' },
    ]
    await put(
      { Value: 1, Dimensions: [a, b], Timestamp: at(0) },
      { Value: 2, Dimensions: [a], Timestamp: at(0) },
    )
    assert.deepEqual(await rows({ Dimensions: [b, a] }), ['12:00:00 1 1 1 1 1 None'])
    assert.deepEqual(await rows({ Dimensions: [a] }), ['12:00:00 2 2 1 2 2 None'])
    assert.deepEqual(await rows({ Dimensions: [b] }), [])
    assert.deepEqual(await rows(), [])
  })

  it("are of the account's own data", async () => {
    await put({ Value: 1, Timestamp: at(0) })
    assert.deepEqual(await rows({}, await c.account('alice')), [])
  })

  const refusals: readonly [string, Partial<GetMetricStatisticsCommandInput>, string, string][] = [
    ['no statistics', { Statistics: [] }, missing, 'The parameter Statistics is required.'],
    [
      'six statistics',
      { Statistics: [...all, 'Sum'] },
      value,
      'The collection Statistics must not have a size greater than 5.',
    ],
    [
      'an unknown statistic',
      { Statistics: ['Sum', 'Median' as Statistic] },
      value,
      'The parameter Statistics.member.2 must be a value in the set [Average, Sum, SampleCount, Maximum, Minimum].',
    ],
    [
      'percentiles',
      { Statistics: undefined, ExtendedStatistics: ['p99'] },
      value,
      'The parameter ExtendedStatistics is not supported: percentiles are not kept.',
    ],
    ['no namespace', { Namespace: '' }, missing, 'The parameter Namespace is required.'],
    ['no metric', { MetricName: '' }, missing, 'The parameter MetricName is required.'],
    ['no start', { StartTime: undefined }, missing, 'The parameter StartTime is required.'],
    ['no end', { EndTime: undefined }, missing, 'The parameter EndTime is required.'],
    ['no period', { Period: undefined }, missing, 'The parameter Period is required.'],
    ['a period of nothing', { Period: 0 }, value, 'The parameter Period must not equal 0.'],
    ['a period of less', { Period: -60 }, value, 'The parameter Period must be greater than 0.'],
    ['a period of half minutes', { Period: 90 }, value, 'The parameter Period must be a multiple of 60.'],
    [
      'an end before the start',
      { EndTime: at(-1) },
      value,
      'The parameter EndTime must be greater than StartTime.',
    ],
    [
      'an end at the start',
      { EndTime: at(0) },
      value,
      'The parameter StartTime must not equal parameter EndTime.',
    ],
    [
      'too many points',
      { EndTime: at(1441 * 60) },
      combination,
      'You have requested up to 1,441 datapoints, which exceeds the limit of 1,440. You may reduce the datapoints ' +
        'requested by increasing Period, or decreasing the time range.',
    ],
    [
      'a dimension twice',
      {
        Dimensions: [
          { Name: 'a', Value: '1' },
          { Name: 'a', Value: '1' },
        ],
      },
      value,
      'No Metric may specify the same dimension twice.',
    ],
  ]
  for (const [title, more, code, message] of refusals)
    it(`are refused with ${title}`, () => refused(ask(more), code, message))

  it('may be of 1440 periods, also from within a minute', async () => {
    assert.deepEqual((await ask({ StartTime: at(59), EndTime: at(1440 * 60 + 59) })).Datapoints, [])
  })
})
