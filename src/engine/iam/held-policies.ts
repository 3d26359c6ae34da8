// SPDX-License-Identifier: BSD-2-Clause
// What policies a user, group or role has, or an account; of the caller's account if not said otherwise: one record, which is gone when there is nothing in it.
import type { Tx } from '../operation'
import type { HeldPolicies } from './schema'

type Held = Omit<HeldPolicies, 'account' | 'holder'>

/** `user/NAME`, `group/NAME`, `role/NAME` or `account`. */
export const heldBy = (tx: Tx, holder: string, account = tx.caller.account): Held =>
  tx.heldPolicies.in(account).get(holder) ?? { inline: [], attached: [] }

/** Put what `change` makes of a holder's policies in their place. */
export const changeHeld = (
  tx: Tx,
  holder: string,
  change: (held: Held) => Held,
  account = tx.caller.account,
): void => {
  const held = change(heldBy(tx, holder, account))
  const isEmpty = held.inline.length === 0 && held.attached.length === 0 && held.boundary === undefined
  if (isEmpty) tx.heldPolicies.in(account).delete(holder)
  else tx.heldPolicies.put({ ...held, account, holder })
}
