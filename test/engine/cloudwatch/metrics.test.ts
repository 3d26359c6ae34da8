// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { ListMetricsCommand, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { value } from './refused'

describe('metric data', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const put = (Namespace: string, MetricData: MetricDatum[], who: Clients = c) =>
    who.cloudwatch().send(new PutMetricDataCommand({ Namespace, MetricData }))
  const list = async (input: ConstructorParameters<typeof ListMetricsCommand>[0] = {}, who: Clients = c) => {
    const { Metrics = [], NextToken } = await who.cloudwatch().send(new ListMetricsCommand(input))
    return {
      names: Metrics.map(
        ({ Namespace, MetricName, Dimensions = [] }) =>
          `${Namespace} ${MetricName}${Dimensions.map(({ Name, Value }) => ` ${Name}=${Value}`).join('')}`,
      ),
      NextToken,
    }
  }
  const at = (secondsAgo: number) => new Date(c.clock.now() - secondsAgo * 1000)

  it('make metrics, which are listed by namespace, name and dimensions', async () => {
    await put('Shop', [
      { MetricName: 'Sold', Value: 1, Dimensions: [{ Name: 'City', Value: 'Perth' }] },
      {
        MetricName: 'Sold',
        Value: 1,
        Dimensions: [
          { Name: 'Till', Value: '1' },
          { Name: 'City', Value: 'Perth' },
        ],
      },
      { MetricName: 'Sold', Value: 1 },
    ])
    await put('Bakery', [{ MetricName: 'Baked', Value: 1, Dimensions: [{ Name: 'City', Value: 'Hobart' }] }])
    assert.deepEqual((await list()).names, [
      'Bakery Baked City=Hobart',
      'Shop Sold',
      'Shop Sold City=Perth',
      'Shop Sold City=Perth Till=1',
    ])
    assert.deepEqual((await list({ Namespace: 'Bakery' })).names, ['Bakery Baked City=Hobart'])
    assert.deepEqual((await list({ MetricName: 'None' })).names, [])
    const within = async (...Dimensions: { Name: string; Value?: string }[]) =>
      (await list({ Dimensions })).names
    assert.equal((await within({ Name: 'City' })).length, 3)
    assert.equal((await within({ Name: 'City', Value: 'Perth' })).length, 2)
    assert.deepEqual(await within({ Name: 'City', Value: 'Perth' }, { Name: 'Till' }), [
      'Shop Sold City=Perth Till=1',
    ])
    assert.deepEqual(await within({ Name: 'Perth' }), [])
  })

  it("are their account's alone", async () => {
    const alice = await c.account('alice')
    await put('Shop', [{ MetricName: 'Sold', Value: 1 }])
    assert.deepEqual((await list({}, alice)).names, [])
  })

  it('are listed five hundred at a time', async () => {
    const names = Array.from({ length: 620 }, (_, index) => `m${String(index).padStart(3, '0')}`)
    for (let from = 0; from < names.length; from += 20)
      await put(
        'Many',
        names.slice(from, from + 20).map(MetricName => ({ MetricName, Value: 1 })),
      )
    const first = await list({ Namespace: 'Many' })
    assert.equal(first.names.length, 500)
    const second = await list({ Namespace: 'Many', NextToken: first.NextToken })
    assert.equal(second.NextToken, undefined)
    assert.deepEqual(
      [...first.names, ...second.names],
      names.map(name => `Many ${name}`),
    )
    await refused(list({ NextToken: 'x' }), value, 'Invalid nextToken')
  })

  it('may be asked for as far as they are recent', async () => {
    await put('Shop', [
      { MetricName: 'Old', Value: 1, Timestamp: at(4 * 3600) },
      { MetricName: 'New', Value: 1, Timestamp: at(2 * 3600) },
    ])
    assert.deepEqual((await list({ RecentlyActive: 'PT3H' })).names, ['Shop New'])
    await refused(
      list({ RecentlyActive: 'PT1H' as 'PT3H' }),
      value,
      'The parameter RecentlyActive must be a value in the set [PT3H].',
    )
  })

  const refusals: [string, string, MetricDatum[], string, string][] = []
  const bad = (
    title: string,
    datum: Partial<MetricDatum>,
    code: string,
    message: string,
    namespace = 'Shop',
  ) => refusals.push([title, namespace, [{ MetricName: 'Sold', ...datum }], code, message])
  const combination = 'InvalidParameterCombinationException'
  const missing = 'MissingRequiredParameterException'
  const member = 'MetricData.member.1'
  const long = 'x'.repeat(256)
  const set = { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 }

  bad('an empty namespace', { Value: 1 }, missing, 'The parameter Namespace is required.', '')
  bad(
    'a long namespace',
    { Value: 1 },
    value,
    'The parameter Namespace must be shorter than 256 characters.',
    long,
  )
  bad(
    "the cloud's own namespace",
    { Value: 1 },
    value,
    'The value AWS/ for parameter Namespace is invalid.',
    'AWS/Any',
  )
  bad('no name', { MetricName: '', Value: 1 }, missing, `The parameter ${member}.MetricName is required.`)
  bad(
    'a missing name',
    { MetricName: undefined, Value: 1 },
    missing,
    `The parameter ${member}.MetricName is required.`,
  )
  bad(
    'a long name',
    { MetricName: long, Value: 1 },
    value,
    `The parameter ${member}.MetricName must be shorter than 256 characters.`,
  )
  bad(
    'no value',
    {},
    missing,
    `At least one of the parameters ${member}.Value or ${member}.StatisticValues must be specified.`,
  )
  bad(
    'a value and a set',
    { Value: 1, StatisticValues: set },
    combination,
    `The parameters ${member}.Value and ${member}.StatisticValues are mutually exclusive and you have specified both.`,
  )
  bad(
    'a value, values and a set',
    { Value: 1, Values: [1], StatisticValues: set },
    combination,
    `The parameters ${member}.Value and ${member}.Values and ${member}.StatisticValues are mutually exclusive and you have specified all.`,
  )
  bad(
    'more counts than values',
    { Values: [1], Counts: [1, 2] },
    combination,
    `The parameters ${member}.Values and ${member}.Counts must be of the same size.`,
  )
  bad(
    'a count of nothing',
    { Values: [1], Counts: [0] },
    value,
    `The value 0 for parameter ${member}.Counts.member.1 is invalid.`,
  )
  bad(
    'too many values',
    { Values: Array(151).fill(1) },
    value,
    `The collection ${member}.Values must not have a size greater than 150.`,
  )
  bad(
    'too large a value',
    { Value: 1e200 },
    value,
    `The value 1e+200 for parameter ${member}.Value is invalid.`,
  )
  bad(
    'a set upside down',
    { StatisticValues: { ...set, Maximum: 0 } },
    value,
    `The parameter ${member}.StatisticValues.Maximum must be greater than ${member}.StatisticValues.Minimum.`,
  )
  bad(
    'a set of nothing',
    { StatisticValues: { ...set, SampleCount: 0 } },
    value,
    `The parameter ${member}.StatisticValues.SampleCount must not equal 0.`,
  )
  bad(
    'a set of less than nothing',
    { StatisticValues: { ...set, SampleCount: -1 } },
    value,
    `The parameter ${member}.StatisticValues.SampleCount must be greater than 0.`,
  )
  bad(
    'half a set',
    { StatisticValues: { SampleCount: 1, Sum: 1 } as typeof set },
    missing,
    `The parameter ${member}.StatisticValues.Minimum is required.`,
  )
  bad(
    'an unknown unit',
    { Value: 1, Unit: 'Furlongs' as 'None' },
    value,
    `The parameter ${member}.Unit must be a value in the set [Seconds, Microseconds, Milliseconds, Bytes, Kilobytes, Megabytes, Gigabytes, Terabytes, Bits, Kilobits, Megabits, Gigabits, Terabits, Percent, Count, Bytes/Second, Kilobytes/Second, Megabytes/Second, Gigabytes/Second, Terabytes/Second, Bits/Second, Kilobits/Second, Megabits/Second, Gigabits/Second, Terabits/Second, Count/Second, None].`,
  )
  bad(
    'a dimension twice',
    {
      Value: 1,
      Dimensions: [
        { Name: 'a', Value: 'b' },
        { Name: 'a', Value: 'c' },
      ],
    },
    value,
    'No Metric may specify the same dimension twice.',
  )
  bad(
    'a dimension without a value',
    { Value: 1, Dimensions: [{ Name: 'a', Value: '' }] },
    missing,
    `The parameter ${member}.Dimensions.member.1.Value is required.`,
  )
  bad(
    'eleven dimensions',
    { Value: 1, Dimensions: Array.from({ length: 11 }, (_, index) => ({ Name: `n${index}`, Value: 'v' })) },
    value,
    `The collection ${member}.Dimensions must not have a size greater than 10.`,
  )
  bad(
    'a time of long ago',
    { Value: 1, Timestamp: new Date('2014-01-01') },
    value,
    `The parameter ${member}.Timestamp must specify a time within the past two weeks.`,
  )
  bad(
    'a time to come',
    { Value: 1, Timestamp: new Date('2014-02-16T15:00:00Z') },
    value,
    `The parameter ${member}.Timestamp must specify a time within the past two weeks.`,
  )
  bad(
    'a resolution that nobody has',
    { Value: 1, StorageResolution: 30 },
    value,
    `The parameter ${member}.StorageResolution must be a value in the set [1, 60].`,
  )
  refusals.push(['no data', 'Shop', [], missing, 'The parameter MetricData is required.'])
  refusals.push([
    'too many data',
    'Shop',
    Array.from({ length: 21 }, () => ({ MetricName: 'Sold', Value: 1 })),
    value,
    'The collection MetricData must not have a size greater than 20',
  ])

  for (const [title, namespace, data, code, message] of refusals)
    it(`are refused with ${title}, and nothing of them is kept`, async () => {
      await refused(put(namespace, [...data]), code, message)
      assert.deepEqual((await list()).names, [])
      assert.equal(c.engine.nextWork(), undefined)
    })

  it('may be two hours ahead of the time', async () => {
    await put('Shop', [{ MetricName: 'Sold', Value: 1, Timestamp: at(-7100) }])
    assert.equal((await list()).names.length, 1)
  })

  it('may be told by entity, which is not kept', async () => {
    await c.cloudwatch().send(
      new PutMetricDataCommand({
        Namespace: 'Shop',
        EntityMetricData: [
          { Entity: { KeyAttributes: { Type: 'Service' } }, MetricData: [{ MetricName: 'Sold', Value: 1 }] },
        ],
      }),
    )
    assert.deepEqual((await list()).names, ['Shop Sold'])
  })
})
