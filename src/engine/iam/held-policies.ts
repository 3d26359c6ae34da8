// SPDX-License-Identifier: BSD-2-Clause
// What policies a user, group or role of the caller's account has: one record, which is gone when there is nothing in it.
import type { Tx } from '../operation'
import type { HeldPolicies } from './schema'

type Held = Omit<HeldPolicies, 'account' | 'holder'>

/** `user/NAME`, `group/NAME`, `role/NAME` or `account`. */
export const heldBy = (tx: Tx, holder: string): Held =>
  tx.heldPolicies.get(holder) ?? { inline: [], attached: [] }

/** Put what `change` makes of a holder's policies in their place. */
export const changeHeld = (tx: Tx, holder: string, change: (held: Held) => Held): void => {
  const held = change(heldBy(tx, holder))
  const isEmpty = held.inline.length === 0 && held.attached.length === 0 && held.boundary === undefined
  if (isEmpty) tx.heldPolicies.delete(holder)
  else tx.heldPolicies.put({ ...held, account: tx.caller.account, holder })
}
