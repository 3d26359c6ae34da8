// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import * as sdk from '@aws-sdk/client-s3'
import { addressOf, router } from '../../src/engine/wire/rest-route'
import { readRest, writeRest } from '../../src/engine/wire/rest-xml'
import { inputOf, membersOf, outputOf, type Shape } from '../../src/schemas/shapes'
import { plain, Samples } from './samples'
import { contextOf, operationsOf, type Protocol, requestOf, settings, viewOf } from './sdk-protocol'

const operations = operationsOf(sdk)
const client = new sdk.S3Client(settings)
const protocol = client.config.protocol as unknown as Protocol

// A message that is a stream of events is not this protocol's to write, and one address is no bucket's.
const EVENTS = ['SelectObjectContent']
const ELSEWHERE = ['WriteGetObjectResponse']

// Header text is Latin-1 without control characters at best; samples for headers keep to what every client can send.
const headerSamples = (value: unknown, shape: Shape): unknown => {
  const bound = shape.traits.httpHeader ?? shape.traits.httpPrefixHeaders
  if (bound === undefined) return value
  const ascii = (one: unknown): unknown =>
    typeof one === 'string' ? one.replace(/[^ -~]+/g, '').replace(/[",]/g, '') : one
  if (Array.isArray(value)) return value.map(ascii)
  if (shape.kind === 'map') return { first: 'one', second: 'two' }
  return ascii(value)
}

const sample = (shape: Shape, leaveOut: readonly string[]): Record<string, unknown> => {
  const samples = new Samples(name => leaveOut.includes(name))
  const value = samples.struct(shape)
  for (const member of membersOf(shape))
    if (value[member.name] !== undefined) value[member.name] = headerSamples(value[member.name], member.shape)
  return value
}

describe('every operation of s3', () => {
  const route = router(operations)
  const bucketed = operations.filter(([, , name]) => !ELSEWHERE.includes(name))

  for (const schema of bucketed) {
    const name = schema[2]
    it(`${name} is recognised and read as the SDK sends it`, async () => {
      const streams = membersOf(inputOf(schema))
        .filter(({ shape }) => shape.streaming)
        .map(member => member.name)
      const input = {
        ...sample(inputOf(schema), streams),
        ...('Bucket' in sample(inputOf(schema), []) ? { Bucket: 'my-bucket' } : {}),
      }
      const sent = await protocol.serializeRequest(
        viewOf(schema),
        input,
        contextOf(client.config, 'Bucket' in input ? '/my-bucket' : ''),
      )
      const request = requestOf(sent)
      const match = route(request, addressOf(request.path))
      assert.equal(match?.name, name)
      assert.deepEqual(plain(await readRest(match, request, request.body as Buffer)), plain(input))
    })
    if (EVENTS.includes(name)) continue
    it(`${name} is answered as the SDK reads it`, async () => {
      const shape = outputOf(schema)
      const stream = membersOf(shape).find(member => member.shape.streaming)?.name
      const output = sample(shape, stream ? [stream] : [])
      const code = membersOf(shape).find(member => member.shape.traits.httpResponseCode)
      if (code) output[code.name] = 207
      const answer = writeRest(schema, stream ? { ...output, [stream]: Buffer.from('bytes') } : output, {
        requestId: 'r',
      })
      const { $metadata, ...result } = await protocol.deserializeResponse(
        viewOf(schema),
        contextOf(client.config),
        {
          statusCode: answer.status,
          headers: { ...answer.headers },
          body: Readable.from(answer.body === undefined ? [] : [Buffer.from(answer.body as string)]),
        },
      )
      if (stream) {
        assert.equal((await buffer(result[stream] as Readable)).toString(), 'bytes')
        delete result[stream]
      }
      assert.deepEqual(plain(result), plain(output))
      assert.ok($metadata)
    })
  }
})
