// SPDX-License-Identifier: BSD-2-Clause
// AWS::IAM::Role and AWS::IAM::InstanceProfile.
import { arnOf } from '../../iam/arns'
import type { Work } from './contracts'
import { changePolicies, iamCall, iamTake, missingFrom, policyProperties } from './identity-policies'
import { tagIdentity } from './identity-tags'
import {
  documentText,
  inPlace,
  integer,
  json,
  required,
  resourceType,
  tags,
  text,
  texts,
  type ValuesOf,
} from './kinds'
import { complete } from './removal'

const roleProperties = {
  ...policyProperties,
  AssumeRolePolicyDocument: required(inPlace(json)),
  Description: inPlace(text),
  MaxSessionDuration: inPlace(integer),
  Path: text,
  PermissionsBoundary: inPlace(text),
  RoleName: text,
  Tags: inPlace(tags),
} as const
type RoleValues = ValuesOf<typeof roleProperties>

const change = (work: Work, RoleName: string, values: RoleValues, before: RoleValues): void => {
  const document = documentText(values.AssumeRolePolicyDocument)
  if (document !== documentText(before.AssumeRolePolicyDocument)) {
    iamCall(work, 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument: document })
  }
  const { Description = '', MaxSessionDuration = 3600, PermissionsBoundary } = values
  const isSame =
    values.Description === before.Description && values.MaxSessionDuration === before.MaxSessionDuration
  if (!isSame) iamCall(work, 'UpdateRole', { RoleName, Description, MaxSessionDuration })
  if (PermissionsBoundary === before.PermissionsBoundary) return
  if (PermissionsBoundary) iamCall(work, 'PutRolePermissionsBoundary', { RoleName, PermissionsBoundary })
  else iamTake(work, 'DeleteRolePermissionsBoundary', { RoleName })
}

export const role = resourceType({
  name: 'AWS::IAM::Role',
  properties: roleProperties,
  attributes: ['Arn', 'RoleId'],
  needsCapability: true,
  takesTags: true,
  create: (work, values) => {
    const name = values.RoleName ?? work.newName(64)
    const { Description, MaxSessionDuration, Path, PermissionsBoundary } = values
    iamCall(work, 'CreateRole', {
      RoleName: name,
      AssumeRolePolicyDocument: documentText(values.AssumeRolePolicyDocument),
      ...{ Description, MaxSessionDuration, Path, PermissionsBoundary },
    })
    const memory = tagIdentity(work, 'Role', name, values.Tags)
    changePolicies(work, ['Role', name], values)
    const record = work.tx.roles.in(work.stack.account).must(name)
    const attributes = { Arn: arnOf('role', record), RoleId: record.id }
    return { physicalId: name, ref: name, attributes, memory }
  },
  update: (work, made, values, before) => {
    const { physicalId: name } = made
    change(work, name, values, before)
    changePolicies(work, ['Role', name], values, before)
    return { ...made, memory: tagIdentity(work, 'Role', name, values.Tags, made) }
  },
  remove: (work, { physicalId: RoleName }, values) => {
    if (!work.tx.roles.in(work.stack.account).get(RoleName)) return complete
    changePolicies(work, ['Role', RoleName], {}, values)
    iamCall(work, 'DeleteRole', { RoleName })
    return complete
  },
})

export const instanceProfile = resourceType({
  name: 'AWS::IAM::InstanceProfile',
  properties: { InstanceProfileName: text, Path: text, Roles: required(inPlace(texts)) },
  attributes: ['Arn'],
  needsCapability: true,
  create: (work, { InstanceProfileName, Path, Roles }) => {
    const name = InstanceProfileName ?? work.newName(128)
    iamCall(work, 'CreateInstanceProfile', { InstanceProfileName: name, Path })
    for (const RoleName of Roles) {
      iamCall(work, 'AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName })
    }
    const record = work.tx.instanceProfiles.in(work.stack.account).must(name)
    return { physicalId: name, ref: name, attributes: { Arn: arnOf('instance-profile', record) } }
  },
  update: (work, made, { Roles }, before) => {
    const InstanceProfileName = made.physicalId
    for (const RoleName of missingFrom(before.Roles, Roles)) {
      iamTake(work, 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName })
    }
    for (const RoleName of missingFrom(Roles, before.Roles)) {
      iamCall(work, 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName })
    }
    return made
  },
  remove: (work, { physicalId: InstanceProfileName }, { Roles }) => {
    if (!work.tx.instanceProfiles.in(work.stack.account).get(InstanceProfileName)) return complete
    for (const RoleName of Roles) {
      iamTake(work, 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName })
    }
    iamCall(work, 'DeleteInstanceProfile', { InstanceProfileName })
    return complete
  },
})
