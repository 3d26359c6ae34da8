// SPDX-License-Identifier: BSD-2-Clause
// Every type of resource that this cloud has.
import { address, addressAssociation } from './addresses'
import { alarm } from './alarm'
import { bucket, bucketPolicy } from './buckets'
import type { ResourceType } from './contracts'
import { managedPolicy, policy } from './identity-documents'
import { instanceProfile, role } from './identity-roles'
import { accessKey, group, user, userToGroupAddition } from './identity-users'
import { instance } from './instance'
import { keyPair } from './key-pair'
import { launchConfiguration } from './launch-configuration'
import { loadBalancer } from './load-balancer'
import { networkAcl, networkAclAssociation, networkAclEntry } from './network-acls'
import {
  customerGateway,
  peeringConnection,
  routePropagation,
  vpnConnection,
  vpnConnectionRoute,
  vpnGateway,
} from './network-connections'
import { networkInterface, networkInterfaceAttachment } from './network-interfaces'
import {
  gatewayAttachment,
  internetGateway,
  natGateway,
  route,
  routeTable,
  routeTableAssociation,
} from './network-routing'
import { dhcpAssociation, dhcpOptions, subnet, vpc, vpcBlock } from './networks'
import { scalingGroup } from './scaling-group'
import { scalingPolicy, scheduledAction } from './scaling-rules'
import { securityGroup, securityGroupEgress, securityGroupIngress } from './security-groups'
import { nestedStack } from './stack'
import { volume, volumeAttachment } from './volumes'
import { waitCondition, waitConditionHandle } from './wait-conditions'

export const resourceTypes: readonly ResourceType[] = [
  ...[scalingGroup, launchConfiguration, scalingPolicy, scheduledAction],
  ...[nestedStack, waitCondition, waitConditionHandle],
  alarm,
  ...[customerGateway, dhcpOptions, address, addressAssociation, instance, internetGateway, keyPair],
  ...[natGateway, networkAcl, networkAclEntry, networkInterface, networkInterfaceAttachment, route],
  ...[routeTable, securityGroup, securityGroupEgress, securityGroupIngress, subnet],
  ...[networkAclAssociation, routeTableAssociation, vpc, vpcBlock, dhcpAssociation],
  ...[gatewayAttachment, peeringConnection, vpnConnection, vpnConnectionRoute, vpnGateway, routePropagation],
  ...[volume, volumeAttachment],
  loadBalancer,
  ...[accessKey, group, instanceProfile, managedPolicy, policy, role, user, userToGroupAddition],
  ...[bucket, bucketPolicy],
]

const byName: ReadonlyMap<string, ResourceType> = new Map(resourceTypes.map(type => [type.name, type]))

export const resourceTypeNamed = (name: string): ResourceType | undefined => byName.get(name)
