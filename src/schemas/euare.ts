// SPDX-License-Identifier: BSD-2-Clause
// What Eucalyptus' identity and token services have and AWS' lack (engine-iam-elb, parts 1 and 2), as schemas of the
// SDK's static form (numbers: 0 string, 1 number, 2 boolean, 4 instant; 3 a structure, 9 an operation). `DelegateAccount`
// is in none of them: it may come with every request, and is the pipeline's.
import {
  CreateOpenIDConnectProvider$,
  CreateUser$,
  DeleteGroup$,
  DeleteUser$,
  GetUser$,
  UpdateUser$,
  User$,
} from '@aws-sdk/client-iam'
import { type Credentials, Credentials$ } from '@aws-sdk/client-sts'
import type { StaticListSchema, StaticOperationSchema, StaticStructureSchema } from '@smithy/types'
import { extended, withInput, withOutput } from './combine'

const namespace = 'com.eucalyptus.euare'

type Members = Readonly<Record<string, unknown>>

const structure = (name: string, members: Members): StaticStructureSchema =>
  [3, namespace, name, 0, Object.keys(members), Object.values(members)] as unknown as StaticStructureSchema

const list = (name: string, member: () => StaticStructureSchema): StaticListSchema => [
  1,
  namespace,
  name,
  0,
  member,
]

const operation = (name: string, input: Members, output: Members | 'unit'): StaticOperationSchema => [
  9,
  namespace,
  name,
  0,
  structure(`${name}Request`, input),
  output === 'unit' ? 'unit' : structure(`${name}Response`, output),
]

// ---- accounts ------------------------------------------------------------------------------------------------

export interface AccountView {
  AccountName?: string
  AccountId?: string
}

const Account$ = structure('Account', { AccountName: 0, AccountId: 0 })

export interface CreateAccountRequest {
  AccountName?: string
}
export interface CreateAccountResponse {
  Account?: AccountView
}
export const CreateAccount$ = operation('CreateAccount', { AccountName: 0 }, { Account: () => Account$ })

export interface DeleteAccountRequest {
  AccountName?: string
  Recursive?: boolean
}
export const DeleteAccount$ = operation('DeleteAccount', { AccountName: 0, Recursive: 2 }, 'unit')

export interface ListAccountsResponse {
  Accounts?: AccountView[]
}
export const ListAccounts$ = operation(
  'ListAccounts',
  {},
  { Accounts: () => list('AccountList', () => Account$) },
)

export interface AccountPolicyRequest {
  AccountName?: string
  PolicyName?: string
}
export interface PutAccountPolicyRequest extends AccountPolicyRequest {
  PolicyDocument?: string
}
export interface GetAccountPolicyResponse {
  AccountName?: string
  PolicyName?: string
  /** As it was uploaded, URL-encoded as IAM has it everywhere. */
  PolicyDocument?: string
}
export interface ListAccountPoliciesRequest {
  AccountName?: string
  Marker?: string
  MaxItems?: number
}
export interface ListAccountPoliciesResponse {
  PolicyNames?: string[]
  IsTruncated?: boolean
  Marker?: string
}
const named = { AccountName: 0, PolicyName: 0 }
export const PutAccountPolicy$ = operation('PutAccountPolicy', { ...named, PolicyDocument: 0 }, 'unit')
export const DeleteAccountPolicy$ = operation('DeleteAccountPolicy', named, 'unit')
export const GetAccountPolicy$ = operation('GetAccountPolicy', named, { ...named, PolicyDocument: 0 })
export const ListAccountPolicies$ = operation(
  'ListAccountPolicies',
  { AccountName: 0, Marker: 0, MaxItems: 1 },
  // 64 + 0: a list of strings.
  { PolicyNames: 64, IsTruncated: 2, Marker: 0 },
)

// ---- users ---------------------------------------------------------------------------------------------------

/** What Eucalyptus shows of a user beside what AWS does. */
export interface UserAdditions {
  Enabled?: boolean
  RegStatus?: string
  PasswordExpiration?: Date
}

