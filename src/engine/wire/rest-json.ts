// SPDX-License-Identifier: BSD-2-Clause
// The REST protocol with JSON bodies (restJson1), which the EBS direct APIs speak.
//
//   jsonRouter(schemas)                          → (method, path) → JsonMatch | undefined
//   readRestJson(match, request, body?)          → the operation's input
//   writeRestJson(schema, output, requestId)     → HttpResponse
//
// Every operation has an address of its own here: a method, and a path in which some places are members. A payload that
// is a stream is not read: `JsonMatch.streams` names the input member, and the pipeline puts there what it staged.
import type { StaticOperationSchema } from '@smithy/types'
import { oncePer } from '../../schemas/once-per'
import { httpOf, inputOf, membersOf, outputOf } from '../../schemas/shapes'
import { refuse } from '../errors'
import type { HttpRequest, HttpResponse } from '../http'
import type { JsonMatch } from './contracts'
import { parseDocument, readMembers, writeDocument } from './json-values'
import { headersOf, layoutOf, readBound } from './rest-bindings'
import { decodeSegment, queryOf } from './rest-route'

interface Route {
  readonly schema: StaticOperationSchema
  readonly method: string
  /** Words, and names of members in braces. */
  readonly segments: readonly string[]
  readonly streams: string | undefined
}

const labelOf = (segment: string): string | undefined => /^\{(\w+)\}$/.exec(segment)?.[1]

const routeOf = (schema: StaticOperationSchema): Route | undefined => {
  const http = httpOf(schema)
  if (!http) return undefined
  const [path = ''] = http[1].split('?')
  const streamed = membersOf(inputOf(schema)).find(({ shape }) => shape.traits.httpPayload && shape.streaming)
  return { schema, method: http[0], segments: path.split('/'), streams: streamed?.name }
}

const labelsOf = ({ segments }: Route, found: readonly string[]): ReadonlyMap<string, string> | undefined => {
  if (segments.length !== found.length) return undefined
  const labels = new Map<string, string>()
  for (const [index, segment] of segments.entries()) {
    const text = found[index] ?? ''
    const label = labelOf(segment)
    if (label === undefined ? segment !== text : text === '') return undefined
    if (label !== undefined) labels.set(label, decodeSegment(text))
  }
  return labels
}

/** Make a router over operations. `path` is the service's own part of the path. */
export const jsonRouter = (
  schemas: readonly StaticOperationSchema[],
): ((method: string, path: string) => JsonMatch | undefined) => {
  const words = ({ segments }: Route): number =>
    segments.filter(segment => labelOf(segment) === undefined).length
  // The most outspoken first: a word is never taken for a member's value.
  const routes = schemas
    .map(routeOf)
    .filter(route => route !== undefined)
    .sort((left, right) => words(right) - words(left))
  return (method, path) => {
    const found = path.replace(/(?<=.)\/$/, '').split('/')
    for (const route of routes) {
      if (route.method !== method) continue
      const labels = labelsOf(route, found)
      if (labels) return { schema: route.schema, name: route.schema[2], labels, streams: route.streams }
    }
    return undefined
  }
}

const refuseValue = (message: string): never =>
  refuse('ValidationException', `1 validation error detected: ${message}`)

const inputLayout = oncePer((schema: StaticOperationSchema) => layoutOf(inputOf(schema)))

/**
 * Read a routed request. `body` is the whole body unless the operation streams it. Refuses with `ValidationException` and
 * `SerializationException`.
 */
export const readRestJson = (
  match: JsonMatch,
  request: HttpRequest,
  body?: Buffer,
): Record<string, unknown> => {
  const { members, payload, body: unbound } = inputLayout(match.schema)
  const input = readBound(members, {
    label: name => match.labels.get(name),
    query: queryOf(request.query),
    headers: request.headers,
    refuseText: (name, text, { kind }) => refuseValue(`Value '${text}' at '${name}' is not of type ${kind}`),
  })
  if (payload && !payload.shape.streaming) input[payload.name] = body
  if (!payload && unbound.length > 0) Object.assign(input, readMembers(unbound, parseDocument(body)))
  for (const { name, shape, required } of members)
    if (required && input[name] === undefined && !shape.traits.httpPayload)
      refuseValue(`Value null at '${name}' failed to satisfy constraint: Member must not be null`)
  return input
}

const outputLayout = oncePer((schema: StaticOperationSchema) => ({
  ...layoutOf(outputOf(schema)),
  status: httpOf(schema)?.[2] ?? 200,
}))

/** The answer of an operation that succeeded. A streamed payload may be a Buffer or slices of files. */
export const writeRestJson = (
  schema: StaticOperationSchema,
  value: unknown,
  requestId: string,
): HttpResponse => {
  const output = (value ?? {}) as Record<string, unknown>
  const { members, payload, body, status } = outputLayout(schema)
  const headers = { 'x-amzn-requestid': requestId, ...headersOf(members, output) }
  if (payload) {
    const type = { 'content-type': 'application/octet-stream' }
    return { status, headers: { ...headers, ...type }, body: output[payload.name] as HttpResponse['body'] }
  }
  if (body.length === 0) return { status, headers }
  const type = { 'content-type': 'application/json' }
  return { status, headers: { ...headers, ...type }, body: writeDocument(body, output) }
}
