// SPDX-License-Identifier: BSD-2-Clause
// Which policies bear on a caller.
import type { Caller, Tx } from '../operation'
import { compiled } from '../policy/compiled'
import type { NamedPolicy, Principal, Standing } from '../policy/contracts'
import { managedDocument } from './managed-documents'
import type { HeldPolicies } from './schema'

type Type = NamedPolicy['type']

const managed = (tx: Tx, arn: string, type: Type): NamedPolicy[] => {
  const document = managedDocument(tx, arn)
  return document === undefined ? [] : [{ name: arn, type, policy: compiled(document, 'identity') }]
}

// By record: the store gives the same one until somebody writes to it.
const inlineKnown = new WeakMap<HeldPolicies, readonly NamedPolicy[]>()

const inlineOf = (held: HeldPolicies, type: Type): readonly NamedPolicy[] => {
  const known = inlineKnown.get(held)
  if (known) return known
  const owner = held.holder === 'account' ? 'account' : held.holder.replace('/', '_')
  const policies = held.inline.map(({ name, document }) => ({
    name: `${owner}_${name}`,
    type,
    policy: compiled(document, 'identity'),
  }))
  inlineKnown.set(held, policies)
  return policies
}

/** All policies of one holder: `user/NAME`, `group/NAME`, `role/NAME`, `account`. */
export const policiesOf = (tx: Tx, account: string, holder: string, type: Type): readonly NamedPolicy[] => {
  const held = tx.heldPolicies.in(account).get(holder)
  if (!held) return []
  const inline = inlineOf(held, type)
  return held.attached.length === 0
    ? inline
    : [...inline, ...held.attached.flatMap(arn => managed(tx, arn, 'managed'))]
}

const boundaryOf = (tx: Tx, held: HeldPolicies | undefined): readonly NamedPolicy[] | undefined =>
  held?.boundary === undefined ? undefined : managed(tx, held.boundary, 'boundary')

/** An administrator has none: what others put on him, or on a group that they put him in, cannot shut him out. */
const identityOf = (tx: Tx, caller: Caller): readonly NamedPolicy[] => {
  const { account, userName, session, isAccountAdmin } = caller
  if (isAccountAdmin) return []
  if (session?.kind === 'role') return policiesOf(tx, account, `role/${session.holderName}`, 'role')
  const groups = tx.users.in(account).get(userName)?.groups ?? []
  return [
    ...policiesOf(tx, account, `user/${userName}`, 'user'),
    ...groups.flatMap(group => policiesOf(tx, account, `group/${group}`, 'group')),
  ]
}

const principalsOf = ({ account, arn, principalArn, canonicalId, userId, kind }: Caller): Principal[] => {
  const ids =
    kind === 'anonymous'
      ? ['anonymous']
      : [arn, principalArn, account, `arn:aws:iam::${account}:root`, userId]
  return [
    ...[...new Set(ids)].map(id => ({ type: 'AWS' as const, id })),
    ...(kind === 'anonymous' ? [] : [{ type: 'CanonicalUser' as const, id: canonicalId }]),
  ]
}

const none: readonly never[] = []

/** A caller's policies, layer by layer. */
export const standingOf = (tx: Tx, caller: Caller): Standing => {
  const { account, kind, session } = caller
  const isWhole = session === undefined || session.kind === 'session' || session.kind === 'access'
  if (kind === 'system' || (caller.isCloudAdmin && isWhole)) {
    // Written out, as this is asked with most requests: to copy members from elsewhere takes ten times as long.
    return {
      identityPolicies: none,
      accountPolicies: none,
      principals: none,
      isUnbound: true,
      isAccountAdmin: true,
      account,
    }
  }
  const principals = principalsOf(caller)
  if (kind === 'anonymous') {
    const nobody = { isUnbound: false, isAccountAdmin: false, account: '' }
    return { ...nobody, identityPolicies: none, accountPolicies: none, principals }
  }
  const holder = session?.kind === 'role' ? `role/${session.holderName}` : `user/${caller.userName}`
  const held = caller.isAccountAdmin ? undefined : tx.heldPolicies.in(account).get(holder)
  const boundary = boundaryOf(tx, held)
  return {
    isUnbound: false,
    isAccountAdmin: caller.isAccountAdmin,
    account,
    principals,
    accountPolicies: policiesOf(tx, account, 'account', 'account'),
    identityPolicies: identityOf(tx, caller),
    ...(boundary && { boundary }),
    ...(session?.policies && {
      sessionPolicies: session.policies.map((document, index) => ({
        name: `session_${index + 1}`,
        type: 'session' as const,
        policy: compiled(document, 'identity'),
      })),
    }),
  }
}
