// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import * as sdk from '@aws-sdk/client-ebs'
import type { StaticOperationSchema } from '@smithy/types'
import type { HttpRequest } from '../../src/engine/http'
import { jsonRouter, readRestJson, writeRestJson } from '../../src/engine/wire/rest-json'
import { inputOf, membersOf, outputOf, type Shape } from '../../src/schemas/shapes'
import { plain, Samples } from './samples'
import { contextOf, operationsOf, type Protocol, requestOf, settings, viewOf } from './sdk-protocol'

const operations = operationsOf(sdk)
const client = new sdk.EBSClient(settings)
const protocol = client.config.protocol as unknown as Protocol
const context = contextOf(client.config)

/** Samples; header text is ASCII at best. */
const sample = (shape: Shape, leaveOut: readonly string[]): Record<string, unknown> => {
  const value = new Samples(name => leaveOut.includes(name)).struct(shape)
  for (const { name, shape: of } of membersOf(shape)) {
    const text = value[name]
    if (of.traits.httpHeader && typeof text === 'string') value[name] = text.replace(/[^ -~]+/g, '')
  }
  return value
}

const streamOf = (shape: Shape): string | undefined =>
  membersOf(shape).find(member => member.shape.streaming)?.name

const schemaNamed = (name: string): StaticOperationSchema =>
  operations.find(([, , one]) => one === name) ?? assert.fail(name)

describe('every operation of ebs', () => {
  const route = jsonRouter(operations)

  it('has a schema', () => assert.equal(operations.length, 6))

  for (const schema of operations) {
    const name = schema[2]
    it(`${name} is recognised and read as the SDK sends it`, async () => {
      const stream = streamOf(inputOf(schema))
      const input = sample(inputOf(schema), stream ? [stream] : [])
      const sent = await protocol.serializeRequest(viewOf(schema), input, context)
      const request = requestOf(sent)
      const match = route(request.method, request.path)
      assert.deepEqual([match?.name, match?.streams], [name, stream])
      assert.ok(match)
      assert.deepEqual(plain(readRestJson(match, request, request.body as Buffer)), plain(input))
    })

    it(`${name} is answered as the SDK reads it`, async () => {
      const stream = streamOf(outputOf(schema))
      const output = sample(outputOf(schema), stream ? [stream] : [])
      const bytes = Buffer.from('bytes')
      const answer = writeRestJson(schema, stream ? { ...output, [stream]: bytes } : output, 'r')
      const { $metadata, ...result } = await protocol.deserializeResponse(viewOf(schema), context, {
        statusCode: answer.status,
        headers: { ...answer.headers },
        body: Readable.from(answer.body === undefined ? [] : [Buffer.from(answer.body as string)]),
      })
      if (stream) {
        assert.equal((await buffer(result[stream] as Readable)).toString(), 'bytes')
        delete result[stream]
      }
      assert.deepEqual(plain(result), plain(output))
      assert.ok($metadata)
    })
  }
})

describe('requests of a JSON service', () => {
  const route = jsonRouter(operations)
  const read = (body: string | Buffer | undefined, path = '/snapshots', more: Partial<HttpRequest> = {}) => {
    const method = more.method ?? 'POST'
    const match = route(method, path) ?? assert.fail(path)
    const request = { method, path, query: '', headers: {}, ...more }
    return readRestJson(match, request, body === undefined ? undefined : Buffer.from(body))
  }

  it('are told apart by method and path alone', () => {
    assert.equal(route('GET', '/snapshots/snap-1/blocks/7')?.labels.get('BlockIndex'), '7')
    assert.equal(route('GET', '/snapshots/snap-1/blocks/')?.name, 'ListSnapshotBlocks')
    assert.equal(route('POST', '/snapshots/completion/snap-1')?.name, 'CompleteSnapshot')
    for (const [method, path] of [
      ['GET', '/snapshots'],
      ['POST', '/'],
      ['GET', '/snapshots//blocks'],
      ['DELETE', '/snapshots/snap-1/blocks'],
      ['GET', '/snapshots/snap-1/blocks/7/8'],
      ['POST', '/snapshots/completed/snap-1'],
    ] as const)
      assert.equal(route(method, path), undefined, `${method} ${path}`)
  })

  it('have places of a path decoded', () => {
    assert.equal(route('GET', '/snapshots/snap%2D1/blocks')?.labels.get('SnapshotId'), 'snap-1')
    assert.throws(() => route('GET', '/snapshots/%ff/blocks'), { code: 'InvalidURI' })
  })

  it('may have members that no schema knows, and null for those that are not given', () => {
    const input = read('{"VolumeSize":1,"Colour":"red","Description":null,"__proto__":{"Timeout":3}}')
    assert.deepEqual(input, { VolumeSize: 1 })
  })

  it('are refused when the body is no document of the schema', () => {
    const bodies = ['{', '[]', '7', '"x"', Buffer.from([0x7b, 0xff, 0x7d]), '['.repeat(50_000)]
    for (const body of [
      ...bodies,
      '{"VolumeSize":"1"}',
      '{"VolumeSize":1,"Tags":{}}',
      '{"VolumeSize":1,"Tags":[7]}',
      '{"VolumeSize":1,"Tags":[null]}',
      '{"VolumeSize":1,"Encrypted":"true"}',
    ])
      assert.throws(() => read(body), { code: 'SerializationException' }, String(body).slice(0, 40))
  })

  it('are refused when a required member is missing or no such value', () => {
    const code = 'ValidationException'
    assert.throws(() => read(undefined), { code, message: /null at 'VolumeSize'/ })
    assert.throws(() => read('{}'), { code })
    const path = '/snapshots/completion/snap-1'
    assert.throws(() => read(undefined, path), { code, message: /'ChangedBlocksCount'/ })
    const headers = { 'x-amz-changedblockscount': 'many' }
    assert.throws(() => read(undefined, path, { headers }), { code, message: /'many' at 'x-amz-Changed/ })
    const blocks = '/snapshots/snap-1/blocks'
    const get = { method: 'GET', query: 'maxResults=1.5' }
    assert.throws(() => read(undefined, blocks, get), { code, message: /'1.5' at 'maxResults'/ })
    assert.throws(() => read(undefined, `${blocks}/one`, { method: 'GET' }), { code, message: /'one'/ })
  })

  it('are answered with seconds for instants, and without what is not there', () => {
    const schema = schemaNamed('StartSnapshot')
    const StartTime = new Date('2014-02-16T12:13:16.250Z')
    const { status, headers, body } = writeRestJson(schema, { StartTime, Description: undefined }, 'r')
    assert.deepEqual([status, body], [201, '{"StartTime":1392552796.25}'])
    assert.deepEqual(headers, { 'x-amzn-requestid': 'r', 'content-type': 'application/json' })
  })
})