const EuareUser$ = extended(User$, { Enabled: 2, RegStatus: 0, PasswordExpiration: 5 })
const withUser = { User: () => EuareUser$ }

export const CreateEuareUser$ = withOutput(CreateUser$, withUser)
/** With `ShowExtra`, without which the additions are left out. */
export const GetEuareUser$ = withOutput(withInput(GetUser$, { ShowExtra: 2 }), withUser)
export const UpdateEuareUser$ = withInput(UpdateUser$, { Enabled: 2, RegStatus: 0, PasswordExpiration: 5 })
export const DeleteEuareUser$ = withInput(DeleteUser$, { IsRecursive: 2 })
export const DeleteEuareGroup$ = withInput(DeleteGroup$, { IsRecursive: 2 })

export interface UserInfo {
  Key?: string
  Value?: string
}
const UserInfo$ = structure('UserInfo', { Key: 0, Value: 0 })

export interface GetUserInfoRequest {
  UserName?: string
  InfoKey?: string
}
export interface GetUserInfoResponse {
  Infos?: UserInfo[]
}
export const GetUserInfo$ = operation(
  'GetUserInfo',
  { UserName: 0, InfoKey: 0 },
  { Infos: () => list('UserInfoList', () => UserInfo$) },
)

export interface UpdateUserInfoRequest extends GetUserInfoRequest {
  /** Absent or empty: the key goes. */
  InfoValue?: string
}
export const UpdateUserInfo$ = operation('UpdateUserInfo', { UserName: 0, InfoKey: 0, InfoValue: 0 }, 'unit')

export interface CreateSigningCertificateRequest {
  UserName?: string
}
export interface CreatedSigningCertificate {
  UserName?: string
  CertificateId?: string
  CertificateBody?: string
  PrivateKey?: string
  Status?: string
  UploadDate?: Date
}
export interface CreateSigningCertificateResponse {
  Certificate?: CreatedSigningCertificate
}
const CreatedSigningCertificate$ = structure('SigningCertificate', {
  UserName: 0,
  CertificateId: 0,
  CertificateBody: 0,
  PrivateKey: 0,
  Status: 0,
  UploadDate: 5,
})
export const CreateSigningCertificate$ = operation(
  'CreateSigningCertificate',
  { UserName: 0 },
  { Certificate: () => CreatedSigningCertificate$ },
)

export interface GetLdapSyncStatusResponse {
  SyncEnabled?: boolean
  InSync?: boolean
}
export const GetLdapSyncStatus$ = operation('GetLdapSyncStatus', {}, { SyncEnabled: 2, InSync: 2 })

// ---- providers -----------------------------------------------------------------------------------------------

/** The older tools write the list's name with a small letter. */
export const OlderCreateOpenIDConnectProvider$ = withInput(CreateOpenIDConnectProvider$, { ClientIdList: 64 })

// ---- tokens --------------------------------------------------------------------------------------------------

export interface TokenResponse {
  Credentials?: Credentials
}

const tokenOperation = (name: string, input: Members): StaticOperationSchema => [
  9,
  'com.eucalyptus.tokens',
  name,
  0,
  structure(`${name}Request`, input),
  structure(`${name}Response`, { Credentials: () => Credentials$ }),
]

export interface GetAccessTokenRequest {
  DurationSeconds?: number
}
/** By a password (HTTP Basic authentication) instead of a key: how the console signs in. */
export const GetAccessToken$ = tokenOperation('GetAccessToken', { DurationSeconds: 1 })

/** For cloud administrators: a user by his id, or by his account's alias and his name. */
export interface GetImpersonationTokenRequest {
  ImpersonatedUserId?: string
  AccountAlias?: string
  UserName?: string
  DurationSeconds?: number
}
export const GetImpersonationToken$ = tokenOperation('GetImpersonationToken', {
  ImpersonatedUserId: 0,
  AccountAlias: 0,
  UserName: 0,
  DurationSeconds: 1,
})
