// SPDX-License-Identifier: BSD-2-Clause
// A load balancer in a VPC: its subnets, one in each of its zones, the groups that it is in, and the interface that it has
// in each subnet. The interfaces keep subnets and groups from being deleted while the balancer uses them.
import { createHash } from 'node:crypto'
import { madeBy } from '../ec2/quotas'
import type { Subnet } from '../ec2/schema/vpc'
import { defaultGroupName, groupById, groupsOf } from '../ec2/security-group-records'
import { defaultVpc } from '../ec2/vpc/foundation'
import { makeInterface, maximumGroupsPerInterface, removeInterface } from '../ec2/vpc/interface-records'
import { internetGatewayOf } from '../ec2/vpc/internet-gateways'
import { kinds } from '../ec2/vpc/kinds'
import { freeCount } from '../ec2/vpc/subnet-addresses'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { invalidConfiguration, invalidSecurityGroup, subnetNotFound } from './refusals'
import type { LoadBalancer } from './schema'

/** Whose interfaces of balancers are, in AWS' words. */
const requester = 'amazon-elb'

/** Where a balancer is to be. Everything was checked. */
export interface PlannedNetwork {
  readonly vpcId: string
  /** One in each zone, in the order of zones. */
  readonly subnets: readonly Subnet[]
  /** Undefined: the group that balancers without a wish share in a default VPC. */
  readonly groupIds: readonly string[] | undefined
}

interface Wish {
  readonly zones: readonly string[]
  readonly subnets: readonly string[]
  readonly groups: readonly string[]
  readonly isInternal: boolean
}

/** The caller's own subnets of these ids. */
const ownSubnets = (tx: Tx, ids: readonly string[]): readonly Subnet[] =>
  [...new Set(ids.map(id => id.toLowerCase()))].map(id => {
    const subnet = kinds.subnet.find(tx, id)
    return subnet?.account === tx.caller.account ? subnet : subnetNotFound()
  })

// AWS'.
const leastFree = 8

const checkRoom = (tx: Tx, subnets: readonly Subnet[]): void => {
  for (const subnet of subnets) {
    if (freeCount(tx, subnet) >= leastFree) continue
    refuse(
      'InvalidSubnet',
      `Not enough IP space available in ${subnet.id}. ELB requires at least ${leastFree} free IP addresses in each subnet.`,
    )
  }
}

const checkOnePerZone = (subnets: readonly Subnet[]): void => {
  const zones = new Set<string>()
  for (const { zone } of subnets) {
    if (zones.has(zone)) invalidConfiguration(`Multiple subnets for zone (${zone})`)
    zones.add(zone)
  }
}

/** Subnets that the request names, all of one VPC. */
const namedSubnets = (tx: Tx, ids: readonly string[]): readonly Subnet[] => {
  const subnets = ownSubnets(tx, ids)
  if (new Set(subnets.map(({ vpcId }) => vpcId)).size > 1) {
    invalidConfiguration('Subnets must belong to the same VPC')
  }
  checkOnePerZone(subnets)
  return subnets
}

/** Of zones, the subnets of the default VPC. */
const defaultSubnets = (tx: Tx, zones: readonly string[]): readonly Subnet[] => {
  const vpc = defaultVpc(tx)
  const own = tx.subnets.list().filter(({ vpcId, isDefault }) => vpcId === vpc?.id && isDefault)
  return zones.map(
    zone =>
      own.find(subnet => subnet.zone === zone) ??
      invalidConfiguration('Default subnet not found for zone(s)'),
  )
}

const byZone = (one: Subnet, other: Subnet): number => (one.zone < other.zone ? -1 : 1)

const checkGroupCount = (ids: readonly string[]): void => {
  if (ids.length > maximumGroupsPerInterface) {
    invalidConfiguration(`A load balancer can have ${maximumGroupsPerInterface} security groups`)
  }
}

