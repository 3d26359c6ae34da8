// SPDX-License-Identifier: BSD-2-Clause
// What becomes of an error that a request met.
import type { HttpRequest, HttpResponse } from './http'
import { decodePath, isCutOff } from './request-texts'
import type { Route } from './routing'
import { hostIdOf, writeError } from './wire/errors'

/** Tell of an error that is neither a refusal nor the client's going away. */
export const reportBug = (error: unknown, request: HttpRequest, onBug: (error: unknown) => void): void => {
  const isRefusal = error instanceof Error && 'code' in error && 'detail' in error
  if (!isRefusal && !isCutOff(error, request)) onBug(error)
}

export const answerRefused = (
  error: unknown,
  found: Route | undefined,
  request: HttpRequest,
  requestId: string,
): HttpResponse =>
  writeError(found?.place.family ?? 'ec2', error, {
    requestId,
    ...(found?.place.family === 's3' ? { hostId: hostIdOf(requestId) } : {}),
    method: request.method,
    resource: decodePath(request.path),
    ...(found?.place.namespace ? { namespace: found.place.namespace } : {}),
  })
