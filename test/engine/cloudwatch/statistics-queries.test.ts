// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type MetricDataQuery,
  type MetricDatum,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { combination, missing, value } from './refused'

const start = Date.parse('2014-02-16T12:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000)

describe('statistics of several metrics', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const put = (...data: Partial<MetricDatum>[]) =>
    c.cloudwatch().send(
      new PutMetricDataCommand({
        Namespace: 'Shop',
        MetricData: data.map(datum => ({ MetricName: 'Sold', ...datum })),
      }),
    )
  const query = (
    Id: string,
    more: Partial<NonNullable<MetricDataQuery['MetricStat']>> = {},
  ): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'Sold' }, Period: 60, Stat: 'Sum', ...more },
  })
  const data = (MetricDataQueries: MetricDataQuery[], more: Partial<GetMetricDataCommandInput> = {}) =>
    c
      .cloudwatch()
      .send(new GetMetricDataCommand({ MetricDataQueries, StartTime: at(0), EndTime: at(600), ...more }))
  const seconds = (times: readonly Date[] = []) => times.map(time => (time.getTime() - start) / 1000)

  it('come newest first, or oldest first', async () => {
    await put(
      { Value: 1, Timestamp: at(0) },
      { Value: 2, Timestamp: at(60) },
      { Value: 5, Timestamp: at(61) },
    )
    const queries = [query('a'), { ...query('b', { Stat: 'Maximum' }), Label: 'Most' }]
    const { MetricDataResults = [], NextToken } = await data(queries)
    assert.deepEqual(
      MetricDataResults.map(({ Id, Label, Values, StatusCode, Timestamps }) => [
        ...[Id, Label, Values, StatusCode],
        seconds(Timestamps),
      ]),
      [
        ['a', 'Sold', [7, 1], 'Complete', [60, 0]],
        ['b', 'Most', [5, 1], 'Complete', [60, 0]],
      ],
    )
    assert.equal(NextToken, undefined)
    const again = await data([query('a')], { ScanBy: 'TimestampAscending' })
    assert.deepEqual(again.MetricDataResults?.[0]?.Values, [1, 7])
  })

  it('have labels that tell them apart', async () => {
    const labels = async (...queries: MetricDataQuery[]) => {
      const { MetricDataResults = [], Messages } = await data(queries)
      assert.deepEqual(Messages, [])
      return MetricDataResults.map(({ Label }) => Label)
    }
    const most = (Id: string, Period = 60) => query(Id, { Stat: 'Maximum', Period })
    const other = query('o', { Metric: { Namespace: 'Shop', MetricName: 'Returned' } })
    assert.deepEqual(await labels(query('a'), query('b', { Unit: 'Bytes' })), ['Sold', 'Sold'])
    assert.deepEqual(await labels(query('a'), other), ['Sold', 'Returned'])
    assert.deepEqual(await labels(query('a'), most('b')), ['Sold Sum', 'Sold Maximum'])
    assert.deepEqual(await labels(query('a'), query('b', { Period: 300 })), ['Sold 60', 'Sold 300'])
    assert.deepEqual(await labels(query('a'), most('b', 300)), ['Sold Sum 60', 'Sold Maximum 300'])
  })

  it('come in pages', async () => {
    await put(...[0, 60, 120].map((second, index) => ({ Value: index, Timestamp: at(second) })))
    const queries = [query('a'), { ...query('unseen'), ReturnData: false }, query('b')]
    const pages: unknown[] = []
    let NextToken: string | undefined
    do {
      const page = await data(queries, { MaxDatapoints: 2, ScanBy: 'TimestampAscending', NextToken })
      pages.push(page.MetricDataResults?.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]))
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    assert.deepEqual(pages, [
      [
        ['a', [0, 1], 'PartialData'],
        ['b', [], 'PartialData'],
      ],
      [
        ['a', [2], 'Complete'],
        ['b', [0], 'PartialData'],
      ],
      [
        ['a', [], 'Complete'],
        ['b', [1, 2], 'Complete'],
      ],
    ])
  })

  const bad: readonly [string, MetricDataQuery[], Partial<GetMetricDataCommandInput>, string, string][] = [
    ['no queries', [], {}, missing, 'The parameter MetricDataQueries is required.'],
    [
      'an expression',
      [{ Id: 'a', Expression: 'm1 * 2' }],
      {},
      value,
      'The parameter MetricDataQueries.member.1.Expression is not supported: this service has no metric math.',
    ],
    [
      'a query of nothing',
      [{ Id: 'a' }],
      {},
      missing,
      'The parameter MetricDataQueries.member.1.MetricStat is required.',
    ],
    [
      'both in one',
      [{ ...query('a'), Expression: 'b' }],
      {},
      combination,
      'The parameters MetricDataQueries.member.1.Expression and MetricDataQueries.member.1.MetricStat are mutually exclusive.',
    ],
    [
      'an id like a name',
      [query('Sold')],
      {},
      value,
      'The parameter MetricDataQueries.member.1.Id must begin with a small letter and hold letters, digits and _ only.',
    ],
    [
      'an id twice',
      [query('a'), query('a')],
      {},
      value,
      'The values for parameter Id in MetricDataQueries must be unique.',
    ],
    [
      'a percentile',
      [query('a', { Stat: 'p90' })],
      {},
      value,
      'The parameter MetricDataQueries.member.1.MetricStat.Stat must be a value in the set [Average, Sum, SampleCount, Maximum, Minimum].',
    ],
    [
      'no pages',
      [query('a')],
      { MaxDatapoints: 0 },
      value,
      'The parameter MaxDatapoints must be between 1 and 100800.',
    ],
    ['a page of nobody', [query('a')], { NextToken: 'x' }, 'InvalidNextToken', 'Invalid nextToken'],
    [
      'an order of nobody',
      [query('a')],
      { ScanBy: 'Random' as 'TimestampAscending' },
      value,
      'The parameter ScanBy must be a value in the set [TimestampDescending, TimestampAscending].',
    ],
  ]
  for (const [title, queries, more, code, message] of bad)
    it(`are refused with ${title}`, () => refused(data(queries, more), code, message))

  it('are five hundred at most', () =>
    refused(
      data(Array.from({ length: 501 }, (_, index) => query(`q${index}`))),
      value,
      'The collection MetricDataQueries must not have a size greater than 500.',
    ))
})
