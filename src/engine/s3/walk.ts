// SPDX-License-Identifier: BSD-2-Clause
// Walking a bucket in order, as every listing does. What a listing does not show is not read: the walk jumps over
// the keys that one common prefix stands for, and over the older versions of a key that has many. So the cost of a
// page is that of what is on it, whatever else is in the bucket.
import type { KeyPart, Table } from '../store/table'
import { sortable } from './schema'

interface Keyed {
  readonly bucket: string
  readonly key: string
}

export interface WalkOptions<R> {
  readonly bucket: string
  readonly prefix: string
  /** '' for none. */
  readonly delimiter: string
  /** Begin behind all that this key or common prefix stands for; '' for the start. */
  readonly after: string
  /** Begin among the records of the key `after` instead: behind the one with this id. */
  readonly afterId?: KeyPart | undefined
  /** Entries at most: records and common prefixes together. */
  readonly limit: number
  /** Look at the first record of each key only. */
  readonly firstOnly: boolean
  readonly isShown: (record: R) => boolean
}

export type Entry<R> = { readonly record: R } | { readonly commonPrefix: string }

export interface Walked<R> {
  readonly entries: readonly Entry<R>[]
  readonly isTruncated: boolean
}

// Sorts behind all that begins with the same characters, but for what begins with this one as well.
const highest = '\u{10ffff}'
// Behind every id in a table: versions are negative numbers, upload ids begin with a digit or a letter.
const behindAll: readonly KeyPart[] = [highest]
// Reading on is cheaper than jumping for as many records as this.
const patience = 4
// No key is longer, so what is beyond does not change where a marker stands.
const longestMarkerBytes = 1100

export const walk = <R extends Keyed>(table: Table<R>, options: WalkOptions<R>): Walked<R> => {
  const { bucket, prefix, delimiter, limit, firstOnly, isShown } = options
  const entries: Entry<R>[] = []
  if (limit === 0 || Buffer.byteLength(prefix) > longestMarkerBytes) return { entries, isTruncated: false }
  const cursor = new Cursor(table, bucket, startOf(options))
  let record = cursor.next()
  // The walk starts no earlier than at the prefix, so the first key without it is behind all that have it.
  while (record?.key.startsWith(prefix)) {
    const { key } = record
    const common = commonPrefixOf(key, prefix, delimiter)
    const isListed = common !== undefined && common === options.after
    const shown = !isListed && isShown(record)
    if (shown) {
      if (entries.length === limit) return { entries, isTruncated: true }
      entries.push(common === undefined ? { record } : { commonPrefix: common })
    }
    if (common !== undefined && (shown || isListed)) {
      record = cursor.skip(other => other.key.startsWith(common), [sortable(common) + highest])
    } else if (firstOnly) {
      record = cursor.skip(other => other.key === key, [sortable(key), ...behindAll])
    } else record = cursor.next()
  }
  return { entries, isTruncated: false }
}

class Cursor<R extends Keyed> {
  #records: Iterator<R>

  constructor(
    private readonly table: Table<R>,
    private readonly bucket: string,
    from: readonly KeyPart[],
  ) {
    this.#records = this.#open(from)
  }

  next(): R | undefined {
    const step = this.#records.next()
    return step.done ? undefined : step.value
  }

  /** The next record that is not to be skipped. All that are stand before `beyond`, but for the odd one. */
  skip(isSkipped: (record: R) => boolean, beyond: readonly KeyPart[]): R | undefined {
    for (let count = 0; ; count++) {
      if (count === patience) {
        this.#records.return?.()
        this.#records = this.#open(beyond)
      }
      const record = this.next()
      if (!record || !isSkipped(record)) return record
    }
  }

  #open(from: readonly KeyPart[]): Iterator<R> {
    return this.table.scan({ under: [this.bucket], from, exclusive: true })[Symbol.iterator]()
  }
}

const startOf = ({ prefix, after, afterId }: WalkOptions<never>): readonly KeyPart[] => {
  // The store has no empty key; all keys sort behind nothing at all.
  if (compareKeys(after, prefix) < 0) return prefix === '' ? [] : [sortable(prefix)]
  if (after === '') return []
  const marker = sortable(shortened(after))
  return afterId === undefined ? [marker, ...behindAll] : [marker, afterId]
}

const shortened = (marker: string): string =>
  Buffer.byteLength(marker) <= longestMarkerBytes
    ? marker
    : Buffer.from(marker).subarray(0, longestMarkerBytes).toString()

/** S3's order of keys: that of their UTF-8 bytes, which is not that of JavaScript's strings. */
export const compareKeys = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const commonPrefixOf = (key: string, prefix: string, delimiter: string): string | undefined => {
  if (delimiter === '') return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}
