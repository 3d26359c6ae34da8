// SPDX-License-Identifier: BSD-2-Clause
// Conditional requests, and requests for a part of an object (RFC 9110, as the S3 API narrows it).
import { Refusal, refuse } from '../errors'
import type { StoredObject } from './schema'

export interface Conditions {
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string | undefined
  readonly IfModifiedSince?: Date | undefined
  readonly IfUnmodifiedSince?: Date | undefined
}

const matches = (list: string, etag: string): boolean =>
  list
    .split(',')
    .map(tag => tag.trim().replace(/^W\//, ''))
    .some(tag => tag === '*' || tag.replace(/^"|"$/g, '') === etag)

// Times travel in whole seconds.
const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)

const refusePrecondition = (condition: string): never =>
  refuse('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  })

/** The name of the header whose condition does not hold. A matching entity tag outweighs the time beside it. */
const failing = (object: StoredObject, when: Conditions): keyof Conditions | undefined => {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = when
  const modified = seconds(object.modifiedAt)
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, object.etag)) return 'IfMatch'
  } else if (IfUnmodifiedSince && modified > seconds(IfUnmodifiedSince)) return 'IfUnmodifiedSince'
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, object.etag)) return 'IfNoneMatch'
  } else if (IfModifiedSince && modified <= seconds(IfModifiedSince)) return 'IfModifiedSince'
  return undefined
}

const headerNames: Readonly<Record<keyof Conditions, string>> = {
  IfMatch: 'If-Match',
  IfNoneMatch: 'If-None-Match',
  IfModifiedSince: 'If-Modified-Since',
  IfUnmodifiedSince: 'If-Unmodified-Since',
}

/** Refuse to read an object when its reader's conditions do not hold: 304 for what they have already, else 412. */
export const checkReading = (object: StoredObject, when: Conditions): void => {
  const name = failing(object, when)
  if (name === 'IfNoneMatch' || name === 'IfModifiedSince') {
    throw new Refusal(
      'NotModified',
      'Not Modified',
      304,
      {},
      { etag: `"${object.etag}"`, 'last-modified': object.modifiedAt.toUTCString() },
    )
  }
  if (name) refusePrecondition(headerNames[name])
}

/** Refuse to copy from an object when the conditions do not hold: always 412. */
export const checkCopying = (object: StoredObject, when: Conditions): void => {
  const name = failing(object, when)
  if (name) refusePrecondition(`x-amz-copy-source-${headerNames[name]}`)
}

/** Refuse to write when what is there now is not what the writer expects. */
export const checkWriting = (
  current: StoredObject | undefined,
  key: string,
  { IfMatch, IfNoneMatch }: Conditions,
): void => {
  if (IfMatch !== undefined) {
    if (!current) refuse('NoSuchKey', 'The specified key does not exist.', 404, { Key: key })
    else if (!matches(IfMatch, current.etag)) refusePrecondition(headerNames.IfMatch)
  }
  if (IfNoneMatch !== undefined && current && matches(IfNoneMatch, current.etag)) {
    refusePrecondition(headerNames.IfNoneMatch)
  }
}

/** What a client takes to be there, of what it deletes. */
export interface Expected {
  readonly ETag?: string | undefined
  readonly LastModifiedTime?: Date | undefined
  readonly Size?: number | undefined
}

/** Refuse to delete when what is there now is not what the client expects. */
export const checkDeleting = (
  current: StoredObject | undefined,
  key: string,
  { ETag, LastModifiedTime, Size }: Expected,
): void => {
  if (ETag === undefined && LastModifiedTime === undefined && Size === undefined) return
  checkWriting(current, key, { IfMatch: ETag ?? '*' })
  if (!current) return
  if (Size !== undefined && Size !== current.bytes) refusePrecondition('x-amz-if-match-size')
  if (LastModifiedTime && seconds(LastModifiedTime) !== seconds(current.modifiedAt)) {
    refusePrecondition('x-amz-if-match-last-modified-time')
  }
}

/** Whether the range of a client that has another part is one of this very object (RFC 9110 §13.1.5). */
export const rangeHolds = (object: StoredObject, condition: string | undefined): boolean => {
  if (condition === undefined) return true
  if (/^(W\/)?"/.test(condition)) return condition === `"${object.etag}"`
  return Date.parse(condition) === seconds(object.modifiedAt) * 1000
}

/** Bytes `start` to `end`, exclusive. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * The range that a header asks for, of `bytes` in all. Undefined when the whole is to be sent: a header that is not
 * understood, or one of several ranges, is as good as none.
 */
export const readRange = (header: string | undefined, bytes: number): ByteRange | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(' ', '') ?? '') ?? []
  if (header === undefined || (first === '' && last === '')) return undefined
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined
  const start = first === '' ? Math.max(bytes - Number(last), 0) : Number(first)
  const end = first === '' || last === '' ? bytes : Math.min(Number(last) + 1, bytes)
  if (start < end) return { start, end }
  return refuse('InvalidRange', 'The requested range is not satisfiable', 416, {
    RangeRequested: header,
    ActualObjectSize: String(bytes),
  })
}
