// SPDX-License-Identifier: BSD-2-Clause
// Instance types, and how many instances of each the nodes of a zone have room for.
import { refuse } from '../errors'
import type { Tx } from '../operation'
import type { Instance } from './schema/instances'
import type { ZoneResources } from './schema/network'

/** What an instance takes of its node. */
export interface Amount {
  readonly cpus: number
  readonly diskGib: number
  readonly memoryMib: number
}

export interface InstanceType extends Amount {
  readonly name: string
  /** How many an instance can have in a VPC. */
  readonly networkInterfaces: number
}

export const defaultInstanceType = 'm1.small'

const type = (
  name: string,
  cpus: number,
  diskGib: number,
  memoryMib: number,
  networkInterfaces: number,
): InstanceType => ({ name, cpus, diskGib, memoryMib, networkInterfaces })

/** Eucalyptus' own table (engine-ebs §8), in the order of its size; numbers of network interfaces are those of AWS. */
export const standardTypes: readonly InstanceType[] = [
  type('t1.micro', 1, 5, 256, 2),
  type('m1.small', 1, 5, 256, 2),
  type('m1.medium', 1, 10, 512, 2),
  type('c1.medium', 2, 10, 512, 2),
  type('m1.large', 2, 10, 512, 3),
  type('m1.xlarge', 2, 10, 1024, 4),
  type('m2.xlarge', 2, 10, 2048, 4),
  type('c1.xlarge', 2, 10, 2048, 4),
  type('m3.xlarge', 4, 15, 2048, 4),
  type('m2.2xlarge', 2, 30, 4096, 4),
  type('m3.2xlarge', 4, 30, 4096, 4),
  type('cc1.4xlarge', 8, 60, 3072, 8),
  type('m2.4xlarge', 8, 60, 4096, 8),
  type('hi1.4xlarge', 8, 120, 6144, 8),
  type('cc2.8xlarge', 16, 120, 6144, 8),
  type('cg1.4xlarge', 16, 200, 12288, 8),
  type('cr1.8xlarge', 16, 240, 16384, 8),
  type('hs1.8xlarge', 48, 24000, 119808, 8),
]

const standardByName = new Map(standardTypes.map(type => [type.name, type]))

/** The type as it is before an administrator changes it. */
export const standardType = (name: string): InstanceType | undefined => standardByName.get(name)

/** Types as they are now, in the order of the table. */
export const instanceTypes = (tx: Tx): readonly InstanceType[] =>
  standardTypes.map(standard => tx.changedTypes.get(standard.name) ?? standard)

export const unknownType = (name: string): never =>
  refuse('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`)

/** The type of this name as it is now; without a name the default one. Refused when there is none. */
export const instanceTypeNamed = (tx: Tx, name: string = defaultInstanceType): InstanceType =>
  (standardByName.has(name) ? tx.changedTypes.get(name) : undefined) ??
  standardByName.get(name) ??
  unknownType(name)

const amountOf = ({ cpus, diskGib, memoryMib }: InstanceType): Amount => ({ cpus, diskGib, memoryMib })

/** What an instance of this type is to remember of it: something only where the type is not what it is by itself. */
export const sizeAtStart = (tx: Tx, type: InstanceType): { readonly size?: Amount } =>
  tx.changedTypes.get(type.name) ? { size: amountOf(type) } : {}

type Sized = Pick<Instance, 'instanceType' | 'size'>

/** What an instance has had since it was started, whatever became of its type. */
export const sizeOf = ({ instanceType, size }: Sized): Amount =>
  size ?? standardByName.get(instanceType) ?? unknownType(instanceType)

// What a zone has when its record says nothing else. Nodes are simulated; one of each type fits.
const defaultResources = { cpus: 64, memoryMib: 131_072, diskGib: 25_000 }

/** What the nodes of a zone have in all. */
export const resourcesOf = (tx: Tx, zone: string): ZoneResources =>
  tx.zones.get(zone) ?? { name: zone, ...defaultResources }

const nothing: Amount = { cpus: 0, diskGib: 0, memoryMib: 0 }

/** What the instances of a zone hold now. Stopped and terminated ones hold nothing. */
const usedIn = (tx: Tx, zone: string): Amount =>
  tx.instances.list().reduce((sum, instance) => {
    const holds = instance.zone === zone && instance.state !== 'terminated' && instance.state !== 'stopped'
    if (!holds) return sum
    const has = sizeOf(instance)
    return {
      cpus: sum.cpus + has.cpus,
      diskGib: sum.diskGib + has.diskGib,
      memoryMib: sum.memoryMib + has.memoryMib,
    }
  }, nothing)

const fits = (has: Amount, type: Amount): number =>
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
