// SPDX-License-Identifier: BSD-2-Clause
// What conditions of policies may look at of a signature.
import type { RequestFacts } from '../access'
import type { HttpRequest } from '../http'
import type { SignatureKind } from '../wire/contracts'
import { parameter } from '../wire/signature/canonical'
import { readTimestamp } from '../wire/values'

const signedAt = ({ headers, query }: HttpRequest): Date | undefined => {
  const text = parameter(query, 'X-Amz-Date') ?? headers['x-amz-date'] ?? headers.date
  return text === undefined ? undefined : readTimestamp(text)
}

const valuesOf = (request: HttpRequest, kind: SignatureKind, now: number): RequestFacts['context'] => {
  // A URL of version 2 says when it ends, and not when it began.
  const at = kind === 's3-v2-query' ? undefined : signedAt(request)
  return {
    's3:authtype': kind.endsWith('-query') ? 'REST-QUERY-STRING' : 'REST-HEADER',
    's3:signatureversion': kind.startsWith('v4') ? 'AWS4-HMAC-SHA256' : 'AWS',
    's3:signatureage': at && String(Math.max(0, now - at.getTime())),
    's3:x-amz-content-sha256': request.headers['x-amz-content-sha256'],
  }
}

/** What a request tells of its sender, with its signature. */
export const signedFacts = (
  facts: RequestFacts,
  request: HttpRequest,
  kind: SignatureKind,
  now: number,
): RequestFacts => ({
  ...facts,
  // Few policies look.
  get context() {
    return valuesOf(request, kind, now)
  },
})

/** The same of a form, whose fields are signed. */
export const formFacts = (facts: RequestFacts, fields: ReadonlyMap<string, string>): RequestFacts => ({
  ...facts,
  context: {
    's3:authtype': 'POST',
    's3:signatureversion': fields.has('x-amz-signature') ? 'AWS4-HMAC-SHA256' : 'AWS',
  },
})
