// SPDX-License-Identifier: BSD-2-Clause
// Signature Version 4, in the Authorization header or in the URL.
//
// The scope's region and service are not compared with anything: this cloud has one region by whatever name its clients
// know it. The day has to be the date's, and every header that S3 or a JSON service acts upon has to be among the signed
// ones.

import { refuse } from '../../errors'
import type { HttpRequest } from '../../http'
import type { AuthenticateOptions, Scope, Signed } from '../contracts'
import { refuseProtocol } from '../errors'
import { readTimestamp } from '../values'
import { type PayloadHash, payloadOf } from './body'
import {
  asSent,
  canonicalQuery,
  distinct,
  parameter,
  reencodePath,
  trimAll,
  withoutService,
} from './canonical'
import { hmac, sameBytes, sha256, signingKey } from './keys'
import { NO_DATE, refuseJsonSignature, refuseKey, refuseMalformed, refuseSignature } from './refusals'
import { checkJsonTime, checkQueryTime, checkS3Presigned, checkS3Time, presignedSeconds } from './times'

const ALGORITHM = 'AWS4-HMAC-SHA256'

interface Claim {
  readonly scope: Scope
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const scopeFrom = (credential: string | undefined): Scope | undefined => {
  const parts = credential?.split('/') ?? []
  const [accessKeyId, date, region, service, terminator] = parts
  if (parts.length !== 5 || terminator !== 'aws4_request') return undefined
  return accessKeyId && date && region !== undefined && service !== undefined
    ? { accessKeyId, date, region, service }
    : undefined
}

const headerClaim = (authorization: string): Claim | undefined => {
  const pairs = authorization
    .slice(ALGORITHM.length)
    .split(',')
    .map(field => {
      const equals = field.indexOf('=')
      return [field.slice(0, Math.max(equals, 0)).trim(), field.slice(equals + 1).trim()] as const
    })
  const fields = new Map(pairs)
  // Two of a kind: the header was given twice.
  if (fields.size !== pairs.length) return undefined
  return claimFrom(fields.get('Credential'), fields.get('SignedHeaders'), fields.get('Signature'))
}

const claimFrom = (
  credential: string | undefined,
  headers: string | undefined,
  signature: string | undefined,
): Claim | undefined => {
  const scope = scopeFrom(credential)
  if (!scope || !headers || !signature || !/^[0-9a-f]{64}$/.test(signature)) return undefined
  return { scope, signedHeaders: headers.toLowerCase().split(';'), signature }
}

const urlClaim = ({ query }: HttpRequest): Claim | undefined =>
  claimFrom(
    parameter(query, 'X-Amz-Credential'),
    parameter(query, 'X-Amz-SignedHeaders'),
    parameter(query, 'X-Amz-Signature'),
  )

export const isV4Header = ({ headers }: HttpRequest): boolean =>
  (headers.authorization ?? '').trimStart().startsWith(ALGORITHM)

export const isV4Url = ({ query }: HttpRequest): boolean =>
  query.includes('X-Amz-') && parameter(query, 'X-Amz-Algorithm') !== undefined

/** What the request says it was signed for, unverified; undefined when it has no version 4 signature. */
export const scopeOf = (request: HttpRequest): Scope | undefined => {
  if (isV4Header(request)) return headerClaim((request.headers.authorization ?? '').trimStart())?.scope
  return isV4Url(request) ? scopeFrom(parameter(request.query, 'X-Amz-Credential')) : undefined
}

const canonicalHeaders = (headers: HttpRequest['headers'], names: readonly string[]): string =>
  names.map(name => `${name}:${trimAll(headers[name] ?? '')}\n`).join('')

/** Pairs of path and headers that may have been signed; the first is what the specification says. */
const targets = (request: HttpRequest, claim: Claim, options: AuthenticateOptions): [string, string][] => {
  const { headers } = request
  const path = request.path || '/'
  const sent = canonicalHeaders(headers, claim.signedHeaders)
  // The services other than S3 sign a path that is encoded twice, and some clients of the query services none at all.
  if (options.family !== 's3') {
    const none = options.family === 'query' ? ['/'] : []
    const candidates = distinct([path, reencodePath(path), reencodeTwice(path), ...none])
    return candidates.map(candidate => [candidate, sent])
  }
  const found: [string, string][] = distinct([path, reencodePath(path)]).map(candidate => [candidate, sent])
  const within = withoutService(path, options.servicePath)
  if (within === path) return found
  // s3cmd counts a path in its endpoint as part of the host.
  const host = `${headers.host}${options.servicePath}`
  const moved = canonicalHeaders({ ...headers, host }, claim.signedHeaders)
  return [...found, ...distinct([within, reencodePath(within)]).map((one): [string, string] => [one, moved])]
}

/** Every canonical request that this one may have been signed as, in the order of `targets`. */
function* readings(
  request: HttpRequest,
  claim: Claim,
  hashes: readonly string[],
  options: AuthenticateOptions,
): Generator<string> {
  const queries = [canonicalQuery(request.query, 'X-Amz-Signature', ' ')]
  if (request.query.includes('+')) queries.push(canonicalQuery(request.query, 'X-Amz-Signature', '+'))
  for (const hash of hashes)
    for (const [path, headers] of targets(request, claim, options))
      for (const query of queries)
        yield `${request.method}\n${path}\n${query}\n${headers}\n${claim.signedHeaders.join(';')}\n${hash}`
}

const reencodeTwice = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

// A header that was added to a signed request on its way must not change what the request does.
const checkSignedHeaders = (
  request: HttpRequest,
  claim: Claim,
  family: AuthenticateOptions['family'],
  presigned: boolean,
): void => {
  if (family === 'query') return
  const unsigned = Object.keys(request.headers).filter(
    name =>
      name.startsWith('x-amz-') &&
      !claim.signedHeaders.includes(name) &&
      !(presigned && name === 'x-amz-content-sha256'),
  )
  if (unsigned.length === 0) return
  const message = 'There were headers present in the request which were not signed'
  if (family === 'json') refuseJsonSignature(`${message}: ${unsigned.join(', ')}`)
  refuse('AccessDenied', message, 403, { HeadersNotSigned: unsigned.join(', ') })
}

const verify = (
  request: HttpRequest,
  claim: Claim,
  date: Date,
  payload: PayloadHash,
  options: AuthenticateOptions,
): Signed => {
  const { scope, signature } = claim
  const { family } = options
  const { secret } = options.secretFor(scope.accessKeyId) ?? refuseKey(family, scope.accessKeyId)
  const stamp = date.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const area = `${scope.date}/${scope.region}/${scope.service}/aws4_request`
  const key = signingKey(secret, scope.date, scope.region, scope.service)
  const provided = Buffer.from(signature, 'hex')
  let first: { canonicalRequest: string; stringToSign: string } | undefined
  // The day's part of the date is the scope's, and a signature that leaves out the host is good anywhere.
  const sound = stamp.slice(0, 8) === scope.date && claim.signedHeaders.includes('host')
  for (const canonicalRequest of readings(request, claim, payload.hashes, options)) {
    const toSign = (bytes: string | Buffer): string => `${ALGORITHM}\n${stamp}\n${area}\n${sha256(bytes)}`
    const stringToSign = toSign(canonicalRequest)
    const isRight = (text: string): boolean => sameBytes(hmac(key, text), provided)
    if (sound && (isRight(stringToSign) || asSent(canonicalRequest).some(bytes => isRight(toSign(bytes)))))
      return {
        kind: 'v4-header',
        accessKeyId: scope.accessKeyId,
        region: scope.region,
        service: scope.service,
        ...payload.accept({ key, stamp, scope: area, signature }),
      }
    first ??= { canonicalRequest, stringToSign }
  }
  return refuseSignature(family, {
    accessKeyId: scope.accessKeyId,
    provided: signature,
    stringToSign: first?.stringToSign ?? '',
    canonicalRequest: first?.canonicalRequest,
  })
}

/** Verify `Authorization: AWS4-HMAC-SHA256 …`. */
export const verifyV4Header = (request: HttpRequest, options: AuthenticateOptions): Signed => {
  const { headers } = request
  const { family, now } = options
  const claim = headerClaim((headers.authorization ?? '').trimStart()) ?? refuseMalformed(family)
  const text = headers['x-amz-date'] ?? headers.date
  if (family === 's3') checkS3Time(now, text)
  else if (family === 'json') checkJsonTime(now, text)
  else checkQueryTime(now, text, undefined)
  checkSignedHeaders(request, claim, family, false)
  const date = (text === undefined ? undefined : readTimestamp(text)) ?? refuseProtocol(403, NO_DATE)
  const payload = payloadOf(request, family, false)
  return {
    ...verify(request, claim, date, payload, options),
    token: (headers['x-amz-security-token'] ?? options.form?.values.get('X-Amz-Security-Token')) || undefined,
  }
}

/** Verify a URL with X-Amz-Signature. */
export const verifyV4Url = (request: HttpRequest, options: AuthenticateOptions): Signed => {
  const { family, now } = options
  const { query } = request
  if (parameter(query, 'X-Amz-Algorithm') !== ALGORITHM) refuseMalformed(family)
  const claim = urlClaim(request) ?? refuseMalformed(family)
  const text = parameter(query, 'X-Amz-Date')
  const validSeconds = presignedSeconds(family, parameter(query, 'X-Amz-Expires'))
  if (family === 'query') checkQueryTime(now, text, undefined, validSeconds)
  if (family === 'json') checkJsonTime(now, text, validSeconds)
  const date = (text === undefined ? undefined : readTimestamp(text)) ?? refuseMalformed(family)
  if (family === 's3') checkS3Presigned(now, date, validSeconds)
  checkSignedHeaders(request, claim, family, true)
  const payload = payloadOf(request, family, true)
  return {
    ...verify(request, claim, date, payload, options),
    kind: 'v4-query',
    token: (parameter(query, 'X-Amz-Security-Token') ?? request.headers['x-amz-security-token']) || undefined,
  }
}
