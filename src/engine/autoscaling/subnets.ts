// SPDX-License-Identifier: BSD-2-Clause
// The subnets of a group in a VPC, as its VPCZoneIdentifier has them: where in a zone its instances go.
import type { Subnet } from '../ec2/schema/vpc'
import type { Tx } from '../operation'
import { membersOf } from './groups'
import { invalid } from './refusals'
import type { ScalingGroup } from './schema/groups'

/** `subnet-1, subnet-2`: ids, each once. */
export const subnetIdsOf = (text = ''): readonly string[] => [
  ...new Set(
    text
      .split(',')
      .map(id => id.trim().toLowerCase())
      .filter(Boolean),
  ),
]

/** A subnet of an account. */
export const ownSubnet = (tx: Tx, account: string, id: string): Subnet | undefined => {
  const found = tx.subnets.get(id.toLowerCase())
  return found?.account === account ? found : undefined
}

/** The zones of subnets, which are there. They are of one VPC, and of the zones that are named beside them, if any are. */
export const zonesOf = (subnets: readonly Subnet[], named: readonly string[]): readonly string[] => {
  if (new Set(subnets.map(({ vpcId }) => vpcId)).size > 1) invalid('Subnets must belong to the same VPC')
  const zones = [...new Set(subnets.map(({ zone }) => zone))]
  if (named.length > 0 && [...zones].sort().join() !== [...new Set(named)].sort().join()) {
    invalid('The availability zones of the specified subnets and the Auto Scaling group do not match')
  }
  return zones
}

/** Where a launch goes: without a subnet, wherever EC2 has one for the zone. */
export interface SubnetShare {
  readonly subnetId?: string
  readonly count: number
}

/**
 * How many of a zone's new instances go to which of the group's subnets there: to those that have fewest of the group. Where
 * all of these are gone, EC2 shall say so of the first that the group names.
 */
export const sharesOf = (
  tx: Tx,
  group: ScalingGroup,
  zone: string,
  count: number,
): readonly SubnetShare[] => {
  const ids = subnetIdsOf(group.vpcZoneIdentifier)
  const [first] = ids
  if (first === undefined) return [{ count }]
  const here = ids.filter(id => ownSubnet(tx, group.account, id)?.zone === zone)
  const counts = new Map((here.length > 0 ? here : [first]).map(id => [id, 0]))
  for (const { id } of membersOf(tx, group)) {
    const { subnetId = '' } = tx.instances.get(id) ?? {}
    const known = counts.get(subnetId)
    if (known !== undefined) counts.set(subnetId, known + 1)
  }
  const shares = new Map<string, number>()
  for (let left = count; left > 0; left--) {
    const [emptiest] = [...counts].reduce((best, one) => (one[1] < best[1] ? one : best))
    counts.set(emptiest, (counts.get(emptiest) ?? 0) + 1)
    shares.set(emptiest, (shares.get(emptiest) ?? 0) + 1)
  }
  return [...shares].map(([subnetId, share]) => ({ subnetId, count: share }))
}
