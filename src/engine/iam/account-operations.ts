// SPDX-License-Identifier: BSD-2-Clause
// Accounts: making, listing, naming and removing them.
import type {
  CreateAccountAliasRequest,
  DeleteAccountAliasRequest,
  GetAccountSummaryResponse,
  ListAccountAliasesRequest,
  ListAccountAliasesResponse,
} from '@aws-sdk/client-iam'
import type {
  CreateAccountRequest,
  CreateAccountResponse,
  DeleteAccountRequest,
  GetLdapSyncStatusResponse,
  ListAccountsResponse,
} from '../../schemas/euare'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { hasContents, hasResources, removeContents } from './account-contents'
import { cloudAccountAlias, newAccount } from './accounts'
import { accountNamed } from './callers'
import { notAuthorized } from './denied'
import { accountArn, accountGiven } from './identity-demands'
import { isAccountName } from './names'
import type { Account } from './schema'
import { isServiceAccount } from './system-accounts'

const isSystemAccount = (account: Account): boolean =>
  account.alias === cloudAccountAlias || isServiceAccount(account)

/** Its user `admin` has neither a password nor a key until he is given some. */
export const createAccount: Operation<CreateAccountRequest, CreateAccountResponse> = (
  tx,
  { AccountName },
) => {
  if (AccountName && !isAccountName(AccountName)) {
    refuse('ValidationError', `Invalid account name ${AccountName}`)
  }
  const { account } = newAccount(tx, AccountName || undefined)
  return { Account: accountView(account) }
}

export const deleteAccount: Operation<DeleteAccountRequest, object> = (tx, input) => {
  const account = accountGiven(tx, input.AccountName)
  if (isSystemAccount(account)) refuse('DeleteConflict', 'System account can not be deleted.')
  if (hasResources(tx, account) || (input.Recursive !== true && hasContents(tx, account))) {
    refuse('DeleteConflict', `Account ${input.AccountName} can not be deleted.`)
  }
  removeContents(tx, account)
  tx.accounts.delete(account.id)
  return {}
}

/** Those that the caller may know of: all for the cloud's administrators, for others at most their own. */
export const listAccounts: Operation<object, ListAccountsResponse> = tx => ({
  Accounts: tx.accounts
    .list()
    .filter(account => tx.permits({ resource: accountArn(account), owner: account.id }))
    .map(accountView),
})

const ownAccount = (tx: Tx): Account => tx.accounts.must(tx.caller.account)

/** Renames the account: it has exactly one alias, its name. */
export const createAccountAlias: Operation<CreateAccountAliasRequest, object> = (tx, input) => {
  const account = ownAccount(tx)
  if (isSystemAccount(account)) notAuthorized(tx, 'CreateAccountAlias', accountArn(account))
  const alias = input.AccountAlias ?? ''
  if (!isAccountName(alias)) refuse('ValidationError', `Invalid account alias ${alias}`)
  if (accountNamed(tx, alias)) {
    refuse('EntityAlreadyExists', `Can not change to a name already in use: ${alias}`)
  }
  tx.accounts.put({ ...account, alias })
  return {}
}

/** The account's number is its name then. */
export const deleteAccountAlias: Operation<DeleteAccountAliasRequest, object> = (tx, input) => {
  const account = ownAccount(tx)
  if (isSystemAccount(account)) notAuthorized(tx, 'DeleteAccountAlias', accountArn(account))
  if (!input.AccountAlias) refuse('InvalidValue', 'Empty account alias')
  // Eucalyptus says nothing of a name that the account has not; AWS does.
  if (input.AccountAlias !== account.alias) {
    refuse('NoSuchEntity', `Can not find account alias ${input.AccountAlias}`)
  }
  tx.accounts.put({ ...account, alias: account.id })
  return {}
}

export const listAccountAliases: Operation<ListAccountAliasesRequest, ListAccountAliasesResponse> = tx => {
  const { id, alias } = ownAccount(tx)
  return { AccountAliases: alias === id ? [] : [alias], IsTruncated: false }
}

export const getAccountSummary: Operation<object, GetAccountSummaryResponse> = tx => ({
  SummaryMap: {
    Groups: tx.groups.list().length,
    Users: tx.users.list().length,
    Roles: tx.roles.list().length,
    InstanceProfiles: tx.instanceProfiles.list().length,
    ServerCertificates: tx.serverCertificates.list().length,
    Providers: tx.oidcProviders.list().length,
  },
})

/** No directory is asked here. */
export const getLdapSyncStatus: Operation<object, GetLdapSyncStatusResponse> = () => ({
  SyncEnabled: false,
  InSync: false,
})

const accountView = ({ id, alias }: Account) => ({ AccountName: alias, AccountId: id })
