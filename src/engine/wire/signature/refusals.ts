// SPDX-License-Identifier: BSD-2-Clause
// What a request whose signature is not right is told. The query services say it at the protocol level in Eucalyptus'
// words; S3 has codes of its own, and the services that speak JSON have those that all of AWS' have.
import { refuse } from '../../errors'
import type { AuthenticateOptions, Family } from '../contracts'
import { refuseProtocol } from '../errors'

type FamilyName = AuthenticateOptions['family']

/** What a query service answers where it needs a signature and there is none. */
export const NO_KEY = 'Missing required parameter: AWSAccessKeyId'
export const NO_DATE =
  'One of the following parameters must be specified: Timestamp OR Expires OR X-Amz-Date OR Date'

/** What was computed for a signature that did not match; S3 shows it, so that a client's author can find the difference. */
export interface Computed {
  readonly accessKeyId: string
  readonly provided: string
  readonly stringToSign: string
  readonly canonicalRequest?: string
}

const mismatch = 'The request signature we calculated does not match the signature you provided.'

/** A signature that a JSON service cannot accept, and why. */
export const refuseJsonSignature = (message: string): never =>
  refuse('InvalidSignatureException', message, 403)

const spacedHex = (text: string): string => Buffer.from(text).toString('hex').replace(/../g, '$& ').trimEnd()

export const refuseSignature = (family: FamilyName, computed: Computed): never => {
  if (family === 'query') return refuseProtocol(403, 'Signature validation failed')
  if (family === 'json') return refuseJsonSignature(mismatch)
  const detail: Record<string, string> = {
    AWSAccessKeyId: computed.accessKeyId,
    StringToSign: computed.stringToSign,
    SignatureProvided: computed.provided,
    StringToSignBytes: spacedHex(computed.stringToSign),
  }
  if (computed.canonicalRequest !== undefined) {
    detail.CanonicalRequest = computed.canonicalRequest
    detail.CanonicalRequestBytes = spacedHex(computed.canonicalRequest)
  }
  return refuse('SignatureDoesNotMatch', `${mismatch} Check your key and signing method.`, 403, detail)
}

export const refuseKey = (family: FamilyName, accessKeyId: string): never => {
  if (family === 'query') return refuseProtocol(403, 'Failed to find access key')
  if (family === 'json') return refuseJsonKey()
  return refuse(
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
    403,
    { AWSAccessKeyId: accessKeyId },
  )
}

const refuseJsonKey = (): never =>
  refuse('UnrecognizedClientException', 'The security token included in the request is invalid.', 403)

/** The signature was right, but its key is switched off, or its session token is none of ours or too old. */
export const refuseCredentials = (family: Family, why: 'inactive' | 'expired' | 'mismatched'): never => {
  if (family === 's3') return refuseS3Credentials(why)
  if (family !== 'json') return refuseProtocol(403, 'Invalid access key or token')
  return why === 'expired'
    ? refuse('ExpiredTokenException', 'The security token included in the request is expired', 403)
    : refuseJsonKey()
}

const refuseS3Credentials = (why: 'inactive' | 'expired' | 'mismatched'): never => {
  if (why === 'expired') return refuse('ExpiredToken', 'The provided token has expired.', 400)
  if (why === 'mismatched')
    return refuse('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400)
  return refuse(
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
    403,
  )
}

/** An Authorization header that is none, or a scope that is none. */
export const refuseMalformed = (family: FamilyName): never => {
  if (family === 'query') return refuseProtocol(403, 'Signature validation failed')
  if (family === 'json')
    return refuse('IncompleteSignatureException', 'The request signature does not conform to AWS standards.')
  return refuse('MissingSecurityHeader', 'Your request was missing a required header.', 400)
}

export const refuseExpired = (): never => refuse('AccessDenied', 'Cannot process request. Expired.', 403)
