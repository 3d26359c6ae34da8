// SPDX-License-Identifier: BSD-2-Clause
// What groups and launch configurations name of other services has to be there when they are made (engine-autoscaling §2).
// Later it may go: the loop finds out when it wants to launch. All that is missing is told at once.
import { standardType } from '../ec2/capacity'
import { isStandard, mayRun } from '../ec2/image-access'
import { findImage } from '../ec2/image-ids'
import { groupsOf } from '../ec2/security-group-records'
import { zoneAsWritten, zoneNames } from '../ec2/zones'
import type { ProfileName } from '../iam/profile-names'
import { profileNamed } from '../iam/profile-names'
import type { Tx } from '../operation'
import { loadBalancersOf } from './load-balancing'
import { invalid } from './refusals'
import type { ScalingGroup } from './schema/groups'
import { ownSubnet, subnetIdsOf, zonesOf } from './subnets'

const list = (items: readonly string[]): string => `[${items.join(', ')}]`

/** `what: [x, y]` of those that are not there. */
const absent = (
  what: string,
  names: readonly string[],
  isThere: (name: string) => boolean,
): readonly string[] => {
  const missing = [...new Set(names.filter(name => !isThere(name)))].sort()
  return missing.length > 0 ? [`${what}: ${list(missing)}`] : []
}

const refuseAny = (faults: readonly string[]): void => {
  if (faults.length > 0) invalid(`Invalid parameters ${list(faults)}`)
}

interface GroupReferences {
  readonly account: string
  readonly zones: readonly string[]
  readonly balancers?: readonly string[]
  readonly subnets?: string | undefined
  readonly placementGroup?: string | undefined
}

/** Where a group is, as far as a request says: none of it where that says nothing. */
export type GroupPlaces = Partial<Pick<ScalingGroup, 'zones' | 'vpcZoneIdentifier'>>

/** Zones as their names are written, each once, and subnets. Refuses what is not there; placement groups never are. */
export const checkGroupReferences = (tx: Tx, references: GroupReferences): GroupPlaces => {
  const { account, zones, balancers = [], subnets, placementGroup } = references
  const subnetIds = subnetIdsOf(subnets)
  const known = loadBalancersOf(tx, references.account)
  refuseAny([
    ...absent('Invalid availability zone(s)', zones, name => zoneNames.includes(zoneAsWritten(name) ?? '')),
    ...absent('Invalid load balancer name(s)', balancers, name => known.includes(name)),
    ...absent('Invalid subnet(s)', subnetIds, id => ownSubnet(tx, account, id) !== undefined),
    ...(placementGroup ? [`Invalid placement group: ${placementGroup}`] : []),
  ])
  const named = [...new Set(zones.map(name => zoneAsWritten(name) ?? name))]
  if (subnetIds.length === 0) return named.length > 0 ? { zones: named } : {}
  const own = subnetIds.map(id => tx.subnets.must(id))
  return { zones: zonesOf(own, named), vpcZoneIdentifier: subnetIds.join(',') }
}

/** An instance profile as a launch configuration names it: by its name or its ARN. */
export const profileReference = (text: string): ProfileName =>
  text.startsWith('arn:') ? { Arn: text } : { Name: text }

export const isGroupId = (text: string): boolean => /^sg-(?:[0-9a-f]{8}|[0-9a-f]{17})$/i.test(text)

interface LaunchReferences {
  readonly images: readonly string[]
  readonly instanceType: string
  readonly keyName?: string | undefined
  readonly securityGroups: readonly string[]
  readonly profile?: string | undefined
}

/** Refuses what is not there for the caller, whose instances these will be. */
export const checkLaunchReferences = (tx: Tx, references: LaunchReferences): void => {
  const { images, instanceType, keyName, securityGroups, profile } = references
  const own = groupsOf(tx)
  const isImage = (id: string): boolean => {
    const image = findImage(tx, id)
    return image !== undefined && isStandard(image) && mayRun(tx.caller, image)
  }
  const isGroup = (text: string): boolean =>
    own.some(({ id, name }) => (isGroupId(text) ? id === text.toLowerCase() : name === text))
  refuseAny([
    ...absent('Invalid image id(s)', images, isImage),
    ...(standardType(instanceType) ? [] : [`Invalid instance type: ${instanceType}`]),
    ...(keyName && !tx.keyPairs.get(keyName) ? [`Invalid ssh key: ${keyName}`] : []),
    ...absent('Invalid security group(s)', securityGroups, isGroup),
    ...(profile && !profileNamed(tx, profileReference(profile))
      ? [`Invalid instance profile: ${profile}`]
      : []),
  ])
}
