// SPDX-License-Identifier: BSD-2-Clause
// Clients of query services: form in, XML out, both by the operation's schema.
import type { StaticOperationSchema } from '@smithy/types'
import { inputOf, outputOf } from '../schemas/shapes'
import { bytesBody, noBody } from './body'
import type { CallOptions } from './call'
import { type Connection, optionsFor } from './connection'
import { collect, exchange, type Signer } from './exchange'
import { encodeForm, type FormDialect, type Parameter, writeForm } from './form-writer'
import { readOutput } from './output-reader'
import { redacted } from './redaction'
import { signQueryV2, signV4 } from './sign'
import type { Outgoing } from './transport'
import { childOf, parseAnswer, type XmlElement } from './xml'

export interface QueryProtocol {
  readonly dialect: FormDialect
  /** Value of the parameter `Version`. */
  readonly version: string
  /** The answer's result is the root itself, as with EC2, and not an element inside. */
  readonly bare: boolean
  /** Parameters that go with every request. */
  readonly more?: readonly Parameter[]
}

export type Send = (
  operation: StaticOperationSchema,
  input: unknown,
  options?: CallOptions,
) => Promise<unknown>

/** Calls any operation of a query service. Rejects with ServiceError, ClientError, or the signal's reason. */
export const querySender =
  (connection: Connection, protocol: QueryProtocol): Send =>
  async (operation, input = {}, { signal, signature = 4, parameters: others = [] } = {}) => {
    const parameters: Parameter[] = [
      ['Action', operation[2]],
      ['Version', protocol.version],
      ...writeForm(inputOf(operation), input, protocol.dialect),
      ...others,
      ...(protocol.more ?? []),
    ]
    const request: Outgoing = {
      method: 'POST',
      target: connection.target,
      headers: { ...connection.headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: noBody,
    }
    const sign = signature === 2 ? signerV2(connection, parameters) : signerV4(connection, parameters)
    const answer = await exchange(request, sign, optionsFor(connection, signal))
    const text = await collect(answer.body)
    connection.exchange.log?.(`response body: ${redacted(text)}`)
    return read(operation, text, protocol.bare)
  }

const signerV4 = (connection: Connection, parameters: readonly Parameter[]): Signer => {
  const body = bytesBody(encodeForm(parameters))
  const { service, endpoint } = connection
  const scope = { service, region: endpoint.signingRegion ?? '' }
  return async request => {
    const sized = { ...request, headers: { ...request.headers, 'content-length': String(body.size) } }
    return {
      ...sized,
      body,
      headers: signV4(sized, await body.sha256(), scope, connection.credentials(), connection.now()),
    }
  }
}

const signerV2 =
  (connection: Connection, parameters: readonly Parameter[]): Signer =>
  async request => {
    const signed = signQueryV2(request, parameters, connection.credentials(), connection.now())
    const body = bytesBody(encodeForm(signed))
    return { ...request, body, headers: { ...request.headers, 'content-length': String(body.size) } }
  }

const read = (operation: StaticOperationSchema, text: string, bare: boolean): unknown => {
  const shape = outputOf(operation)
  // Some services answer an operation without a result with nothing at all.
  if (shape.kind === 'unit' && text.trim() === '') return {}
  const root = parseAnswer(text)
  return readOutput(shape, bare ? root : resultOf(root, operation[2]))
}

/** The wrapper of a result: by its name, else the only child beside ResponseMetadata, else the root itself. */
const resultOf = (root: XmlElement, action: string): XmlElement => {
  const named = childOf(root, `${action}Result`)
  const others = root.children.filter(child => child.name !== 'ResponseMetadata')
  return named ?? (others.length === 1 ? others[0] : undefined) ?? root
}

/** An object with a method for each operation of a table. */
export const methodsOf = <Client>(
  send: Send,
  table: Readonly<Record<keyof Client, StaticOperationSchema>>,
): Client =>
  // The table has the client's own keys; that each method's types are its schema's is what operations.ts declares.
  Object.fromEntries(
    Object.entries<StaticOperationSchema>(table).map(([name, operation]) => [
      name,
      (input?: unknown, options?: CallOptions) => send(operation, input, options),
    ]),
  ) as Client
