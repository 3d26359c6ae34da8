// SPDX-License-Identifier: BSD-2-Clause
// What an instance and its volumes are measured by, and what each sample says.
//
// Guests are simulated: an instance does what `mallee instance-behavior` has declared of it, and by itself next to nothing:
// one percent of its processor, so that there is a line to see, and no reading, writing or sending, so that no sum grows
// that nobody caused. Its volumes are idle throughout. Where a process is named that stands behind an instance, its use of
// processor and disk is the instance's; what cannot be told of a process (the network) is measured only when declared.
import type { InstanceBehavior, ProcessCounters } from './schema/metrics'

/** Metrics of `AWS/EC2` and their units. */
export const instanceUnits: Readonly<Record<string, string>> = {
  CPUUtilization: 'Percent',
  DiskReadOps: 'Count',
  DiskWriteOps: 'Count',
  DiskReadBytes: 'Bytes',
  DiskWriteBytes: 'Bytes',
  NetworkIn: 'Bytes',
  NetworkOut: 'Bytes',
  StatusCheckFailed: 'Count',
  StatusCheckFailed_Instance: 'Count',
  StatusCheckFailed_System: 'Count',
}

/** Metrics of `AWS/EBS` and their units. */
export const volumeUnits: Readonly<Record<string, string>> = {
  VolumeReadOps: 'Count',
  VolumeWriteOps: 'Count',
  VolumeQueueLength: 'Count',
  VolumeConsumedReadWriteOps: 'Count',
  VolumeReadBytes: 'Bytes',
  VolumeWriteBytes: 'Bytes',
  VolumeTotalReadTime: 'Seconds',
  VolumeTotalWriteTime: 'Seconds',
  VolumeIdleTime: 'Seconds',
  VolumeThroughputPercentage: 'Percent',
}

/** What may be declared: all but what is always the same. */
export const isDeclarable = (name: string): boolean =>
  (Object.hasOwn(instanceUnits, name) || Object.hasOwn(volumeUnits, name)) &&
  name !== 'VolumeThroughputPercentage'

export type Values = Readonly<Record<string, number>>

/** Percent. */
export const idleCpu = 1

const idleInstance: Values = {
  ...Object.fromEntries(Object.keys(instanceUnits).map(name => [name, 0])),
  CPUUtilization: idleCpu,
}

const only = (values: Values, units: Readonly<Record<string, string>>): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(units, name)))

/** What is declared, by the names of metrics. */
export const declaredValues = ({ cpu, metrics }: Pick<InstanceBehavior, 'cpu' | 'metrics'>): Values => ({
  ...metrics,
  ...(cpu !== undefined && { CPUUtilization: cpu }),
})

const declaredOfInstance = (behavior: InstanceBehavior | undefined): Values =>
  only(declaredValues(behavior ?? {}), instanceUnits)

/** What a sample of a simulated instance says, of one that has broken down by what stood for it as well. */
export const simulatedValues = (behavior: InstanceBehavior | undefined, isBroken: boolean): Values => ({
  ...idleInstance,
  ...(isBroken && { StatusCheckFailed: 1, StatusCheckFailed_Instance: 1 }),
  ...declaredOfInstance(behavior),
})

const checks: Values = { StatusCheckFailed: 0, StatusCheckFailed_Instance: 0, StatusCheckFailed_System: 0 }

/** What a sample of an instance says that a process stands behind: what it has used since the last one. */
export const measuredValues = (
  behavior: InstanceBehavior,
  before: ProcessCounters,
  after: ProcessCounters,
  seconds: number,
): Values => ({
  ...checks,
  CPUUtilization: Math.min(100, ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100),
  DiskReadOps: after.readOps - before.readOps,
  DiskWriteOps: after.writeOps - before.writeOps,
  DiskReadBytes: after.readBytes - before.readBytes,
  DiskWriteBytes: after.writeBytes - before.writeBytes,
  ...declaredOfInstance(behavior),
})

/** What a sample of one of an instance's volumes says. Only what is declared is known of it. */
export const volumeValues = (behavior: InstanceBehavior | undefined, seconds: number): Values => {
  const declared = only(behavior?.metrics ?? {}, volumeUnits)
  const {
    VolumeReadOps = 0,
    VolumeWriteOps = 0,
    VolumeTotalReadTime = 0,
    VolumeTotalWriteTime = 0,
  } = declared
  return {
    ...Object.fromEntries(Object.keys(volumeUnits).map(name => [name, 0])),
    VolumeConsumedReadWriteOps: VolumeReadOps + VolumeWriteOps,
    VolumeIdleTime: Math.max(0, seconds - VolumeTotalReadTime - VolumeTotalWriteTime),
    ...declared,
    // Always, as Eucalyptus has it.
    VolumeThroughputPercentage: 100,
  }
}
