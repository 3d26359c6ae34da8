// SPDX-License-Identifier: BSD-2-Clause
// lmdb writes a changed page elsewhere and leaves the old one as it was until it is needed again: what was deleted can
// still be read in the file. Where that must not be, the free pages are filled with something else.
import type { RootDatabase } from 'lmdb'
import type { KeyPart } from './table'

// Half a page less what surrounds a record: two fill one, and none needs pages of its own.
const fillBytes = 1900
// 40 MB at most: of a larger file, those pages remain that lmdb comes to last.
const mostRecords = 20_000

/** Fill the free pages, if need be by making the file as long again. */
export const overwriteFreed = (
  db: RootDatabase<unknown, KeyPart[]>,
  transact: (work: () => void) => void,
): void => {
  // Pages that a transaction freed are used by the second one after it.
  for (const round of [1, 2]) transact(() => db.putSync(['~fill'], round))
  const { lastPageNumber = mostRecords } = db.getStats() as { readonly lastPageNumber?: number }
  const count = Math.min(2 * (lastPageNumber + 1), mostRecords)
  const fill = Buffer.alloc(fillBytes)
  transact(() => {
    for (let index = 0; index < count; index++) db.putSync(['~fill', index], fill)
  })
  transact(() => {
    for (let index = 0; index < count; index++) db.removeSync(['~fill', index])
    db.removeSync(['~fill'])
  })
}
