// SPDX-License-Identifier: BSD-2-Clause
// What is done to records between the file and those who read them.

/** Freeze a record with all that is in it. */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) deepFreeze(member)
  }
  return value
}

/** A copy of a record in which some members, where they are texts, have become others. */
export const mapMembers = (record: object, names: readonly string[], map: (text: string) => string): object =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      typeof value === 'string' && names.includes(name) ? map(value) : value,
    ]),
  )
