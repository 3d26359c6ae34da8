// SPDX-License-Identifier: BSD-2-Clause
// CloudWatch in the three forms in which clients ask it, at the door of the cloud.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { cbor } from '@smithy/core/cbor'
import type { HttpRequest, HttpResponse } from '../../../src/engine/http'
import { signedByVersion4 } from '../../faults/gateway-requests'
import { type Cloud, cloud } from '../../support/cloud'

const target = 'GraniteServiceVersion20100801'
const service = '/services/CloudWatch'
const host = 'cloud.test:8773'
const datum = { Namespace: 'Shop', MetricData: [{ MetricName: 'Sold', Value: 1 }] }

type Headers = Record<string, string>

const inJson = (action: string, document: unknown, headers: Headers = {}, path = service): HttpRequest => ({
  ...{ method: 'POST', path: path || '/', query: '' },
  headers: {
    ...{ host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${target}.${action}` },
    ...headers,
  },
  body: Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document)),
})

const inCbor = (action: string, document: unknown, headers: Headers = {}, path = service): HttpRequest => ({
  ...{ method: 'POST', path: `${path}/service/${target}/operation/${action}`, query: '' },
  headers: { host, 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor', ...headers },
  body: Buffer.isBuffer(document) ? document : Buffer.from(cbor.serialize(document)),
})

const inForm = (text: string, headers: Headers = {}, path = service): HttpRequest => ({
  ...{ method: 'POST', path, query: '' },
  headers: { host, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: Buffer.from(text),
})

describe('CloudWatch', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const sign = (request: HttpRequest, secret = c.key.secret) =>
    signedByVersion4(request, { id: c.key.id, secret }, 'monitoring', c.clock.now())
  const ask = (request: HttpRequest) => c.engine.handle(sign(request))
  const documentOf = ({ headers, body }: HttpResponse): Record<string, unknown> =>
    headers['content-type'] === 'application/cbor'
      ? cbor.deserialize(body as Buffer)
      : JSON.parse(String(body))
  /** Status, name and text of a refusal. */
  const refusal = (response: HttpResponse) => {
    const { __type, message } = documentOf(response)
    return [response.status, __type, message]
  }
  const metrics = () =>
    c.engine.read(tx =>
      tx.metrics
        .in(c.accountId)
        .list()
        .map(({ name }) => name),
    )

  for (const [form, request] of [
    ['JSON', inJson],
    ['CBOR', inCbor],
  ] as const) {
    for (const path of [service, ''])
      it(`answers ${form} ${path === '' ? 'at the root' : 'at its path'}`, async () => {
        const put = await ask(request('PutMetricData', datum, {}, path))
        assert.deepEqual([put.status, documentOf(put)], [200, {}])
        const { Metrics } = documentOf(await ask(request('ListMetrics', {}, {}, path)))
        assert.deepEqual(Metrics, [{ Namespace: 'Shop', MetricName: 'Sold', Dimensions: [] }])
      })

    it(`reads ${form} that comes in pieces, or compressed`, async () => {
      const whole = sign(request('PutMetricData', datum))
      assert.equal(
        (await c.engine.handle({ ...whole, body: Readable.from([whole.body as Buffer]) })).status,
        200,
      )
      const small = request('PutMetricData', { ...datum, Namespace: 'Packed' })
      const packed = { ...small, headers: { ...small.headers, 'content-encoding': 'gzip' } }
      assert.equal((await ask({ ...packed, body: gzipSync(small.body as Buffer) })).status, 200)
      assert.deepEqual(metrics(), ['Sold', 'Sold'])
      assert.deepEqual(refusal(await ask(packed)), [
        400,
        'SerializationException',
        'The request body is not what its Content-Encoding says',
      ])
    })

    it(`refuses ${form} that is too large, also when that shows only later`, async () => {
      const large = Buffer.alloc(2 ** 20 + 1, 32)
      const text = `The request body is larger than ${2 ** 20} bytes`
      const expected = [413, 'RequestEntityTooLargeException', text]
      assert.deepEqual(refusal(await ask(request('ListMetrics', large))), expected)
      const packed = request('ListMetrics', gzipSync(large), { 'content-encoding': 'gzip' })
      assert.deepEqual(refusal(await ask(packed)), expected)
      const streamed = { ...request('ListMetrics', large), body: Readable.from([large, large]) }
      assert.deepEqual(refusal(await c.engine.handle(streamed)), expected)
    })

    it(`refuses ${form} in its own words`, async () => {
      const aws = await ask(
        request('PutMetricData', { ...datum, Namespace: 'AWS/x' }, { 'x-amzn-query-mode': 'true' }),
      )
      assert.deepEqual(refusal(aws), [
        400,
        'com.amazonaws.cloudwatch#InvalidParameterValueException',
        'The value AWS/ for parameter Namespace is invalid.',
      ])
      assert.equal(aws.headers['x-amzn-query-error'], 'InvalidParameterValue;Sender')
      const lacking = await ask(request('PutMetricData', { Namespace: 'Shop', MetricData: [{ Value: 1 }] }))
      assert.deepEqual(refusal(lacking), [
        400,
        'com.amazonaws.cloudwatch#MissingRequiredParameterException',
        'The parameter MetricData.member.1.MetricName is required.',
      ])
      assert.equal(lacking.headers['x-amzn-query-error'], undefined)
      const unknown = await ask(request('ListDashboards', {}))
      assert.deepEqual(refusal(unknown).slice(0, 2), [404, 'UnknownOperationException'])
      for (const name of ['constructor', 'toString'])
        assert.equal((await ask(request(name, {}))).status, 404, name)
      const broken = await ask(request('ListMetrics', Buffer.from([0xff])))
      assert.deepEqual(refusal(broken).slice(0, 2), [400, 'SerializationException'])
    })

    it(`refuses ${form} that is not signed well, in the words of JSON`, async () => {
      const unsigned = await c.engine.handle(request('PutMetricData', datum))
      assert.deepEqual(refusal(unsigned), [
        403,
        'MissingAuthenticationTokenException',
        'Missing Authentication Token',
      ])
      const wrong = await c.engine.handle(sign(request('PutMetricData', datum), 'x'))
      assert.deepEqual(refusal(wrong), [
        403,
        'InvalidSignatureException',
        'The request signature we calculated does not match the signature you provided.',
      ])
      const changed = {
        ...sign(request('PutMetricData', datum)),
        body: request('ListMetrics', {}).body as Buffer,
      }
      assert.equal((await c.engine.handle(changed)).status, 403)
      assert.deepEqual(metrics(), [])
    })
  }

  it('refuses in JSON and CBOR too what was sent before, where the operator wants that', async () => {
    writeFileSync(join(c.home, 'eucalyptus.conf'), 'WEBSERVICES_REFUSE_REPLAYS="1"\n')
    // Servers look at the file once a second.
    c.clock.advance(1)
    for (const request of [sign(inJson('PutMetricData', datum)), sign(inCbor('PutMetricData', datum))]) {
      assert.equal((await c.engine.handle(request)).status, 200)
      assert.deepEqual(refusal(await c.engine.handle(request)), [
        403,
        'InvalidSignatureException',
        'Message replay detected.  Same signature was used within the last 15 minutes',
      ])
    }
  })

  it('does not do another operation than the one that was signed', async () => {
    const signed = sign(inJson('ListMetrics', datum))
    const headers = { ...signed.headers, 'x-amz-target': `${target}.PutMetricData` }
    assert.equal((await c.engine.handle({ ...signed, headers })).status, 403)
    const form = sign(inForm('Action=ListMetrics&Version=2010-08-01'))
    const more = { ...form.headers, 'x-amz-target': `${target}.PutMetricData` }
    assert.equal((await c.engine.handle({ ...form, headers: more })).status, 403)
    assert.deepEqual(metrics(), [])
  })

  it('answers forms, also compressed ones', async () => {
    const text =
      'Action=PutMetricData&Version=2010-08-01&Namespace=Shop&MetricData.member.1.MetricName=Sold&MetricData.member.1.Value=1'
    assert.equal((await ask(inForm(text))).status, 200)
    const packed = {
      ...inForm(text, { 'content-encoding': 'gzip' }),
      body: gzipSync(Buffer.from(text.replace('Sold', 'Packed'))),
    }
    assert.equal((await ask(packed)).status, 200)
    assert.deepEqual(metrics().sort(), ['Packed', 'Sold'])
    assert.equal((await ask(inForm(text, { 'content-encoding': 'gzip' }))).status, 400)
    const bomb = { ...packed, body: gzipSync(Buffer.alloc(2 ** 21, 97)) }
    assert.equal((await ask(bomb)).status, 413)
  })

  it('tells in a form what is missing as in the others', async () => {
    const lacking = await ask(inForm('Action=PutMetricData&Namespace=Shop&MetricData.member.1.Value=1'))
    assert.equal(lacking.status, 400)
    assert.match(
      String(lacking.body),
      /<Code>MissingParameter<\/Code><Message>The parameter MetricData.member.1.MetricName is required.</,
    )
  })

  it('answers other services in forms only', async () => {
    const request = inJson('ListUsers', {}, {}, '/services/Euare')
    assert.equal((await ask(request)).headers['content-type']?.includes('json'), false)
  })
})
