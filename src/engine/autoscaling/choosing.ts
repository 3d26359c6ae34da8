// SPDX-License-Identifier: BSD-2-Clause
// Which instances leave when a group shrinks (engine-autoscaling §3): of which zone, and of its instances which.
import type { ScalingInstance } from './schema/groups'
import type { TerminationPolicy } from './validation'

type Filter = (candidates: readonly ScalingInstance[], now: Date) => readonly ScalingInstance[]

/** Those with the least of something. */
const least = (
  candidates: readonly ScalingInstance[],
  amountOf: (one: ScalingInstance) => number,
): readonly ScalingInstance[] => {
  const smallest = candidates.reduce((least, one) => Math.min(least, amountOf(one)), Number.POSITIVE_INFINITY)
  return candidates.filter(one => amountOf(one) === smallest)
}

const joined = ({ joinedAt }: ScalingInstance): number => joinedAt.getTime()

/** Of the launch configuration that the oldest of them has. */
const ofOldestConfiguration: Filter = candidates => {
  const [oldest] = least(candidates, joined)
  return candidates.filter(one => one.launchConfigurationName === oldest?.launchConfigurationName)
}

const hour = 3600_000

const closestToNextHour: Filter = (candidates, now) =>
  least(candidates, one => hour - ((((now.getTime() - joined(one)) % hour) + hour) % hour))

const byDefault: Filter = (candidates, now) => closestToNextHour(ofOldestConfiguration(candidates, now), now)

const filters: Readonly<Record<TerminationPolicy, Filter>> = {
  OldestInstance: candidates => least(candidates, joined),
  NewestInstance: candidates => least(candidates, one => -joined(one)),
  OldestLaunchConfiguration: ofOldestConfiguration,
  ClosestToNextInstanceHour: closestToNextHour,
  Default: byDefault,
}

/** One of the candidates by the policies in order, and finally by the default one. */
export const chooseOne = (
  candidates: readonly ScalingInstance[],
  policies: readonly string[],
  now: Date,
): ScalingInstance | undefined => {
  const left = [...policies, 'Default'].reduce(
    (left, policy) =>
      Object.hasOwn(filters, policy) ? filters[policy as TerminationPolicy](left, now) : left,
    candidates,
  )
  // Any of them will do: ids are random already.
  return [...left].sort((a, b) => (a.id < b.id ? -1 : 1))[0]
}

/** Instances by their zones. */
export const byZone = (members: readonly ScalingInstance[]): ReadonlyMap<string, ScalingInstance[]> => {
  const zones = new Map<string, ScalingInstance[]>()
  for (const member of members) {
    const others = zones.get(member.zone)
    if (others) others.push(member)
    else zones.set(member.zone, [member])
  }
  return zones
}

/** Zones that an instance may leave, those that should have none first, then those that have most. */
const fullestZone = (
  members: readonly ScalingInstance[],
  isValid: (zone: string) => boolean,
): readonly ScalingInstance[] => {
  const zones = [...byZone(members).entries()]
    .map(([zone, own]) => ({
      ...{ zone, isValid: isValid(zone), count: own.length },
      open: own.filter(({ isProtected }) => !isProtected),
    }))
    .filter(({ open }) => open.length > 0)
    .sort((a, b) => Number(a.isValid) - Number(b.isValid) || b.count - a.count || (a.zone < b.zone ? -1 : 1))
  return zones[0]?.open ?? []
}

/** So many instances, or fewer where the others are protected, in the order in which they are chosen. */
export const chooseLeaving = (
  members: readonly ScalingInstance[],
  count: number,
  rules: {
    readonly policies: readonly string[]
    readonly isValid: (zone: string) => boolean
    readonly now: Date
  },
): readonly ScalingInstance[] => {
  const chosen: ScalingInstance[] = []
  let left = members
  while (chosen.length < count) {
    const one = chooseOne(fullestZone(left, rules.isValid), rules.policies, rules.now)
    if (!one) break
    chosen.push(one)
    left = left.filter(other => other !== one)
  }
  return chosen
}
