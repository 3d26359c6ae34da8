// SPDX-License-Identifier: BSD-2-Clause
// Whose policies a simulation asks: a user, a group or a role by its ARN, as if it were he who called.
import { contextOf, factsOf } from '../authority'
import { refuse } from '../errors'
import type { Caller, Tx } from '../operation'
import type { Context, Standing } from '../policy/contracts'
import { arnOf } from './arns'
import { userCaller } from './callers'
import { policiesOf, standingOf } from './standing'

export interface Simulated {
  readonly standing: Standing
  /** What conditions may look at without being told. */
  readonly facts: Context
}

const noSuch = (arn: string): never => refuse('NoSuchEntity', `Can not find ${arn}`, 404)

/** A session of a role, as its policies see it. */
const roleCaller = (tx: Tx, account: string, name: string): Caller => {
  const role = tx.roles.in(account).must(name)
  const { alias, canonicalId } = tx.accounts.must(account)
  const session = {
    id: '',
    secret: '',
    tokenHash: '',
    account,
    kind: 'role' as const,
    holderName: name,
    holderId: role.id,
    name: 'simulation',
    issuedAt: tx.now,
    expiresAt: tx.now,
  }
  return {
    kind: 'session',
    account,
    accountAlias: alias,
    canonicalId,
    userName: '',
    userId: `${role.id}:${session.name}`,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${session.name}`,
    principalArn: arnOf('role', role),
    accessKeyId: '',
    isCloudAdmin: false,
    isAccountAdmin: false,
    ...(role.tags && { tags: role.tags }),
    session,
  }
}

const ofCaller = (
  { now, region }: Pick<Tx, 'now' | 'region'>,
  standing: Standing,
  caller: Caller,
): Simulated => ({
  standing,
  facts: contextOf({
    ...factsOf({ caller, now, region }, { isSecure: true }),
    'aws:resourceaccount': caller.account,
  }),
})

const ofGroup = (tx: Tx, account: string, name: string): Simulated => {
  const nobody: Caller = {
    ...tx.caller,
    kind: 'user',
    account,
    userName: '',
    userId: '',
    arn: '',
    principalArn: '',
  }
  const standing: Standing = {
    isUnbound: false,
    isAccountAdmin: false,
    account,
    principals: [],
    accountPolicies: policiesOf(tx, account, 'account', 'account'),
    identityPolicies: policiesOf(tx, account, `group/${name}`, 'group'),
  }
  const { session: _, tags: __, ...caller } = nobody
  return ofCaller(tx, standing, caller)
}

/** The one that an ARN is of, in the caller's account, or in any for the administrators of the cloud. */
export const simulatedBy = (tx: Tx, arn: string): Simulated => {
  const [, account = '', kind, path = ''] = /^arn:aws:iam::(\d{12}):(user|group|role)(\/.+)$/.exec(arn) ?? []
  if (kind === undefined) return refuse('InvalidInput', `Invalid policy source ${arn}`, 400)
  if (account !== tx.caller.account && !tx.caller.isCloudAdmin) return noSuch(arn)
  if (!tx.accounts.get(account)) return noSuch(arn)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const holders = { user: tx.users, group: tx.groups, role: tx.roles }[kind as 'user' | 'group' | 'role']
  const holder = holders.in(account).get(name)
  if (!holder || arnOf(kind as 'user' | 'group' | 'role', holder) !== arn) return noSuch(arn)
  if (kind === 'group') return ofGroup(tx, account, name)
  const caller = kind === 'user' ? userCaller(tx, account, name) : roleCaller(tx, account, name)
  return ofCaller(tx, standingOf(tx, caller), caller)
}
