// SPDX-License-Identifier: BSD-2-Clause
// When a signature is good. Query services follow Eucalyptus' QueryTimestampHandler, S3 its own rule.
import { refuse } from '../../errors'
import type { AuthenticateOptions } from '../contracts'
import { refuseProtocol } from '../errors'
import { readTimestamp } from '../values'
import { NO_DATE, refuseExpired, refuseJsonSignature } from './refusals'

const SKEW_SECONDS = 20
const VALID_SECONDS = 900
const S3_SKEW_SECONDS = 900
// AWS' services that speak JSON: five minutes either way.
const JSON_SKEW_SECONDS = 300
const WEEK_SECONDS = 604_800

const seconds = (date: Date): string => date.toISOString().slice(0, 19)

const parse = (text: string): Date =>
  readTimestamp(text) ?? refuseProtocol(403, `Invalid timestamp format: ${text}`)

/**
 * Check a query request. `timestamp` and `expires` are the texts it was sent with; `validSeconds` is a presigned
 * request's own term. A timestamp more than 20 s ahead is refused; without `expires`, a request is good for 900 and
 * 20 s. An `expires` may be as far ahead as the client likes.
 */
export const checkQueryTime = (
  now: Date,
  timestamp: string | undefined,
  expires: string | undefined,
  validSeconds: number = VALID_SECONDS,
): void => {
  if (timestamp === undefined && expires === undefined) refuseProtocol(403, NO_DATE)
  const from = timestamp === undefined ? undefined : parse(timestamp)
  if (from && from.getTime() > now.getTime() + SKEW_SECONDS * 1000)
    refuseProtocol(403, `Message was generated in the future (times in UTC): Timestamp=${timestamp}`)
  const deadline =
    expires === undefined
      ? new Date((from ?? now).getTime() + (validSeconds + SKEW_SECONDS) * 1000)
      : parse(expires)
  if (now.getTime() > deadline.getTime())
    refuseProtocol(
      403,
      `Message has expired (times in UTC): Timestamp=${timestamp ?? null} Expires=${expires ?? null} ` +
        `Deadline=${seconds(deadline)}`,
    )
}

/** Check the date of an S3 request that was signed in its headers: within 900 s of now, either way. */
export const checkS3Time = (now: Date, text: string | undefined): void => {
  const date = text === undefined ? undefined : readTimestamp(text)
  if (!date) {
    refuse('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header', 403)
    return
  }
  if (Math.abs(now.getTime() - date.getTime()) > S3_SKEW_SECONDS * 1000)
    refuse(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      403,
      {
        RequestTime: text ?? '',
        ServerTime: now.toISOString(),
        MaxAllowedSkewMilliseconds: String(S3_SKEW_SECONDS * 1000),
      },
    )
}

/** Check the date of a request to a JSON service: near to now, and for a URL within its own term behind. */
export const checkJsonTime = (
  now: Date,
  text: string | undefined,
  validSeconds = JSON_SKEW_SECONDS,
): void => {
  const date = text === undefined ? undefined : readTimestamp(text)
  if (!date) {
    refuseJsonSignature('The request has no date, or none that can be read.')
    return
  }
  const early = date.getTime() - JSON_SKEW_SECONDS * 1000
  const late = date.getTime() + validSeconds * 1000
  if (now.getTime() < early)
    refuseJsonSignature(`Signature not yet current: ${text} is still later than ${now.toISOString()}`)
  if (now.getTime() > late)
    refuseJsonSignature(`Signature expired: ${text} is now earlier than ${now.toISOString()}`)
}

/** Seconds of `X-Amz-Expires`: 1 to 604800. S3 refuses others by its own code, the query services as a bad signature. */
export const presignedSeconds = (family: AuthenticateOptions['family'], text: string | undefined): number => {
  const value = text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (value >= 1 && value <= WEEK_SECONDS) return value
  if (family === 'query')
    return text === undefined ? VALID_SECONDS : refuseProtocol(403, 'Signature validation failed')
  if (family === 'json')
    return refuseJsonSignature(`X-Amz-Expires must be a number between 1 and ${WEEK_SECONDS}`)
  return refuse(
    'AuthorizationQueryParametersError',
    `X-Amz-Expires must be a number between 1 and ${WEEK_SECONDS}`,
    400,
  )
}

/** Check an S3 URL that was signed for some time. */
export const checkS3Presigned = (now: Date, from: Date, validSeconds: number): void => {
  if (from.getTime() > now.getTime() + S3_SKEW_SECONDS * 1000) checkS3Time(now, from.toISOString())
  if (now.getTime() > from.getTime() + validSeconds * 1000) refuseExpired()
}
