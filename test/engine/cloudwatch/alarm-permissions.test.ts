// SPDX-License-Identifier: BSD-2-Clause
// Users of CloudWatch who are no administrators: what they may do is what policies say, alarm by alarm; and what is another
// account's is nobody else's.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-cloudwatch'
import { cloudwatch as service } from '../../../src/engine/cloudwatch'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { type Person, person } from '../ec2/people'
import { orders, putAlarm, putValue } from './alarm'

interface Sent {
  send(command: never): Promise<unknown>
}

const send = async (who: Pick<Clients, 'cloudwatch'>, operation: string, input: object) => {
  const commands = sdk as unknown as Record<string, new (input: never) => unknown>
  const Command = commands[`${operation}Command`]
  assert.ok(Command, operation)
  try {
    const output = await (who.cloudwatch() as unknown as Sent).send(new Command(input as never) as never)
    return { code: '', text: JSON.stringify(output) }
  } catch (error) {
    const { name, message } = error as Error
    return { code: name, text: message }
  }
}

interface Case {
  readonly operation: string
  readonly input: object
  /** What it asks leave on. */
  readonly on: readonly string[]
}

const denied = 'UnauthorizedOperation'
const range = { StartTime: new Date('2014-02-16T12:00:00Z'), EndTime: new Date('2014-02-16T13:00:00Z') }
const metric = { Namespace: 'Shop', MetricName: 'Orders' }

const casesOf = (account: string): readonly Case[] => {
  const arn = (name: string) => `arn:aws:cloudwatch::${account}:alarm:${name}`
  const [one, two] = [arn('busy'), arn('bored')]
  const names = { AlarmNames: ['busy', 'bored'] }
  const query = { Id: 'a', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } }
  return [
    { operation: 'PutMetricAlarm', input: orders, on: [one] },
    { operation: 'PutMetricAlarm', input: { ...orders, AlarmName: 'new' }, on: [arn('new')] },
    { operation: 'DisableAlarmActions', input: names, on: [one, two] },
    { operation: 'EnableAlarmActions', input: { AlarmNames: ['busy', two] }, on: [one, two] },
    {
      operation: 'SetAlarmState',
      input: { AlarmName: 'busy', StateValue: 'OK', StateReason: 'a test' },
      on: [one],
    },
    { operation: 'TagResource', input: { ResourceARN: one, Tags: [{ Key: 'a', Value: 'b' }] }, on: [one] },
    { operation: 'UntagResource', input: { ResourceARN: one, TagKeys: ['a'] }, on: [one] },
    { operation: 'ListTagsForResource', input: { ResourceARN: one }, on: [one] },
    {
      operation: 'PutMetricData',
      input: { ...metric, MetricData: [{ MetricName: 'Orders', Value: 1 }] },
      on: ['*'],
    },
    { operation: 'ListMetrics', input: {}, on: ['*'] },
    {
      operation: 'GetMetricStatistics',
      input: { ...metric, ...range, Period: 60, Statistics: ['Sum'] },
      on: ['*'],
    },
    { operation: 'GetMetricData', input: { ...range, MetricDataQueries: [query] }, on: ['*'] },
    { operation: 'DeleteAlarms', input: names, on: [one, two] },
  ]
}

const lists: readonly (readonly [operation: string, input: object])[] = [
  ['DescribeAlarms', {}],
  ['DescribeAlarms', { AlarmNames: ['busy', 'bored'] }],
  ['DescribeAlarmsForMetric', metric],
  ['DescribeAlarmHistory', {}],
]

