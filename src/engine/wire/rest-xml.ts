// SPDX-License-Identifier: BSD-2-Clause
// The REST protocol with XML bodies, which is S3's.
//
//   router(schemas)                                   → (request, address) → RestMatch | undefined     (rest-route.ts)
//   readRest(match, request, body?, limits?)          → the operation's input
//   writeRest(schema, output, { requestId, … })       → HttpResponse
//
// A payload that is a stream is not read here: `RestMatch.streams` names the input member, and the pipeline puts there
// what it staged. All other bodies are read whole, by the caller, and given as `body`.
import type { StaticOperationSchema } from '@smithy/types'
import { oncePer } from '../../schemas/once-per'
import { httpOf, inputOf, type Member, outputOf, type Shape } from '../../schemas/shapes'
import { refuse } from '../errors'
import type { HttpRequest, HttpResponse } from '../http'
import type { RestMatch } from './contracts'
import { headersOf, type Layout, layoutOf, readBound } from './rest-bindings'
import { queryOf } from './rest-route'
import { membersReader, parseXml, refuseXml, structReader, type XmlElement } from './xml-reader'
import { escapeText } from './xml-text'
import { compileMembers, elementName, structWriter } from './xml-writer'

/** Eucalyptus' limit for bodies that are not objects. */
export const XML_BODY_BYTES = 300 * 1024

const rootName = (shape: Shape): string => shape.traits.xmlName ?? shape.name

const badArgument = (name: string, text: string, shape: Shape): never =>
  refuse(
    'InvalidArgument',
    shape.kind === 'number'
      ? `Provided ${name} not an integer or within integer range`
      : `Invalid value for ${name}`,
    400,
    { ArgumentName: name, ArgumentValue: text },
  )

const bodyXml = async (body: Buffer, root: string, limit: number): Promise<XmlElement> => {
  if (body.length > limit)
    refuse('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.', 400, {
      ProposedSize: String(body.length),
      MaxSizeAllowed: String(limit),
    })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return refuseXml()
  }
  const element = await parseXml(text)
  return element.name === root ? element : refuseXml()
}

const readPayload = async (member: Member, body: Buffer | undefined, limit: number): Promise<unknown> => {
  const { shape } = member
  if (shape.streaming) return undefined
  if (!body?.length)
    return member.required ? refuse('MissingRequestBodyError', 'Request body is empty.', 400) : undefined
  if (shape.kind === 'string') return body.toString()
  if (shape.kind === 'blob') return body
  return structReader(shape)(await bodyXml(body, rootName(shape), limit))
}

const inputLayout = oncePer((schema: StaticOperationSchema) => {
  const layout = layoutOf(inputOf(schema))
  return { ...layout, readBody: membersReader(layout.body) }
})

/**
 * Read a routed request. `body` is the whole body unless the operation streams it. Refuses with `InvalidArgument`,
 * `MalformedXML`, `MissingRequestBodyError`, `EntityTooLarge` (over `limit` bytes).
 */
export const readRest = async (
  match: RestMatch,
  request: HttpRequest,
  body?: Buffer,
  limit: number = XML_BODY_BYTES,
): Promise<Record<string, unknown>> => {
  const { members, payload, body: unbound, shape: whole, readBody } = inputLayout(match.schema)
  const input = readBound(members, {
    label: name => (name === 'Key' ? match.key : match.bucket),
    query: queryOf(request.query),
    headers: request.headers,
    refuseText: badArgument,
  })
  if (payload) {
    const value = await readPayload(payload, body, limit)
    if (value !== undefined) input[payload.name] = value
  } else if (unbound.length > 0 && body?.length)
    Object.assign(input, readBody(await bodyXml(body, rootName(whole), limit)))
  for (const { name, shape, required } of members)
    if (required && input[name] === undefined && !shape.traits.httpPayload)
      refuse(
        'InvalidArgument',
        `Missing required parameter: ${shape.traits.httpHeader ?? shape.traits.httpQuery ?? name}`,
      )
  return input
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

type Write = (value: Record<string, unknown>) => Pick<HttpResponse, 'body'> & { readonly type?: string }

const xmlDocument = (root: string, attributes: string, content: string): { body: string; type: string } => ({
  type: 'application/xml',
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}"${attributes}>${content}</${root}>`,
})

