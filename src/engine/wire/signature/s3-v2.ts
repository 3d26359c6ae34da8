// SPDX-License-Identifier: BSD-2-Clause
// S3's own first signature: `Authorization: AWS key:signature`, or AWSAccessKeyId, Expires and Signature in the URL.
// euca2ools, boto 2 and s3cmd sign with it.
import type { HttpRequest } from '../../http'
import type { AuthenticateOptions, Signed } from '../contracts'
import {
  asSent,
  decode,
  distinct,
  parameter,
  rawPairs,
  reencodePath,
  trimAll,
  withoutService,
} from './canonical'
import { hmac, sameBytes } from './keys'
import { refuseExpired, refuseKey, refuseMalformed, refuseSignature } from './refusals'
import { checkS3Time } from './times'

// Query parameters that are part of what is signed, because they say which resource is meant.
const SUBRESOURCES = new Set([
  ...[
    'accelerate',
    'acl',
    'analytics',
    'cors',
    'delete',
    'encryption',
    'inventory',
    'legal-hold',
    'lifecycle',
  ],
  ...[
    'location',
    'logging',
    'metrics',
    'notification',
    'object-lock',
    'partNumber',
    'policy',
    'policyStatus',
  ],
  ...['publicAccessBlock', 'replication', 'requestPayment', 'restore', 'retention', 'select', 'select-type'],
  ...['tagging', 'torrent', 'uploadId', 'uploads', 'versionId', 'versioning', 'versions', 'website'],
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ...['response-content-language', 'response-content-type', 'response-expires'],
])

// What botocore signs beside them.
const BOTOCORE = new Set([...SUBRESOURCES, 'list-type'])

const subresources = (query: string, names: ReadonlySet<string>): string => {
  const signed = rawPairs(query)
    .map(([name, value]) => ({ name: decode(name), value: decode(value), bare: value === '' }))
    .filter(({ name }) => names.has(name))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, value, bare }) => (bare ? name : `${name}=${value}`))
  return signed.length > 0 ? `?${signed.join('&')}` : ''
}

/**
 * Paths that the resource may have been signed with: with or without the service's own path, as sent or encoded anew, and
 * a bucket with or without a slash behind it.
 */
const resources = (request: HttpRequest, { servicePath, hostBucket }: AuthenticateOptions): string[] => {
  const sent = request.path || '/'
  const within = withoutService(sent, servicePath)
  const paths = /^\/[^/]+$/.test(within) ? [within, `${within}/`, sent, `${sent}/`] : [within, sent]
  const all = paths.flatMap(path => [path, reencodePath(path)])
  const bucketed = hostBucket ? all.map(path => `/${hostBucket}${path}`) : []
  return distinct([...bucketed, ...all])
}

// A signed URL carries such headers as parameters.
const amazonHeaders = (request: HttpRequest, trim: (value: string) => string): string => {
  const inUrl = rawPairs(request.query).map(
    ([name, value]) => [decode(name).toLowerCase(), decode(value)] as const,
  )
  return [...inUrl, ...Object.entries(request.headers)]
    .filter(([name]) => name.startsWith('x-amz-'))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}:${trim(value)}\n`)
    .join('')
}

function* readings(request: HttpRequest, date: string, options: AuthenticateOptions): Generator<string> {
  const { headers, method } = request
  const type = headers['content-type'] ?? ''
  // Some clients add a content type to a GET after they have signed it.
  const types = method === 'GET' || method === 'HEAD' ? distinct([type, '']) : [type]
  // Runs of blanks within a value stay as they are, say most clients, and become one, say some.
  const headerTexts = distinct([
    amazonHeaders(request, value => value.trim()),
    amazonHeaders(request, trimAll),
  ])
  const queries = distinct([SUBRESOURCES, BOTOCORE].map(names => subresources(request.query, names)))
  for (const resource of resources(request, options))
    for (const query of queries)
      for (const contentType of types)
        for (const amazon of headerTexts)
          yield `${method}\n${headers['content-md5'] ?? ''}\n${contentType}\n${date}\n${amazon}${resource}${query}`
}

const verify = (
  request: HttpRequest,
  signed: { readonly accessKeyId: string; readonly signature: string; readonly date: string },
  options: AuthenticateOptions,
): void => {
  const { accessKeyId, signature, date } = signed
  const { secret } = options.secretFor(accessKeyId) ?? refuseKey('s3', accessKeyId)
  const provided = Buffer.from(signature, 'base64')
  let first: string | undefined
  for (const text of readings(request, date, options)) {
    if ([text, ...asSent(text)].some(signed => sameBytes(hmac(secret, signed, 'sha1'), provided))) return
    first ??= text
  }
  refuseSignature('s3', { accessKeyId, provided: signature, stringToSign: first ?? '' })
}

/** Verify `Authorization: AWS key:signature`. */
export const verifyS3V2Header = (request: HttpRequest, options: AuthenticateOptions): Signed => {
  const { headers } = request
  const match = /^AWS ([^:\s]+):(\S+)$/.exec((headers.authorization ?? '').trim())
  const [, accessKeyId, signature] = match ?? refuseMalformed('s3')
  if (!accessKeyId || !signature) return refuseMalformed('s3')
  const amazonDate = headers['x-amz-date']
  checkS3Time(options.now, amazonDate ?? headers.date)
  // With x-amz-date among the signed headers the Date line is empty.
  const date = amazonDate === undefined ? (headers.date ?? '') : ''
  verify(request, { accessKeyId, signature, date }, options)
  return { kind: 's3-v2-header', accessKeyId, token: headers['x-amz-security-token'] || undefined }
}

/** Verify a URL with AWSAccessKeyId, Expires and Signature. */
export const verifyS3V2Url = (request: HttpRequest, options: AuthenticateOptions): Signed => {
  const accessKeyId = parameter(request.query, 'AWSAccessKeyId')
  const signature = plain(request.query, 'Signature')
  const date = parameter(request.query, 'Expires')
  if (!accessKeyId || !signature || !date || !/^\d{1,12}$/.test(date)) return refuseMalformed('s3')
  if (options.now.getTime() > Number(date) * 1000) refuseExpired()
  verify(request, { accessKeyId, signature, date }, options)
  const token =
    (request.headers['x-amz-security-token'] ?? parameter(request.query, 'x-amz-security-token')) || undefined
  return { kind: 's3-v2-query', accessKeyId, token }
}

// A signature's plus may come unencoded; it never means a blank there.
const plain = (query: string, name: string): string | undefined =>
  parameter(query, name)?.replaceAll(' ', '+')
