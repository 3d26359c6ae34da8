// SPDX-License-Identifier: BSD-2-Clause
// Documents of managed policies, found by ARN.
import type { Tx } from '../operation'

/** The document in force of `arn:aws:iam::<account>:policy/<path><name>`; undefined when there is no such policy. */
export const managedDocument = (tx: Tx, arn: string): string | undefined => {
  const [, , , , account = '', rest = ''] = arn.split(':')
  const policy = tx.managedPolicies.in(account).get(rest.slice(rest.lastIndexOf('/') + 1))
  return policy?.versions.find(({ id }) => id === policy.defaultVersion)?.document
}
