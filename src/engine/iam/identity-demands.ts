// SPDX-License-Identifier: BSD-2-Clause
// What operations on accounts, users and groups ask of policies.
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { cloudAccount } from './accounts'
import { arnOf } from './arns'
import { accountNamed, administratorName } from './callers'
import { notAuthorized } from './denied'
import type { Account, Group, User } from './schema'

/** The user of this name in the caller's account; without a name the caller, or who a delegate speaks for. */
export const userNamed = (tx: Tx, name?: string): User => {
  const found = name || callersName(tx)
  return tx.users.get(found) ?? refuse('NoSuchEntity', `Can not find user ${found}`)
}

/** What policies are asked about: a user as he is known, or as one at the root would be. Who may not look learns nothing. */
type Asked = Pick<User, 'account' | 'name' | 'path'>

const asked = (tx: Tx, table: Tx['users'] | Tx['groups'], name: string): Asked =>
  table.get(name) ?? { account: tx.caller.account, path: '/', name }

const callersName = ({ caller }: Tx): string => {
  if (caller.isDelegated) return administratorName
  return (
    caller.userName ||
    refuse('ValidationError', 'Must specify userName when calling with non-User credentials')
  )
}

/** For operations that do not take the caller when they are told nobody. */
export const userGiven = (tx: Tx, name: string | undefined): User =>
  userNamed(tx, name || refuse('InvalidName', 'Empty user name'))

export const groupGiven = (tx: Tx, name: string | undefined): Group => {
  if (!name) return refuse('InvalidName', 'Empty group name')
  return tx.groups.get(name) ?? refuse('NoSuchEntity', `Can not find group ${name}`)
}

export const accountGiven = (tx: Tx, name: string | undefined): Account => {
  if (!name) return refuse('InvalidName', 'Empty account name')
  return accountNamed(tx, name) ?? refuse('NoSuchEntity', `Can not find account ${name}`)
}

export const accountArn = ({ id, alias }: Pick<Account, 'id' | 'alias'>): string =>
  `arn:aws:iam::${id}:account/${alias}`

/** What no policy of an account can allow, since it is the cloud's: its administrators' alone. */
const ofTheCloud = (tx: Tx, resource: string): Demand[] => [{ resource, owner: cloudAccount(tx).id }]

export const onTheCloud = (tx: Tx): Demand[] => ofTheCloud(tx, '*')

export const onAnAccount = (tx: Tx, { AccountName: name }: { readonly AccountName?: string | undefined }) => {
  if (!name) return refuse('InvalidName', 'Empty account name')
  return ofTheCloud(tx, accountArn(accountNamed(tx, name) ?? { id: '', alias: name }))
}

export const onOwnAccount = (tx: Tx): Demand[] => [
  { resource: accountArn(tx.accounts.must(tx.caller.account)) },
]

interface NamesUser {
  readonly UserName?: string | undefined
}

interface NamesGroup {
  readonly GroupName?: string | undefined
}

/** The user of this name, as policies are asked about him; without a name as `userNamed` has it. */
const userAsked = (tx: Tx, name: string | undefined): Asked => asked(tx, tx.users, name || callersName(tx))

export const givenUserAsked = (tx: Tx, name: string | undefined): Asked =>
  userAsked(tx, name || refuse('InvalidName', 'Empty user name'))

export const groupAsked = (tx: Tx, name: string | undefined): Asked =>
  asked(tx, tx.groups, name || refuse('InvalidName', 'Empty group name'))

export const onUser = (tx: Tx, { UserName }: NamesUser): Demand[] => [
  { resource: arnOf('user', userAsked(tx, UserName)) },
]

export const onGivenUser = (tx: Tx, { UserName }: NamesUser): Demand[] => [
  { resource: arnOf('user', givenUserAsked(tx, UserName)) },
]

export const onGroup = (tx: Tx, { GroupName }: NamesGroup): Demand[] => [
  { resource: arnOf('group', groupAsked(tx, GroupName)) },
]

export const onUserAndGroup = (tx: Tx, input: NamesUser & NamesGroup): Demand[] => [
  ...onGivenUser(tx, input),
  ...onGroup(tx, input),
]

/** What is done to the administrator of an account is his own business, or the cloud's: no policy lends his keys. */
export const guarded = (tx: Tx, user: Asked): Demand[] => {
  const arn = arnOf('user', user)
  const isTheirs = user.name !== administratorName || tx.caller.isAccountAdmin
  return isTheirs ? [{ resource: arn }] : ofTheCloud(tx, arn)
}

/** Keys, certificates, passwords and devices. */
export const onSecretsOf = (tx: Tx, { UserName }: NamesUser): Demand[] => guarded(tx, userAsked(tx, UserName))

export const onPasswordOf = (tx: Tx, { UserName }: NamesUser): Demand[] =>
  guarded(tx, givenUserAsked(tx, UserName))

/** The administrator of an account has no policies: nobody puts any on him, nor bounds him. */
export const refuseAdministrator = (tx: Tx, user: User, operation: string): User =>
  user.name === administratorName ? notAuthorized(tx, operation, arnOf('user', user)) : user
