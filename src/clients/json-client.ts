// SPDX-License-Identifier: BSD-2-Clause
// The client of services that speak JSON over REST (restJson1): where each member of an input goes, and of an output
// comes from, is in the operation's schema.
import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { StaticOperationSchema } from '@smithy/types'
import {
  elementOf,
  entryOf,
  httpOf,
  inputOf,
  type Member,
  membersOf,
  outputOf,
  type Shape,
} from '../schemas/shapes'
import { bytesBody, noBody, observed } from './body'
import { type Connection, optionsFor } from './connection'
import { ClientError } from './errors'
import { collect, exchange, type Signer } from './exchange'
import { encode, simpleText } from './form-writer'
import type { Send } from './query-client'
import { readHeaders, writeBound } from './rest-members'
import { signV4 } from './sign'
import type { Answer, Outgoing } from './transport'

type Fields = Readonly<Record<string, unknown>>

// More than a block, and what a broken server may make us hold.
const payloadLimit = 16 * 1024 * 1024

/** Calls any operation of such a service. Rejects with ServiceError, ClientError, or the signal's reason. */
export const jsonSender =
  (connection: Connection): Send =>
  async (operation, input = {}, { signal, onProgress } = {}) => {
    const members = membersOf(inputOf(operation))
    const plain = requestOf(connection, operation, members, withToken(members, input as Fields))
    const request = { ...plain, body: observed(plain.body, onProgress) }
    const isStream = members.some(({ shape }) => shape.traits.httpPayload && shape.streaming)
    const answer = await exchange(request, signer(connection, isStream), optionsFor(connection, signal))
    return readAnswer(operation, answer)
  }

/** A request that is tried again, though it was served and only its answer was lost, is to be known by its token. */
const withToken = (members: readonly Member[], input: Fields): Fields => {
  const token = members.find(({ shape }) => shape.traits.idempotencyToken)?.name
  return token === undefined || input[token] != null ? input : { ...input, [token]: randomUUID() }
}

/** Streams are left unsigned: a checksum among the signed headers vouches for them. */
const signer =
  (connection: Connection, isStream: boolean): Signer =>
  async request => {
    const { service, endpoint } = connection
    const scope = { service, region: endpoint.signingRegion ?? '' }
    const hash = isStream ? 'UNSIGNED-PAYLOAD' : await request.body.sha256()
    return {
      ...request,
      headers: signV4(request, hash, scope, connection.credentials(), connection.now()),
    }
  }

const isInBody = ({ shape: { traits } }: Member): boolean =>
  !traits.httpLabel &&
  !traits.httpPayload &&
  !traits.httpResponseCode &&
  traits.httpQuery === undefined &&
  traits.httpHeader === undefined &&
  traits.httpPrefixHeaders === undefined

const requestOf = (
  connection: Connection,
  operation: StaticOperationSchema,
  members: readonly Member[],
  input: Fields,
): Outgoing => {
  const [method, template] = httpOf(operation) ?? ['POST', '/']
  const shapes = new Map(members.map(({ name, shape }) => [name, shape]))
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const shape = shapes.get(name)
    return shape ? encode(simpleText(shape, input[name] ?? '')) : ''
  })
  const { query, headers } = writeBound(members, input)
  const { body, type } = bodyOf(members, input)
  return {
    method,
    target: {
      ...connection.target,
      path: connection.target.path.replace(/\/$/, '') + path,
      query: query.join('&'),
    },
    headers: {
      ...connection.headers,
      ...headers,
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(method === 'GET' ? {} : { 'content-length': String(body.size) }),
    },
    body,
  }
}

const bodyOf = (members: readonly Member[], input: Fields) => {
  const payload = members.find(({ shape }) => shape.traits.httpPayload)
  if (payload)
    return {
      body: bytesBody((input[payload.name] as Buffer | undefined) ?? Buffer.alloc(0)),
      type: 'application/octet-stream',
    }
  const inside = members.filter(isInBody)
  return inside.length === 0
    ? { body: noBody, type: undefined }
    : { body: bytesBody(JSON.stringify(writeFields(inside, input))), type: 'application/json' }
}

const writeFields = (members: readonly Member[], fields: Fields): Record<string, unknown> =>
  Object.fromEntries(
    members
      .filter(({ name }) => fields[name] != null)
      .map(({ name, shape }) => [name, writeValue(shape, fields[name])]),
  )

const writeValue = (shape: Shape, value: unknown): unknown => {
  switch (shape.kind) {
    case 'struct':
      return writeFields(membersOf(shape), value as Fields)
    case 'list':
      return (value as readonly unknown[]).map(item => writeValue(elementOf(shape), item))
    case 'map': {
      const { value: held } = entryOf(shape)
      return Object.fromEntries(
        Object.entries(value as Fields).map(([key, item]) => [key, writeValue(held, item)]),
      )
    }
    case 'blob':
      return simpleText(shape, value)
    case 'timestamp':
      return shape.timestamp === undefined || shape.timestamp === 'epoch-seconds'
        ? (value as Date).getTime() / 1000
        : simpleText(shape, value)
    default:
      return value
  }
}

const readAnswer = async (operation: StaticOperationSchema, answer: Answer): Promise<unknown> => {
  const members = membersOf(outputOf(operation))
  const output = readHeaders(members, answer)
  const payload = members.find(({ shape }) => shape.traits.httpPayload)
  if (payload) return { ...output, [payload.name]: await collectBytes(answer.body) }
  const text = await collect(answer.body)
  if (text.trim() === '') return output
  return { ...readFields(members.filter(isInBody), parse(text)), ...output }
}

const collectBytes = async (body: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length
    if (bytes > payloadLimit)
      throw new ClientError('parse', `the answer is longer than ${payloadLimit} bytes`)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

const notJson = (cause?: unknown): never => {
  throw new ClientError('parse', 'JSON parse error', { cause })
}

const parse = (text: string): Fields => {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    return notJson(error)
  }
  return isObject(document) ? document : notJson()
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const readFields = (members: readonly Member[], fields: Fields): Record<string, unknown> =>
  Object.fromEntries(
    members
      .filter(({ name }) => Object.hasOwn(fields, name) && fields[name] !== null)
      .map(({ name, shape }) => [name, readValue(shape, fields[name])]),
  )

const readValue = (shape: Shape, value: unknown): unknown => {
  switch (shape.kind) {
    case 'struct':
      return isObject(value) ? readFields(membersOf(shape), value) : notJson()
    case 'list':
      return Array.isArray(value) ? value.map(item => readValue(elementOf(shape), item)) : notJson()
    case 'map': {
      const { value: held } = entryOf(shape)
      if (!isObject(value)) return notJson()
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readValue(held, item)]))
    }
    case 'blob':
      return typeof value === 'string' ? Buffer.from(value, 'base64') : notJson()
    case 'timestamp':
      return typeof value === 'number' ? new Date(value * 1000) : new Date(String(value))
    default:
      // What is of another type is left as it came: tools print it as received.
      return value
  }
}
