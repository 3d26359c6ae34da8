// SPDX-License-Identifier: BSD-2-Clause
// Policies that are a user's, group's, role's or account's own.
import type {
  DeleteGroupPolicyRequest,
  DeleteRolePolicyRequest,
  DeleteUserPolicyRequest,
  GetGroupPolicyRequest,
  GetGroupPolicyResponse,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetUserPolicyRequest,
  GetUserPolicyResponse,
  ListGroupPoliciesRequest,
  ListGroupPoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  ListUserPoliciesRequest,
  ListUserPoliciesResponse,
  PutGroupPolicyRequest,
  PutRolePolicyRequest,
  PutUserPolicyRequest,
} from '@aws-sdk/client-iam'
import type {
  AccountPolicyRequest,
  GetAccountPolicyResponse,
  ListAccountPoliciesRequest,
  ListAccountPoliciesResponse,
  PutAccountPolicyRequest,
} from '../../schemas/euare'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { compiled } from '../policy/compiled'
import { cloudAccountAlias } from './accounts'
import { notAuthorized } from './denied'
import { changeHeld, heldBy } from './held-policies'
import { accountArn, accountGiven, groupGiven, refuseAdministrator, userGiven } from './identity-demands'
import { type MarkerRequest, markedPage } from './marked-pages'
import { policyName } from './names'
import { roleNamed } from './roles'
import type { InlinePolicy } from './schema'
import { policyShown } from './texts'

/** Where a holder's policies are: an account, and a key in it. */
type Place = readonly [account: string, holder: string]

// Each is asked with every request of its holder.
const most = 100

const inlineOf = (tx: Tx, [account, holder]: Place): readonly InlinePolicy[] =>
  heldBy(tx, holder, account).inline

const byName = (a: InlinePolicy, b: InlinePolicy): number => (a.name < b.name ? -1 : 1)

const put = (tx: Tx, place: Place, given: string | undefined, document: string | undefined): object => {
  const name = policyName(given)
  const text = document ?? ''
  compiled(text, 'identity')
  const [account, holder] = place
  const others = inlineOf(tx, place).filter(policy => policy.name !== name)
  if (others.length >= most) refuse('LimitExceeded', 'Policy quota exceeded')
  const inline = [...others, { name, document: text }].sort(byName)
  changeHeld(tx, holder, held => ({ ...held, inline }), account)
  return {}
}

const found = (tx: Tx, place: Place, name: string | undefined): InlinePolicy => {
  if (!name) return refuse('InvalidName', 'Empty policy name')
  const policy = inlineOf(tx, place).find(policy => policy.name === name)
  return policy ?? refuse('NoSuchEntity', `Can not find policy ${name}`)
}

const shown = (tx: Tx, place: Place, given: string | undefined) => policyShown(found(tx, place, given))

const remove = (tx: Tx, place: Place, given: string | undefined): object => {
  const { name } = found(tx, place, given)
  const [account, holder] = place
  const inline = inlineOf(tx, place).filter(policy => policy.name !== name)
  changeHeld(tx, holder, held => ({ ...held, inline }), account)
  return {}
}

const names = (tx: Tx, place: Place, request: MarkerRequest) => {
  const { items, ...rest } = markedPage(inlineOf(tx, place), request, ({ name }) => name)
  return { PolicyNames: items.map(({ name }) => name), ...rest }
}

const ofUser = (tx: Tx, name: string | undefined): Place => [
  tx.caller.account,
  `user/${userGiven(tx, name).name}`,
]

/** Those of the administrator's account are the cloud's to give (PutAccountPolicy). */
const ofOtherUser = (tx: Tx, name: string | undefined, operation: string): Place => [
  tx.caller.account,
  `user/${refuseAdministrator(tx, userGiven(tx, name), operation).name}`,
]

export const putUserPolicy: Operation<PutUserPolicyRequest, object> = (tx, input) =>
  put(tx, ofOtherUser(tx, input.UserName, 'PutUserPolicy'), input.PolicyName, input.PolicyDocument)

