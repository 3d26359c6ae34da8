// SPDX-License-Identifier: BSD-2-Clause
// Keys of the role that an instance has through its profile. The metadata service gives them out, each time the same
// ones, until they are soon to expire.
import type { Tx } from '../operation'
import { compiled } from '../policy/compiled'
import type { NamedPolicy } from '../policy/contracts'
import { judge } from '../policy/judge'
import { issueSession } from '../sts/sessions'
import { arnOf } from './arns'
import { profileRole } from './profile-names'
import type { Role } from './schema'

// As long as EC2's own are good. It has new ones at least five minutes before the old expire; programs begin to ask for
// them a quarter of an hour before.
const validSeconds = 6 * 3600
const renewedSecondsBefore = 3600

export interface ProfiledInstance {
  readonly id: string
  readonly account: string
  /** ARN of its instance profile. */
  readonly profileArn?: string | undefined
}

export interface InstanceCredentials {
  /** Its name: the last part of the path that they are read from. */
  readonly role: string
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly Token: string
  readonly LastUpdated: Date
  readonly Expiration: Date
}

/** Who trusts this role, as a policy that is asked. */
export const trustOf = (role: Role): NamedPolicy => ({
  name: `role_${role.name}`,
  type: 'resource',
  policy: compiled(role.trust, 'trust'),
})

const isTrusted = (role: Role): boolean => {
  const question = { action: 'sts:AssumeRole', resource: arnOf('role', role), context: {} }
  const ec2 = [{ type: 'Service', id: 'ec2.amazonaws.com' }] as const
  return judge([trustOf(role)], question, ec2).effect === 'allow'
}

/** The role of an instance, when it has one that trusts EC2. */
export const instanceRole = (tx: Tx, { account, profileArn }: ProfiledInstance): Role | undefined => {
  const name = profileArn?.slice(profileArn.lastIndexOf('/') + 1)
  const profile = name === undefined ? undefined : tx.instanceProfiles.in(account).get(name)
  const role = profile && profileRole(tx, profile)
  return role && isTrusted(role) ? role : undefined
}

const sessionInUse = (tx: Tx, instance: ProfiledInstance, role: Role) => {
  const kept = tx.instanceKeys.in(instance.account).get(instance.id)
  const session = kept && tx.sessions.get(kept.sessionId)
  if (!session || session.holderId !== role.id) return undefined
  const isFresh = session.expiresAt.getTime() - tx.now.getTime() > renewedSecondsBefore * 1000
  return isFresh ? { session, token: kept.token } : undefined
}

const renewed = (tx: Tx, instance: ProfiledInstance, role: Role) => {
  const { id, account } = instance
  const issued = issueSession(
    tx,
    {
      account,
      kind: 'role',
      holderName: role.name,
      holderId: role.id,
      name: id,
      context: { 'ec2:sourceinstancearn': `arn:aws:ec2:${tx.region}:${account}:instance/${id}` },
    },
    validSeconds,
  )
  tx.instanceKeys.put({ account, instanceId: id, sessionId: issued.session.id, token: issued.token })
  return issued
}

/** The keys of an instance's role, at this moment; undefined when it has no role. It may write. */
export const instanceCredentials = (tx: Tx, instance: ProfiledInstance): InstanceCredentials | undefined => {
  const role = instanceRole(tx, instance)
  if (!role) return undefined
  const { session, token } = sessionInUse(tx, instance, role) ?? renewed(tx, instance, role)
  return {
    role: role.name,
    AccessKeyId: session.id,
    SecretAccessKey: session.secret,
    Token: token,
    LastUpdated: session.issuedAt,
    Expiration: session.expiresAt,
  }
}

/** For an instance that ends, or that changes its profile: its keys are good no more. */
export const revokeInstanceCredentials = (tx: Tx, { id, account }: ProfiledInstance): void => {
  const kept = tx.instanceKeys.in(account).get(id)
  if (!kept) return
  // Those that were given out before these were the same instance's.
  for (const session of tx.sessions.list()) {
    const isItsOwn = session.account === account && session.kind === 'role' && session.name === id
    if (isItsOwn && session.context?.['ec2:sourceinstancearn']) tx.sessions.delete(session.id)
  }
  tx.instanceKeys.in(account).delete(id)
}
