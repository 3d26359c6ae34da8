// SPDX-License-Identifier: BSD-2-Clause
// Simple values and lists of them as header or query text. Dates are HTTP dates in headers, ISO 8601 in queries.
import { elementOf, type Shape } from '../../schemas/shapes'
import { readBlob, readBoolean, readNumber, readTimestamp, writeBlob, writeTimestamp } from './values'

const READ: Readonly<Record<string, (text: string) => unknown>> = {
  string: text => text,
  // All of S3's are whole.
  number: text => (/^\s*[+-]?\d+\s*$/.test(text) ? readNumber(text) : undefined),
  boolean: readBoolean,
  timestamp: readTimestamp,
  blob: readBlob,
}

// Items are parted by commas; one that holds a comma stands in quotes, and HTTP dates hold one each.
const split = (text: string, element: Shape): string[] => {
  if (
    element.kind === 'timestamp' &&
    element.timestamp !== 'date-time' &&
    element.timestamp !== 'epoch-seconds'
  )
    return text.match(/[^,]+,[^,]+/g)?.map(item => item.trim()) ?? []
  const items = text.match(/\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)/g) ?? []
  return items
    .map(item => item.trim().replace(/,$/, '').trim())
    .filter((item, index) => item !== '' || index < items.length - 1)
    .map(item =>
      item.startsWith('"') && item.endsWith('"') ? item.slice(1, -1).replace(/\\(.)/g, '$1') : item,
    )
}

/** Read a header's or a query parameter's text; undefined when it is no such value. */
export const readText = (shape: Shape, text: string): unknown => {
  if (shape.kind !== 'list') return READ[shape.kind]?.(text)
  const element = elementOf(shape)
  const items = split(text, element).map(item => readText(element, item))
  return items.every(item => item !== undefined) ? items : undefined
}

const quoted = (text: string): string =>
  /[",]/.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : text

// Header fields carry bytes: text beyond Latin-1 goes out as its UTF-8 bytes, and control characters do not go out.
const headerSafe = (text: string): string => {
  const clean = text.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, '')
  return /[^\u0000-\u00ff]/.test(clean) ? Buffer.from(clean).toString('latin1') : clean
}

/** Write a value as a header's text. */
export const headerText = (shape: Shape, value: unknown): string => {
  if (shape.kind === 'list' && Array.isArray(value)) {
    const element = elementOf(shape)
    return value
      .map(item =>
        element.kind === 'timestamp' ? headerText(element, item) : quoted(headerText(element, item)),
      )
      .join(', ')
  }
  if (value instanceof Date) return writeTimestamp(value, shape.timestamp ?? 'http-date')
  if (value instanceof Uint8Array) return writeBlob(value)
  return headerSafe(String(value))
}
