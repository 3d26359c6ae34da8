// SPDX-License-Identifier: BSD-2-Clause
// Simple values as text, in both directions. Reading returns undefined for text that is no such value; the caller knows
// which refusal its protocol has for that.
import type { TimestampFormat } from '../../schemas/shapes'

/** true and false, and the 1 and 0 that some clients send; letter case does not matter. */
export const readBoolean = (text: string): boolean | undefined => {
  switch (text.trim().toLowerCase()) {
    case 'true':
    case '1':
      return true
    case 'false':
    case '0':
      return false
    default:
      return undefined
  }
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/

/** A decimal number. The schemas do not tell integers from others, so neither does this. */
export const readNumber = (text: string): number | undefined => {
  const trimmed = text.trim()
  if (!NUMBER.test(trimmed)) return undefined
  const value = Number(trimmed)
  return Number.isFinite(value) ? value : undefined
}

/** A decimal number without a fraction. */
export const readInteger = (text: string): number | undefined => {
  const value = readNumber(text)
  return Number.isSafeInteger(value) ? value : undefined
}

/** As Java writes a double: `50.0`, `1.0E7`. */
export const writeDouble = (value: number): string => {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e')
    return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`
  }
  return Number.isInteger(value) ? `${Object.is(value, -0) ? '-0' : value}.0` : String(value)
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** Base64, also in its URL-safe alphabet, with or without padding and line breaks. */
export const readBlob = (text: string): Buffer | undefined => {
  const packed = text.replace(/\s+/g, '')
  return BASE64.test(packed) ? Buffer.from(packed, 'base64') : undefined
}

const EXTENDED =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|z|UTC|GMT|[+-]\d\d:?\d\d)?)?$/
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d{4})?$/
const EPOCH = /^-?\d{1,12}(\.\d{1,9})?$/
const HTTP_DATE =
  /^(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[ -]([A-Za-z]{3})[ -](\d{2,4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|[+-]0000)$/
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const zoneMinutes = (zone: string | undefined): number => {
  const match = zone && /^([+-])(\d\d):?(\d\d)$/.exec(zone)
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 0
}

// Date.UTC carries the thirtieth of February over into March; such a date is refused instead.
const instant = (match: RegExpExecArray): Date | undefined => {
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  const at = (text: string | undefined) => Number(text ?? 0)
  const milliseconds = Math.floor(Number(`0.${fraction ?? 0}`) * 1000)
  const date = new Date(
    Date.UTC(at(year), at(month) - 1, at(day), at(hour), at(minute), at(second), milliseconds),
  )
  const carried =
    date.getUTCMonth() !== at(month) - 1 ||
    date.getUTCDate() !== at(day) ||
    date.getUTCMinutes() !== at(minute)
  if (carried || at(second) > 59) return undefined
  return new Date(date.getTime() - zoneMinutes(zone) * 60_000)
}

const httpDate = (text: string): Date | undefined => {
  const match = HTTP_DATE.exec(text)
  if (!match) return undefined
  const month = MONTHS.indexOf(String(match[2]).toLowerCase())
  if (month < 0) return undefined
  const year = Number(match[3])
  const fullYear = String(match[3]).length > 2 ? year : year + (year < 70 ? 2000 : 1900)
  const date = new Date(
    Date.UTC(fullYear, month, Number(match[1]), Number(match[4]), Number(match[5]), Number(match[6])),
  )
  return date.getUTCDate() === Number(match[1]) ? date : undefined
}

/** An instant as ISO 8601 (extended or basic, with any zone; none means UTC), as an HTTP date, or in epoch seconds. */
export const readTimestamp = (text: string): Date | undefined => {
  const trimmed = text.trim()
  const match = EXTENDED.exec(trimmed) ?? BASIC.exec(trimmed)
  if (match) return instant(match)
  if (EPOCH.test(trimmed)) {
    const date = new Date(Number(trimmed) * 1000)
    return Number.isNaN(date.getTime()) ? undefined : date
  }
  return httpDate(trimmed)
}

/** An instant as text; `date-time` has milliseconds, as EC2 and Eucalyptus write them. */
export const writeTimestamp = (value: Date, format: TimestampFormat = 'date-time'): string => {
  if (format === 'http-date') return value.toUTCString()
  if (format === 'epoch-seconds') return String(value.getTime() / 1000)
  return value.toISOString()
}

/** Bytes, or text that stands for its UTF-8 bytes, as base64. */
export const writeBlob = (value: Uint8Array | string): string =>
  typeof value === 'string' ? Buffer.from(value).toString('base64') : Buffer.from(value).toString('base64')
