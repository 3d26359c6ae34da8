// SPDX-License-Identifier: BSD-2-Clause
import type { KeyPart } from './table'

export type Key = KeyPart[]

// Of lmdb, in bytes of UTF-8.
const longestKey = 1978

/** No record has such a key. Names come from requests, which may be longer than lmdb can even look up. */
export const isTooLong = (key: readonly KeyPart[]): boolean => {
  let characters = 0
  for (const part of key) if (typeof part === 'string') characters += part.length
  // A character takes three bytes at most, so that nearly every key passes here.
  if (characters * 3 < longestKey) return false
  const texts = key.filter(part => typeof part === 'string')
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0) > longestKey
}

/** The table that a key belongs to. */
export const tableOf = ([name]: Key): string => String(name)
