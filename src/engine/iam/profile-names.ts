// SPDX-License-Identifier: BSD-2-Clause
// Instance profiles as EC2 knows them.
import type { Tx } from '../operation'
import { arnOf } from './arns'
import type { InstanceProfile, Role } from './schema'

/** How a request to EC2 names a profile. */
export interface ProfileName {
  readonly Name?: string | undefined
  readonly Arn?: string | undefined
}

/** The profile of the caller's account that a request names, by its ARN where it gives one; undefined when there is none. */
export const profileNamed = (tx: Tx, { Name, Arn }: ProfileName): InstanceProfile | undefined => {
  if (!Arn) return Name ? tx.instanceProfiles.get(Name) : undefined
  const profile = tx.instanceProfiles.get(Arn.slice(Arn.lastIndexOf('/') + 1))
  const isMeant = profile && arnOf('instance-profile', profile) === Arn && (!Name || Name === profile.name)
  return isMeant ? profile : undefined
}

/** The role that instances with this profile have. */
export const profileRole = (tx: Tx, { account, role }: InstanceProfile): Role | undefined =>
  role === undefined ? undefined : tx.roles.in(account).get(role)
