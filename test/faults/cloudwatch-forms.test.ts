// SPDX-License-Identifier: BSD-2-Clause
// Requests to CloudWatch in JSON and CBOR, which can hold what forms cannot: numbers that are none, halves of characters,
// names of a prototype. Each is answered or refused, and nothing is left that hurts who comes later.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cbor } from '@smithy/core/cbor'
import { cloudwatch as service } from '../../src/engine/cloudwatch'
import type { HttpRequest, HttpResponse } from '../../src/engine/http'
import { elementOf, inputOf, membersOf, type Shape } from '../../src/schemas/shapes'
import { type Cloud, cloud } from '../support/cloud'
import { host, signedByVersion4 } from './gateway-requests'

const target = 'GraniteServiceVersion20100801'
const path = '/services/CloudWatch'

const forms = {
  json: (action: string, document: unknown): HttpRequest => ({
    ...{ method: 'POST', path, query: '' },
    headers: { host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${target}.${action}` },
    body: Buffer.from(JSON.stringify(document)),
  }),
  cbor: (action: string, document: unknown): HttpRequest => ({
    ...{ method: 'POST', path: `${path}/service/${target}/operation/${action}`, query: '' },
    headers: { host, 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
    body: Buffer.from(cbor.serialize(document)),
  }),
  query: (action: string): HttpRequest => ({
    ...{ method: 'POST', path, query: '' },
    headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(`Action=${action}&Version=2010-08-01`),
  }),
}

const dice = (seed: string) => {
  let thrown = 0
  return (bound: number): number =>
    createHash('sha256').update(`${seed} ${thrown++}`).digest().readUInt32BE(0) % bound
}

const arn = (account: string, name: string) => `arn:aws:cloudwatch::${account}:alarm:${name}`

const textsOf = (account: string): readonly string[] => [
  ...[
    'busy',
    'Shop',
    'Orders',
    'InstanceId',
    'i-00000001',
    'Average',
    'Sum',
    'Count',
    'Percent',
    'ALARM',
    'OK',
  ],
  ...['GreaterThanThreshold', 'missing', 'breaching', 'TimestampAscending', 'StateUpdate', 'PT3H', 'a1'],
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    'a\nb',
    '\ud800',
    '\udfff\ud800',
    '\ufffe',
    '<&>"\r',
    '\u2028',
    'verbose',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(300),
    '\u20ac'.repeat(255),
    '\u{1F418}'.repeat(1200),
  ],
  ...[arn(account, 'busy'), arn('000000000000', 'busy'), arn(account, 'x'.repeat(5000)), '{}', '[[[]]]', '"'],
  ...[
    'arn:aws:automate:eucalyptus:ec2:terminate',
    `arn:aws:autoscaling::${account}:scalingPolicy:x:`,
    'cDE6',
  ],
]

const numbers = [0, 1, -1, 60, 120, 86400, 1440, 1.5, 60.5, -0, 2 ** 31, 2 ** 53, 1e308, 5e-324]
const noNumbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

/** Mostly what a member is to be, so that it comes far. */
const anything = (
  shape: Shape,
  roll: (bound: number) => number,
  words: readonly string[],
  isCbor: boolean,
): unknown => {
  const among = <T>(list: readonly T[]): T | undefined => list[roll(list.length)]
  if (roll(40) === 0) return among<unknown>([null, {}, [], 'text', 7, true, [[[]]], { ['__proto__']: 1 }])
  const inner = (of: Shape) => anything(of, roll, words, isCbor)
  switch (shape.kind) {
    case 'list':
      return Array.from({ length: roll(4) }, () => inner(elementOf(shape)))
    case 'struct':
      return Object.fromEntries(
        membersOf(shape)
          .filter(({ required }) => roll(required ? 8 : 3) !== 1)
          .map(member => [member.name, inner(member.shape)]),
      )
    case 'number':
      return among(isCbor ? [...numbers, ...noNumbers] : numbers)
    case 'boolean':
      return roll(2) === 0
    case 'timestamp':
      return among([1392552796, 1392552796.5, 0, -1, 1e12, 8.64e12, 1e300, -1e300])
    default:
      return among(words)
  }
}

describe('hostile requests to CloudWatch', () => {
  let c: Cloud
  const ask = (request: HttpRequest): Promise<HttpResponse> =>
    c.engine.handle(
      signedByVersion4(request, { id: c.key.id, secret: c.key.secret }, 'monitoring', c.clock.now()),
    )
  const lists = ['ListMetrics', 'DescribeAlarms', 'DescribeAlarmHistory']

  before(async () => {
    c = await cloud()
  })
  after(() => c.close())

  /** What any client reads must be what its form can hold. */
  const checkReadable = async (): Promise<void> => {
    for (const action of lists) {
      const json = await ask(forms.json(action, {}))
      assert.equal(json.status, 200, action)
      JSON.parse(String(json.body))
      const inCbor = await ask(forms.cbor(action, {}))
      assert.equal(inCbor.status, 200, action)
      cbor.deserialize(inCbor.body as Buffer)
      const xml = await ask(forms.query(action))
      assert.equal(xml.status, 200, action)
      const text = Buffer.from(String(xml.body)).toString()
      assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/, action)
    }
  }

  for (const form of ['json', 'cbor'] as const) {
    it(`in ${form} are answered or refused, and spoil nothing`, async () => {
      const words = textsOf(c.accountId)
      let answered = 0
      for (const [action, { schema }] of Object.entries(service.operations)) {
        const roll = dice(`${form} ${action}`)
        for (let round = 0; round < 80; round++) {
          const document = anything(inputOf(schema), roll, words, form === 'cbor')
          const { status, body } = await ask(forms[form](action, document))
          assert.ok(status < 500, `${action} ${JSON.stringify(document)}: ${status} ${body}`)
          if (status === 200) answered++
        }
      }
      assert.ok(answered > 20, `${answered} were answered`)
      await c.pass(180)
      assert.deepEqual(c.bugs, [])
      await checkReadable()
    })
  }

  it('that are almost right are refused for what is wrong, or taken for what they say', async () => {
    const alarm = {
      ...{
        Namespace: 'Shop',
        MetricName: 'Orders',
        Statistic: 'Average',
        ComparisonOperator: 'LessThanThreshold',
      },
      ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1 },
    }
    const [nan, endless] = [Number.NaN, Number.POSITIVE_INFINITY]
    const wrong: readonly object[] = [
      ...[nan, endless, 1.5].map(EvaluationPeriods => ({ EvaluationPeriods })),
      ...[nan, endless, 60.5].map(Period => ({ Period })),
      ...[nan, endless].map(Threshold => ({ Threshold })),
      ...[nan, 0.5].map(DatapointsToAlarm => ({ DatapointsToAlarm })),
      { AlarmName: 'a\u0000' },
    ]
    for (const more of wrong) {
      const { status } = await ask(forms.cbor('PutMetricAlarm', { AlarmName: 'x', ...alarm, ...more }))
      assert.equal(status, 400, JSON.stringify(more))
    }
    for (const AlarmName of ['\ud800', 'a\udc00b']) {
      const { status, body } = await ask(forms.json('PutMetricAlarm', { ...alarm, AlarmName }))
      assert.deepEqual([status, JSON.parse(String(body)).__type], [400, 'SerializationException'])
    }
    const whole = { AlarmName: 'x', ...alarm }
    const text = Object.entries({ ...whole, EvaluationPeriods: 1.5 }).map(
      ([name, value]) => `&${name}=${value}`,
    )
    const asForm = await ask(forms.query(`PutMetricAlarm${text.join('')}`))
    assert.match(String(asForm.body), /The value 1.5 for parameter EvaluationPeriods is invalid/)
    for (const MaxRecords of [nan, 1.5, endless]) {
      const { status } = await ask(forms.cbor('DescribeAlarms', { MaxRecords }))
      assert.equal(status, 400, String(MaxRecords))
    }
    assert.equal(
      c.engine.read(tx => tx.alarms.get('x')),
      undefined,
    )
  })

  it('are for operations of the service alone, whatever they are called', async () => {
    for (const action of ['__proto__', 'constructor', 'toString', 'PutMetricData.x', 'RunInstances', '']) {
      assert.equal((await ask(forms.json(action, {}))).status, 404, action)
      assert.equal((await ask(forms.cbor(action || '%20', {}))).status, 404, action)
    }
    const foreign = forms.json('PutMetricData', {})
    const headers = { ...foreign.headers, 'x-amz-target': 'AmazonEC2.PutMetricData' }
    assert.equal((await ask({ ...foreign, headers })).status, 404)
  })

  it('do what was signed, not what somebody wrote over it', async () => {
    const signed = (request: HttpRequest) =>
      signedByVersion4(request, { id: c.key.id, secret: c.key.secret }, 'monitoring', c.clock.now())
    const read = signed(forms.json('ListMetrics', { AlarmNames: ['busy'] }))
    const other = { 'x-amz-target': `${target}.DeleteAlarms` }
    const status = async (request: HttpRequest) => (await c.engine.handle(request)).status
    assert.equal(await status(read), 200)
    assert.equal(await status({ ...read, headers: { ...read.headers, ...other } }), 403)
    const { 'x-amz-target': _, ...without } = read.headers
    assert.ok((await status({ ...read, headers: without })) >= 400)
    const inCbor = signed(forms.cbor('ListMetrics', {}))
    const elsewhere = inCbor.path.replace('ListMetrics', 'DescribeAlarms')
    assert.equal(await status({ ...inCbor, path: elsewhere }), 403)
    const asForm = signed(forms.query('ListMetrics'))
    assert.equal(await status({ ...asForm, headers: { ...asForm.headers, ...other } }), 403)
  })
})
