// SPDX-License-Identifier: BSD-2-Clause
// How Euare says no: in the words of Eucalyptus 4.4, which name what was asked for and who asked.
import type { Denial } from '../access'
import { refuse } from '../errors'
import type { Tx } from '../operation'

/** What was asked for. `NAME` stands for what it was asked for of; the others are said by the words of their name. */
const phrases: Readonly<Record<string, string>> = {
  CreateAccessKey: 'create access key for user NAME',
  CreateLoginProfile: 'create login profile for NAME',
  CreateSigningCertificate: 'create signing certificate of NAME',
  DeleteAccessKey: 'delete access key of NAME',
  DeleteAccountPolicy: 'delete account policy for NAME',
  DeleteGroupPolicy: 'delete group policy of NAME',
  DeleteLoginProfile: 'delete login profile for NAME',
  DeleteRolePolicy: 'delete role policy of NAME',
  DeleteServerCertificate: 'delete server certificates',
  DeleteSigningCertificate: 'delete cert for user NAME',
  DeleteUserPolicy: 'delete policy for user NAME',
  GetAccountPolicy: 'get account policy for NAME',
  GetGroup: 'get group NAME',
  GetGroupPolicy: 'get group policy for NAME',
  GetInstanceProfile: 'get instance profile NAME',
  GetLoginProfile: 'get login profile for NAME',
  GetRole: 'get role NAME',
  GetRolePolicy: 'get role policy for NAME',
  GetUserPolicy: 'get user policies for NAME',
  ListAccessKeys: 'list access keys for NAME',
  ListAccountPolicies: 'list account policies for NAME',
  ListGroupPolicies: 'list group polices for NAME',
  ListGroupsForUser: 'get user groups for NAME',
  ListRolePolicies: 'list role polices for NAME',
  ListSigningCertificates: 'list signing certificates for NAME',
  ListUserPolicies: 'list user policies for NAME',
  PutAccountPolicy: 'put account policy for NAME',
  PutGroupPolicy: 'put group policy for NAME',
  PutRolePolicy: 'put role policy for NAME',
  PutUserPolicy: 'put user policy for NAME',
  UpdateAccessKey: 'update access key of NAME',
  UpdateAssumeRolePolicy: 'update role NAME',
  UpdateGroup: 'update group NAME',
  UpdateLoginProfile: 'update login profile of NAME',
  UpdateServerCertificate: 'update server certificates',
  UpdateSigningCertificate: 'update signing certificate of NAME',
  UpdateUserInfo: 'update user',
  UploadSigningCertificate: 'upload signing certificate of NAME',
}

// Eucalyptus looks whether any part of these lists could be seen, and does not say who asked.
const unsigned = /^List(Users|Groups|Accounts|Roles|InstanceProfiles|OpenIDConnectProviders)$/

const wordsOf = (operation: string): string =>
  (operation.match(/[A-Z]+(?![a-z])|[A-Z][a-z]*/g) ?? []).join(' ').toLowerCase()

export const denied: Denial = (tx, { action = '', resource }) => {
  const operation = action.slice(action.indexOf(':') + 1)
  const name = resource.slice(Math.max(resource.lastIndexOf('/'), resource.lastIndexOf(':')) + 1)
  const phrase = phrases[operation]?.replace('NAME', () => name) ?? wordsOf(operation)
  const by = unsigned.test(operation) ? '' : ` by ${tx.caller.userName || tx.caller.userId}`
  const code = operation.includes('OpenIDConnect') ? 'AccessDenied' : 'NotAuthorized'
  return refuse(code, `Not authorized to ${phrase}${by}`, 403)
}

/** For what no policy can allow. */
export const notAuthorized = (tx: Tx, operation: string, resource: string): never =>
  denied(tx, { action: `iam:${operation}`, resource }, { allowed: false, reason: 'implicit-deny', by: [] })
