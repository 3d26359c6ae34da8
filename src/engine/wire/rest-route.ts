// SPDX-License-Identifier: BSD-2-Clause
// Which S3 operation is this request?
//
// S3's operations share few addresses: what tells them apart is the method, whether the path names nothing, a bucket or
// an object, words in the query (`?acl`, `list-type=2`), and parameters or headers that one of them requires (`uploadId`,
// `x-amz-copy-source`). All of it is in the schemas, so all of S3's operations are recognised, also those that no engine
// implements. A word of the query that belongs to some operation is never ignored: DELETE of `/bucket?policy` must not
// become the DELETE of the bucket.
import type { StaticOperationSchema } from '@smithy/types'
import { httpOf, inputOf, type Member, membersOf } from '../../schemas/shapes'
import { refuse } from '../errors'
import type { HttpRequest } from '../http'
import type { RestMatch } from './contracts'

type Level = 'service' | 'bucket' | 'object'

interface Route {
  readonly schema: StaticOperationSchema
  readonly method: string
  readonly level: Level
  /** Words of the query and their values; '' for a word alone. */
  readonly literals: ReadonlyMap<string, string>
  /** The operation's own name, for the addresses that nothing else tells apart. */
  readonly id: string | undefined
  readonly requiredQuery: readonly string[]
  readonly requiredHeaders: readonly string[]
  readonly query: ReadonlySet<string>
  readonly streams: string | undefined
}

/** Where a request points to: the path without the service's own part, taken apart and decoded. */
export interface Address {
  readonly bucket: string | undefined
  readonly key: string | undefined
}

/** Decode a part of a path or a query; refuses with InvalidURI. */
export const decodeSegment = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuse('InvalidURI', "Couldn't parse the specified URI.", 400)
  }
}

/**
 * Take a path apart. `servicePath` is the part in front of the bucket, such as `/services/objectstorage`; `hostBucket` the
 * bucket that the Host header named, in which case all of the path is the key.
 */
export const addressOf = (path: string, { servicePath = '', hostBucket = '' } = {}): Address => {
  const within =
    path === servicePath || path.startsWith(`${servicePath}/`) ? path.slice(servicePath.length) : path
  const rest = within.startsWith('/') ? within.slice(1) : within
  if (hostBucket) return { bucket: hostBucket, key: rest === '' ? undefined : decodeSegment(rest) }
  const slash = rest.indexOf('/')
  const bucket = decodeSegment(slash < 0 ? rest : rest.slice(0, slash))
  const key = slash < 0 ? '' : decodeSegment(rest.slice(slash + 1))
  return { bucket: bucket === '' ? undefined : bucket, key: key === '' ? undefined : key }
}

/** Parameters of a URL, decoded, the first of equal names. A plus stands for a space here. */
export const queryOf = (query: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decodeSegment((equals < 0 ? pair : pair.slice(0, equals)).replaceAll('+', ' '))
    if (!found.has(name))
      found.set(name, equals < 0 ? '' : decodeSegment(pair.slice(equals + 1).replaceAll('+', ' ')))
  }
  return found
}

const levelOf = (path: string, members: readonly Member[]): Level | undefined => {
  if (path === '/{Key+}') return 'object'
  if (path !== '/') return undefined
  return members.some(({ name }) => name === 'Bucket') ? 'bucket' : 'service'
}

const routeOf = (schema: StaticOperationSchema): Route | undefined => {
  const http = httpOf(schema)
  if (!http) return undefined
  const [path = '', search = ''] = http[1].split('?')
  const members = membersOf(inputOf(schema))
  const level = levelOf(path, members)
  if (!level) return undefined
  const literals = new Map(queryOf(search))
  const id = literals.get('x-id')
  literals.delete('x-id')
  const required = members.filter(member => member.required)
  const texts = (of: readonly Member[], trait: 'httpQuery' | 'httpHeader'): string[] =>
    of.flatMap(({ shape }) => shape.traits[trait] ?? [])
  return {
    schema,
    method: http[0],
    level,
    literals,
    id,
    requiredQuery: texts(required, 'httpQuery'),
    requiredHeaders: texts(required, 'httpHeader').map(name => name.toLowerCase()),
    query: new Set(texts(members, 'httpQuery')),
    streams: members.find(({ shape }) => shape.traits.httpPayload && shape.streaming)?.name,
  }
}

// Parameters that say which upload or part is meant: an operation that cannot read them is not the one meant.
const IDENTIFYING = ['uploadId', 'partNumber']

const fits = (route: Route, request: HttpRequest, query: ReadonlyMap<string, string>): boolean =>
  [...route.literals].every(
    ([name, value]) => query.has(name) && (value === '' || query.get(name) === value),
  ) &&
  route.requiredQuery.every(name => query.has(name)) &&
  route.requiredHeaders.every(name => request.headers[name] !== undefined)

const weight = (route: Route): number =>
  route.literals.size + route.requiredQuery.length + route.requiredHeaders.length

/** Make a router over operations. It gives undefined for an address that none of them has. */
export const router = (
  schemas: readonly StaticOperationSchema[],
): ((request: HttpRequest, address: Address) => RestMatch | undefined) => {
  const routes = schemas.map(routeOf).filter(route => route !== undefined)
  const words = new Set(routes.flatMap(route => [...route.literals.keys()]))
  // The most demanding first; the sort is stable, so what is left to the order is the order given.
  const sorted = routes.sort((left, right) => weight(right) - weight(left))
  const byAddress = new Map<string, Route[]>()
  for (const route of sorted) {
    const place = `${route.method} ${route.level}`
    byAddress.set(place, [...(byAddress.get(place) ?? []), route])
  }
  return (request, address) => {
    const level: Level =
      address.bucket === undefined ? 'service' : address.key === undefined ? 'bucket' : 'object'
    const query = queryOf(request.query)
    const present = [...query.keys()]
    const telling = present.filter(name => words.has(name) || IDENTIFYING.includes(name))
    const candidates = (byAddress.get(`${request.method} ${level}`) ?? []).filter(
      route =>
        telling.every(name => route.literals.has(name) || route.query.has(name)) &&
        fits(route, request, query),
    )
    const named = query.get('x-id')
    const route = candidates.find(({ id }) => id !== undefined && id === named) ?? candidates[0]
    return route && { schema: route.schema, name: route.schema[2], ...address, streams: route.streams }
  }
}
