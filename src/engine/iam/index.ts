// SPDX-License-Identifier: BSD-2-Clause
// Identities (Euare).
//
// Missing
// - When a key or a role was used last; reports on credentials and access.
// - SAML providers, service-linked roles, SSH keys, passwords for single services, devices that are bought with their seed.
// - DownloadServerCertificate, with which Eucalyptus' load balancers fetch their keys.
//
// Different on purpose
// - What Eucalyptus passes over in silence is refused, as AWS has it.
// - Policies of an account are not those of its administrator, whom no policy of his own binds.
// - Devices work. Managed policies, boundaries, tags, rules for passwords and the simulation of policies are AWS'; Eucalyptus
//   4.4 has none.
// - Server certificates are checked: key, time, chain. Paths do not climb.
import type { Service } from '../operation'
import { absent } from './absent'
import { credentialOperations } from './credential-operations'
import { denied } from './denied'
import { identityOperations } from './identity-operations'
import { managedPolicyOperations } from './managed-policy-operations'
import { roleOperations } from './role-operations'
import { simulationOperations } from './simulation-operations'
import { tagging } from './tag-operations'

export const iam: Service = {
  name: 'iam',
  // AWS' rule: a session of an application's guest makes no lasting keys.
  isClosedToFederated: true,
  denied,
  operations: {
    ...identityOperations,
    ...roleOperations,
    ...managedPolicyOperations,
    ...credentialOperations,
    ...simulationOperations,
    ...tagging,
    ...absent,
  },
}
