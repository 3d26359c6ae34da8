// SPDX-License-Identifier: BSD-2-Clause
// How the faults of a template begin: what is no template, and what cannot be carried out.
import { invalid } from '../refusals'
import type { Position } from './contracts'

/** The template is not built as templates are. */
export const malformed = (message: string): never => invalid(`Template format error: ${message}`)

/** What the template asks for does not work. */
export const faulty = (message: string): never => invalid(`Template error: ${message}`)

/** Names as the service lists them: `[A, B]`. */
export const listed = (names: Iterable<string>): string => `[${[...names].join(', ')}]`

export const placed = ({ line, column }: Position): string => `(line ${line}, column ${column})`