/** The caller's own groups of a VPC. */
const namedGroups = (tx: Tx, vpcId: string, ids: readonly string[]): readonly string[] => {
  const own = groupsOf(tx).filter(group => group.vpcId === vpcId)
  const wanted = [...new Set(ids.map(id => id.toLowerCase()))].sort()
  if (wanted.some(id => !own.some(group => group.id === id))) invalidSecurityGroup()
  checkGroupCount(wanted)
  return wanted
}

const defaultGroupOf = (tx: Tx, vpcId: string): readonly string[] => {
  const found = groupsOf(tx).find(group => group.vpcId === vpcId && group.name === defaultGroupName)
  return [found?.id ?? invalidConfiguration(`Default security group not found for VPC ${vpcId}`)]
}

/** Where a request wants a balancer, in Eucalyptus' order and words. Zones are as written, and there. */
export const networkWanted = (tx: Tx, { zones, subnets: ids, groups, isInternal }: Wish): PlannedNetwork => {
  const isNamed = ids.length > 0
  const subnets = isNamed ? namedSubnets(tx, ids) : defaultSubnets(tx, zones)
  const [first] = subnets
  if (!first) throw new Error('a load balancer is wanted nowhere')
  const { vpcId } = first
  if (!isInternal && !internetGatewayOf(tx, vpcId)) {
    refuse('InvalidSubnet', `VPC ${vpcId} has no internet gateway`)
  }
  const named = groups.length > 0 ? namedGroups(tx, vpcId, groups) : undefined
  const groupIds = named ?? (isNamed ? defaultGroupOf(tx, vpcId) : undefined)
  const sorted = [...subnets].sort(byZone)
  if (isNamed && zones.length > 0 && sorted.map(({ zone }) => zone).join() !== zones.join()) {
    invalidConfiguration('Availability zones and subnets are inconsistent')
  }
  checkRoom(tx, subnets)
  return { vpcId, subnets: sorted, groupIds }
}

// ---- the group of those without a wish ---------------------------------------------------------------------------

const sharedId = (vpcId: string, round: number): string =>
  `sg-${createHash('sha256').update(`balancers of ${vpcId} ${round}`).digest('hex').slice(0, 8)}`

/**
 * The group of all balancers of a default VPC that were asked for by their zones and no groups, as on AWS. It lets in
 * everybody, and is an ordinary group of the account.
 */
const sharedGroup = (tx: Tx, vpcId: string): string => {
  const name = `default_elb_${createHash('sha256').update(vpcId).digest('hex').slice(0, 32)}`
  const found = groupsOf(tx).find(group => group.vpcId === vpcId && group.name === name)
  if (found) return found.id
  let round = 0
  while (groupById(tx, sharedId(vpcId, round))) round++
  const id = sharedId(vpcId, round)
  const everywhere = { cidr: '0.0.0.0/0' }
  tx.securityGroups.put({
    ...madeBy(tx),
    id,
    name,
    description:
      'ELB created security group used when no security group is specified during ELB creation - modifications could impact traffic to future ELBs',
    vpcId,
    rules: [{ id: `sgr-${id.slice(3)}`, protocol: 'tcp', fromPort: 0, toPort: 65_535, source: everywhere }],
    egress: [{ id: `sgr-${sharedId(vpcId, -1 - round).slice(3)}`, protocol: '-1', source: everywhere }],
  })
  return id
}

// ---- interfaces --------------------------------------------------------------------------------------------------

type Placed = Pick<LoadBalancer, 'zones' | 'subnets' | 'vpcId' | 'groupIds' | 'interfaceIds'>

const interfaceIn = (tx: Tx, name: string, subnet: Subnet, groupIds: readonly string[]): string =>
  makeInterface(tx, { subnet, groupIds, description: `ELB ${name}`, requester }).id

