// SPDX-License-Identifier: BSD-2-Clause
// Who signed this request? One question, asked of whatever variant of signature it has.
//
//   authenticate(request, options)   the signer's key, or 'anonymous' for a request without a signature
//
// A wrong signature is thrown as a Refusal: a ProtocolRefusal for the query services, their own codes for the others. Nothing is
// looked up but the secret; whether the key is active, and whether the token belongs to it, is the caller's to check.
import type { HttpRequest } from '../../http'
import type { AuthenticateOptions, Authentication } from '../contracts'
import { parameter } from './canonical'
import { refuseMalformed } from './refusals'
import { verifyS3V2Header, verifyS3V2Url } from './s3-v2'
import { verifyV2Query } from './v2-query'
import { isV4Header, isV4Url, verifyV4Header, verifyV4Url } from './v4'

const authenticateQuery = (request: HttpRequest, options: AuthenticateOptions): Authentication => {
  const { form } = options
  const signed =
    form && ['AWSAccessKeyId', 'Signature', 'SignatureVersion'].some(name => form.values.has(name))
  if (form && signed) return verifyV2Query(request, form, options)
  return request.headers.authorization === undefined ? 'anonymous' : refuseMalformed('query')
}

const authenticateS3 = (request: HttpRequest, options: AuthenticateOptions): Authentication => {
  // An empty header signs nothing.
  if (request.headers.authorization) return verifyS3V2Header(request, options)
  const signed = ['AWSAccessKeyId', 'Signature'].some(name => parameter(request.query, name) !== undefined)
  return signed ? verifyS3V2Url(request, options) : 'anonymous'
}

/** Verify a request's signature. See `AuthenticateOptions` for what each family needs. */
export const authenticate = (request: HttpRequest, options: AuthenticateOptions): Authentication => {
  if (isV4Header(request)) return verifyV4Header(request, options)
  if (isV4Url(request)) return verifyV4Url(request, options)
  if (options.family === 's3') return authenticateS3(request, options)
  // Services that speak JSON came after version 4.
  if (options.family === 'json') return request.headers.authorization ? refuseMalformed('json') : 'anonymous'
  return authenticateQuery(request, options)
}
