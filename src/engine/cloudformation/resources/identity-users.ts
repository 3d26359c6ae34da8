// SPDX-License-Identifier: BSD-2-Clause
// AWS::IAM::User, Group, UserToGroupAddition and AccessKey.
import type { CreateAccessKeyResponse } from '@aws-sdk/client-iam'
import { arnOf } from '../../iam/arns'
import type { Work } from './contracts'
import { changePolicies, iamCall, iamTake, missingFrom, policyProperties } from './identity-policies'
import { tagIdentity } from './identity-tags'
import {
  boolean,
  inPlace,
  integer,
  objectOf,
  required,
  resourceType,
  secret,
  tags,
  text,
  texts,
  type ValuesOf,
} from './kinds'
import { complete, removed } from './removal'

const userProperties = {
  ...policyProperties,
  Groups: inPlace(texts),
  LoginProfile: inPlace(objectOf({ Password: secret(required(text)), PasswordResetRequired: boolean })),
  Path: inPlace(text),
  PermissionsBoundary: inPlace(text),
  Tags: inPlace(tags),
  UserName: text,
} as const
type UserValues = ValuesOf<typeof userProperties>

const arnOfUser = (work: Work, name: string): string =>
  arnOf('user', work.tx.users.in(work.stack.account).must(name))

const changeGroups = (
  work: Work,
  UserName: string,
  are: readonly string[] = [],
  were: readonly string[] = [],
) => {
  for (const GroupName of missingFrom(were, are))
    iamTake(work, 'RemoveUserFromGroup', { UserName, GroupName })
  for (const GroupName of missingFrom(are, were)) iamCall(work, 'AddUserToGroup', { UserName, GroupName })
}

const changeLogin = (work: Work, UserName: string, are: UserValues, were: UserValues): void => {
  const [is, was] = [are.LoginProfile, were.LoginProfile]
  if (JSON.stringify(is) === JSON.stringify(was)) return
  if (!is) iamTake(work, 'DeleteLoginProfile', { UserName })
  else iamCall(work, was ? 'UpdateLoginProfile' : 'CreateLoginProfile', { UserName, ...is })
}

const changeBoundary = (work: Work, UserName: string, are: UserValues, were: UserValues): void => {
  const PermissionsBoundary = are.PermissionsBoundary
  if (PermissionsBoundary === were.PermissionsBoundary) return
  if (PermissionsBoundary) iamCall(work, 'PutUserPermissionsBoundary', { UserName, PermissionsBoundary })
  else iamTake(work, 'DeleteUserPermissionsBoundary', { UserName })
}

export const user = resourceType({
  name: 'AWS::IAM::User',
  properties: userProperties,
  attributes: ['Arn'],
  needsCapability: true,
  takesTags: true,
  create: (work, values) => {
    const name = values.UserName ?? work.newName(64)
    const { Path, PermissionsBoundary, LoginProfile } = values
    iamCall(work, 'CreateUser', { UserName: name, Path, PermissionsBoundary })
    const memory = tagIdentity(work, 'User', name, values.Tags)
    changeGroups(work, name, values.Groups)
    if (LoginProfile) iamCall(work, 'CreateLoginProfile', { UserName: name, ...LoginProfile })
    changePolicies(work, ['User', name], values)
    return { physicalId: name, ref: name, attributes: { Arn: arnOfUser(work, name) }, memory }
  },
  update: (work, made, values, before) => {
    const { physicalId: name } = made
    if (values.Path !== before.Path) {
      iamCall(work, 'UpdateUser', { UserName: name, NewPath: values.Path ?? '/' })
    }
    changeBoundary(work, name, values, before)
    changeGroups(work, name, values.Groups, before.Groups)
    changeLogin(work, name, values, before)
    changePolicies(work, ['User', name], values, before)
    const memory = tagIdentity(work, 'User', name, values.Tags, made)
    return { ...made, attributes: { Arn: arnOfUser(work, name) }, memory }
  },
  remove: (work, { physicalId: UserName }, values) => {
    if (!work.tx.users.in(work.stack.account).get(UserName)) return complete
    changePolicies(work, ['User', UserName], {}, values)
    changeGroups(work, UserName, [], values.Groups)
    if (values.LoginProfile) iamTake(work, 'DeleteLoginProfile', { UserName })
    iamCall(work, 'DeleteUser', { UserName })
    return complete
  },
})

