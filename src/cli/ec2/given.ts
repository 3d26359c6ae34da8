// SPDX-License-Identifier: BSD-2-Clause

/** A list for a request, absent when empty: an empty list is sent as nothing. */
export const someOf = <T>(values: readonly T[]): T[] | undefined =>
  values.length > 0 ? [...values] : undefined