/** Make what a balancer has in its VPC: what its record has of it. */
export const makeNetwork = (tx: Tx, name: string, plan: PlannedNetwork): Placed => {
  const groupIds = plan.groupIds ?? [sharedGroup(tx, plan.vpcId)]
  return {
    vpcId: plan.vpcId,
    zones: plan.subnets.map(({ zone }) => zone),
    subnets: plan.subnets.map(({ id }) => id),
    groupIds,
    interfaceIds: plan.subnets.map(subnet => interfaceIn(tx, name, subnet, groupIds)),
  }
}

const removeInterfaces = (tx: Tx, ids: readonly string[]): void => {
  for (const id of ids) {
    const one = tx.networkInterfaces.get(id)
    if (one) removeInterface(tx, one)
  }
}

export const removeNetwork = (tx: Tx, { interfaceIds = [] }: LoadBalancer): void =>
  removeInterfaces(tx, interfaceIds)

/** The balancer in these subnets as well, not yet written. */
export const withSubnets = (tx: Tx, balancer: LoadBalancer, ids: readonly string[]): LoadBalancer => {
  const added = ownSubnets(tx, ids)
  if (added.some(({ vpcId }) => vpcId !== balancer.vpcId)) {
    invalidConfiguration('Invalid subnet for load balancer')
  }
  const had = balancer.subnets.map(id => tx.subnets.must(id))
  const fresh = added.filter(({ id }) => !balancer.subnets.includes(id))
  const all = [...had, ...fresh].sort(byZone)
  checkOnePerZone(all)
  checkRoom(tx, fresh)
  const made = fresh.map(subnet => interfaceIn(tx, balancer.name, subnet, balancer.groupIds))
  return {
    ...balancer,
    zones: all.map(({ zone }) => zone),
    subnets: all.map(({ id }) => id),
    interfaceIds: [...(balancer.interfaceIds ?? []), ...made],
  }
}

/** The balancer out of these subnets, not yet written. What it is not in is passed over. */
export const withoutSubnets = (tx: Tx, balancer: LoadBalancer, ids: readonly string[]): LoadBalancer => {
  const gone = new Set(ids.map(id => id.toLowerCase()))
  const left = balancer.subnets.filter(id => !gone.has(id))
  if (left.length === 0) invalidConfiguration('Loadbalancer must be attached to at least one subnet')
  const { interfaceIds = [] } = balancer
  const isLeft = (id: string): boolean => left.includes(tx.networkInterfaces.get(id)?.subnetId ?? '')
  removeInterfaces(
    tx,
    interfaceIds.filter(id => !isLeft(id)),
  )
  return {
    ...balancer,
    zones: left.map(id => tx.subnets.must(id).zone),
    subnets: left,
    interfaceIds: interfaceIds.filter(isLeft),
  }
}

/** A balancer of a default VPC in the default subnets of these zones as well, not yet written. */
export const withZones = (tx: Tx, balancer: LoadBalancer, zones: readonly string[]): LoadBalancer => {
  const fresh = zones.filter(zone => !balancer.zones.includes(zone))
  return withSubnets(
    tx,
    balancer,
    defaultSubnets(tx, fresh).map(({ id }) => id),
  )
}

export const withoutZones = (tx: Tx, balancer: LoadBalancer, zones: readonly string[]): LoadBalancer => {
  const gone = balancer.subnets.filter(id => zones.includes(tx.subnets.must(id).zone))
  return withoutSubnets(tx, balancer, gone)
}

/** The balancer in these groups instead, not yet written. */
export const withGroups = (tx: Tx, balancer: LoadBalancer, ids: readonly string[]): LoadBalancer => {
  const { vpcId, interfaceIds = [] } = balancer
  const wanted = [...new Set(ids.map(id => id.toLowerCase()))].sort()
  for (const id of wanted) {
    if (tx.securityGroups.get(id)?.vpcId === vpcId) continue
    invalidConfiguration(`Security group "${id}" does not belong to VPC "${vpcId}"`)
  }
  checkGroupCount(wanted)
  for (const id of interfaceIds) {
    tx.networkInterfaces.put({ ...tx.networkInterfaces.must(id), groupIds: wanted })
  }
  return { ...balancer, groupIds: wanted }
}
