// SPDX-License-Identifier: BSD-2-Clause
// The ways requests and addresses are signed: configuration.md 6. Pure functions of a request, keys and the time.
import { createHash, createHmac } from 'node:crypto'
import type { Credentials } from '../config'
import { encode, encodeForm, type Parameter } from './form-writer'
import type { Target } from './target'

export interface SignableRequest {
  readonly method: string
  readonly target: Target
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** `YYYYMMDDTHHMMSSZ` */
const basicTime = (now: Date): string => now.toISOString().replace(/[-:]|\.\d+/g, '')

const hex = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()

// Connection is a matter between hops, and the agent's name may be rewritten by them.
const unsigned = new Set(['connection', 'user-agent'])

export interface V4Scope {
  readonly region: string
  /** `ec2`, `s3`, … as in the table of configuration.md 5. */
  readonly service: string
}

/** Headers that authenticate a request by version 4. S3 takes the path as it is, the others encode it once more. */
export const signV4 = (
  request: SignableRequest,
  payloadHash: string,
  { region, service }: V4Scope,
  credentials: Credentials,
  now: Date,
): Record<string, string> => {
  const time = basicTime(now)
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': time,
    'x-amz-content-sha256': payloadHash,
    ...(credentials.token && { 'x-amz-security-token': credentials.token }),
  }
  const names = Object.keys(headers)
    .filter(name => !unsigned.has(name))
    .sort()
  const { path, query } = request.target
  const canonical = [
    request.method,
    service === 's3' ? path : path.split('/').map(encode).join('/'),
    canonicalQuery(queryOf(query)),
    ...names.map(name => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n')
  const scope = { region, service }
  headers.authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scopeText(time, scope)}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${signatureV4(canonical, time, scope, credentials)}`
  return headers
}

const scopeText = (time: string, { region, service }: V4Scope): string =>
  `${time.slice(0, 8)}/${region}/${service}/aws4_request`

const signatureV4 = (canonical: string, time: string, scope: V4Scope, { secretKey }: Credentials): string => {
  const day = hmac(`AWS4${secretKey}`, time.slice(0, 8))
  const key = hmac(hmac(hmac(day, scope.region), scope.service), 'aws4_request')
  return hmac(key, ['AWS4-HMAC-SHA256', time, scopeText(time, scope), hex(canonical)].join('\n')).toString(
    'hex',
  )
}

const secondsOfAWeek = 604_800

/**
 * The query of an S3 address that whoever has it may use, by version 4. It is good for a week at most, whatever is asked:
 * services refuse addresses that say more.
 */
export const presignS3V4 = (
  method: string,
  { host, path }: Target,
  region: string,
  credentials: Credentials,
  now: Date,
  validSeconds: number,
): string => {
  const time = basicTime(now)
  const scope = { region, service: 's3' }
  const query = canonicalQuery([
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${scopeText(time, scope)}`],
    ['X-Amz-Date', time],
    ['X-Amz-Expires', String(Math.min(validSeconds, secondsOfAWeek))],
    ['X-Amz-SignedHeaders', 'host'],
    ...(credentials.token ? [['X-Amz-Security-Token', credentials.token] as const] : []),
  ])
  const canonical = [method, path, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n')
  return `${query}&X-Amz-Signature=${signatureV4(canonical, time, scope, credentials)}`
}

/** Parameters as they stand in a URL, decoded. A plus sign is itself: we never write a blank as one. */
const queryOf = (query: string): Parameter[] =>
  query
    .split('&')
    .filter(part => part !== '')
    .map(part => {
      const [name = '', ...value] = part.split('=')
      return [decodeURIComponent(name), decodeURIComponent(value.join('='))]
    })

/** Encoded and in order of name, then value: byte order, which for the ASCII that encoding leaves is JavaScript's. */
const canonicalQuery = (parameters: readonly Parameter[]): string =>
  parameters
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(pair => pair.join('='))
    .join('&')

/** All parameters of a query request, signed by version 2. */
export const signQueryV2 = (
  { method, target }: Pick<SignableRequest, 'method' | 'target'>,
  parameters: readonly Parameter[],
  credentials: Credentials,
  now: Date,
): Parameter[] => {
  const all: Parameter[] = [
    ...parameters,
    ['AWSAccessKeyId', credentials.accessKeyId],
    ['SignatureVersion', '2'],
    ['SignatureMethod', 'HmacSHA256'],
    ['Timestamp', now.toISOString().replace(/\.\d+/, '')],
    ...(credentials.token ? [['SecurityToken', credentials.token] as const] : []),
  ]
  const text = [method, target.host.toLowerCase(), target.path, canonicalQuery(all)].join('\n')
  return [...all, ['Signature', hmac(credentials.secretKey, text).toString('base64')]]
}

const subresources = new Set(
  (
    'acl lifecycle location logging notification partNumber policy requestPayment torrent uploadId uploads ' +
    'versionId versioning versions website'
  ).split(' '),
)

/** Headers that authenticate an S3 request by version 2. The signed resource begins below the endpoint's own path. */
export const signS3V2 = (
  request: SignableRequest,
  endpointPath: string,
  credentials: Credentials,
  now: Date,
): Record<string, string> => {
  const headers: Record<string, string> = {
    ...request.headers,
    date: now.toUTCString(),
    ...(credentials.token && { 'x-amz-security-token': credentials.token }),
  }
  const amazon = Object.keys(headers)
    .filter(name => name.startsWith('x-amz-'))
    .sort()
    .map(name => `${name}:${(headers[name] ?? '').trim()}`)
  const text = [
    request.method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    headers.date,
    ...amazon,
    resourceOf(request.target, endpointPath),
  ].join('\n')
  const signature = createHmac('sha1', credentials.secretKey).update(text).digest('base64')
  headers.authorization = `AWS ${credentials.accessKeyId}:${signature}`
  return headers
}

/** The query of an S3 address that whoever has it may use until then, by version 2. */
export const presignS3V2 = (
  method: string,
  target: Target,
  endpointPath: string,
  { accessKeyId, secretKey, token }: Credentials,
  expires: Date,
): string => {
  const seconds = String(Math.floor(expires.getTime() / 1000))
  // A token is signed as the header that it would be, although it stands in the address.
  const amazon = token ? [`x-amz-security-token:${token}`] : []
  const text = [method, '', '', seconds, ...amazon, resourceOf(target, endpointPath)].join('\n')
  return encodeForm([
    ['AWSAccessKeyId', accessKeyId],
    ['Expires', seconds],
    ...(token ? [['x-amz-security-token', token] as const] : []),
    ['Signature', createHmac('sha1', secretKey).update(text).digest('base64')],
  ])
}

const resourceOf = ({ path, query }: Target, endpointPath: string): string => {
  const below = path.startsWith(`${endpointPath}/`) ? path.slice(endpointPath.length) : path
  const signed = queryOf(query)
    .filter(([name]) => subresources.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  return (below || '/') + (signed.length > 0 ? `?${signed.join('&')}` : '')
}
