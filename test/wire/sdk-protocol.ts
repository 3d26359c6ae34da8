// SPDX-License-Identifier: BSD-2-Clause
// The SDK's own protocols, without what its clients' middleware adds, and requests and schemas as either side has them.
import { operation } from '@smithy/core/schema'
import type { StaticOperationSchema } from '@smithy/types'
import type { HttpRequest } from '../../src/engine/http'

/** What a protocol sends. */
interface Sent {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface Protocol {
  serializeRequest(operation: unknown, input: unknown, context: unknown): Promise<Sent>
  deserializeResponse(
    operation: unknown,
    context: unknown,
    response: unknown,
  ): Promise<Record<string, unknown>>
}

/** The settings that a client is made with, here. */
export const settings = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }

/** What a protocol is told of a client with this configuration, whose endpoint has this path. */
export const contextOf = (config: object, path = ''): object => ({
  ...config,
  endpoint: async () => ({ protocol: 'http:', hostname: 'localhost', path }),
})

/** The schemas of all operations that an SDK exports. */
export const operationsOf = (sdk: object): readonly StaticOperationSchema[] =>
  Object.values(sdk).filter((value): value is StaticOperationSchema => Array.isArray(value) && value[0] === 9)

/** A schema as protocols take it. */
export const viewOf = ([, ...rest]: StaticOperationSchema) =>
  operation(...(rest as Parameters<typeof operation>))

const queryText = (query: Sent['query'] = {}): string =>
  Object.entries(query)
    .flatMap(([name, value]) =>
      [value].flat().map(one => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
    )
    .join('&')

// Without asking it for anything that texts have: some bodies warn of that.
const bytesOf = (body: string | Uint8Array): Buffer =>
  typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.length)

/** As the engine gets it. */
export const requestOf = ({ method, path, query, headers, body }: Sent): HttpRequest => ({
  method,
  path,
  query: queryText(query),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  ...(body === undefined ? {} : { body: bytesOf(body) }),
})
