// SPDX-License-Identifier: BSD-2-Clause
// Lists show what the caller may see, thing by thing; what he may not see is as unknown as what is not there.
import type { Demand } from '../../access'
import type { Tx } from '../../operation'

/** Nobody asks policies of the cloud's administrators: they need not wait until all that could be asked is put together. */
export const isUnbound = (tx: Tx): boolean => tx.decide({ resource: '*' }).reason === 'administrator'

/** Whether the caller may see one. Take it once for a list. */
export const seenBy = <R>(tx: Tx, demandOf: (tx: Tx, record: R) => Demand): ((record: R) => boolean) =>
  tx.permitsAll() ? () => true : record => tx.permits(demandOf(tx, record))

/** Those that the caller may see. */
export const permitted = <R>(
  tx: Tx,
  records: readonly R[],
  demandOf: (tx: Tx, record: R) => Demand,
): readonly R[] => (tx.permitsAll() ? records : records.filter(seenBy(tx, demandOf)))
