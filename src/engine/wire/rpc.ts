// SPDX-License-Identifier: BSD-2-Clause
// The two forms besides the query form in which AWS' query services are asked today: JSON documents (awsJson 1.0 and 1.1)
// and CBOR (smithy RPC v2). The operation is named by a header or by the path; the document is the input.
//
//   rpc-form.ts: rpcFormOf(request)            → the form, or undefined: a query
//   rpcOperation(form, request, path, target)  → the operation's name
//   readRpc(form, schema, body, rules)         → the operation's input
//   writeRpc(form, schema, output, requestId)  → HttpResponse
//   writeRpcError(form, refusal, context)      → HttpResponse
import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types'
import { elementOf, inputOf, membersOf, outputOf, type Shape } from '../../schemas/shapes'
import { type Refusal, refuse } from '../errors'
import type { HttpRequest, HttpResponse } from '../http'
import { CborError, readCbor, writeCbor } from './cbor'
import type { ReadRules } from './contracts'
import { parseDocument, readMembers, refuseJson, writeDocument } from './json-values'
import type { RpcForm } from './rpc-form'

const contentType: Readonly<Record<RpcForm, string>> = {
  'json-1.0': 'application/x-amz-json-1.0',
  'json-1.1': 'application/x-amz-json-1.1',
  cbor: 'application/cbor',
}

/** The operation that a request names of the service `target`, if it names one. `path` is the service's own part of it. */
export const rpcOperation = (
  form: RpcForm,
  { method, headers }: HttpRequest,
  path: string,
  target: string,
): string | undefined => {
  if (method !== 'POST') return undefined
  const [service, name, ...more] =
    form === 'cbor'
      ? (/^\/service\/([^/]+)\/operation\/([^/]+)\/?$/.exec(path)?.slice(1) ?? [])
      : (headers['x-amz-target'] ?? '').split('.')
  return service === target && more.length === 0 ? name : undefined
}

const missingMember = (path: string): never =>
  refuse(
    'ValidationException',
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  )

/** Members of lists are numbered as in the query form, so that all forms are refused in the same words. */
const checkRequired = (shape: Shape, value: unknown, path: string, rules: ReadRules): void => {
  if (shape.kind === 'list') {
    const element = elementOf(shape)
    if (element.kind !== 'struct' && element.kind !== 'list') return
    for (const [index, item] of (value as readonly unknown[]).entries())
      checkRequired(element, item, `${path}.member.${index + 1}`, { missing: rules.missing })
  }
  for (const { name, shape: of, required } of membersOf(shape)) {
    const held = (value as Readonly<Record<string, unknown>>)[name]
    const place = path === '' ? name : `${path}.${name}`
    if (held !== undefined) checkRequired(of, held, place, { missing: rules.missing })
    else if (required && !rules.optional?.includes(name)) (rules.missing ?? missingMember)(place)
  }
}

const parseCbor = (body: Buffer | undefined): Readonly<Record<string, unknown>> => {
  if (!body?.length) return {}
  try {
    const document = readCbor(body)
    if (typeof document === 'object' && document !== null && !Array.isArray(document))
      return document as Readonly<Record<string, unknown>>
  } catch (error) {
    if (!(error instanceof CborError)) throw error
    return refuseJson('The request body is not a CBOR document')
  }
  return refuseJson('The request body is not a CBOR map')
}

/** Read a document. Refuses with `SerializationException`, and what is missing in the words of `rules`. */
export const readRpc = (
  form: RpcForm,
  schema: StaticOperationSchema,
  body: Buffer | undefined,
  rules: ReadRules = {},
): Record<string, unknown> => {
  const shape = inputOf(schema)
  const fields = form === 'cbor' ? parseCbor(body) : parseDocument(body)
  const input = readMembers(membersOf(shape), fields)
  checkRequired(shape, input, '', rules)
  return input
}

const headersOf = (form: RpcForm, requestId: string): Record<string, string> => ({
  'content-type': contentType[form],
  'x-amzn-requestid': requestId,
  ...(form === 'cbor' ? { 'smithy-protocol': 'rpc-v2-cbor' } : {}),
})

/** The answer of an operation that succeeded. */
export const writeRpc = (
  form: RpcForm,
  schema: StaticOperationSchema,
  output: unknown,
  requestId: string,
): HttpResponse => {
  const shape = outputOf(schema)
  const fields = (output ?? {}) as Readonly<Record<string, unknown>>
  const body =
    form === 'cbor'
      ? writeCbor(shape.kind === 'struct' ? shape : { ...shape, kind: 'struct' }, fields)
      : writeDocument(membersOf(shape), fields)
  return { status: 200, headers: headersOf(form, requestId), body }
}

export interface RpcErrorContext {
  readonly requestId: string
  readonly status: number
  /** What the service's errors are called in these forms. */
  readonly shapes: readonly StaticErrorSchema[]
  /** The client goes by the codes of the query form, and wants them told. */
  readonly isQueryMode: boolean
}

const queryCodeOf = ([, , , traits]: StaticErrorSchema): string | undefined => {
  const { awsQueryError } = traits as { readonly awsQueryError?: readonly [string, number] }
  return awsQueryError?.[0]
}

/** The name that these forms have for a code of the query form. A code that no schema knows is a name itself. */
const shapeNameOf = (code: string, shapes: readonly StaticErrorSchema[]): string => {
  const found = shapes.find(shape => queryCodeOf(shape) === code)
  return found ? `${found[1]}#${found[2]}` : code
}

export const writeRpcError = (
  form: RpcForm,
  { code, message, headers }: Refusal,
  { requestId, status, shapes, isQueryMode }: RpcErrorContext,
): HttpResponse => {
  const type = shapeNameOf(code, shapes)
  const document = { __type: type, message }
  const all = {
    ...headersOf(form, requestId),
    ...headers,
    ...(isQueryMode ? { 'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}` } : {}),
  }
  if (form !== 'cbor') return { status, headers: all, body: JSON.stringify(document) }
  return { status, headers: all, body: writeCbor(textMap, document) }
}

/** A map of texts. */
const textMap: Shape = { kind: 'map', name: '', traits: {}, memberTraits: {}, streaming: false, source: 128 }
