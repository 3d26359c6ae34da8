// SPDX-License-Identifier: BSD-2-Clause
// Work on many records, done in portions: a transaction of seconds would keep everybody else waiting.
import type { ChoreContext, Tx } from './operation'

/** The first of some records, as long as they are wanted, and no more than so many. */
export const firstOf = <R>(
  records: Iterable<R>,
  most: number,
  isWanted: (record: R) => boolean = () => true,
): readonly R[] => {
  const found: R[] = []
  for (const record of records) {
    if (!isWanted(record) || found.push(record) === most) break
  }
  return found
}

/** A transaction for each portion, until one says that nothing is left. */
export const whileLeft = async (
  { transact }: Pick<ChoreContext, 'transact'>,
  work: (tx: Tx) => boolean,
): Promise<void> => {
  while (await transact(work)) {
    // The next portion.
  }
}
