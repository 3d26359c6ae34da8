// SPDX-License-Identifier: BSD-2-Clause
// The steps of requests to a query service in one of the forms that came later (wire/rpc.ts). What is wrong with a
// signature is said in the words that all of AWS' JSON services have.
import type { Door } from './door'
import { Refusal, refuse } from './errors'
import type { HttpRequest, HttpResponse } from './http'
import type { Prepared } from './query-door'
import { isReplay, replayText } from './replays'
import type { Route } from './routing'
import { inflated, readWhole } from './small-bodies'
import { statusOf } from './wire/errors'
import { readForm } from './wire/form'
import { readRpc, rpcOperation, writeRpc, writeRpcError } from './wire/rpc'
import type { RpcForm } from './wire/rpc-form'
import { authenticate } from './wire/signature/authenticate'

// What AWS takes of one request of CloudWatch.
const bodyLimit = 1024 * 1024

const prepareRpc = async (
  { around, service, secretFor, callerOf }: Door,
  form: RpcForm,
  request: HttpRequest,
  { place, path }: Route,
): Promise<Prepared> => {
  const body = await readWhole(request, bodyLimit)
  const authentication = authenticate(body ? { ...request, body } : request, {
    family: 'json',
    now: new Date(around.clock.now()),
    secretFor,
  })
  if (authentication === 'anonymous')
    return refuse('MissingAuthenticationTokenException', 'Missing Authentication Token')
  if (isReplay(around, request, readForm(request.query)))
    return refuse('InvalidSignatureException', replayText, 403)
  const caller = callerOf(authentication)
  const name = rpcOperation(form, request, path, place.rpcTarget ?? '') ?? ''
  const entry = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined
  if (!entry) return refuse('UnknownOperationException', `The operation ${name} is not one of this service`)
  const document = body && (await inflated(request, body, bodyLimit))
  const rules = { optional: entry.optional, missing: service.missing }
  return { service, entry, name, caller, input: readRpc(form, entry.schema, document, rules) }
}

const internal = new Refusal('InternalFailure', 'An internal error has occurred.', 500)

/** Codes that the signature's refusals and this door have themselves. All others are the service's. */
const isOfJson = (code: string): boolean => code.endsWith('Exception')

/** Any request in one of these forms. `perform` runs the operation; `failed` is told what was thrown. */
export const handleRpc = async (
  door: Door,
  form: RpcForm,
  request: HttpRequest,
  found: Route,
  requestId: string,
  {
    perform,
    failed,
  }: {
    readonly perform: (prepared: Prepared) => unknown
    readonly failed: (error: unknown) => void
  },
): Promise<HttpResponse> => {
  try {
    const prepared = await prepareRpc(door, form, request, found)
    return writeRpc(form, prepared.entry.schema, await perform(prepared), requestId)
  } catch (error) {
    failed(error)
    const refusal = error instanceof Refusal ? error : internal
    return writeRpcError(form, refusal, {
      requestId,
      status: statusOf(isOfJson(refusal.code) ? 'json' : 'query', refusal),
      shapes: door.service.errors ?? [],
      isQueryMode: request.headers['x-amzn-query-mode'] === 'true',
    })
  }
}
