// SPDX-License-Identifier: BSD-2-Clause
// All that says who may do what in an account, in one answer: what programs look through for rights that are too wide.
// Eucalyptus has no such thing. It is as AWS' documentation says, but that lists are there when they are empty, too.
import type {
  AttachedPermissionsBoundary,
  AttachedPolicy,
  EntityType,
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { arnOf } from './arns'
import { cloudPolicies } from './cloud-policies'
import { heldBy } from './held-policies'
import { profileView } from './instance-profiles'
import { policyKnown, policyView, usesOf, versionView } from './managed-policies'
import { markedPage } from './marked-pages'
import { roleView } from './roles'
import type { Group, ManagedPolicy, Role, User } from './schema'
import { tagList } from './tags'
import { policyShown } from './texts'

/** The key tells the place in the list, of pages. */
type Detail = { readonly key: string } & (
  | { readonly kind: 'user'; readonly record: User }
  | { readonly kind: 'group'; readonly record: Group }
  | { readonly kind: 'role'; readonly record: Role }
  | { readonly kind: 'policy'; readonly record: ManagedPolicy }
)

/** Whoever may see all of it: policies are asked about no single thing. */
export const onAllDetails = (): Demand[] => [{ resource: '*' }]

const policiesOf = (tx: Tx, holder: string) => {
  const { inline, attached, boundary } = heldBy(tx, holder)
  const own = inline.map(policyShown)
  const AttachedManagedPolicies = attached.map(
    (arn): AttachedPolicy => ({ PolicyName: policyKnown(tx, arn).name, PolicyArn: arn }),
  )
  const bound: { PermissionsBoundary?: AttachedPermissionsBoundary } = boundary
    ? {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
          PermissionsBoundaryArn: boundary,
        },
      }
    : {}
  return { own, AttachedManagedPolicies, bound }
}

const userDetail = (tx: Tx, user: User): UserDetail => {
  const { own, AttachedManagedPolicies, bound } = policiesOf(tx, `user/${user.name}`)
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: arnOf('user', user),
    CreateDate: new Date(user.createdAt),
    UserPolicyList: own,
    GroupList: [...(user.groups ?? [])],
    AttachedManagedPolicies,
    ...bound,
    Tags: tagList(user),
  }
}

const groupDetail = (tx: Tx, group: Group): GroupDetail => {
  const { own, AttachedManagedPolicies } = policiesOf(tx, `group/${group.name}`)
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: arnOf('group', group),
    CreateDate: new Date(group.createdAt),
    GroupPolicyList: own,
    AttachedManagedPolicies,
  }
}

const roleDetail = (tx: Tx, role: Role): RoleDetail => {
  const { own, AttachedManagedPolicies, bound } = policiesOf(tx, `role/${role.name}`)
  const { Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument } = roleView(tx, role)
  return {
    ...{ Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument },
    InstanceProfileList: tx.instanceProfiles
      .list()
      .filter(profile => profile.role === role.name)
      .map(profile => profileView(tx, profile)),
    RolePolicyList: own,
    AttachedManagedPolicies,
    ...bound,
    Tags: tagList(role),
  }
}

const policyDetail = (
  tx: Tx,
  policy: ManagedPolicy,
  uses: ReturnType<typeof usesOf>,
): ManagedPolicyDetail => ({
  ...policyView(tx, policy, uses),
  // The newest first, as in lists of versions.
  PolicyVersionList: [...policy.versions].reverse().map(version => ({
    Document: policyShown({ name: policy.name, document: version.document }).PolicyDocument,
    ...versionView(policy, version),
  })),
})

const listOf: Readonly<Record<EntityType, (tx: Tx) => readonly Detail[]>> = {
  User: tx => tx.users.list().map(record => ({ kind: 'user', record, key: `1 ${record.name}` })),
  Group: tx => tx.groups.list().map(record => ({ kind: 'group', record, key: `2 ${record.name}` })),
  Role: tx => tx.roles.list().map(record => ({ kind: 'role', record, key: `3 ${record.name}` })),
  LocalManagedPolicy: tx =>
    tx.managedPolicies.list().map(record => ({ kind: 'policy', record, key: `4 ${record.name}` })),
  AWSManagedPolicy: tx =>
    cloudPolicies.map(([arn]) => ({ kind: 'policy', record: policyKnown(tx, arn), key: `5 ${arn}` })),
}

const isEntityType = (name: string): name is EntityType => Object.hasOwn(listOf, name)

export const getAccountAuthorizationDetails: Operation<
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse
> = (tx, input) => {
  const filter: readonly string[] = input.Filter ?? []
  for (const name of filter) {
    if (!isEntityType(name)) refuse('ValidationError', `Invalid entity filter ${name}`)
  }
  const types = Object.keys(listOf).filter(isEntityType)
  const wanted = types.filter(type => filter.length === 0 || filter.includes(type))
  const details = wanted.flatMap(type => listOf[type](tx))
  const { items, ...rest } = markedPage(details, input, ({ key }) => key)
  const uses = usesOf(tx)
  return {
    UserDetailList: items.flatMap(({ kind, record }) => (kind === 'user' ? [userDetail(tx, record)] : [])),
    GroupDetailList: items.flatMap(({ kind, record }) => (kind === 'group' ? [groupDetail(tx, record)] : [])),
    RoleDetailList: items.flatMap(({ kind, record }) => (kind === 'role' ? [roleDetail(tx, record)] : [])),
    Policies: items.flatMap(({ kind, record }) =>
      kind === 'policy' ? [policyDetail(tx, record, uses)] : [],
    ),
    ...rest,
  }
}
