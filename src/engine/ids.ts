// SPDX-License-Identifier: BSD-2-Clause
import type { Tx } from './operation'

/** An id such as `i-1a2b3c4d` that nothing has yet. With eight digits two of some ten thousand are the same sooner or later. */
export const freshId = (tx: Tx, prefix: string, isTaken: (id: string) => boolean): string => {
  for (;;) {
    const id = tx.id(prefix)
    if (!isTaken(id)) return id
  }
}
