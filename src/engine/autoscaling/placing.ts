// SPDX-License-Identifier: BSD-2-Clause
// In which zones a group's instances are, and where others go (engine-autoscaling §3).
import { capacity, instanceTypeNamed } from '../ec2/capacity'
import { zoneNames } from '../ec2/zones'
import type { Tx } from '../operation'
import { byZone } from './choosing'
import type { ScalingGroup, ScalingInstance } from './schema/groups'

/** Whether a zone is one of the group's, and of this cloud's. */
export const isValidZone =
  ({ zones }: Pick<ScalingGroup, 'zones'>) =>
  (zone: string): boolean =>
    zones.includes(zone) && zoneNames.includes(zone)

export interface ZoneCount {
  readonly zone: string
  readonly count: number
  /** How many more the zone has room for. */
  readonly room: number
}

/** The group's zones with their instances. A zone that this cloud does not have has no room. */
export const zoneCounts = (
  tx: Tx,
  group: ScalingGroup,
  members: readonly ScalingInstance[],
  instanceType: string,
): readonly ZoneCount[] => {
  const zones = byZone(members)
  const type = instanceTypeNamed(tx, instanceType)
  const isValid = isValidZone(group)
  return group.zones.map(zone => ({
    zone,
    count: zones.get(zone)?.length ?? 0,
    room: isValid(zone) ? capacity(tx, zone, type).available : 0,
  }))
}

/** The zone with fewest instances of those with room; the first of these as the group names them. */
const emptiest = (counts: readonly ZoneCount[]): ZoneCount | undefined =>
  counts
    .filter(({ room }) => room > 0)
    .reduce<ZoneCount | undefined>(
      (best, one) => (best === undefined || one.count < best.count ? one : best),
      undefined,
    )

const withOneMore = (counts: readonly ZoneCount[], zone: string): readonly ZoneCount[] =>
  counts.map(one => (one.zone === zone ? { zone, count: one.count + 1, room: one.room - 1 } : one))

/** How many to launch in which zones. Where there is no room at all, EC2 shall say so of the first zone. */
export const spread = (counts: readonly ZoneCount[], wanted: number): ReadonlyMap<string, number> => {
  const places = new Map<string, number>()
  let now = counts
  for (let left = wanted; left > 0; left--) {
    const next = emptiest(now)
    if (!next) break
    places.set(next.zone, (places.get(next.zone) ?? 0) + 1)
    now = withOneMore(now, next.zone)
  }
  const [first] = counts
  if (places.size === 0 && first) places.set(first.zone, wanted)
  return places
}

/** What there is to move from zones that are not, or no longer, the group's, or that have more than their part. */
export interface Imbalance {
  /** Where the new instances go. */
  readonly places: ReadonlyMap<string, number>
  readonly launches: number
  /** Why, for the activities. */
  readonly cause: string
}

const sentence = (zones: readonly (readonly [string, number])[]): string =>
  `${zones.map(([zone]) => zone).join(', ')} had ${zones.map(([, count]) => count).join(', ')} instances respectively`

/** What to launch, at most `most`, so that as many instances can leave zones that they should not be in. */
export const imbalanceOf = (
  group: ScalingGroup,
  members: readonly ScalingInstance[],
  counts: readonly ZoneCount[],
  most: number,
): Imbalance | undefined => {
  const isValid = isValidZone(group)
  const zones = byZone(members)
  const misplaced = [...zones.entries()].filter(([zone]) => !isValid(zone))
  const movable = (own: readonly ScalingInstance[]) => own.filter(({ isProtected }) => !isProtected).length
  const astray = misplaced.reduce((sum, [, own]) => sum + movable(own), 0)
  let strays = astray
  // Instances that may leave each of the group's zones: those that are protected stay where they are.
  const open = new Map(group.zones.map(zone => [zone, movable(zones.get(zone) ?? [])]))
  const places = new Map<string, number>()
  let launches = 0
  let now = counts
  while (launches < most) {
    const to = emptiest(now)
    const [from] = [...now].filter(({ zone }) => (open.get(zone) ?? 0) > 0).sort((a, b) => b.count - a.count)
    if (!to || (strays === 0 && (!from || from.count - to.count < 2))) break
    if (strays > 0) strays--
    else if (from) {
      open.set(from.zone, (open.get(from.zone) ?? 0) - 1)
      now = now.map(one => (one === from ? { ...one, count: one.count - 1 } : one))
    }
    now = withOneMore(now, to.zone)
    places.set(to.zone, (places.get(to.zone) ?? 0) + 1)
    launches++
  }
  if (launches === 0) return undefined
  const cause =
    astray > 0
      ? `invalid availability zones ${sentence(misplaced.map(([zone, own]) => [zone, own.length]))}. An instance was launched to aid in migrating instances from these zones to valid ones`
      : `availability zones ${sentence(counts.map(({ zone, count }) => [zone, count]))}. An instance was launched to aid in balancing the group's zones`
  return { places, launches, cause }
}
