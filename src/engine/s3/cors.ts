// SPDX-License-Identifier: BSD-2-Clause
// Cross-origin rules of buckets, and what they answer to browsers.
import type {
  CORSRule,
  DeleteBucketCorsRequest,
  GetBucketCorsOutput,
  GetBucketCorsRequest,
  PutBucketCorsRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { refuseXml } from '../wire/xml-reader'
import { bucketFor } from './demands'
import { headerName } from './descriptions'

export const getBucketCors: Operation<GetBucketCorsRequest, GetBucketCorsOutput> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'GetBucketCors')
  if (!bucket.cors) {
    return refuse('NoSuchCORSConfiguration', 'The CORS configuration does not exist', 404, {
      BucketName: bucket.name,
    })
  }
  return { CORSRules: [...bucket.cors] }
}

export const putBucketCors: Operation<PutBucketCorsRequest, {}> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'PutBucketCors')
  const rules = input.CORSConfiguration?.CORSRules ?? []
  // Limit of the S3 API.
  if (rules.length === 0 || rules.length > 100) refuseXml()
  rules.forEach(checkRule)
  tx.buckets.put({ ...bucket, cors: rules })
  return {}
}

export const deleteBucketCors: Operation<DeleteBucketCorsRequest, {}> = (tx, input) => {
  const { cors: _, ...bucket } = bucketFor(tx, input, 'DeleteBucketCors')
  tx.buckets.put(bucket)
  return {}
}

const methods = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE']

const checkRule = (rule: CORSRule): void => {
  const { AllowedMethods = [], AllowedOrigins = [], AllowedHeaders = [], ExposeHeaders = [] } = rule
  if (AllowedMethods.length === 0 || AllowedOrigins.length === 0) refuseXml()
  for (const method of AllowedMethods) {
    if (!methods.includes(method)) {
      refuse(
        'InvalidRequest',
        `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
        400,
      )
    }
  }
  const exposed = ExposeHeaders.find(name => name === '' || !headerName.test(name))
  if (exposed !== undefined) {
    refuse('InvalidRequest', `ExposeHeader "${exposed}" is not the name of a header.`, 400)
  }
  for (const [what, patterns] of [
    ['AllowedOrigin', AllowedOrigins],
    ['AllowedHeader', AllowedHeaders],
  ] as const) {
    const pattern = patterns.find(text => text.split('*').length > 2)
    if (pattern !== undefined) {
      refuse('InvalidRequest', `${what} "${pattern}" can not have more than one wildcard.`, 400)
    }
  }
}

const matches = (pattern: string, text: string): boolean => {
  const [head = '', tail] = pattern.split('*')
  if (tail === undefined) return pattern === text
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail)
}

const applies = (rule: CORSRule, origin: string, method: string, headers: readonly string[]): boolean =>
  (rule.AllowedMethods ?? []).includes(method) &&
  (rule.AllowedOrigins ?? []).some(pattern => matches(pattern, origin)) &&
  headers.every(header =>
    (rule.AllowedHeaders ?? []).some(pattern => matches(pattern.toLowerCase(), header.toLowerCase())),
  )

/**
 * Headers that let a page of `origin` see the answer to a request, by the first rule that allows it. `method` is the
 * request's own or, for a preflight, the one it asks about; `headers` are those a preflight asks about, and none
 * otherwise. Undefined when no rule applies, or there is no such bucket.
 */
export const corsHeaders = (
  tx: Tx,
  bucket: string,
  origin: string,
  method: string,
  headers: readonly string[] = [],
): Record<string, string> | undefined => {
  const rules = bucket.length > 255 ? undefined : tx.buckets.get(bucket)?.cors
  const rule = rules?.find(candidate => applies(candidate, origin, method, headers))
  if (!rule) return undefined
  const isForAll = (rule.AllowedOrigins ?? []).includes('*')
  return {
    'access-control-allow-origin': isForAll ? '*' : origin,
    'access-control-allow-methods': (rule.AllowedMethods ?? []).join(', '),
    ...(headers.length > 0 ? { 'access-control-allow-headers': headers.join(', ') } : {}),
    ...(rule.ExposeHeaders?.length ? { 'access-control-expose-headers': rule.ExposeHeaders.join(', ') } : {}),
    ...(rule.MaxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(rule.MaxAgeSeconds) }),
    ...(isForAll ? {} : { 'access-control-allow-credentials': 'true' }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
}

/** The headers that answer a preflight, or its refusal. */
export const preflight = (
  tx: Tx,
  bucket: string,
  origin: string,
  method: string,
  headers: readonly string[],
): Record<string, string> =>
  corsHeaders(tx, bucket, origin, method, headers) ??
  refuse(
    'AccessForbidden',
    tx.buckets.get(bucket.slice(0, 255))?.cors
      ? "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
      : 'CORSResponse: CORS is not enabled for this bucket.',
    403,
    { Method: method, ResourceType: 'BUCKET' },
  )
