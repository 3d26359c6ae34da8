// SPDX-License-Identifier: BSD-2-Clause
// Every type of resource that this cloud has.
import type { ResourceType } from './contracts'
import { launchConfiguration } from './launch-configuration'
import { loadBalancer } from './load-balancer'
import { scalingGroup } from './scaling-group'
import { securityGroup, securityGroupEgress, securityGroupIngress } from './security-groups'

/** In the order of their names. */
export const resourceTypes: readonly ResourceType[] = [
  scalingGroup,
  launchConfiguration,
  securityGroup,
  securityGroupEgress,
  securityGroupIngress,
  loadBalancer,
]

const byName: ReadonlyMap<string, ResourceType> = new Map(resourceTypes.map(type => [type.name, type]))

export const resourceTypeNamed = (name: string): ResourceType | undefined => byName.get(name)
