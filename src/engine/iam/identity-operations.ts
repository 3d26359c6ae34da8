// SPDX-License-Identifier: BSD-2-Clause
// Accounts, users, groups and what they have: a part of the table of contents in index.ts.
import {
  GetUser$,
  ListAccessKeys$,
  ListAccountAliases$,
  ListSigningCertificates$,
  ListUsers$,
  UploadSigningCertificate$,
} from '@aws-sdk/client-iam'
import { type OperationEntry, operation } from '../operation'
import { listSigningCertificates, uploadSigningCertificate } from './signing-certificates'
import { getUser, listAccessKeys, listAccountAliases, listUsers } from './users'

export const identityOperations: Readonly<Record<string, OperationEntry>> = {
  GetUser: operation(GetUser$, getUser),
  ListUsers: operation(ListUsers$, listUsers),
  ListAccessKeys: operation(ListAccessKeys$, listAccessKeys),
  ListAccountAliases: operation(ListAccountAliases$, listAccountAliases),
  ListSigningCertificates: operation(ListSigningCertificates$, listSigningCertificates),
  UploadSigningCertificate: operation(UploadSigningCertificate$, uploadSigningCertificate),
}
