// SPDX-License-Identifier: BSD-2-Clause
import type { Tables } from './store/tables'

/** The number after the last that was given of this name, from 1. */
export const nextNumber = ({ counters }: Pick<Tables, 'counters'>, name: string): number => {
  const value = (counters.get(name)?.value ?? 0) + 1
  counters.put({ name, value })
  return value
}