describe('a user of CloudWatch', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person
  let cases: readonly Case[]

  const records = (): string =>
    c.engine.read(tx =>
      JSON.stringify(
        [tx.alarms, tx.alarmHistory, tx.metrics, tx.calledActions].map(table => [
          ...table.in(alice.accountId).scan(),
        ]),
      ),
    )

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    for (const AlarmName of ['busy', 'bored']) await putAlarm(alice, { AlarmName })
    await putValue(alice, 1)
    carl = person(c, alice, 'carl')
    cases = casesOf(alice.accountId)
  })
  afterEach(() => c.close())

  it('has a case here for every operation that there is', () => {
    const had = new Set([
      ...cases.map(({ operation }) => operation),
      ...lists.map(([operation]) => operation),
    ])
    assert.deepEqual(
      Object.keys(service.operations).filter(name => !had.has(name)),
      [],
    )
  })

  it('may do nothing without a policy, or with one for something else', async () => {
    const was = records()
    for (const { operation, input, on } of cases) {
      carl.mayNothing()
      assert.equal((await send(carl, operation, input)).code, denied, operation)
      carl.may({ Action: `cloudwatch:${operation}Not` })
      assert.equal((await send(carl, operation, input)).code, denied, operation)
      carl.may({ Action: 'cloudwatch:*' }, { Effect: 'Deny', Action: `cloudwatch:${operation}` })
      assert.equal((await send(carl, operation, input)).code, denied, operation)
      // All that it is about, and not the last of them.
      const other = on.with(-1, `${on.at(-1) === '*' ? 'arn:aws:cloudwatch::1:alarm:' : on.at(-1)}0`)
      carl.may(...other.map(Resource => ({ Action: `cloudwatch:${operation}`, Resource })))
      assert.equal((await send(carl, operation, input)).code, denied, `${operation} on ${other}`)
    }
    carl.mayNothing()
    for (const [operation, input] of lists) assert.equal((await send(carl, operation, input)).code, denied)
    assert.equal(records(), was)
  })

  it('may do what a policy allows on just what it is about', async () => {
    for (const { operation, input, on } of cases) {
      carl.may(...on.map(Resource => ({ Action: `cloudwatch:${operation}`, Resource })))
      const { code, text } = await send(carl, operation, input)
      assert.equal(code, '', `${operation}: ${text}`)
    }
  })

  it('may make an alarm that is called as an ARN looks where that is allowed, not where the ARN is', async () => {
    const busy = `arn:aws:cloudwatch::${alice.accountId}:alarm:busy`
    carl.may({ Action: 'cloudwatch:PutMetricAlarm', Resource: busy })
    assert.equal((await send(carl, 'PutMetricAlarm', { ...orders, AlarmName: busy })).code, denied)
    carl.may({ Action: 'cloudwatch:PutMetricAlarm', Resource: busy.replace(/busy$/, busy) })
    assert.equal((await send(carl, 'PutMetricAlarm', { ...orders, AlarmName: busy })).code, '')
  })

  it('sees of lists what a policy lets him see', async () => {
    const busy = `arn:aws:cloudwatch::${alice.accountId}:alarm:busy`
    for (const [operation, input] of lists) {
      carl.may({ Action: `cloudwatch:${operation}`, Resource: busy })
      const { code, text } = await send(carl, operation, input)
      assert.deepEqual(
        [operation, code, text.includes('busy'), text.includes('bored')],
        [operation, '', true, false],
      )
    }
  })

  it('may write into the namespaces that a condition names', async () => {
    const only = { StringEquals: { 'cloudwatch:namespace': 'Shop' } }
    carl.may({ Action: 'cloudwatch:PutMetricData', Condition: only })
    const MetricData = [{ MetricName: 'Orders', Value: 1 }]
    assert.equal((await send(carl, 'PutMetricData', { Namespace: 'Shop', MetricData })).code, '')
    assert.equal((await send(carl, 'PutMetricData', { Namespace: 'Stock', MetricData })).code, denied)
  })

  it('of another account reads and changes nothing, whatever he names', async () => {
    const bob = await c.account('bob')
    await c.pass(60)
    const was = records()
    for (const { operation, input } of cases) {
      const theirs = JSON.stringify(input).includes('arn:aws:cloudwatch')
      const named =
        'AlarmNames' in input ? { AlarmNames: [`arn:aws:cloudwatch::${alice.accountId}:alarm:busy`] } : {}
      const single = 'AlarmName' in input && operation === 'SetAlarmState'
      const more = single ? { AlarmName: `arn:aws:cloudwatch::${alice.accountId}:alarm:busy` } : named
      const { code, text } = await send(bob, operation, { ...input, ...more })
      if (theirs && /Resource/.test(operation)) assert.match(code, /^ResourceNotFound/, operation)
      else if (single) assert.equal(code, 'ResourceNotFound')
      else assert.equal(code, '', `${operation}: ${text}`)
      if (operation === 'PutMetricAlarm') await send(bob, 'DeleteAlarms', { AlarmNames: ['busy', 'new'] })
    }
    for (const [operation, input] of [
      ...lists,
      ['DescribeAlarmHistory', { AlarmName: `arn:aws:cloudwatch::${alice.accountId}:alarm:busy` }] as const,
      [
        'DescribeAlarms',
        { AlarmNames: ['verbose', `arn:aws:cloudwatch::${alice.accountId}:alarm:busy`] },
      ] as const,
    ]) {
      const { code, text } = await send(bob, operation, input)
      assert.deepEqual(
        [operation, code, text.includes(alice.accountId), text.includes('bored')],
        [operation, '', false, false],
      )
    }
    assert.equal(records(), was)
    const { text } = await send(bob, 'GetMetricStatistics', {
      ...metric,
      ...range,
      Period: 60,
      Statistics: ['Sum'],
    })
    // His own value, and not hers as well.
    assert.deepEqual(
      JSON.parse(text).Datapoints.map(({ Sum }: { Sum: number }) => Sum),
      [1],
    )
  })
})
