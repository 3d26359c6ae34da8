// SPDX-License-Identifier: BSD-2-Clause
// What answers say of the request itself.
import { Readable } from 'node:stream'
import type { RequestFacts } from './access'
import type { HttpRequest, HttpResponse } from './http'
import { scopeOf } from './wire/signature/v4'

export const unknownService = (request: HttpRequest): HttpResponse => ({
  status: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: `No service at ${request.path}\n`,
})

/** The client went away before its body was complete: nobody is left to be told, and nobody is to blame. */
export const isCutOff = (error: unknown, { body }: HttpRequest): boolean =>
  body instanceof Readable && body.errored === error

export const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    // Malformed percent-encoding is refused elsewhere; the document only repeats what was asked for.
    return path
  }
}

/** The base URL that the client reached this cloud by. */
export const endpointOf = ({ headers, secure }: HttpRequest): string =>
  `${secure ? 'https' : 'http'}://${headers.host ?? 'localhost:8773'}`

/** What conditions of policies may look at of a request. */
export const factsOf = (request: HttpRequest): RequestFacts => {
  const { headers, secure, remoteAddress } = request
  return {
    // An IPv4 client of a socket for both has its address in IPv6's form.
    sourceIp: remoteAddress?.replace(/^::ffff:/, ''),
    // What does not come over a network has no address.
    isSecure: secure === true || remoteAddress === undefined,
    userAgent: headers['user-agent'],
    referer: headers.referer,
    region: scopeOf(request)?.region,
  }
}
