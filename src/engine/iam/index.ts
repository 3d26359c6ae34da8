// SPDX-License-Identifier: BSD-2-Clause
// Identities (Euare).
//
// Missing: making and changing accounts, users, groups, keys, passwords and policies; roles, profiles, server
// certificates, providers; `DelegateAccount`. Accounts and their keys are made by the engine itself as yet.
// Different on purpose: nothing.
import type { Service } from '../operation'
import { identityOperations } from './identity-operations'
import { roleOperations } from './role-operations'

export const iam: Service = {
  name: 'iam',
  operations: { ...identityOperations, ...roleOperations },
}
