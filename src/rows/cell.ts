// SPDX-License-Identifier: BSD-2-Clause
// What rows are made of: values of responses as the texts they arrived as.

export type { Cell, Row } from '../cli/row'

/** A value of a response as it was received: a time keeps its text, a boolean is a word. */
export const text = (value: Date | boolean | number | string | undefined): string | undefined => {
  if (value === undefined) return undefined
  if (value instanceof Date) return (value as { received?: string }).received ?? value.toISOString()
  return String(value)
}

/** Texts joined; a join of nothing is an empty field. */
export const joined = (separator: string, values: readonly (string | undefined)[] | undefined): string =>
  (values ?? []).map(value => value ?? '').join(separator)

/** The first of these that is not empty. */
export const firstOf = (...values: readonly (string | undefined)[]): string | undefined =>
  values.find(Boolean)

/** Byte-wise order, which is that of the original's sorts. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
