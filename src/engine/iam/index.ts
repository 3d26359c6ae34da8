// SPDX-License-Identifier: BSD-2-Clause
// Identities (Euare).
//
// Missing: making and changing accounts, users, groups, keys, passwords and policies; roles, profiles, server
// certificates, providers; `DelegateAccount`. Accounts and their keys are made by the engine itself as yet.
// Different on purpose: nothing.
import {
  GetUser$,
  ListAccessKeys$,
  ListAccountAliases$,
  ListSigningCertificates$,
  ListUsers$,
  UploadSigningCertificate$,
} from '@aws-sdk/client-iam'
import { operation, type Service } from '../operation'
import { listSigningCertificates, uploadSigningCertificate } from './signing-certificates'
import { getUser, listAccessKeys, listAccountAliases, listUsers } from './users'

export const iam: Service = {
  name: 'iam',
  operations: {
    GetUser: operation(GetUser$, getUser),
    ListUsers: operation(ListUsers$, listUsers),
    ListAccessKeys: operation(ListAccessKeys$, listAccessKeys),
    ListAccountAliases: operation(ListAccountAliases$, listAccountAliases),
    ListSigningCertificates: operation(ListSigningCertificates$, listSigningCertificates),
    UploadSigningCertificate: operation(UploadSigningCertificate$, uploadSigningCertificate),
  },
}
