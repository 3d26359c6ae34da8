// SPDX-License-Identifier: BSD-2-Clause
// Elastic Load Balancing, the classic one.
//
// Missing
//
// Different on purpose
import type { Service } from '../operation'
import { attributeOperations } from './attribute-operations'
import { balancerOperations } from './balancer-operations'
import { instanceOperations } from './instance-operations'
import { listenerOperations } from './listener-operations'
import { deniedByBalancing } from './permissions'
import { placementOperations } from './placement-operations'
import { policyOperations } from './policy-operations'
import { limitOperations } from './quotas'
import { drained } from './registrations'
import { tagOperations } from './tag-operations'

export const elb: Service = {
  name: 'elasticloadbalancing',
  denied: deniedByBalancing,
  operations: {
    ...balancerOperations,
    ...placementOperations,
    ...listenerOperations,
    ...instanceOperations,
    ...policyOperations,
    ...attributeOperations,
    ...tagOperations,
    ...limitOperations,
  },
  tasks: { 'elb.drained': drained },
}
