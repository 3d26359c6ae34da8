// SPDX-License-Identifier: BSD-2-Clause
// What a command prints, before it is text.

/** A field that prints as nothing even where empty ones print as `(nil)`. */
export const blank: unique symbol = Symbol('blank')

export type Cell = string | number | boolean | undefined | null | typeof blank

/** An array is a record of fields; a text is a line of its own, printed as it is. */
export type Row = readonly Cell[] | string
