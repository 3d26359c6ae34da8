// SPDX-License-Identifier: BSD-2-Clause
// Load balancers: made, shown, deleted.
import {
  type CreateAccessPointInput,
  type CreateAccessPointOutput,
  CreateLoadBalancer$,
  type DeleteAccessPointInput,
  type DeleteAccessPointOutput,
  DeleteLoadBalancer$,
  type DescribeAccessPointsInput,
  type DescribeAccessPointsOutput,
  DescribeLoadBalancers$,
} from '@aws-sdk/client-elastic-load-balancing'
import { isAwsClient } from '../aws-clients'
import { madeBy } from '../ec2/quotas'
import { hasVpcs } from '../ec2/vpc/networking'
import { zoneAsWritten, zoneNames } from '../ec2/zones'
import { refuse } from '../errors'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { askedWithoutVerbose } from '../verbose'
import { defaultAttributes } from './attributes'
import { balancerView } from './balancer-views'
import {
  balancerByDnsName,
  balancerKey,
  dnsNameOf,
  everyInstanceOf,
  freeBalancerAddress,
  putBalancer,
} from './balancers'
import { withListeners } from './listeners'
import { makeNetwork, networkWanted, type PlannedNetwork, removeNetwork } from './networks'
import { markedPage } from './pages'
import {
  groupsAsked,
  mayBalancer,
  newBalancer,
  protocolsAsked,
  schemeAsked,
  subnetsAsked,
  tagsAsked,
} from './permissions'
import { checkBalancerQuota } from './quotas'
import { accessPointNotFound, duplicateName, invalidConfiguration, subnetNotFound } from './refusals'
import type { LoadBalancer } from './schema'
import { makeSourceGroup, removeSourceGroup } from './source-groups'
import { checkedTags, checkTagLimit, withTags } from './tags'

/** A name is a label of a host's name, too. */
const namePattern = /^(?!-)[a-zA-Z0-9-]{1,32}(?<!-)$/

const checkName = (name: string): void => {
  if (!namePattern.test(name)) invalidConfiguration('Invalid character found in the loadbalancer name')
}

const checkedZones = (zones: readonly string[]): readonly string[] => {
  for (const zone of zones) {
    if (!zoneNames.includes(zoneAsWritten(zone) ?? ''))
      invalidConfiguration(`No cluster named ${zone} is available`)
  }
  return [...new Set(zones.map(zone => zoneAsWritten(zone) ?? zone))].sort()
}

const checkScheme = ({ Scheme }: CreateAccessPointInput): void => {
  if (Scheme && Scheme !== 'internet-facing' && Scheme !== 'internal')
    invalidConfiguration(`Invalid scheme (${Scheme})`)
}

/** What needs a VPC, where this cloud has none. */
const checkWithoutVpc = (input: CreateAccessPointInput): void => {
  const { Subnets = [], Scheme, SecurityGroups = [] } = input
  if (Subnets.length > 0) subnetNotFound()
  checkScheme(input)
  if (Scheme === 'internal')
    invalidConfiguration('Scheme (internal) should not be specified for EC2-Classic platform')
  if (SecurityGroups.length > 0)
    invalidConfiguration('Security groups should not be specified for EC2-Classic platform')
}

const nowhere = (): never =>
  refuse('ValidationError', 'Either AvailabilityZones or SubnetIds must be specified')

/** Where in a VPC; undefined in the classic network, where zones are all that there is. */
const plannedNetwork = (
  tx: Tx,
  input: CreateAccessPointInput,
  zones: readonly string[],
): PlannedNetwork | undefined => {
  const { Subnets: subnets = [], SecurityGroups: groups = [], Scheme } = input
  if (!hasVpcs(tx)) {
    checkWithoutVpc(input)
    return zones.length === 0 ? nowhere() : undefined
  }
  checkScheme(input)
  if (zones.length === 0 && subnets.length === 0) nowhere()
  return networkWanted(tx, { zones, subnets, groups, isInternal: Scheme === 'internal' })
}

/** Names are those of hosts, in which case is nothing. */
const checkFree = (tx: Tx, name: string): void => {
  const isTaken = tx.loadBalancers.list().some(other => other.name.toLowerCase() === name.toLowerCase())
  if (isTaken) duplicateName()
}

