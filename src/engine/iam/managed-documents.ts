// SPDX-License-Identifier: BSD-2-Clause
// Documents of managed policies, found by ARN.
import type { Tx } from '../operation'
import { arnOf } from './arns'
import { cloudPolicy } from './cloud-policies'
import type { ManagedPolicy } from './schema'

/** The policy that an account made: `arn:aws:iam::<account>:policy<path><name>`. */
export const managedPolicy = (tx: Tx, arn: string): ManagedPolicy | undefined => {
  const account = arn.split(':')[4]
  const policy = account ? tx.managedPolicies.in(account).get(arn.slice(arn.lastIndexOf('/') + 1)) : undefined
  return policy && arnOf('policy', policy) === arn ? policy : undefined
}

/** The document in force of a policy that an account made or that the cloud has; undefined when there is no such policy. */
export const managedDocument = (tx: Tx, arn: string): string | undefined => {
  const policy = managedPolicy(tx, arn)
  return policy
    ? policy.versions.find(({ id }) => id === policy.defaultVersion)?.document
    : cloudPolicy(arn)?.document
}
