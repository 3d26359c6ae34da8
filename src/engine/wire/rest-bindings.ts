// SPDX-License-Identifier: BSD-2-Clause
// What the REST protocols share, whatever their bodies are written in: members that travel in the path, the query and
// the headers.
import { type Member, membersOf, type Shape } from '../../schemas/shapes'
import type { HttpRequest } from '../http'
import { headerText, readText } from './rest-headers'

const isBound = ({ shape: { traits } }: Member): boolean =>
  Boolean(
    traits.httpLabel ||
      traits.httpQuery ||
      traits.httpQueryParams ||
      traits.httpHeader ||
      traits.httpPayload ||
      traits.httpResponseCode,
  ) || typeof traits.httpPrefixHeaders === 'string'

export interface Layout {
  readonly shape: Shape
  readonly members: readonly Member[]
  readonly payload: Member | undefined
  /** Members that nothing binds elsewhere: they are the body, under the structure's own name. */
  readonly body: readonly Member[]
}

export const layoutOf = (shape: Shape): Layout => {
  const members = membersOf(shape)
  return {
    shape,
    members,
    payload: members.find(({ shape: { traits } }) => traits.httpPayload),
    body: members.filter(member => !isBound(member)),
  }
}

/** Where the members of a request come from, and what its protocol says to a text that is no such value. */
export interface Sources {
  /** Text of the place in the path that a member is; decoded. */
  readonly label: (name: string) => string | undefined
  readonly query: ReadonlyMap<string, string>
  readonly headers: HttpRequest['headers']
  readonly refuseText: (name: string, text: string, shape: Shape) => never
}

const fromQuery = (shape: Shape, name: string, { query, refuseText }: Sources): unknown => {
  const text = query.get(name)
  // An empty number or date is one that was not given.
  if (text === undefined || (text === '' && shape.kind !== 'string')) return undefined
  return readText(shape, text) ?? refuseText(name, text, shape)
}

const fromHeader = (shape: Shape, name: string, { headers, refuseText }: Sources): unknown => {
  const text = headers[name.toLowerCase()]
  if (text === undefined) return undefined
  const value = readText(shape, text)
  // HTTP has conditions with a malformed date ignored, and any text may stand in Expires.
  return value === undefined && shape.kind !== 'timestamp' ? refuseText(name, text, shape) : value
}

const fromPrefix = (prefix: string, headers: HttpRequest['headers']): Record<string, string> | undefined => {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix.toLowerCase()))
  if (found.length === 0) return undefined
  const values: Record<string, string> = Object.create(null)
  for (const [name, value] of found) values[name.slice(prefix.length)] = value
  return values
}

const fromLabel = (shape: Shape, name: string, { label, refuseText }: Sources): unknown => {
  const text = label(name)
  return text === undefined ? undefined : (readText(shape, text) ?? refuseText(name, text, shape))
}

const bound = ({ name, shape }: Member, sources: Sources): unknown => {
  const { httpLabel, httpQuery, httpHeader, httpPrefixHeaders } = shape.traits
  if (httpLabel) return fromLabel(shape, name, sources)
  if (httpQuery) return fromQuery(shape, httpQuery, sources)
  if (httpHeader) return fromHeader(shape, httpHeader, sources)
  return typeof httpPrefixHeaders === 'string' ? fromPrefix(httpPrefixHeaders, sources.headers) : undefined
}

/** The members of a request that are not in its body. */
export const readBound = (members: readonly Member[], sources: Sources): Record<string, unknown> => {
  const input: Record<string, unknown> = {}
  for (const member of members) {
    const value = bound(member, sources)
    if (value !== undefined) input[member.name] = value
  }
  return input
}

/** The headers of an answer, names in lower case. */
export const headersOf = (
  members: readonly Member[],
  output: Record<string, unknown>,
): Record<string, string> => {
  const headers: Record<string, string> = {}
  for (const { name, shape } of members) {
    const value = output[name]
    if (value === undefined || value === null) continue
    const { httpHeader, httpPrefixHeaders } = shape.traits
    if (httpHeader) headers[httpHeader.toLowerCase()] = headerText(shape, value)
    else if (typeof httpPrefixHeaders === 'string')
      for (const [key, text] of Object.entries(value))
        headers[`${httpPrefixHeaders}${key}`.toLowerCase()] = headerText({ ...shape, kind: 'string' }, text)
  }
  return headers
}
