// SPDX-License-Identifier: BSD-2-Clause
// The policy of a POST form upload: who may put what where, signed beforehand by someone with a key.
//
//   checkPostPolicy(fields, options)   who signed the form, and how long its file may be
//   readPolicy(base64)                 the policy itself, for BundleInstance, which is given one to use later
//
// Eucalyptus' rules (UploadPolicyChecker), with the three-number form of content-length-range that all clients write.
import { Refusal, refuse } from '../../errors'
import type { SecretLookup } from '../contracts'
import { readTimestamp } from '../values'
import { hmac, sameBytes, signingKey } from './keys'
import { refuseKey, refuseSignature } from './refusals'

export type Condition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly kind: 'content-length-range'; readonly low: number; readonly high: number }

export interface PostPolicy {
  readonly expiration: Date
  readonly conditions: readonly Condition[]
}

export interface PostPolicyOptions {
  readonly now: Date
  readonly secretFor: SecretLookup
  /** The bucket that the form was posted to. */
  readonly bucket: string
  /** Length of the file where it is known already. */
  readonly fileBytes?: number
}

export interface PostSigned {
  readonly accessKeyId: string
  readonly token?: string
  /** Bytes the file must have at least and at most, for a file that is still on its way. */
  readonly fileBytes?: { readonly low: number; readonly high: number }
}

const invalid = (message: string): never => refuse('InvalidPolicyDocument', message, 400)
const CONDITIONS = 100

const range = (low: unknown, high: unknown): Condition => {
  const text = high === undefined ? String(low).split(',') : [String(low), String(high)]
  if (text.length !== 2 || !text.every(bound => /^\s*\d{1,15}\s*$/.test(bound)))
    return invalid('Invalid policy: content-length-range takes two numbers')
  return { kind: 'content-length-range', low: Number(text[0]), high: Number(text[1]) }
}

const listCondition = (condition: readonly unknown[]): Condition => {
  const [operator, first, second] = condition
  const kind = typeof operator === 'string' ? operator.toLowerCase() : operator
  if (kind === 'content-length-range') return range(first, second)
  if ((kind !== 'eq' && kind !== 'starts-with') || typeof first !== 'string' || !first.startsWith('$'))
    return invalid('Invalid policy: unknown condition')
  return { kind, field: first.slice(1).toLowerCase(), value: String(second ?? '') }
}

const conditionsOf = (condition: unknown): Condition[] => {
  if (Array.isArray(condition)) return [listCondition(condition)]
  if (typeof condition !== 'object' || condition === null) return invalid('Invalid policy: unknown condition')
  return Object.entries(condition).map(([name, value]) => ({
    kind: 'eq',
    field: name.toLowerCase(),
    value: String(value),
  }))
}

// S3 has a dollar sign that is none of a field's name written `\$`, which JSON does not know.
const withoutDollarEscapes = (text: string): string =>
  text.replace(/\\([\s\S])/g, (pair, character) => (character === '$' ? '$' : pair))

