// SPDX-License-Identifier: BSD-2-Clause
// Records in memory.
import { compareKeys, type Key } from './keys'

/** How records of a table are found in the file, as the transaction under way sees it. */
export interface Source {
  /** The record of a whole key, frozen. */
  read(key: Key): object | undefined
  /** All whose keys begin with these parts, in order. */
  scan(base: Key): Iterable<object>
  keyOf(record: object): Key
}

interface List {
  readonly base: Key
  readonly records: readonly object[]
  /** How many of the changes are in it. */
  readonly changes: number
}

// Whoever asks for a list after more than this reads it anew.
const mostChanges = 10_000

/** A text for each key of a table. */
const slotOf = (key: Key): string => {
  const [, first, second] = key
  if (typeof first === 'string') {
    if (key.length === 2) return `=${first}`
    // With its length, so that no two keys have the same.
    if (key.length === 3 && typeof second === 'string') return `${first.length}=${first}${second}`
  }
  return JSON.stringify(key)
}

/** Where a key is or would be, by the order of the file. */
const placeOf = (
  records: readonly object[],
  key: Key,
  { keyOf }: Source,
): [place: number, isThere: boolean] => {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = compareKeys(keyOf(records[middle] as object), key)
    if (order === 0) return [middle, true]
    if (order < 0) low = middle + 1
    else high = middle
  }
  return [low, false]
}

/**
 * What a process has read of a table. It is right for one version of the table, and inside a transaction that changes the
 * table for the state so far: changes are told to it as they are made, and a list is mended by them when it is next asked
 * for. So a transaction that changes a thousand records in turn, and looks at all of them each time, reads them once.
 */
export class Kept {
  /** The table's, before the transaction that is under way. */
  version: number
  readonly #records = new Map<string, object>()
  readonly #lists = new Map<string, List>()
  readonly #firsts = new Map<string, object | undefined>()
  #changes: Key[] = []

  constructor(version: number) {
    this.version = version
  }

  /** The transaction that followed this version has been committed, with all that was told of it. */
  committed(version: number): void {
    if (this.version === version) this.version += 1
  }

  /** A record has been put or deleted. */
  changed(key: Key): void {
    this.#records.delete(slotOf(key))
    this.#firsts.clear()
    if (this.#lists.size === 0) return
    if (this.#changes.length >= mostChanges) {
      this.#lists.clear()
      this.#changes = []
    } else this.#changes.push(key)
  }

  get(key: Key, source: Source): object | undefined {
    const slot = slotOf(key)
    const known = this.#records.get(slot)
    if (known) return known
    const record = source.read(key)
    // Not what there is not: anybody may ask for that.
    if (record) this.#records.set(slot, record)
    return record
  }

  /** Never changed afterwards: another list is made when something has. */
  list(base: Key, source: Source): readonly object[] {
    const slot = base.join('\u0000')
    const known = this.#lists.get(slot)
    if (known?.changes === this.#changes.length) return known.records
    const records = Object.freeze((known && this.#mended(known, source)) ?? [...source.scan(base)])
    this.#lists.set(slot, { base, records, changes: this.#changes.length })
    return records
  }

  first(base: Key, find: () => object | undefined): object | undefined {
    const slot = base.join('\u0000')
    if (!this.#firsts.has(slot)) this.#firsts.set(slot, find())
    return this.#firsts.get(slot)
  }

  /** With what has changed since; undefined where it is less work to read it anew. */
  #mended({ base, records, changes }: List, source: Source): readonly object[] | undefined {
    const keys = new Map<string, Key>()
    for (const key of this.#changes.slice(changes)) {
      if (base.every((part, index) => key[index] === part)) keys.set(slotOf(key), key)
    }
    if (keys.size === 0) return records
    if (keys.size > records.length) return undefined
    const mended = [...records]
    for (const [, key] of keys) {
      const [place, isThere] = placeOf(mended, key, source)
      const record = this.get(key, source)
      mended.splice(place, isThere ? 1 : 0, ...(record ? [record] : []))
    }
    return mended
  }
}
