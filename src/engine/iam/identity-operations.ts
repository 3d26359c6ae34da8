// SPDX-License-Identifier: BSD-2-Clause
// Accounts, users, groups and what they have: a part of the table of contents in index.ts.
import {
  AddUserToGroup$,
  ChangePassword$,
  CreateAccessKey$,
  CreateAccountAlias$,
  CreateGroup$,
  CreateLoginProfile$,
  DeleteAccessKey$,
  DeleteAccountAlias$,
  DeleteAccountPasswordPolicy$,
  DeleteGroupPolicy$,
  DeleteLoginProfile$,
  DeleteRolePolicy$,
  DeleteSigningCertificate$,
  DeleteUserPolicy$,
  GetAccountAuthorizationDetails$,
  GetAccountPasswordPolicy$,
  GetAccountSummary$,
  GetGroup$,
  GetGroupPolicy$,
  GetLoginProfile$,
  GetRolePolicy$,
  GetUserPolicy$,
  ListAccessKeys$,
  ListAccountAliases$,
  ListGroupPolicies$,
  ListGroups$,
  ListGroupsForUser$,
  ListRolePolicies$,
  ListSigningCertificates$,
  ListUserPolicies$,
  ListUsers$,
  PutGroupPolicy$,
  PutRolePolicy$,
  PutUserPolicy$,
  RemoveUserFromGroup$,
  UpdateAccessKey$,
  UpdateAccountPasswordPolicy$,
  UpdateGroup$,
  UpdateLoginProfile$,
  UpdateSigningCertificate$,
  UploadSigningCertificate$,
} from '@aws-sdk/client-iam'
import * as euare from '../../schemas/euare'
import { type OperationEntry, operation } from '../operation'
import * as keys from './access-keys'
import { getAccountAuthorizationDetails, onAllDetails } from './account-details'
import * as accounts from './account-operations'
import * as groups from './groups'
import * as on from './identity-demands'
import * as policies from './inline-policies'
import * as passwords from './login-profiles'
import { deletePasswordRules, getPasswordRules, onReadRules, updatePasswordRules } from './password-rules'
import { onRole } from './roles'
import * as certificates from './signing-certificates'
import { taggingNew } from './tags'
import { getUserInfo, updateUserInfo } from './user-info'
import * as users from './users'

const ofAccounts = {
  CreateAccount: operation(euare.CreateAccount$, accounts.createAccount, { access: on.onTheCloud }),
  DeleteAccount: operation(euare.DeleteAccount$, accounts.deleteAccount, { access: on.onAnAccount }),
  ListAccounts: operation(euare.ListAccounts$, accounts.listAccounts),
  PutAccountPolicy: operation(euare.PutAccountPolicy$, policies.putAccountPolicy, { access: on.onAnAccount }),
  GetAccountPolicy: operation(euare.GetAccountPolicy$, policies.getAccountPolicy, { access: on.onAnAccount }),
  ListAccountPolicies: operation(euare.ListAccountPolicies$, policies.listAccountPolicies, {
    access: on.onAnAccount,
  }),
  DeleteAccountPolicy: operation(euare.DeleteAccountPolicy$, policies.deleteAccountPolicy, {
    access: on.onAnAccount,
  }),
  CreateAccountAlias: operation(CreateAccountAlias$, accounts.createAccountAlias, {
    access: on.onOwnAccount,
  }),
  DeleteAccountAlias: operation(DeleteAccountAlias$, accounts.deleteAccountAlias, {
    access: on.onOwnAccount,
  }),
  ListAccountAliases: operation(ListAccountAliases$, accounts.listAccountAliases, {
    access: on.onOwnAccount,
  }),
  GetAccountSummary: operation(GetAccountSummary$, accounts.getAccountSummary, { access: on.onOwnAccount }),
  GetAccountAuthorizationDetails: operation(GetAccountAuthorizationDetails$, getAccountAuthorizationDetails, {
    access: onAllDetails,
  }),
  UpdateAccountPasswordPolicy: operation(UpdateAccountPasswordPolicy$, updatePasswordRules, {
    access: on.onOwnAccount,
  }),
  GetAccountPasswordPolicy: operation(GetAccountPasswordPolicy$, getPasswordRules, { access: onReadRules }),
  DeleteAccountPasswordPolicy: operation(DeleteAccountPasswordPolicy$, deletePasswordRules, {
    access: on.onOwnAccount,
  }),
  GetLdapSyncStatus: operation(euare.GetLdapSyncStatus$, accounts.getLdapSyncStatus, {
    access: on.onTheCloud,
  }),
}

const ofUsers = {
  CreateUser: operation(euare.CreateEuareUser$, users.createUser, {
    access: taggingNew('iam:TagUser', users.onNewUser),
  }),
  GetUser: operation(euare.GetEuareUser$, users.getUser, { access: on.onUser }),
  UpdateUser: operation(euare.UpdateEuareUser$, users.updateUser, { access: users.onChangedUser }),
  DeleteUser: operation(euare.DeleteEuareUser$, users.deleteUser, { access: on.onGivenUser }),
  ListUsers: operation(ListUsers$, users.listUsers),
  GetUserInfo: operation(euare.GetUserInfo$, getUserInfo, { access: on.onUser }),
  UpdateUserInfo: operation(euare.UpdateUserInfo$, updateUserInfo, { access: on.onUser }),
  ListGroupsForUser: operation(ListGroupsForUser$, groups.listGroupsForUser, { access: on.onGivenUser }),
}

