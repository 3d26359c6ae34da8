// SPDX-License-Identifier: BSD-2-Clause
// What becomes of an error that a request met.
import { isAwsClient } from './aws-clients'
import { Refusal } from './errors'
import type { HttpRequest, HttpResponse } from './http'
import { decodePath, factsOf, isCutOff } from './request-texts'
import type { Route } from './routing'
import { hostIdOf, writeError } from './wire/errors'

/** Tell of an error that is neither a refusal nor the client's going away. */
export const reportBug = (error: unknown, request: HttpRequest, onBug: (error: unknown) => void): void => {
  const isRefusal = error instanceof Error && 'code' in error && 'detail' in error
  if (!isRefusal && !isCutOff(error, request)) onBug(error)
}

/** What clients that know AWS alone are told is in AWS' codes, where the service has others. */
const inTheirCodes = (error: unknown, found: Route | undefined, request: HttpRequest): unknown => {
  const codes = found?.place.awsCodes
  if (!codes || !(error instanceof Refusal) || !isAwsClient({ request: factsOf(request) })) return error
  const code = new Map(Object.entries(codes)).get(error.code)
  if (code === undefined) return error
  return new Refusal(code, error.message, error.status, error.detail, error.headers)
}

export const answerRefused = (
  error: unknown,
  found: Route | undefined,
  request: HttpRequest,
  requestId: string,
): HttpResponse =>
  writeError(found?.place.family ?? 'ec2', inTheirCodes(error, found, request), {
    requestId,
    ...(found?.place.family === 's3' ? { hostId: hostIdOf(requestId) } : {}),
    method: request.method,
    resource: decodePath(request.path),
    ...(found?.place.namespace ? { namespace: found.place.namespace } : {}),
  })
