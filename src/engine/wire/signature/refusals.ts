// SPDX-License-Identifier: BSD-2-Clause
// What a request whose signature is not right is told. The query services say it at the protocol level in Eucalyptus'
// words; S3 has codes of its own.
import { refuse } from '../../errors'
import { refuseProtocol } from '../errors'

type FamilyName = 'query' | 's3'

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

const spacedHex = (text: string): string => Buffer.from(text).toString('hex').replace(/../g, '$& ').trimEnd()

export const refuseSignature = (family: FamilyName, computed: Computed): never => {
  if (family === 'query') return refuseProtocol(403, 'Signature validation failed')
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
  return refuse(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
    detail,
  )
}

export const refuseKey = (family: FamilyName, accessKeyId: string): never =>
  family === 'query'
    ? refuseProtocol(403, 'Failed to find access key')
    : refuse('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403, {
        AWSAccessKeyId: accessKeyId,
      })

/** An Authorization header that is none, or a scope that is none. */
export const refuseMalformed = (family: FamilyName): never =>
  family === 'query'
    ? refuseProtocol(403, 'Signature validation failed')
    : refuse('MissingSecurityHeader', 'Your request was missing a required header.', 400)

export const refuseExpired = (): never => refuse('AccessDenied', 'Cannot process request. Expired.', 403)