const parse = (base64: string): { expiration?: unknown; conditions?: unknown } => {
  try {
    const policy: unknown = JSON.parse(withoutDollarEscapes(Buffer.from(base64, 'base64').toString()))
    if (typeof policy === 'object' && policy !== null) return policy
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return invalid('Invalid policy: not a JSON object in base64')
}

/** Read a policy. Refuses with `InvalidPolicyDocument`. Nothing is compared with anything yet. */
export const readPolicy = (base64: string): PostPolicy => {
  const { expiration, conditions } = parse(base64)
  // ISO 8601 proper: a blank between day and time is a spelling of databases.
  const isDate = typeof expiration === 'string' && !/\s/.test(expiration)
  const expires = isDate ? readTimestamp(expiration) : undefined
  if (!expires) return invalid('Invalid policy: no expiration')
  if (!Array.isArray(conditions) || conditions.length > CONDITIONS)
    return invalid('Invalid policy: no conditions')
  return { expiration: expires, conditions: conditions.flatMap(conditionsOf) }
}

// Fields that a policy need not name. HTTP's own header fields are among them in Eucalyptus.
const EXEMPT = new Set([
  ...['awsaccesskeyid', 'signature', 'file', 'policy', 'submit', 'x-amz-signature'],
  ...[
    'cache-control',
    'content-type',
    'content-disposition',
    'content-encoding',
    'content-length',
    'content-md5',
  ],
  ...['content-language', 'expires'],
])

const met = (condition: Condition, value: string | undefined): boolean => {
  if (condition.kind === 'content-length-range') return true
  if (condition.kind === 'eq') return value === condition.value
  return value?.startsWith(condition.value) ?? condition.value === ''
}

const signerV4 = (fields: ReadonlyMap<string, string>, policy: string, secretFor: SecretLookup): string => {
  const [accessKeyId = '', day = '', region = '', service = ''] =
    fields.get('x-amz-credential')?.split('/') ?? []
  const provided = fields.get('x-amz-signature') ?? ''
  if (accessKeyId === '') invalid('Policy without access key')
  const { secret } = secretFor(accessKeyId) ?? refuseKey('s3', accessKeyId)
  const expected = hmac(signingKey(secret, day, region, service), policy)
  if (!/^[0-9a-f]{64}$/.test(provided) || !sameBytes(expected, Buffer.from(provided, 'hex')))
    refuseSignature('s3', { accessKeyId, provided, stringToSign: policy })
  return accessKeyId
}

const signerV2 = (fields: ReadonlyMap<string, string>, policy: string, secretFor: SecretLookup): string => {
  const accessKeyId = fields.get('awsaccesskeyid') || invalid('Policy without access key')
  const provided = fields.get('signature') || invalid('Policy without signature')
  const { secret } = secretFor(accessKeyId) ?? refuseKey('s3', accessKeyId)
  if (!sameBytes(hmac(secret, policy, 'sha1'), Buffer.from(provided, 'base64')))
    refuseSignature('s3', { accessKeyId, provided, stringToSign: policy })
  return accessKeyId
}

/** Refuse a file whose length is outside the range: `EntityTooSmall` or `EntityTooLarge`. */
export const checkFileBytes = ({ low, high }: { low: number; high: number }, bytes: number): void => {
  if (bytes < low)
    throw new Refusal(
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed object size.',
      400,
      {
        ProposedSize: String(bytes),
        MinSizeAllowed: String(low),
      },
    )
  if (bytes > high)
    throw new Refusal(
      'EntityTooLarge',
      'Your proposed upload exceeds the maximum allowed object size.',
      400,
      {
        ProposedSize: String(bytes),
        MaxSizeAllowed: String(high),
      },
    )
}

const checkConditions = (
  fields: ReadonlyMap<string, string>,
  policy: PostPolicy,
  { now, bucket }: PostPolicyOptions,
): void => {
  if (now.getTime() > policy.expiration.getTime())
    invalid(`Expired policy: ${policy.expiration.toISOString()}`)
  const named = new Set<string>()
  for (const condition of policy.conditions) {
    if (condition.kind === 'content-length-range') continue
    named.add(condition.field)
    const value = condition.field === 'bucket' ? bucket : fields.get(condition.field)
    if (!met(condition, value)) invalid('Policy conditions not met')
  }
  // The bucket is in the address, and must be in the policy as if it were a field.
  const unknown = [...fields.keys(), 'bucket'].find(
    name => !named.has(name) && !EXEMPT.has(name) && !name.startsWith('x-ignore-'),
  )
  if (unknown !== undefined)
    invalid(`All fields except those marked with x-ignore- should be in policy. Form Field: ${unknown}`)
}

/**
 * Check a form's fields (names in lower case, without the file) against the policy among them. A form without a policy is
 * anonymous. Refuses with `InvalidPolicyDocument`, `SignatureDoesNotMatch`, `InvalidAccessKeyId`, `EntityTooSmall` and
 * `EntityTooLarge`.
 */
export const checkPostPolicy = (
  fields: ReadonlyMap<string, string>,
  options: PostPolicyOptions,
): PostSigned | 'anonymous' => {
  const base64 = fields.get('policy')
  if (base64 === undefined) {
    const signed = ['signature', 'x-amz-signature', 'awsaccesskeyid'].some(name => fields.has(name))
    return signed ? invalid('Signature without policy') : 'anonymous'
  }
  const signer = fields.has('x-amz-signature') || fields.has('x-amz-algorithm') ? signerV4 : signerV2
  const accessKeyId = signer(fields, base64, options.secretFor)
  const policy = readPolicy(base64)
  checkConditions(fields, policy, options)
  const ranges = policy.conditions.filter(condition => condition.kind === 'content-length-range')
  const fileBytes =
    ranges.length > 0
      ? { low: Math.max(...ranges.map(({ low }) => low)), high: Math.min(...ranges.map(({ high }) => high)) }
      : undefined
  if (fileBytes && options.fileBytes !== undefined) checkFileBytes(fileBytes, options.fileBytes)
  return { accessKeyId, token: fields.get('x-amz-security-token'), fileBytes }
}
