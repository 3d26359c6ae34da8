// SPDX-License-Identifier: BSD-2-Clause
// Instance types, and how many instances of each the nodes of a zone have room for.
import { refuse } from '../errors'
import type { Tx } from '../operation'
import type { ZoneResources } from './schema/network'

export interface InstanceType {
  readonly name: string
  readonly cpus: number
  readonly diskGib: number
  readonly memoryMib: number
}

export const defaultInstanceType = 'm1.small'

/** Eucalyptus' own table (engine-ebs §8), in the order of its size. */
export const instanceTypes: readonly InstanceType[] = [
  { name: 't1.micro', cpus: 1, diskGib: 5, memoryMib: 256 },
  { name: 'm1.small', cpus: 1, diskGib: 5, memoryMib: 256 },
  { name: 'm1.medium', cpus: 1, diskGib: 10, memoryMib: 512 },
  { name: 'c1.medium', cpus: 2, diskGib: 10, memoryMib: 512 },
  { name: 'm1.large', cpus: 2, diskGib: 10, memoryMib: 512 },
  { name: 'm1.xlarge', cpus: 2, diskGib: 10, memoryMib: 1024 },
  { name: 'm2.xlarge', cpus: 2, diskGib: 10, memoryMib: 2048 },
  { name: 'c1.xlarge', cpus: 2, diskGib: 10, memoryMib: 2048 },
  { name: 'm3.xlarge', cpus: 4, diskGib: 15, memoryMib: 2048 },
  { name: 'm2.2xlarge', cpus: 2, diskGib: 30, memoryMib: 4096 },
  { name: 'm3.2xlarge', cpus: 4, diskGib: 30, memoryMib: 4096 },
  { name: 'cc1.4xlarge', cpus: 8, diskGib: 60, memoryMib: 3072 },
  { name: 'm2.4xlarge', cpus: 8, diskGib: 60, memoryMib: 4096 },
  { name: 'hi1.4xlarge', cpus: 8, diskGib: 120, memoryMib: 6144 },
  { name: 'cc2.8xlarge', cpus: 16, diskGib: 120, memoryMib: 6144 },
  { name: 'cg1.4xlarge', cpus: 16, diskGib: 200, memoryMib: 12288 },
  { name: 'cr1.8xlarge', cpus: 16, diskGib: 240, memoryMib: 16384 },
  { name: 'hs1.8xlarge', cpus: 48, diskGib: 24000, memoryMib: 119808 },
]

const byName = new Map(instanceTypes.map(type => [type.name, type]))

export const unknownType = (name: string): never =>
  refuse('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`)

/** The type of this name; without a name the default one. Refused when there is none. */
export const instanceTypeNamed = (name: string = defaultInstanceType): InstanceType =>
  byName.get(name) ?? unknownType(name)

// What a zone has when its record says nothing else. Nodes are simulated; one of each type fits.
const defaultResources = { cpus: 64, memoryMib: 131_072, diskGib: 25_000 }

/** What the nodes of a zone have in all. */
export const resourcesOf = (tx: Tx, zone: string): ZoneResources =>
  tx.zones.get(zone) ?? { name: zone, ...defaultResources }

type Amount = Omit<InstanceType, 'name'>

const nothing: Amount = { cpus: 0, diskGib: 0, memoryMib: 0 }

/** What the instances of a zone hold now. Stopped and terminated ones hold nothing. */
const usedIn = (tx: Tx, zone: string): Amount =>
  tx.instances.list().reduce((sum, instance) => {
    const type = byName.get(instance.instanceType)
    const holds = instance.zone === zone && instance.state !== 'terminated' && instance.state !== 'stopped'
    if (!type || !holds) return sum
    return {
      cpus: sum.cpus + type.cpus,
      diskGib: sum.diskGib + type.diskGib,
      memoryMib: sum.memoryMib + type.memoryMib,
    }
  }, nothing)

const fits = (has: Amount, type: InstanceType): number =>
  Math.max(
    0,
    Math.floor(Math.min(has.cpus / type.cpus, has.diskGib / type.diskGib, has.memoryMib / type.memoryMib)),
  )

export interface Capacity {
  /** Instances of the type that the zone holds when nothing else runs. */
  readonly max: number
  /** Those that it can still take. */
  readonly available: number
}

/** Capacity of a zone, for any number of types at the cost of one. */
export const capacities = (tx: Tx, zone: string): ((type: InstanceType) => Capacity) => {
  const has = resourcesOf(tx, zone)
  const used = usedIn(tx, zone)
  const left = {
    cpus: has.cpus - used.cpus,
    diskGib: has.diskGib - used.diskGib,
    memoryMib: has.memoryMib - used.memoryMib,
  }
  return type => ({ max: fits(has, type), available: fits(left, type) })
}

/** Capacity of a zone for one type. */
export const capacity = (tx: Tx, zone: string, type: InstanceType): Capacity => capacities(tx, zone)(type)
