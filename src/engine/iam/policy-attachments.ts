// SPDX-License-Identifier: BSD-2-Clause
// Which users, groups and roles have which managed policies.
import type {
  AttachedPolicy,
  AttachGroupPolicyRequest,
  AttachRolePolicyRequest,
  AttachUserPolicyRequest,
  DetachGroupPolicyRequest,
  DetachRolePolicyRequest,
  DetachUserPolicyRequest,
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { changeHeld, heldBy } from './held-policies'
import { groupGiven, onGivenUser, onGroup, refuseAdministrator, userGiven } from './identity-demands'
import { policyKnown } from './managed-policies'
import { type MarkerRequest, markedPage } from './marked-pages'
import { onRole, roleNamed } from './roles'

const mostAttached = 10
const nameOfKind = { user: 'User', group: 'Group', role: 'Role' } as const
type Kind = keyof typeof nameOfKind

interface OfPolicy {
  readonly PolicyArn?: string | undefined
}

/** Who may attach may be told which policies: by the key that AWS has for it. */
const withPolicy =
  <I>(on: (tx: Tx, input: I) => readonly Demand[]) =>
  (tx: Tx, input: I & OfPolicy): Demand[] =>
    on(tx, input).map(demand => ({ ...demand, context: { 'iam:policyarn': input.PolicyArn } }))

export const onUserWithPolicy = withPolicy(onGivenUser)
export const onGroupWithPolicy = withPolicy(onGroup)
export const onRoleWithPolicy = withPolicy(onRole)

const attach = (tx: Tx, kind: Kind, name: string, { PolicyArn }: OfPolicy): object => {
  policyKnown(tx, PolicyArn)
  const arn = PolicyArn ?? ''
  const holder = `${kind}/${name}`
  const { attached } = heldBy(tx, holder)
  // What is there already is attached once.
  if (attached.includes(arn)) return {}
  if (attached.length >= mostAttached) {
    refuse('LimitExceeded', `Cannot exceed quota for PoliciesPer${nameOfKind[kind]}: ${mostAttached}`)
  }
  changeHeld(tx, holder, held => ({ ...held, attached: [...held.attached, arn] }))
  return {}
}

const detach = (tx: Tx, kind: Kind, name: string, { PolicyArn: arn = '' }: OfPolicy): object => {
  const holder = `${kind}/${name}`
  if (!heldBy(tx, holder).attached.includes(arn)) refuse('NoSuchEntity', `Policy ${arn} was not found.`)
  changeHeld(tx, holder, held => ({ ...held, attached: held.attached.filter(one => one !== arn) }))
  return {}
}

const list = (
  tx: Tx,
  holder: string,
  input: MarkerRequest & { readonly PathPrefix?: string | undefined },
) => {
  const views = heldBy(tx, holder)
    .attached.map(arn => ({ arn, policy: policyKnown(tx, arn) }))
    .filter(({ policy }) => policy.path.startsWith(input.PathPrefix || '/'))
    .map(({ arn, policy }): AttachedPolicy => ({ PolicyName: policy.name, PolicyArn: arn }))
  const { items, ...rest } = markedPage(views, input, ({ PolicyArn = '' }) => PolicyArn)
  return { AttachedPolicies: [...items], ...rest }
}

export const attachUserPolicy: Operation<AttachUserPolicyRequest, object> = (tx, input) =>
  attach(tx, 'user', refuseAdministrator(tx, userGiven(tx, input.UserName), 'AttachUserPolicy').name, input)

export const attachGroupPolicy: Operation<AttachGroupPolicyRequest, object> = (tx, input) =>
  attach(tx, 'group', groupGiven(tx, input.GroupName).name, input)

export const attachRolePolicy: Operation<AttachRolePolicyRequest, object> = (tx, input) =>
  attach(tx, 'role', roleNamed(tx, input.RoleName).name, input)

export const detachUserPolicy: Operation<DetachUserPolicyRequest, object> = (tx, input) =>
  detach(tx, 'user', userGiven(tx, input.UserName).name, input)

export const detachGroupPolicy: Operation<DetachGroupPolicyRequest, object> = (tx, input) =>
  detach(tx, 'group', groupGiven(tx, input.GroupName).name, input)

export const detachRolePolicy: Operation<DetachRolePolicyRequest, object> = (tx, input) =>
  detach(tx, 'role', roleNamed(tx, input.RoleName).name, input)

export const listAttachedUserPolicies: Operation<
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse
> = (tx, input) => list(tx, `user/${userGiven(tx, input.UserName).name}`, input)

export const listAttachedGroupPolicies: Operation<
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse
> = (tx, input) => list(tx, `group/${groupGiven(tx, input.GroupName).name}`, input)

export const listAttachedRolePolicies: Operation<
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse
> = (tx, input) => list(tx, `role/${roleNamed(tx, input.RoleName).name}`, input)

interface Entity {
  readonly kind: string
  readonly name: string
  readonly id: string
  readonly path: string
}

const entityOf = (tx: Tx, holder: string): Entity | undefined => {
  const at = holder.indexOf('/')
  const [kind, name] = [holder.slice(0, at), holder.slice(at + 1)]
  const tables = { user: tx.users, group: tx.groups, role: tx.roles }
  const record = Object.hasOwn(tables, kind) ? tables[kind as Kind].get(name) : undefined
  return record && { kind, name, id: record.id, path: record.path }
}

const filters: Readonly<Record<string, string>> = { User: 'user', Group: 'group', Role: 'role' }

export const listEntitiesForPolicy: Operation<ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse> = (
  tx,
  input,
) => {
  policyKnown(tx, input.PolicyArn)
  const { PolicyArn: arn = '', EntityFilter: filter, PolicyUsageFilter: usage, PathPrefix } = input
  const isKnown = filter === undefined || Object.hasOwn(filters, filter)
  // The others that AWS has name policies and not entities.
  if (!isKnown) refuse('ValidationError', `Invalid entity filter ${filter}`)
  const isUsed = (attached: readonly string[], boundary: string | undefined): boolean =>
    (usage !== 'PermissionsBoundary' && attached.includes(arn)) ||
    (usage !== 'PermissionsPolicy' && boundary === arn)
  const entities = tx.heldPolicies
    .list()
    .filter(({ attached, boundary }) => isUsed(attached, boundary))
    .map(({ holder }) => entityOf(tx, holder))
    .filter(entity => entity !== undefined)
    .filter(({ kind, path }) => path.startsWith(PathPrefix || '/') && (!filter || filters[filter] === kind))
  const { items, ...rest } = markedPage(entities, input, ({ kind, name }) => `${kind}/${name}`)
  const of = (kind: Kind) => items.filter(entity => entity.kind === kind)
  return {
    PolicyGroups: of('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyUsers: of('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
    PolicyRoles: of('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...rest,
  }
}
