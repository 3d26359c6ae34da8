// SPDX-License-Identifier: BSD-2-Clause
// The client of S3: where each member of an input goes, and of an output comes from, is in the operation's schema.
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
import { type Body, bytesBody, fileBody, noBody, observed } from './body'
import { type Connection, optionsFor } from './connection'
import { ClientError } from './errors'
import { collect, exchange, type Signer } from './exchange'
import { encode, simpleText } from './form-writer'
import { readOutput } from './output-reader'
import type { Send } from './query-client'
import { readHeaders, writeBound } from './rest-members'
import { signS3V2, signV4 } from './sign'
import type { Answer, Outgoing } from './transport'
import { parseAnswer } from './xml'

type Input = Readonly<Record<string, unknown>>

export interface RestOptions {
  /** Sign with version 4. */
  readonly v4: boolean
}

export const restSender =
  (connection: Connection, { v4 }: RestOptions): Send =>
  async (operation, input = {}, { signal, onProgress } = {}) => {
    const plain = requestOf(connection, operation, input as Input)
    const request = { ...plain, body: observed(plain.body, onProgress) }
    const answer = await exchange(request, s3Signer(connection, v4), optionsFor(connection, signal))
    return readAnswer(operation, answer)
  }

/** Signs requests of S3 as the region wants it. Version 4 needs to know the region, and says so. */
export const s3Signer = (connection: Connection, v4: boolean): Signer => {
  const { target } = connection
  if (!v4) {
    const endpointPath = target.path.replace(/\/$/, '')
    return async request => ({
      ...request,
      headers: signS3V2(request, endpointPath, connection.credentials(), connection.now()),
    })
  }
  const region = signingRegionOf(connection)
  return async request => {
    const hash = await request.body.sha256()
    return {
      ...request,
      headers: signV4(request, hash, { service: 's3', region }, connection.credentials(), connection.now()),
    }
  }
}

/** The region that version 4 signs for. Throws ClientError when nothing names one. */
export const signingRegionOf = ({ endpoint }: Connection): string => {
  if (endpoint.signingRegion !== undefined) return endpoint.signingRegion
  throw new ClientError(
    'signing',
    'S3 requests of signature version 4 need a region name; use --region or NAME::URL',
  )
}

/** The target of a bucket or of an object in it: the endpoint's path, then path style. */
export const objectTarget = ({ target }: Connection, bucket: string, key?: string, query = '') => ({
  ...target,
  path:
    target.path.replace(/\/$/, '') +
    (bucket === '' ? '/' : `/${encode(bucket)}`) +
    (key === undefined ? '' : `/${key.split('/').map(encode).join('/')}`),
  query,
})

const requestOf = (connection: Connection, operation: StaticOperationSchema, input: Input): Outgoing => {
  const [method, template] = httpOf(operation) ?? ['GET', '/']
  const members = membersOf(inputOf(operation))
  const bound = writeBound(members, input)
  const headers: Record<string, string> = { ...connection.headers, ...bound.headers }
  const payload = members.find(({ name, shape }) => shape.traits.httpPayload && input[name] != null)
  const body: Body = payload ? payloadOf(payload.shape, input[payload.name]) : noBody
  if (body.size > 0 || method === 'PUT' || method === 'POST') headers['content-length'] = String(body.size)
  const key = template.includes('{Key+}') ? String(input.Key ?? '') : undefined
  const query = [...literalsOf(template), ...bound.query].join('&')
  const target = objectTarget(connection, String(input.Bucket ?? ''), key, query)
  return { method, target, headers, body }
}

// `x-id` tells SDKs' requests apart in logs; it is no parameter of the service.
const literalsOf = (template: string): string[] =>
  (template.split('?')[1] ?? '').split('&').filter(literal => literal !== '' && !literal.startsWith('x-id='))

const payloadOf = (shape: Shape, value: unknown): Body => {
  if (shape.kind === 'struct')
    return bytesBody(writeXml(shape, value, shape.traits.xmlName ?? shape.name, s3Namespace))
  if (typeof value === 'string' || Buffer.isBuffer(value)) return bytesBody(value)
  const { file, size, start } = value as { file: string; size: number; start?: number }
  return fileBody(file, size, start)
}

const markup: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' }
const escapeText = (text: string): string => text.replace(/[&<>\r]/g, character => markup[character] ?? '')

const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

const writeXml = (shape: Shape, value: unknown, name: string, namespace?: string): string => {
  const start = namespace === undefined ? `<${name}>` : `<${name} xmlns="${namespace}">`
  return `${start}${contentOf(shape, value)}</${name}>`
}

const contentOf = (shape: Shape, value: unknown): string => {
  switch (shape.kind) {
    case 'struct': {
      const fields = value as Input
      return membersOf(shape)
        .filter(member => fields[member.name] != null)
        .map(member => memberXml(member, fields[member.name]))
        .join('')
    }
    case 'list': {
      const item = elementOf(shape)
      const name = item.traits.xmlName ?? 'member'
      return (value as readonly unknown[]).map(held => writeXml(item, held, name)).join('')
    }
    case 'map':
      return Object.entries(value as Input)
        .map(([key, held]) => {
          const entry = entryOf(shape)
          return `<entry>${writeXml(entry.key, key, 'key')}${writeXml(entry.value, held, 'value')}</entry>`
        })
        .join('')
    default:
      return escapeText(simpleText(shape, value))
  }
}

const memberXml = ({ name, shape }: Member, value: unknown): string => {
  const element = shape.memberTraits.xmlName ?? name
  if (shape.kind !== 'list' || !shape.traits.xmlFlattened) return writeXml(shape, value, element)
  return (value as readonly unknown[]).map(item => writeXml(elementOf(shape), item, element)).join('')
}

const readAnswer = async (operation: StaticOperationSchema, answer: Answer): Promise<unknown> => {
  const shape = outputOf(operation)
  const members = membersOf(shape)
  const output: Record<string, unknown> = readHeaders(members, answer)
  const payload = members.find(member => member.shape.traits.httpPayload)
  if (payload?.shape.kind === 'blob') return { ...output, [payload.name]: answer.body satisfies Readable }
  const text = await collect(answer.body)
  if (text.trim() === '') return output
  const root = parseAnswer(text)
  return payload
    ? { ...output, [payload.name]: readOutput(payload.shape, root) }
    : { ...(readOutput(shape, root) as object), ...output }
}
