// SPDX-License-Identifier: BSD-2-Clause
// What the clients of REST services share, whatever their bodies are written in: members that travel in the query and in
// headers.
import { elementOf, type Member, type Shape } from '../schemas/shapes'
import { encode, simpleText } from './form-writer'
import { readSimple } from './output-reader'
import type { Answer } from './transport'

const headerText = (shape: Shape, value: unknown): string => {
  if (shape.kind === 'list')
    return (value as readonly unknown[]).map(item => simpleText(elementOf(shape), item)).join(',')
  // In a header an instant has the form of HTTP unless the schema says another.
  return value instanceof Date && shape.timestamp === undefined
    ? value.toUTCString()
    : simpleText(shape, value)
}

/** The parameters and the headers that the members of an input are; names of headers in lower case. */
export const writeBound = (
  members: readonly Member[],
  input: Readonly<Record<string, unknown>>,
): { readonly query: readonly string[]; readonly headers: Readonly<Record<string, string>> } => {
  const query: string[] = []
  const headers: Record<string, string> = {}
  for (const { name, shape } of members) {
    const value = input[name]
    if (value == null) continue
    const { httpQuery, httpHeader, httpPrefixHeaders } = shape.traits
    if (httpQuery !== undefined) query.push(`${encode(httpQuery)}=${encode(simpleText(shape, value))}`)
    else if (httpHeader !== undefined) headers[httpHeader.toLowerCase()] = headerText(shape, value)
    else if (httpPrefixHeaders !== undefined) {
      for (const [suffix, text] of Object.entries(value as Record<string, string>))
        headers[(httpPrefixHeaders + suffix).toLowerCase()] = text
    }
  }
  return { query, headers }
}

/** The members of an output that came in headers, or as the status. */
export const readHeaders = (
  members: readonly Member[],
  { headers, status }: Answer,
): Record<string, unknown> => {
  const output: Record<string, unknown> = {}
  for (const { name, shape } of members) {
    const { httpHeader, httpPrefixHeaders, httpResponseCode } = shape.traits
    const text = httpHeader === undefined ? undefined : headers[httpHeader.toLowerCase()]
    if (text !== undefined) output[name] = readSimple(shape, text)
    if (httpResponseCode) output[name] = status
    if (httpPrefixHeaders !== undefined)
      output[name] = Object.fromEntries(
        Object.entries(headers)
          .filter(([header]) => header.startsWith(httpPrefixHeaders.toLowerCase()))
          .map(([header, value]) => [header.slice(httpPrefixHeaders.length), value]),
      )
  }
  return output
}