const arnOfGroup = (work: Work, name: string): string =>
  arnOf('group', work.tx.groups.in(work.stack.account).must(name))

export const group = resourceType({
  name: 'AWS::IAM::Group',
  properties: { ...policyProperties, GroupName: text, Path: inPlace(text) },
  attributes: ['Arn'],
  needsCapability: true,
  create: (work, values) => {
    const name = values.GroupName ?? work.newName(128)
    iamCall(work, 'CreateGroup', { GroupName: name, Path: values.Path })
    changePolicies(work, ['Group', name], values)
    return { physicalId: name, ref: name, attributes: { Arn: arnOfGroup(work, name) } }
  },
  update: (work, made, values, before) => {
    const { physicalId: name } = made
    if (values.Path !== before.Path) {
      iamCall(work, 'UpdateGroup', { GroupName: name, NewPath: values.Path ?? '/' })
    }
    changePolicies(work, ['Group', name], values, before)
    return { ...made, attributes: { Arn: arnOfGroup(work, name) } }
  },
  remove: (work, { physicalId: GroupName }, values) => {
    if (!work.tx.groups.in(work.stack.account).get(GroupName)) return complete
    changePolicies(work, ['Group', GroupName], {}, values)
    iamCall(work, 'DeleteGroup', { GroupName })
    return complete
  },
})

export const userToGroupAddition = resourceType({
  name: 'AWS::IAM::UserToGroupAddition',
  properties: { GroupName: required(inPlace(text)), Users: required(inPlace(texts)) },
  attributes: [],
  needsCapability: true,
  create: (work, { GroupName, Users }) => {
    for (const UserName of Users) iamCall(work, 'AddUserToGroup', { GroupName, UserName })
    const name = work.newName()
    return { physicalId: name, ref: name, attributes: {} }
  },
  update: (work, made, values, before) => {
    const isOther = values.GroupName !== before.GroupName
    for (const UserName of isOther ? before.Users : missingFrom(before.Users, values.Users)) {
      iamTake(work, 'RemoveUserFromGroup', { GroupName: before.GroupName, UserName })
    }
    for (const UserName of isOther ? values.Users : missingFrom(values.Users, before.Users)) {
      iamCall(work, 'AddUserToGroup', { GroupName: values.GroupName, UserName })
    }
    return made
  },
  remove: (work, _, { GroupName, Users }) => {
    for (const UserName of Users) iamTake(work, 'RemoveUserFromGroup', { GroupName, UserName })
    return complete
  },
})

export const accessKey = resourceType({
  name: 'AWS::IAM::AccessKey',
  properties: { Serial: integer, Status: inPlace(text), UserName: required(text) },
  attributes: ['SecretAccessKey'],
  needsCapability: true,
  create: (work, { UserName, Status }) => {
    const { AccessKey } = iamCall<CreateAccessKeyResponse>(work, 'CreateAccessKey', { UserName })
    const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {}
    if (Status !== undefined) iamCall(work, 'UpdateAccessKey', { UserName, AccessKeyId, Status })
    return { physicalId: AccessKeyId, ref: AccessKeyId, attributes: { SecretAccessKey } }
  },
  update: (work, made, { UserName, Status = 'Active' }) => {
    iamCall(work, 'UpdateAccessKey', { UserName, AccessKeyId: made.physicalId, Status })
    return made
  },
  remove: (work, { physicalId: AccessKeyId }, { UserName }) =>
    removed(() => iamCall(work, 'DeleteAccessKey', { UserName, AccessKeyId }), 'NoSuchEntity'),
})
