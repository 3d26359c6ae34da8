// SPDX-License-Identifier: BSD-2-Clause
// Identities (Euare).
//
// Missing: when a key was used last; reports on credentials; rules for passwords that an account sets itself.
// Different on purpose: what Eucalyptus passes over in silence is refused, as AWS has it; policies of an account are not
// those of its administrator.
import type { Service } from '../operation'
import { credentialOperations } from './credential-operations'
import { denied } from './denied'
import { identityOperations } from './identity-operations'
import { managedPolicyOperations } from './managed-policy-operations'
import { roleOperations } from './role-operations'
import { simulationOperations } from './simulation-operations'
import { tagging } from './tag-operations'

export const iam: Service = {
  name: 'iam',
  denied,
  operations: {
    ...identityOperations,
    ...roleOperations,
    ...managedPolicyOperations,
    ...credentialOperations,
    ...simulationOperations,
    ...tagging,
  },
}
