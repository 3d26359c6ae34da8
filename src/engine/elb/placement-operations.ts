// SPDX-License-Identifier: BSD-2-Clause
// Where load balancers are: their zones, and what they would have in a VPC, subnets and groups.
import {
  ApplySecurityGroupsToLoadBalancer$,
  type ApplySecurityGroupsToLoadBalancerInput,
  AttachLoadBalancerToSubnets$,
  type AttachLoadBalancerToSubnetsInput,
  DetachLoadBalancerFromSubnets$,
  type DetachLoadBalancerFromSubnetsInput,
  DisableAvailabilityZonesForLoadBalancer$,
  EnableAvailabilityZonesForLoadBalancer$,
  type AddAvailabilityZonesInput as ZonesInput,
  type AddAvailabilityZonesOutput as ZonesOutput,
} from '@aws-sdk/client-elastic-load-balancing'
import { groupsOf } from '../ec2/security-group-records'
import { zoneAsWritten, zoneNames } from '../ec2/zones'
import { type Operation, type OperationEntry, operation } from '../operation'
import { mustBalancer, putBalancer } from './balancers'
import { groupsAsked, onBalancer, onBalancerWith, subnetsAsked } from './permissions'
import { invalidConfiguration, invalidSecurityGroup } from './refusals'

const asWritten = (zones: readonly string[] = []): readonly string[] =>
  zones.map(zone => zoneAsWritten(zone) ?? zone)

/** The answer has all zones. */
export const enableZones: Operation<ZonesInput, ZonesOutput> = (tx, { LoadBalancerName, ...input }) => {
  const balancer = mustBalancer(tx, LoadBalancerName)
  const added = asWritten(input.AvailabilityZones)
  for (const zone of added)
    if (!zoneNames.includes(zone)) invalidConfiguration(`The requested zone ${zone} is not valid`)
  const zones = [...new Set([...balancer.zones, ...added])].sort()
  if (zones.length > balancer.zones.length) putBalancer(tx, { ...balancer, zones })
  return { AvailabilityZones: zones }
}

/** Zones that it is not in are no error. Instances in a zone that is disabled stay registered, and are out of service. */
export const disableZones: Operation<ZonesInput, ZonesOutput> = (tx, { LoadBalancerName, ...input }) => {
  const balancer = mustBalancer(tx, LoadBalancerName)
  const gone = asWritten(input.AvailabilityZones)
  const zones = balancer.zones.filter(zone => !gone.includes(zone))
  if (zones.length === 0) invalidConfiguration('There must be at least one availability zone')
  if (zones.length < balancer.zones.length) putBalancer(tx, { ...balancer, zones })
  return { AvailabilityZones: zones }
}

/** Groups have to be the caller's, and the balancer in a VPC, of which there is none. */
export const applySecurityGroups: Operation<ApplySecurityGroupsToLoadBalancerInput, never> = (
  tx,
  { LoadBalancerName, SecurityGroups = [] },
) => {
  const own = new Set(groupsOf(tx).map(({ id }) => id))
  if (SecurityGroups.some(id => !own.has(id.toLowerCase()))) invalidSecurityGroup()
  mustBalancer(tx, LoadBalancerName)
  return invalidConfiguration('VPC only')
}

/** Both operations on subnets: there are none without a VPC. */
export const refuseSubnets: Operation<{ readonly LoadBalancerName?: string | undefined }, never> = (
  tx,
  { LoadBalancerName },
) => {
  mustBalancer(tx, LoadBalancerName)
  return invalidConfiguration('Invalid subnet for load balancer')
}

export const placementOperations: Readonly<Record<string, OperationEntry>> = {
  EnableAvailabilityZonesForLoadBalancer: operation(EnableAvailabilityZonesForLoadBalancer$, enableZones, {
    access: onBalancer,
  }),
  DisableAvailabilityZonesForLoadBalancer: operation(DisableAvailabilityZonesForLoadBalancer$, disableZones, {
    access: onBalancer,
  }),
  ApplySecurityGroupsToLoadBalancer: operation(ApplySecurityGroupsToLoadBalancer$, applySecurityGroups, {
    access: onBalancerWith<ApplySecurityGroupsToLoadBalancerInput>(({ SecurityGroups }) =>
      groupsAsked(SecurityGroups),
    ),
  }),
  AttachLoadBalancerToSubnets: operation(AttachLoadBalancerToSubnets$, refuseSubnets, {
    access: onBalancerWith<AttachLoadBalancerToSubnetsInput>(({ Subnets }) => subnetsAsked(Subnets)),
  }),
  DetachLoadBalancerFromSubnets: operation(DetachLoadBalancerFromSubnets$, refuseSubnets, {
    access: onBalancerWith<DetachLoadBalancerFromSubnetsInput>(({ Subnets }) => subnetsAsked(Subnets)),
  }),
}