const ofGroups = {
  CreateGroup: operation(CreateGroup$, groups.createGroup, { access: groups.onNewGroup }),
  GetGroup: operation(GetGroup$, groups.getGroup, { access: on.onGroup }),
  UpdateGroup: operation(UpdateGroup$, groups.updateGroup, { access: groups.onChangedGroup }),
  DeleteGroup: operation(euare.DeleteEuareGroup$, groups.deleteGroup, { access: on.onGroup }),
  ListGroups: operation(ListGroups$, groups.listGroups),
  AddUserToGroup: operation(AddUserToGroup$, groups.addUserToGroup, { access: on.onUserAndGroup }),
  RemoveUserFromGroup: operation(RemoveUserFromGroup$, groups.removeUserFromGroup, {
    access: on.onUserAndGroup,
  }),
}

const ofPolicies = {
  PutUserPolicy: operation(PutUserPolicy$, policies.putUserPolicy, { access: on.onGivenUser }),
  GetUserPolicy: operation(GetUserPolicy$, policies.getUserPolicy, { access: on.onGivenUser }),
  ListUserPolicies: operation(ListUserPolicies$, policies.listUserPolicies, { access: on.onGivenUser }),
  DeleteUserPolicy: operation(DeleteUserPolicy$, policies.deleteUserPolicy, { access: on.onGivenUser }),
  PutGroupPolicy: operation(PutGroupPolicy$, policies.putGroupPolicy, { access: on.onGroup }),
  GetGroupPolicy: operation(GetGroupPolicy$, policies.getGroupPolicy, { access: on.onGroup }),
  ListGroupPolicies: operation(ListGroupPolicies$, policies.listGroupPolicies, { access: on.onGroup }),
  DeleteGroupPolicy: operation(DeleteGroupPolicy$, policies.deleteGroupPolicy, { access: on.onGroup }),
  PutRolePolicy: operation(PutRolePolicy$, policies.putRolePolicy, { access: onRole }),
  GetRolePolicy: operation(GetRolePolicy$, policies.getRolePolicy, { access: onRole }),
  ListRolePolicies: operation(ListRolePolicies$, policies.listRolePolicies, { access: onRole }),
  DeleteRolePolicy: operation(DeleteRolePolicy$, policies.deleteRolePolicy, { access: onRole }),
}

const ofSecrets = {
  CreateAccessKey: operation(CreateAccessKey$, keys.createAccessKey, { access: on.onSecretsOf }),
  UpdateAccessKey: operation(UpdateAccessKey$, keys.updateAccessKey, { access: on.onSecretsOf }),
  ListAccessKeys: operation(ListAccessKeys$, keys.listAccessKeys, { access: on.onSecretsOf }),
  DeleteAccessKey: operation(DeleteAccessKey$, keys.deleteAccessKey, { access: on.onSecretsOf }),
  CreateLoginProfile: operation(CreateLoginProfile$, passwords.createLoginProfile, {
    access: on.onPasswordOf,
  }),
  GetLoginProfile: operation(GetLoginProfile$, passwords.getLoginProfile, { access: on.onPasswordOf }),
  UpdateLoginProfile: operation(UpdateLoginProfile$, passwords.updateLoginProfile, {
    access: on.onPasswordOf,
  }),
  DeleteLoginProfile: operation(DeleteLoginProfile$, passwords.deleteLoginProfile, {
    access: on.onPasswordOf,
  }),
  ChangePassword: operation(ChangePassword$, passwords.changePassword, { access: passwords.onOwnPassword }),
  UploadSigningCertificate: operation(UploadSigningCertificate$, certificates.uploadSigningCertificate, {
    access: on.onSecretsOf,
  }),
  CreateSigningCertificate: operation(
    euare.CreateSigningCertificate$,
    certificates.createSigningCertificate,
    // The action of AWS that does the same for a certificate that is there.
    {
      access: (tx, input: euare.CreateSigningCertificateRequest) =>
        on.onSecretsOf(tx, input).map(demand => ({ action: 'iam:UploadSigningCertificate', ...demand })),
    },
  ),
  ListSigningCertificates: operation(ListSigningCertificates$, certificates.listSigningCertificates, {
    access: on.onSecretsOf,
  }),
  UpdateSigningCertificate: operation(UpdateSigningCertificate$, certificates.updateSigningCertificate, {
    access: on.onSecretsOf,
  }),
  DeleteSigningCertificate: operation(DeleteSigningCertificate$, certificates.deleteSigningCertificate, {
    access: on.onSecretsOf,
  }),
}

export const identityOperations: Readonly<Record<string, OperationEntry>> = {
  ...ofAccounts,
  ...ofUsers,
  ...ofGroups,
  ...ofPolicies,
  ...ofSecrets,
}
