// SPDX-License-Identifier: BSD-2-Clause
// Who a key speaks for.
import { createHash } from 'node:crypto'
import { refuse } from '../errors'
import type { Caller, Tx } from '../operation'
import { cloudAccountAlias } from './accounts'
import { arnOf } from './arns'
import type { AccessKey, Account, Session, User } from './schema'

/** The user whom the administrator of an account is. */
export const administratorName = 'admin'

const accountSide = ({ id, alias, canonicalId }: Account) => ({
  account: id,
  accountAlias: alias,
  canonicalId,
  isCloudAdmin: alias === cloudAccountAlias,
})

const callerOfUser = (account: Account, user: User): Caller => {
  const arn = arnOf('user', user)
  return {
    kind: 'user',
    ...accountSide(account),
    userName: user.name,
    userId: user.id,
    arn,
    principalArn: arn,
    accessKeyId: '',
    isAccountAdmin: user.name === administratorName,
    ...(user.tags && { tags: user.tags }),
  }
}

/** A user without a key: for whom something is done that he asked for earlier. Refused with NoSuchEntity when he is gone. */
export const userCaller = (tx: Tx, accountId: string, userName: string): Caller =>
  callerOfUser(tx.accounts.must(accountId), tx.users.in(accountId).must(userName))

/** Why a key is not good any more. */
export type Unusable = 'inactive' | 'expired' | 'mismatched'

/** The user a key is of, whatever has become of either. */
export const keyCaller = (tx: Tx, key: AccessKey): Caller => ({
  ...userCaller(tx, key.account, key.userName),
  accessKeyId: key.id,
})

const callerOfKey = (tx: Tx, key: AccessKey): Caller | Unusable => {
  const user = tx.users.in(key.account).get(key.userName)
  return key.active && user && user.enabled !== false ? keyCaller(tx, key) : 'inactive'
}

export const tokenHashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Undefined when the user or the role that the session is of is no more, or not enabled. */
const callerInSession = (tx: Tx, session: Session): Caller | undefined => {
  const account = tx.accounts.get(session.account)
  const holder = (session.kind === 'role' ? tx.roles : tx.users).in(session.account).get(session.holderName)
  // A new one of the same name is another.
  if (!account || holder?.id !== session.holderId || (holder as User).enabled === false) return undefined
  const common = { ...accountSide(account), accessKeyId: session.id, session, kind: 'session' as const }
  if (session.kind === 'role') {
    return {
      ...common,
      userName: '',
      userId: `${holder.id}:${session.name}`,
      arn: `arn:aws:sts::${account.id}:assumed-role/${holder.name}/${session.name}`,
      principalArn: arnOf('role', holder),
      isAccountAdmin: false,
      ...(holder.tags && { tags: holder.tags }),
    }
  }
  if (session.kind === 'federated') {
    const arn = `arn:aws:sts::${account.id}:federated-user/${session.name}`
    return {
      ...common,
      userName: holder.name,
      userId: `${account.id}:${session.name}`,
      arn,
      principalArn: arn,
      isAccountAdmin: holder.name === administratorName,
    }
  }
  return { ...callerOfUser(account, holder as User), ...common }
}

const callerOfSession = (tx: Tx, session: Session, token: string): Caller | Unusable => {
  if (tokenHashOf(token) !== session.tokenHash) return 'mismatched'
  if (session.expiresAt <= tx.now) return 'expired'
  return callerInSession(tx, session) ?? 'inactive'
}

/** Of the session that something was ordered in: all but what it was signed with. */
export type Orderer = Omit<Session, 'id' | 'secret' | 'tokenHash'>

export const ordererOf = ({ session }: Caller): Orderer | undefined => {
  if (!session) return undefined
  const { id: _, secret: __, tokenHash: ___, ...orderer } = session
  return orderer
}

/**
 * Who ordered what is done later, with the permissions that he had in his session, which may be over by now. Refused with
 * NoSuchEntity when he is gone.
 */
export const orderingCaller = (
  tx: Tx,
  order: { readonly account: string; readonly userName: string; readonly orderer?: Orderer },
): Caller => {
  const { account, userName, orderer } = order
  if (!orderer) return userCaller(tx, account, userName)
  const session = { ...orderer, id: '', secret: '', tokenHash: '' }
  return callerInSession(tx, session) ?? refuse('NoSuchEntity', `Can not find ${session.holderName}`, 404)
}

/** Who a verified signature speaks for: a key of a user without a token, or a temporary key with its own. */
export const callerOf = (tx: Tx, accessKeyId: string, token: string | undefined): Caller | Unusable => {
  const key = tx.accessKeys.get(accessKeyId)
  if (key) return token === undefined ? callerOfKey(tx, key) : 'mismatched'
  const session = tx.sessions.get(accessKeyId)
  return session && token !== undefined ? callerOfSession(tx, session, token) : 'mismatched'
}

/** An account by its number or its alias. */
export const accountNamed = (tx: Tx, name: string): Account | undefined =>
  tx.accounts.get(name) ?? tx.accounts.list().find(({ alias }) => alias === name)

/** `DelegateAccount`: a cloud administrator speaks for another account (engine-iam-elb, part 1 §1). */
export const delegated = (tx: Tx, caller: Caller, name: string): Caller => {
  const isWhole = caller.session?.kind !== 'role' && caller.session?.kind !== 'federated'
  if (!caller.isCloudAdmin || !isWhole) {
    return refuse('NotAuthorized', `Delegation access not authorized for ${name}`, 403)
  }
  const account =
    accountNamed(tx, name) ?? refuse('NotAuthorized', `Can not find delegation account ${name}`, 403)
  return { ...caller, ...accountSide(account), isCloudAdmin: true, isDelegated: true }
}
