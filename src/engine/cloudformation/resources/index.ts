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
  ...[address, addressAssociation, instance, keyPair, securityGroup, securityGroupEgress],
  ...[securityGroupIngress, volume, volumeAttachment],
  loadBalancer,
  ...[accessKey, group, instanceProfile, managedPolicy, policy, role, user, userToGroupAddition],
  ...[bucket, bucketPolicy],
]

const byName: ReadonlyMap<string, ResourceType> = new Map(resourceTypes.map(type => [type.name, type]))

export const resourceTypeNamed = (name: string): ResourceType | undefined => byName.get(name)
