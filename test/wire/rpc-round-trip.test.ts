// SPDX-License-Identifier: BSD-2-Clause
// AWS JSON and smithy's CBOR: every operation of CloudWatch, written and read by the SDK's own protocols.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import * as sdk from '@aws-sdk/client-cloudwatch'
import { cbor, SmithyRpcV2CborProtocol } from '@smithy/core/cbor'
import { Refusal } from '../../src/engine/errors'
import { readRpc, rpcOperation, writeRpc, writeRpcError } from '../../src/engine/wire/rpc'
import { type RpcForm, rpcFormOf } from '../../src/engine/wire/rpc-form'
import { inputOf, outputOf, type Shape } from '../../src/schemas/shapes'
import { plain, Samples } from './samples'
import { contextOf, operationsOf, type Protocol, requestOf, settings, viewOf } from './sdk-protocol'

const operations = operationsOf(sdk)
const target = 'GraniteServiceVersion20100801'

const client = new sdk.CloudWatchClient(settings)
const context = contextOf(client.config)
const binary = new SmithyRpcV2CborProtocol({ defaultNamespace: 'com.amazonaws.cloudwatch' })
binary.setSerdeContext(context as never)
const protocols: Readonly<Record<'json-1.0' | 'cbor', Protocol>> = {
  'json-1.0': client.config.protocol as unknown as Protocol,
  cbor: binary as unknown as Protocol,
}
const samplesOf = (shape: Shape) => new Samples().struct(shape)

describe('every operation of cloudwatch', () => {
  it('has a schema', () => assert.ok(operations.length > 40))

  for (const form of ['json-1.0', 'cbor'] as const)
    for (const schema of operations) {
      const name = schema[2]
      it(`${name} is read in ${form} as the SDK sends it`, async () => {
        const input = samplesOf(inputOf(schema))
        const request = requestOf(await protocols[form].serializeRequest(viewOf(schema), input, context))
        assert.equal(rpcFormOf(request), form)
        // This protocol object does not know which service it is of.
        const path = form === 'cbor' ? `/service/${target}/operation/${name}` : request.path
        assert.equal(rpcOperation(form, request, path, target), name)
        assert.deepEqual(plain(readRpc(form, schema, request.body as Buffer)), plain(input))
      })

      it(`${name} is answered in ${form} as the SDK reads it`, async () => {
        const output = samplesOf(outputOf(schema))
        const answer = writeRpc(form, schema, output, 'r')
        const { $metadata, ...result } = await protocols[form].deserializeResponse(viewOf(schema), context, {
          statusCode: answer.status,
          headers: { ...answer.headers },
          body: Readable.from([Buffer.from(answer.body as string)]),
        })
        assert.deepEqual(plain(result), plain(output))
        assert.ok($metadata)
      })
    }
})

