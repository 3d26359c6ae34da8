// SPDX-License-Identifier: BSD-2-Clause
// What goes with a group when it is deleted.
import type { Tx } from '../operation'
import type { ScalingGroup } from './schema/groups'

/** Remove the policies and the scheduled actions of a group that is being deleted. */
export const forgetGroup = (tx: Tx, { account, name }: Pick<ScalingGroup, 'account' | 'name'>): void => {
  const policies = tx.scalingPolicies.in(account)
  for (const policy of [...policies.scan({ under: [name] })]) policies.delete(name, policy.name)
  const actions = tx.scheduledActions.in(account)
  for (const action of [...actions.scan({ under: [name] })]) actions.delete(name, action.name)
}
