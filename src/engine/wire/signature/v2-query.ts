// SPDX-License-Identifier: BSD-2-Clause
// Signature Version 2 of the query services.
//
// The text signed is method, host, path and the sorted parameters. Its clients disagree in details: whether the port
// belongs to the host, whether a path ends in a slash, how blanks, `+`, `*` and `~` are encoded. Eucalyptus tried the
// readings one after another, and so does this; each is as hard to forge as the next.
import type { HttpRequest } from '../../http'
import type { AuthenticateOptions, Form, Signed } from '../contracts'
import { refuseProtocol } from '../errors'
import { distinct, encode } from './canonical'
import { hmac, sameBytes } from './keys'
import { NO_KEY, refuseKey, refuseSignature } from './refusals'
import { checkQueryTime } from './times'

const ENCODINGS: readonly ((text: string) => string)[] = [
  encode,
  text => encode(text).replaceAll('%20', '+'),
  text => encode(text).replaceAll('%2A', '*'),
  text => encode(text).replaceAll('%20', '+').replaceAll('%2A', '*').replaceAll('~', '%7E'),
]

const hostsOf = (request: HttpRequest): string[] => {
  const host = (request.headers.host ?? '').toLowerCase()
  return distinct([host, host.replace(/:\d+$/, '')])
}

const pathsOf = (path: string): string[] => {
  const sent = path || '/'
  // Not by a regular expression that is anchored at the end: of a path of slashes it would take the square of the time.
  let end = sent.length
  while (sent[end - 1] === '/') end -= 1
  const bare = sent.slice(0, end)
  return distinct([sent, bare || '/', bare.toLowerCase() || '/', `${bare}/`])
}

/** Every text that this request may have been signed as. */
function* readings(request: HttpRequest, form: Form): Generator<string> {
  const names = [...form.values.keys()].filter(name => name !== 'Signature').sort(byBytes)
  const queries = distinct(
    ENCODINGS.map(encoding =>
      names.map(name => `${encoding(name)}=${encoding(form.values.get(name) ?? '')}`).join('&'),
    ),
  )
  for (const query of queries)
    for (const host of hostsOf(request))
      for (const path of pathsOf(request.path)) yield `${request.method}\n${host}\n${path}\n${query}`
}

const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right))

const ALGORITHMS: Readonly<Record<string, 'sha1' | 'sha256'>> = { HmacSHA1: 'sha1', HmacSHA256: 'sha256' }

/** Verify a request signed in its parameters. Refuses at the protocol level. */
export const verifyV2Query = (request: HttpRequest, form: Form, options: AuthenticateOptions): Signed => {
  const { values } = form
  const version = values.get('SignatureVersion') ?? '2'
  if (version !== '2') refuseProtocol(403, `Unsupported signature version ${version}`)
  const accessKeyId = values.get('AWSAccessKeyId') || refuseProtocol(403, NO_KEY)
  checkQueryTime(options.now, values.get('Timestamp') ?? dateHeader(request, form), values.get('Expires'))
  const { secret } = options.secretFor(accessKeyId) ?? refuseKey('query', accessKeyId)
  const signature = values.get('Signature') ?? ''
  // Padding may be missing, and a plus that a client did not encode has become a blank.
  const provided = Buffer.from(signature.replaceAll(' ', '+'), 'base64')
  const method = values.get('SignatureMethod') ?? 'HmacSHA1'
  const algorithm = Object.hasOwn(ALGORITHMS, method) ? ALGORITHMS[method] : undefined
  if (algorithm)
    for (const text of readings(request, form))
      if (sameBytes(hmac(secret, text, algorithm), provided))
        return { kind: 'v2-query', accessKeyId, token: values.get('SecurityToken') || undefined }
  return refuseSignature('query', { accessKeyId, provided: signature, stringToSign: '' })
}

// The Date header stands in where neither Timestamp nor Expires is given.
const dateHeader = (request: HttpRequest, form: Form): string | undefined =>
  form.values.has('Expires') ? undefined : (request.headers['x-amz-date'] ?? request.headers.date)