export const createLoadBalancer: Operation<CreateAccessPointInput, CreateAccessPointOutput> = (tx, input) => {
  const { LoadBalancerName: name = '', Listeners = [], AvailabilityZones = [], Tags } = input
  checkName(name)
  if (Listeners.length === 0) refuse('ValidationError', 'Listeners cannot be empty')
  const tags = withTags([], checkedTags(Tags))
  checkTagLimit(tags)
  const listening = withListeners(tx, { listeners: [], policies: [] }, Listeners)
  const zones = checkedZones(AvailabilityZones)
  const network = plannedNetwork(tx, input, zones)
  checkFree(tx, name)
  checkBalancerQuota(tx)
  const owned = madeBy(tx)
  const named = { account: owned.account, name }
  const balancer = putBalancer(tx, {
    ...owned,
    name,
    id: tx.random(16).toString('hex'),
    createdAt: tx.now,
    scheme: input.Scheme === 'internal' ? 'internal' : 'internet-facing',
    ...(network ? makeNetwork(tx, name, network) : { zones, subnets: [], groupIds: [] }),
    sourceGroupId: makeSourceGroup(tx, named),
    address: freeBalancerAddress(tx, balancerKey(named)),
    backendPolicies: [],
    attributes: defaultAttributes,
    tags,
    ...listening,
  })
  return { DNSName: dnsNameOf(balancer) }
}

/** Of the caller's account; a cloud administrator finds others' by their names in the DNS. */
const balancerToDelete = (tx: Tx, name: string): LoadBalancer | undefined =>
  tx.loadBalancers.get(name) ?? (tx.caller.isCloudAdmin ? balancerByDnsName(tx, name) : undefined)

/** One that is not there is no error. Groups of Auto Scaling keep its name. */
export const deleteLoadBalancer: Operation<DeleteAccessPointInput, DeleteAccessPointOutput> = (
  tx,
  { LoadBalancerName = '' },
) => {
  const balancer = balancerToDelete(tx, LoadBalancerName)
  if (!balancer) return {}
  if (!mayBalancer(tx)(balancer)) accessPointNotFound()
  const key = balancerKey(balancer)
  for (const { instanceId } of everyInstanceOf(tx, key)) tx.balancedInstances.delete(key, instanceId)
  tx.balancerPlaces.delete(key)
  tx.balancerAddresses.delete(balancer.address)
  removeSourceGroup(tx, balancer)
  removeNetwork(tx, balancer)
  tx.loadBalancers.in(balancer.account).delete(balancer.name)
  return {}
}

/** Names that nothing has are left out, as in Eucalyptus; clients of AWS count on it that they are refused. */
export const describeLoadBalancers: Operation<DescribeAccessPointsInput, DescribeAccessPointsOutput> = (
  tx,
  input,
) => {
  const { isVerbose, named } = askedWithoutVerbose(tx.caller, input.LoadBalancerNames)
  const all = isVerbose ? tx.loadBalancers.everywhere() : tx.loadBalancers.list()
  const seen = all.filter(({ name }) => named.length === 0 || named.includes(name)).filter(mayBalancer(tx))
  if (isAwsClient(tx) && !isVerbose) {
    if (named.some(wanted => !seen.some(({ name }) => name === wanted))) accessPointNotFound()
  }
  const { items, nextMarker } = markedPage(seen, input, balancerKey)
  return {
    LoadBalancerDescriptions: items.map(balancerView(tx)),
    NextMarker: nextMarker,
  }
}

export const balancerOperations: Readonly<Record<string, OperationEntry>> = {
  CreateLoadBalancer: operation(CreateLoadBalancer$, createLoadBalancer, {
    access: (tx: Tx, input: CreateAccessPointInput) =>
      newBalancer(tx, input.LoadBalancerName ?? '', {
        ...protocolsAsked(input.Listeners),
        ...schemeAsked(input.Scheme),
        ...groupsAsked(input.SecurityGroups),
        ...subnetsAsked(input.Subnets),
        ...tagsAsked(input.Tags),
      }),
  }),
  DeleteLoadBalancer: operation(DeleteLoadBalancer$, deleteLoadBalancer, { access: 'list' }),
  DescribeLoadBalancers: operation(DescribeLoadBalancers$, describeLoadBalancers),
}