const payloadWriter = ({ name, shape }: Member): Write => {
  if (shape.kind === 'struct') {
    const writer = structWriter(shape)
    return output => {
      const value = output[name]
      if (value === undefined || value === null) return {}
      return xmlDocument(rootName(shape), writer.attributes(value), writer.content(value))
    }
  }
  // A stream's bytes, or a text such as a policy, go out as they are.
  const type = shape.kind === 'string' ? { type: 'application/json' } : {}
  return output => {
    const value = output[name] as HttpResponse['body'] | Uint8Array | null | undefined
    if (value === undefined || value === null) return {}
    return {
      ...type,
      body: value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length) : value,
    }
  }
}

// Clients read the versions of a key from the newest to the oldest, objects and delete markers among each other: the
// operation gives two lists of one length, and each of them has nothing where the other has something.
const versionLists = ['Versions', 'DeleteMarkers']

const versionsWriter = (lists: readonly Member[]): ((output: Record<string, unknown>) => string) => {
  const { content } = compileMembers(lists)
  return output => {
    const given = lists.map(({ name }) => [name, (output[name] ?? []) as readonly unknown[]] as const)
    const length = Math.max(...given.map(([, list]) => list.length))
    return Array.from({ length }, (_, place) =>
      content(Object.fromEntries(given.map(([name, list]) => [name, [list[place]]]))),
    ).join('')
  }
}

const bodyWriter = (layout: Layout): Write => {
  if (layout.payload) return payloadWriter(layout.payload)
  const [only, ...others] = layout.body
  if (!only) return () => ({})
  const root = rootName(layout.shape)
  // GetBucketLocation's root is its one member: <LocationConstraint>EU</LocationConstraint>.
  if (others.length === 0 && elementName(only) === root && only.shape.kind === 'string')
    return output => xmlDocument(root, '', escapeText(String(output[only.name] ?? '')))
  const isVersions = ({ name }: Member): boolean => versionLists.includes(name)
  const lists = layout.body.filter(isVersions)
  if (lists.length === versionLists.length) {
    const { content } = compileMembers(layout.body.filter(member => !isVersions(member)))
    const versions = versionsWriter(lists)
    return output => xmlDocument(root, '', content(output) + versions(output))
  }
  const { content } = compileMembers(layout.body)
  return output => xmlDocument(root, '', content(output))
}

const outputLayout = oncePer((schema: StaticOperationSchema) => {
  const layout = layoutOf(outputOf(schema))
  const status = httpOf(schema)?.[2] ?? 200
  const code = layout.members.find(({ shape }) => shape.traits.httpResponseCode)
  return { ...layout, status, code, write: bodyWriter(layout) }
})

export interface RestContext {
  readonly requestId: string
  readonly hostId?: string
  /** The answer to HEAD has headers only. */
  readonly method?: string
}

/** The answer of an operation that succeeded. A streamed payload may be a text, a Buffer or a FileSlice. */
export const writeRest = (
  schema: StaticOperationSchema,
  value: unknown,
  context: RestContext,
): HttpResponse => {
  const output = (value ?? {}) as Record<string, unknown>
  const layout = outputLayout(schema)
  const headers: Record<string, string> = {
    'x-amz-request-id': context.requestId,
    ...(context.hostId === undefined ? {} : { 'x-amz-id-2': context.hostId }),
    ...headersOf(layout.members, output),
  }
  // The schemas do not say that a part of an object is answered with 206; its Content-Range does.
  const partial = layout.status === 200 && headers['content-range'] !== undefined
  const status = layout.code
    ? Number(output[layout.code.name] ?? layout.status)
    : partial
      ? 206
      : layout.status
  if (context.method === 'HEAD' || status === 204) return { status, headers }
  const { body, type } = layout.write(output)
  if (type !== undefined) headers['content-type'] ??= type
  return body === undefined ? { status, headers } : { status, headers, body }
}
