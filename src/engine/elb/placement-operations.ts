// SPDX-License-Identifier: BSD-2-Clause
// Where load balancers are: their zones, and in a VPC their subnets and groups.
import {
  ApplySecurityGroupsToLoadBalancer$,
  type ApplySecurityGroupsToLoadBalancerInput,
  type ApplySecurityGroupsToLoadBalancerOutput,
  AttachLoadBalancerToSubnets$,
  type AttachLoadBalancerToSubnetsInput,
  type AttachLoadBalancerToSubnetsOutput,
  DetachLoadBalancerFromSubnets$,
  type DetachLoadBalancerFromSubnetsInput,
  type DetachLoadBalancerFromSubnetsOutput,
  DisableAvailabilityZonesForLoadBalancer$,
  EnableAvailabilityZonesForLoadBalancer$,
  type AddAvailabilityZonesInput as ZonesInput,
  type AddAvailabilityZonesOutput as ZonesOutput,
} from '@aws-sdk/client-elastic-load-balancing'
import { groupsOf } from '../ec2/security-group-records'
import { zoneAsWritten, zoneNames } from '../ec2/zones'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { mustBalancer, putBalancer } from './balancers'
import { withGroups, withoutSubnets, withoutZones, withSubnets, withZones } from './networks'
import { groupsAsked, onBalancer, onBalancerWith, subnetsAsked } from './permissions'
import { invalidConfiguration, invalidSecurityGroup } from './refusals'
import type { LoadBalancer } from './schema'

const asWritten = (zones: readonly string[] = []): readonly string[] =>
  zones.map(zone => zoneAsWritten(zone) ?? zone)

/** In a VPC zones are those of subnets. Of a default VPC they are known by their zones, as with AWS. */
const mustHaveZones = (tx: Tx, name: string | undefined): LoadBalancer => {
  const balancer = mustBalancer(tx, name)
  const { vpcId } = balancer
  return vpcId === undefined || tx.vpcs.get(vpcId)?.isDefault
    ? balancer
    : invalidConfiguration('Zones of a load balancer in a VPC are those of its subnets: change these')
}

/** A balancer whose subnets can be changed. */
const mustBeInVpc = (tx: Tx, name: string | undefined): LoadBalancer => {
  const balancer = mustBalancer(tx, name)
  return balancer.vpcId === undefined ? invalidConfiguration('Invalid subnet for load balancer') : balancer
}

/** The answer has all zones. */
export const enableZones: Operation<ZonesInput, ZonesOutput> = (tx, { LoadBalancerName, ...input }) => {
  const balancer = mustHaveZones(tx, LoadBalancerName)
  const added = asWritten(input.AvailabilityZones)
  for (const zone of added)
    if (!zoneNames.includes(zone)) invalidConfiguration(`The requested zone ${zone} is not valid`)
  const zones = [...new Set([...balancer.zones, ...added])].sort()
  if (zones.length === balancer.zones.length) return { AvailabilityZones: zones }
  putBalancer(tx, balancer.vpcId === undefined ? { ...balancer, zones } : withZones(tx, balancer, zones))
  return { AvailabilityZones: zones }
}

/** Zones that it is not in are no error. Instances in a zone that is disabled stay registered, and are out of service. */
export const disableZones: Operation<ZonesInput, ZonesOutput> = (tx, { LoadBalancerName, ...input }) => {
  const balancer = mustHaveZones(tx, LoadBalancerName)
  const gone = asWritten(input.AvailabilityZones)
  const zones = balancer.zones.filter(zone => !gone.includes(zone))
  if (zones.length === 0) invalidConfiguration('There must be at least one availability zone')
  if (zones.length === balancer.zones.length) return { AvailabilityZones: zones }
  putBalancer(tx, balancer.vpcId === undefined ? { ...balancer, zones } : withoutZones(tx, balancer, gone))
  return { AvailabilityZones: zones }
}

/** Groups have to be the caller's, and of the balancer's VPC. They take the place of those that it had. */
export const applySecurityGroups: Operation<
  ApplySecurityGroupsToLoadBalancerInput,
  ApplySecurityGroupsToLoadBalancerOutput
> = (tx, { LoadBalancerName, SecurityGroups = [] }) => {
  const own = new Set(groupsOf(tx).map(({ id }) => id))
  if (SecurityGroups.some(id => !own.has(id.toLowerCase()))) invalidSecurityGroup()
  const balancer = mustBalancer(tx, LoadBalancerName)
  if (balancer.vpcId === undefined) invalidConfiguration('VPC only')
  // In a VPC a balancer is in one group at least.
  if (SecurityGroups.length === 0) invalidSecurityGroup()
  const { groupIds } = putBalancer(tx, withGroups(tx, balancer, SecurityGroups))
  return { SecurityGroups: [...groupIds] }
}

/** The answer has all subnets. */
export const attachToSubnets: Operation<
  AttachLoadBalancerToSubnetsInput,
  AttachLoadBalancerToSubnetsOutput
> = (tx, { LoadBalancerName, Subnets = [] }) => {
  const balancer = mustBeInVpc(tx, LoadBalancerName)
  return { Subnets: [...putBalancer(tx, withSubnets(tx, balancer, Subnets)).subnets] }
}

/** Instances in a subnet's zone stay registered, and are out of service. */
export const detachFromSubnets: Operation<
  DetachLoadBalancerFromSubnetsInput,
  DetachLoadBalancerFromSubnetsOutput
> = (tx, { LoadBalancerName, Subnets = [] }) => {
  const balancer = mustBeInVpc(tx, LoadBalancerName)
  return { Subnets: [...putBalancer(tx, withoutSubnets(tx, balancer, Subnets)).subnets] }
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
  AttachLoadBalancerToSubnets: operation(AttachLoadBalancerToSubnets$, attachToSubnets, {
    access: onBalancerWith<AttachLoadBalancerToSubnetsInput>(({ Subnets }) => subnetsAsked(Subnets)),
  }),
  DetachLoadBalancerFromSubnets: operation(DetachLoadBalancerFromSubnets$, detachFromSubnets, {
    access: onBalancerWith<DetachLoadBalancerFromSubnetsInput>(({ Subnets }) => subnetsAsked(Subnets)),
  }),
}
