// SPDX-License-Identifier: BSD-2-Clause
// What has to go before a user or a group can: it is found first, so that it can be shown instead, and then taken away
// piece by piece. Clouds that can do both at once are told so by -R, which has never been in the help.
import type { IamClient } from '../../clients'
import { constant, flag } from '../options'
import { allOf } from './pages'

export const deletionOptions = {
  recursive: flag('-r --recursive', { help: 'delete what is attached as well' }),
  recursiveEuca: constant('-R --recursive-euca', 'true', { hidden: true }),
  pretend: flag('-p --pretend', { help: 'show what would be deleted with -r, and delete nothing' }),
}

interface Named {
  readonly Arn?: string | undefined
}

export interface GroupContents {
  readonly Users: readonly (Named & { readonly UserName?: string | undefined })[]
  readonly PolicyNames: readonly string[]
}

export const groupContents = async (iam: IamClient, GroupName: string): Promise<GroupContents> => ({
  Users: await allOf(page => iam.getGroup({ GroupName, ...page }), 'Users'),
  PolicyNames: await allOf(page => iam.listGroupPolicies({ GroupName, ...page }), 'PolicyNames'),
})

export const removeGroupContents = async (
  iam: IamClient,
  GroupName: string,
  { Users, PolicyNames }: GroupContents,
): Promise<void> => {
  for (const { UserName } of Users) await iam.removeUserFromGroup({ GroupName, UserName })
  for (const PolicyName of PolicyNames) await iam.deleteGroupPolicy({ GroupName, PolicyName })
}

export interface UserContents {
  readonly AccessKeyMetadata: readonly { readonly AccessKeyId?: string | undefined }[]
  readonly PolicyNames: readonly string[]
  readonly Certificates: readonly { readonly CertificateId?: string | undefined }[]
  readonly Groups: readonly (Named & { readonly GroupName?: string | undefined })[]
  readonly hasLoginProfile: boolean
}

const hasLoginProfile = async (iam: IamClient, UserName: string): Promise<boolean> => {
  try {
    await iam.getLoginProfile({ UserName })
    return true
  } catch (error) {
    // The only way to learn that there is none.
    if (error instanceof Error && 'code' in error && error.code === 'NoSuchEntity') return false
    throw error
  }
}

export const userContents = async (iam: IamClient, UserName: string): Promise<UserContents> => ({
  AccessKeyMetadata: await allOf(page => iam.listAccessKeys({ UserName, ...page }), 'AccessKeyMetadata'),
  PolicyNames: await allOf(page => iam.listUserPolicies({ UserName, ...page }), 'PolicyNames'),
  Certificates: await allOf(page => iam.listSigningCertificates({ UserName, ...page }), 'Certificates'),
  Groups: await allOf(page => iam.listGroupsForUser({ UserName, ...page }), 'Groups'),
  hasLoginProfile: await hasLoginProfile(iam, UserName),
})

export const removeUserContents = async (
  iam: IamClient,
  UserName: string,
  { AccessKeyMetadata, PolicyNames, Certificates, Groups, hasLoginProfile }: UserContents,
): Promise<void> => {
  for (const { AccessKeyId } of AccessKeyMetadata) await iam.deleteAccessKey({ UserName, AccessKeyId })
  for (const PolicyName of PolicyNames) await iam.deleteUserPolicy({ UserName, PolicyName })
  for (const { CertificateId } of Certificates)
    await iam.deleteSigningCertificate({ UserName, CertificateId })
  for (const { GroupName } of Groups) await iam.removeUserFromGroup({ GroupName, UserName })
  if (hasLoginProfile) await iam.deleteLoginProfile({ UserName })
}
