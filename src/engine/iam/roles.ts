// SPDX-License-Identifier: BSD-2-Clause
// Roles: who may take them on, and for how long.
import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  Role as RoleInfo,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { compiled } from '../policy/compiled'
import { type Json, readJson } from '../policy/json'
import { arnOf } from './arns'
import { checkEntityName, pathGiven } from './entity-names'
import { markedPage } from './marked-pages'
import { boundaryGiven } from './permissions-boundaries'
import { checkQuota } from './quotas'
import type { Role } from './schema'
import { taggedWith, tagsShown } from './tags'
import { identifier } from './texts'

const leastSessionSeconds = 3600
const mostSessionSeconds = 43_200
const longestDescription = 1000

/** The role of this name in the caller's account. */
export const roleNamed = (tx: Tx, name: string | undefined): Role =>
  tx.roles.get(name ?? '') ?? refuse('NoSuchEntity', `Can not find role ${name ?? ''}`)

/** What a request about one role asks of policies. One that is not there is asked for as if it were at the root. */
export const onRole = (tx: Tx, { RoleName = '' }: { readonly RoleName?: string | undefined }): Demand[] => [
  { resource: roleArn(tx, RoleName) },
]

export const roleArn = (tx: Tx, name: string): string =>
  arnOf('role', tx.roles.get(name) ?? { account: tx.caller.account, name })

export const onNewRole = (tx: Tx, { RoleName: name = '', Path }: CreateRoleRequest): Demand[] => [
  { resource: arnOf('role', { account: tx.caller.account, path: pathGiven(Path, 'role'), name }) },
]

const listOf = (value: Json | undefined): readonly Json[] =>
  value?.kind === 'array' ? value.items : value ? [value] : []

/** Actions of a document that compiles. Asked when it is given alone, so that those of older folders stay good. */
const actionsIn = (text: string): readonly string[] => {
  const document = readJson(text)
  const statements = document.kind === 'object' ? listOf(document.members.get('Statement')) : []
  return statements
    .flatMap(one =>
      one.kind === 'object'
        ? [...listOf(one.members.get('Action')), ...listOf(one.members.get('NotAction'))]
        : [],
    )
    .map(action => (action.kind === 'scalar' ? String(action.value).trim() : ''))
}

/** A document that says who may assume a role. Refused with MalformedPolicyDocument when it says it wrongly. */
const trustGiven = (document: string | undefined): string => {
  const text = document ?? ''
  compiled(text, 'trust')
  if (!actionsIn(text).every(action => /^(sts:|\*$)/i.test(action))) {
    refuse('MalformedPolicyDocument', 'AssumeRole policy may only specify STS AssumeRole actions.', 400)
  }
  return text
}

const descriptionGiven = (text: string | undefined): string | undefined => {
  if (text === undefined || text === '') return undefined
  if (text.length > longestDescription) refuse('ValidationError', 'Invalid description')
  return text
}

const sessionSecondsGiven = (seconds: number | undefined): number | undefined => {
  if (seconds === undefined) return undefined
  const isWithin = seconds >= leastSessionSeconds && seconds <= mostSessionSeconds
  if (!isWithin || !Number.isInteger(seconds)) {
    refuse(
      'ValidationError',
      `The requested MaxSessionDuration must be between ${leastSessionSeconds} and ${mostSessionSeconds} seconds.`,
    )
  }
  return seconds
}

export const createRole: Operation<CreateRoleRequest, CreateRoleResponse> = (tx, input) => {
  const name = checkEntityName('role', input.RoleName, 64)
  const path = pathGiven(input.Path, 'role')
  const trust = trustGiven(input.AssumeRolePolicyDocument)
  const description = descriptionGiven(input.Description)
  const maxSessionSeconds = sessionSecondsGiven(input.MaxSessionDuration)
  const boundary = boundaryGiven(tx, input.PermissionsBoundary)
  const tagged = taggedWith(undefined, input.Tags)
  if (tx.roles.get(name)) refuse('EntityAlreadyExists', `Role ${name} already exists.`)
  checkQuota(tx, 'rolenumber', tx.roles.list().length, 'Role quota exceeded')
  const role = tx.roles.put({
    account: tx.caller.account,
    name,
    path,
    id: identifier(tx, 'ARO'),
    createdAt: tx.now,
    trust,
    ...(description && { description }),
    ...(maxSessionSeconds && { maxSessionSeconds }),
    ...tagged,
  })
  if (boundary) {
    tx.heldPolicies.put({ account: role.account, holder: `role/${name}`, inline: [], attached: [], boundary })
  }
  return { Role: { ...roleView(tx, role), ...tagsShown(role) } }
}

export const getRole: Operation<GetRoleRequest, GetRoleResponse> = (tx, { RoleName }) => {
  const role = roleNamed(tx, RoleName)
  return { Role: { ...roleView(tx, role), ...tagsShown(role) } }
}

export const listRoles: Operation<ListRolesRequest, ListRolesResponse> = (tx, input) => {
  const roles = tx.roles
    .list()
    .filter(role => role.path.startsWith(input.PathPrefix || '/'))
    .filter(role => tx.permits({ resource: arnOf('role', role) }))
  const { items, ...rest } = markedPage(roles, input, ({ name }) => name)
  // As with AWS, lists leave out tags.
  return { Roles: items.map(role => roleView(tx, role)), ...rest }
}

export const updateAssumeRolePolicy: Operation<UpdateAssumeRolePolicyRequest, object> = (tx, input) => {
  const role = roleNamed(tx, input.RoleName)
  tx.roles.put({ ...role, trust: trustGiven(input.PolicyDocument) })
  return {}
}

const changed = (tx: Tx, role: Role, description: string | undefined, seconds?: number | undefined): Role => {
  const { description: before, ...rest } = role
  const after = description === undefined ? before : descriptionGiven(description)
  const maxSessionSeconds = sessionSecondsGiven(seconds)
  return tx.roles.put({
    ...rest,
    ...(after && { description: after }),
    ...(maxSessionSeconds && { maxSessionSeconds }),
  })
}

export const updateRole: Operation<UpdateRoleRequest, object> = (tx, input) => {
  changed(tx, roleNamed(tx, input.RoleName), input.Description, input.MaxSessionDuration)
  return {}
}

export const updateRoleDescription: Operation<UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse> = (
  tx,
  { RoleName, Description },
) => ({ Role: roleView(tx, changed(tx, roleNamed(tx, RoleName), Description ?? '')) })

export const deleteRole: Operation<DeleteRoleRequest, object> = (tx, { RoleName }) => {
  const role = roleNamed(tx, RoleName)
  const held = tx.heldPolicies.get(`role/${role.name}`)
  const isHolding = held !== undefined && held.inline.length + held.attached.length > 0
  if (isHolding || tx.instanceProfiles.list().some(profile => profile.role === role.name)) {
    refuse(
      'DeleteConflict',
      `Attempted to delete role with resources attached by ${tx.caller.userName || tx.caller.userId}`,
    )
  }
  // A boundary goes with its role.
  tx.heldPolicies.delete(`role/${role.name}`)
  tx.roles.delete(role.name)
  return {}
}

export const roleView = (tx: Tx, role: Role): RoleInfo => {
  const boundary = tx.heldPolicies.in(role.account).get(`role/${role.name}`)?.boundary
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: arnOf('role', role),
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(role.trust),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds ?? leastSessionSeconds,
    ...(boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: boundary,
          },
        }),
  }
}
