// SPDX-License-Identifier: BSD-2-Clause
// From rows to what stands on standard output.

import { blank, type Cell, type Row } from './row'

/** A field as text; `empty` is what stands for nothing. */
export const fieldText = (cell: Cell, empty: string): string => {
  if (cell === blank) return ''
  if (cell === undefined || cell === null || cell === '' || cell === false) return empty
  if (cell === true) return 'True'
  return String(cell)
}

/** Rows as text: fields joined by tabs, a newline after every line. */
export const printed = (rows: Iterable<Row>, showEmptyFields: boolean): string => {
  const empty = showEmptyFields ? '(nil)' : ''
  let text = ''
  for (const row of rows) {
    text += typeof row === 'string' ? row : row.map(cell => fieldText(cell, empty)).join('\t')
    text += '\n'
  }
  return text
}

function plain(this: unknown, key: string, value: unknown): unknown {
  if (key === '$metadata') return undefined
  // JSON.stringify has already turned dates and buffers into something else; the holder still has them.
  const original = (this as Record<string, unknown>)[key]
  if (original instanceof Date) return (original as { received?: string }).received ?? original.toISOString()
  if (original instanceof Uint8Array) return Buffer.from(original).toString('base64')
  if (typeof value === 'bigint') return value.toString()
  return value
}

/** A result as JSON: times as received, bytes as base64, what the SDK adds of its own left out. */
export const asJson = (result: unknown): string => `${JSON.stringify(result ?? {}, plain, 2)}\n`