describe('a request of a query service', () => {
  const headersOf = (headers: Record<string, string>) => rpcFormOf({ headers })
  const named = (form: RpcForm, headers: Record<string, string>, path = '/', method = 'POST') =>
    rpcOperation(form, { method, path, query: '', headers }, path, target)

  it('is in the form that its headers say', () => {
    assert.equal(headersOf({}), undefined)
    assert.equal(headersOf({ 'content-type': 'application/x-www-form-urlencoded' }), undefined)
    assert.equal(headersOf({ 'content-type': 'application/x-amz-json-1.0' }), 'json-1.0')
    assert.equal(headersOf({ 'content-type': 'Application/X-Amz-Json-1.1; charset=utf-8' }), 'json-1.1')
    assert.equal(headersOf({ 'content-type': 'application/x-amz-json-1.10' }), undefined)
    assert.equal(headersOf({ 'x-amz-target': `${target}.ListMetrics` }), 'json-1.0')
    assert.equal(headersOf({ 'smithy-protocol': 'rpc-v2-cbor' }), 'cbor')
    assert.equal(headersOf({ 'smithy-protocol': 'rpc-v3' }), undefined)
  })

  it('names its operation by a header or a path', () => {
    assert.equal(named('json-1.0', { 'x-amz-target': `${target}.ListMetrics` }), 'ListMetrics')
    for (const text of ['', 'ListMetrics', 'Other.ListMetrics', `${target}.ListMetrics.x`])
      assert.equal(named('json-1.1', { 'x-amz-target': text }), undefined, text)
    assert.equal(named('cbor', {}, `/service/${target}/operation/ListMetrics`), 'ListMetrics')
    for (const path of [
      '/',
      `/service/${target}`,
      '/service/Other/operation/ListMetrics',
      `/service/${target}/operation/a/b`,
    ])
      assert.equal(named('cbor', {}, path), undefined, path)
    assert.equal(named('cbor', {}, `/service/${target}/operation/ListMetrics`, 'GET'), undefined)
  })

  it('tells what is missing in the words of its service, wherever it is', () => {
    const rules = {
      missing: (member: string): never => {
        throw new Refusal('MissingParameter', member)
      },
    }
    const read = (document: unknown, optional?: string[]) =>
      readRpc('json-1.0', sdk.PutMetricData$, Buffer.from(JSON.stringify(document)), { ...rules, optional })
    assert.throws(() => read({}), { message: 'Namespace' })
    assert.deepEqual(read({}, ['Namespace']), {})
    const data = [{ MetricName: 'a' }, { MetricName: 'b', Dimensions: [{ Name: 'c' }] }]
    assert.throws(() => read({ Namespace: 'n', MetricData: data }), {
      message: 'MetricData.member.2.Dimensions.member.1.Value',
    })
    assert.throws(() => readRpc('cbor', sdk.PutMetricData$, undefined), {
      code: 'ValidationException',
      message: /null at 'Namespace'/,
    })
  })

  it('is refused when it is no document of the schema', () => {
    for (const text of ['{', '[]', '7', '{"Namespace":7}', '{"Namespace":"n","MetricData":{}}'])
      assert.throws(() => readRpc('json-1.0', sdk.PutMetricData$, Buffer.from(text)), {
        code: 'SerializationException',
      })
    for (const value of [
      7,
      [],
      'x',
      { Namespace: 7 },
      { Namespace: 'n', MetricData: [{ MetricName: 'm', Value: '1' }] },
    ])
      assert.throws(() => readRpc('cbor', sdk.PutMetricData$, Buffer.from(cbor.serialize(value))), {
        code: 'SerializationException',
      })
    assert.throws(() => readRpc('cbor', sdk.PutMetricData$, Buffer.from([0xa1])), {
      message: 'The request body is not a CBOR document',
    })
  })

  it('is refused by the name that an error has in its form, and by its code where that is wanted', () => {
    const shapes = [sdk.ResourceNotFound$]
    const refusal = new Refusal('ResourceNotFound', 'No such alarm', 404)
    const context = { requestId: 'r', status: 404, shapes, isQueryMode: true }
    const json = writeRpcError('json-1.1', refusal, context)
    assert.deepEqual(json, {
      status: 404,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amzn-requestid': 'r',
        'x-amzn-query-error': 'ResourceNotFound;Sender',
      },
      body: '{"__type":"com.amazonaws.cloudwatch#ResourceNotFound","message":"No such alarm"}',
    })
    const other = new Refusal('Other', 'Failed')
    const binary = writeRpcError('cbor', other, { ...context, status: 500, isQueryMode: false })
    assert.deepEqual(cbor.deserialize(binary.body as Buffer), { __type: 'Other', message: 'Failed' })
    assert.deepEqual(binary.headers, {
      'content-type': 'application/cbor',
      'x-amzn-requestid': 'r',
      'smithy-protocol': 'rpc-v2-cbor',
    })
    const failed = writeRpcError('json-1.0', other, { ...context, status: 500 })
    assert.equal(failed.headers['x-amzn-query-error'], 'Other;Receiver')
  })
})
