// SPDX-License-Identifier: BSD-2-Clause
// Ways to spoil a request. All chance comes from a seed.
import type { HttpRequest } from '../../src/engine/http'
import { encode } from '../wire/version-2'

/** Numbers from 0 up to, not including, `below`; the same ones for the same seed. */
export type Chance = (below: number) => number

export const chanceOf = (seed: number): Chance => {
  let state = (seed * 2654435761 + 1) >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

export const pick = <T>(chance: Chance, list: readonly T[]): T => list[chance(list.length)] as T

const bytesOf = ({ body }: HttpRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

const awkward = [
  ...['', '0', '-1', '1e309', 'NaN', '99999999999999999999', '__proto__', 'constructor', 'toString', '../..'],
  ...[
    '%00',
    '%zz',
    '%',
    '%c3%28',
    '\u0000',
    'ü',
    '𝒳',
    '<a>&"\'',
    '*',
    '?',
    '{}',
    '[]',
    'null',
    'true',
    ' ',
    '\t',
  ],
  ...[
    'x'.repeat(300),
    'a.'.repeat(30),
    'arn:aws:iam::1:role/x',
    'i-00000001',
    'snap-00000001',
    '${aws:username}',
  ],
  ...['2014-02-16T12:00:00Z', '99999-99-99', 'bytes=0-', 'bytes=9-1', 'UNSIGNED-PAYLOAD', 'fuzz', 'admin'],
]
const methods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'get', 'PROPFIND']
const paths = [
  ...[
    '/',
    '/services/compute',
    '/services/Euare',
    '/services/Tokens',
    '/services/objectstorage',
    '/services/ebs',
    '/services/AutoScaling',
    '/services/CloudWatch',
    '/service/GraniteServiceVersion20100801/operation/ListMetrics',
  ],
  ...[
    '/services/Empyrean',
    '/services/Walrus/fuzz',
    '/services/none',
    '/latest/meta-data/',
    '/fuzz/../admin',
  ],
  ...['//', '/services/compute/../Euare', '/metadata/i-00000001/latest/', '/%2e%2e/%2e%2e/etc/passwd', '/*'],
]
const headerNames = [
  ...[
    'host',
    'authorization',
    'date',
    'x-amz-date',
    'content-type',
    'content-md5',
    'range',
    'if-match',
    'origin',
  ],
  ...['x-amz-target', 'x-amzn-query-mode', 'smithy-protocol', 'content-encoding'],
  ...['x-amz-content-sha256', 'x-amz-decoded-content-length', 'x-amz-security-token', 'x-amz-copy-source'],
  ...[
    'x-amz-acl',
    'x-amz-trailer',
    'x-amz-tagging',
    'x-amz-checksum-crc32',
    'content-encoding',
    'if-none-match',
  ],
  ...['x-amz-grant-read', 'access-control-request-method', 'x-aws-ec2-metadata-token', 'x-amz-data-length'],
  ...[
    'content-length',
    'transfer-encoding',
    'x-forwarded-for',
    'expect',
    'x-amz-meta-x',
    'if-modified-since',
  ],
]
const headerValues = [
  ...[
    'AWS a:b',
    'AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request',
    'Basic YTpi',
    'Bearer x',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  ],
  ...[
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ],
  ...[
    'multipart/form-data',
    'aws-chunked',
    'gzip',
    'fuzz.s3.localhost',
    'iam.localhost',
    '127.110.0.1',
    'x-amz-checksum-crc32',
  ],
  ...['rpc-v2-cbor', 'application/cbor', 'application/x-amz-json-1.0', 'application/x-amz-json-1.1'],
  ...['GraniteServiceVersion20100801.PutMetricData', 'GraniteServiceVersion20100801.constructor'],
  ...['/fuzz/key', 'id="x"', 'W/"x"', 'GET', 'http://a.b'],
]
const bodies = [
  '<'.repeat(200),
  `${'<a>'.repeat(3000)}`,
  '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  '{"a":'.repeat(3000),
  '[['.repeat(5000),
  '\u009a'.repeat(5000),
  '{"Namespace":"fuzz","MetricData":[{"MetricName":"m","Value":1e999}]}',
  'Action=DescribeInstances&Action=TerminateInstances',
  'Action=DescribeInstances&Filter.1.Name=__proto__&Filter.1.Value.9999999=x',
  '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nfuzz\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nbytes\r\n--x--\r\n',
  'ff;chunk-signature=0\r\n',
  '\u0000'.repeat(100),
]

const spliced = (chance: Chance, text: string): string => {
  const at = chance(text.length + 1)
  const end = Math.min(text.length, at + chance(4))
  // By way of bytes, as half a character cannot be encoded.
  return Buffer.from(text.slice(0, at) + pick(chance, [...awkward, '', '']) + text.slice(end)).toString()
}

const spoiledBytes = (chance: Chance, bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  if (copy.length === 0 || chance(4) === 0) return Buffer.from(pick(chance, bodies))
  if (chance(3) === 0) return copy.subarray(0, chance(copy.length))
  for (let times = 1 + chance(3); times > 0; times -= 1) copy[chance(copy.length)] = chance(256)
  return copy
}

const spoiledPairs = (chance: Chance, text: string): string => {
  const pairs = text.split('&')
  const at = chance(pairs.length)
  const [name = '', value = ''] = (pairs[at] ?? '').split('=')
  const changes = [
    [],
    [`${name}=${value}`, `${name}=${value}`],
    [`${name}=${encode(pick(chance, awkward))}`],
    [`${name}=${pick(chance, awkward)}`],
    [`${encode(pick(chance, awkward))}=${value}`],
    [
      `${name}=${value}`,
      `${name}.${pick(chance, ['1', '0', '9999999', '1.Name', 'member.1', '__proto__'])}=x`,
    ],
    [
      `${name}=${value}`,
      pick(chance, [
        'acl',
        'uploads',
        'policy',
        'versionId=x',
        'uploadId=x&partNumber=1',
        'X-Amz-Algorithm=x',
      ]),
    ],
  ]
  pairs.splice(at, 1, ...pick(chance, changes))
  return pairs.join('&')
}

const spoilers: readonly ((chance: Chance, request: HttpRequest) => Partial<HttpRequest>)[] = [
  chance => ({ method: pick(chance, methods) }),
  chance => ({ path: pick(chance, paths) }),
  (chance, { path }) => ({ path: `/${spliced(chance, path).replace(/^\/+/, '')}` }),
  (chance, { query }) => ({ query: spoiledPairs(chance, query) }),
  (chance, { query }) => ({ query: spliced(chance, query) }),
  (chance, { headers }) => {
    const { [pick(chance, Object.keys(headers))]: _, ...rest } = headers
    return { headers: rest }
  },
  (chance, { headers }) => {
    const name = pick(chance, Object.keys(headers))
    return { headers: { ...headers, [name]: spliced(chance, headers[name] ?? '') } }
  },
  (chance, { headers }) => ({
    headers: { ...headers, [pick(chance, headerNames)]: pick(chance, [...headerValues, ...awkward]) },
  }),
  (chance, request) => ({ body: spoiledBytes(chance, bytesOf(request)) }),
  (chance, request) => ({ body: Buffer.from(spoiledPairs(chance, bytesOf(request).toString())) }),
  chance => ({ remoteAddress: pick(chance, ['10.0.0.1', '::1', '127.0.0.1', 'x']) }),
]

/** The request with one to three changes. */
export const spoiled = (chance: Chance, request: HttpRequest): HttpRequest => {
  let result = request
  for (let times = 1 + chance(3); times > 0; times -= 1) {
    result = { ...result, ...pick(chance, spoilers)(chance, result) }
  }
  return result
}