export const getUserPolicy: Operation<GetUserPolicyRequest, GetUserPolicyResponse> = (tx, input) => ({
  UserName: input.UserName,
  ...shown(tx, ofUser(tx, input.UserName), input.PolicyName),
})

export const listUserPolicies: Operation<ListUserPoliciesRequest, ListUserPoliciesResponse> = (tx, input) =>
  names(tx, ofUser(tx, input.UserName), input)

export const deleteUserPolicy: Operation<DeleteUserPolicyRequest, object> = (tx, input) =>
  remove(tx, ofUser(tx, input.UserName), input.PolicyName)

const ofGroup = (tx: Tx, name: string | undefined): Place => [
  tx.caller.account,
  `group/${groupGiven(tx, name).name}`,
]

export const putGroupPolicy: Operation<PutGroupPolicyRequest, object> = (tx, input) =>
  put(tx, ofGroup(tx, input.GroupName), input.PolicyName, input.PolicyDocument)

export const getGroupPolicy: Operation<GetGroupPolicyRequest, GetGroupPolicyResponse> = (tx, input) => ({
  GroupName: input.GroupName,
  ...shown(tx, ofGroup(tx, input.GroupName), input.PolicyName),
})

export const listGroupPolicies: Operation<ListGroupPoliciesRequest, ListGroupPoliciesResponse> = (
  tx,
  input,
) => names(tx, ofGroup(tx, input.GroupName), input)

export const deleteGroupPolicy: Operation<DeleteGroupPolicyRequest, object> = (tx, input) =>
  remove(tx, ofGroup(tx, input.GroupName), input.PolicyName)

const ofRole = (tx: Tx, name: string | undefined): Place => [
  tx.caller.account,
  `role/${roleNamed(tx, name).name}`,
]

export const putRolePolicy: Operation<PutRolePolicyRequest, object> = (tx, input) =>
  put(tx, ofRole(tx, input.RoleName), input.PolicyName, input.PolicyDocument)

export const getRolePolicy: Operation<GetRolePolicyRequest, GetRolePolicyResponse> = (tx, input) => ({
  RoleName: input.RoleName,
  ...shown(tx, ofRole(tx, input.RoleName), input.PolicyName),
})

export const listRolePolicies: Operation<ListRolePoliciesRequest, ListRolePoliciesResponse> = (tx, input) =>
  names(tx, ofRole(tx, input.RoleName), input)

export const deleteRolePolicy: Operation<DeleteRolePolicyRequest, object> = (tx, input) =>
  remove(tx, ofRole(tx, input.RoleName), input.PolicyName)

/** Policies that gate a whole account; nothing gates the cloud's own. */
const ofAccount = (tx: Tx, name: string | undefined): Place => [accountGiven(tx, name).id, 'account']

export const putAccountPolicy: Operation<PutAccountPolicyRequest, object> = (tx, input) => {
  const account = accountGiven(tx, input.AccountName)
  if (account.alias === cloudAccountAlias) notAuthorized(tx, 'PutAccountPolicy', accountArn(account))
  return put(tx, ofAccount(tx, input.AccountName), input.PolicyName, input.PolicyDocument)
}

export const getAccountPolicy: Operation<AccountPolicyRequest, GetAccountPolicyResponse> = (tx, input) => ({
  ...(input.AccountName === undefined ? {} : { AccountName: input.AccountName }),
  ...shown(tx, ofAccount(tx, input.AccountName), input.PolicyName),
})

export const listAccountPolicies: Operation<ListAccountPoliciesRequest, ListAccountPoliciesResponse> = (
  tx,
  input,
) => names(tx, ofAccount(tx, input.AccountName), input)

export const deleteAccountPolicy: Operation<AccountPolicyRequest, object> = (tx, input) =>
  remove(tx, ofAccount(tx, input.AccountName), input.PolicyName)
