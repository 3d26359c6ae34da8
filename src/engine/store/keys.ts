// SPDX-License-Identifier: BSD-2-Clause
import * as lmdb from 'lmdb'
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

// lmdb has it and does not declare it.
const { keyValueToBuffer } = lmdb as unknown as { keyValueToBuffer(key: Key): Buffer }

/** Whether a key comes before (negative) or after (positive) another in the file, which goes by their bytes there. */
export const compareKeys = (one: Key, other: Key): number =>
  Buffer.compare(keyValueToBuffer(one), keyValueToBuffer(other))
