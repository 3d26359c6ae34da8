// SPDX-License-Identifier: BSD-2-Clause
// How many of something policies let an account have: `Limit` statements on `iam:quota-…` (engine-iam-elb, part 1 §5).
import { refuse } from '../errors'
import type { Tx } from '../operation'

/** Refuse when one more than `count` would be more than the account's policies allow. As in Eucalyptus, no others count here. */
export const checkQuota = (tx: Tx, name: string, count: number, message: string): void => {
  const limits = tx.limits(`iam:quota-${name}`, { resource: '*' })
  if (limits.some(({ scope, most }) => scope === 'account' && count + 1 > most))
    refuse('LimitExceeded', message)
}
