// SPDX-License-Identifier: BSD-2-Clause
// The steps of requests that are forms: EC2's and the query services'.
import type { Readable } from 'node:stream'
import { refuse } from './errors'
import type { HttpRequest, HttpResponse } from './http'
import type { AheadContext, Caller, OperationEntry, Service } from './operation'
import type { Route } from './routing'
import { inflated } from './small-bodies'
import type { Form } from './wire/contracts'
import { readEc2, writeEc2 } from './wire/ec2'
import { refuseProtocol } from './wire/errors'
import { readForm } from './wire/form'
import { readQuery, writeQuery } from './wire/query'
import { asksForJson, writeQueryJson } from './wire/query-json'

/** What is known of a request once its operation is. */
export interface Prepared {
  readonly service: Service
  readonly entry: OperationEntry
  readonly name: string
  readonly input: Record<string, unknown>
  readonly caller: Caller
}

// engine-protocols §2.
const bodyLimit = 102400
/** Of a form that came compressed: what AWS takes of one request of CloudWatch. */
const inflatedLimit = 1024 * 1024

const tooLarge = (limit: number): never => refuseProtocol(413, `Request body is larger than ${limit} bytes`)

/** The whole of a small body: forms only. */
export const readBody = async ({ body }: HttpRequest, limit = bodyLimit): Promise<Buffer | undefined> => {
  if (body === undefined) return body
  if (Buffer.isBuffer(body)) return body.length > limit ? tooLarge(limit) : body
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as Readable) {
    bytes += (chunk as Buffer).length
    // Read on past the limit, but not for ever: an answer is only seen by a client that is done sending.
    if (bytes <= limit + 1) chunks.push(chunk as Buffer)
    if (bytes > 16 * limit) break
  }
  if (bytes > limit) tooLarge(limit)
  return Buffer.concat(chunks)
}

/** The parameters of a request whose body has been read. */
export const formOfBody = async (request: HttpRequest, body: Buffer | undefined): Promise<Form> =>
  readForm(request.query, body && (await inflated(request, body, inflatedLimit, tooLarge)), {
    bodyBytes: inflatedLimit,
  })

export const prepareQuery = (service: Service, found: Route, form: Form, caller: Caller): Prepared => {
  const name = form.action
  const entry = name && Object.hasOwn(service.operations, name) ? service.operations[name] : undefined
  if (caller.kind === 'anonymous' && !entry?.unsigned) {
    refuseProtocol(403, 'Missing required parameter: AWSAccessKeyId')
  }
  if (!name) return refuse('MissingAction', 'The request is missing an action.')
  if (!entry) {
    return refuse('InvalidAction', `The action ${name} is not valid for this web service.`)
  }
  const read = found.place.family === 'ec2' ? readEc2 : readQuery
  const rules = { optional: entry.optional, missing: service.missing }
  return { service, entry, name, caller, input: read(entry.schema, form, rules) as Record<string, unknown> }
}

/** With what has to be known from others before the operation can be run. */
export const lookedAhead = async (prepared: Prepared, context: AheadContext): Promise<Prepared> => {
  const { ahead, unsigned } = prepared.entry
  // Whoever signed what is not to be signed is refused by the operation itself: nobody else is asked for him.
  const isMeant = !unsigned || prepared.caller.kind === 'anonymous'
  if (!ahead || !isMeant) return prepared
  return { ...prepared, input: { ...prepared.input, ...(await ahead(context, prepared.input as never)) } }
}

export const writeQueryAnswer = (
  found: Route,
  { entry }: Prepared,
  output: unknown,
  requestId: string,
  form: Form,
): HttpResponse => {
  if (found.place.family === 'ec2') {
    const { namespace } = found.place
    return writeEc2(entry.schema, output, { requestId, version: form.version, namespace })
  }
  if (found.place.writesJson && asksForJson(form)) return writeQueryJson(entry.schema, output, { requestId })
  return writeQuery(entry.schema, output, { requestId, namespace: found.place.namespace ?? '' })
}
