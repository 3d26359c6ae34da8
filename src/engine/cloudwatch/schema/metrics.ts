// SPDX-License-Identifier: BSD-2-Clause
import type { ProcessName } from '../../processes'
import { table } from '../../store/table'

export interface Dimension {
  readonly name: string
  readonly value: string
}

/** That there is a metric: a name in a namespace, with a set of dimensions. */
export interface Metric {
  readonly account: string
  /** Hash of account, namespace, name and the sorted dimensions. */
  readonly id: string
  readonly namespace: string
  readonly name: string
  /** Sorted by name. */
  readonly dimensions: readonly Dimension[]
  /** Of the latest point that was written. */
  readonly lastAt: Date
}

/** What was measured in one minute, in one unit. */
export interface MetricMinute {
  /** The metric's id. */
  readonly metric: string
  /** Beginning of the minute, ms. */
  readonly at: number
  readonly unit: string
  readonly count: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

/** A port of an instance that a program of this machine answers in its place. */
export interface Forward {
  readonly port: number
  /** A name or an address that is reached from this machine. */
  readonly host: string
  readonly hostPort: number
}

/** How a simulated instance behaves, or which process stands behind it. */
export interface InstanceBehavior {
  readonly instanceId: string
  readonly since: Date
  /** Percent. */
  readonly cpu?: number
  /** Further metrics of `AWS/EC2`, and of `AWS/EBS` for each of its volumes, by name: what each sample says, in the metric's unit. */
  readonly metrics?: Readonly<Record<string, number>>
  /** Whose use of this machine is the instance's. */
  readonly process?: ProcessName
  /** By port. */
  readonly forwards?: readonly Forward[]
}

/** What a process has used since it was started. */
export interface ProcessCounters {
  readonly cpuSeconds: number
  readonly readOps: number
  readonly writeOps: number
  readonly readBytes: number
  readonly writeBytes: number
}

/** Up to when the metrics of a monitored instance that runs are written down. */
export interface InstanceSample {
  readonly instanceId: string
  /** ms */
  readonly at: number
  /** What the process behind it had used then. */
  readonly counters?: ProcessCounters
}

/** When a chore of the whole cloud is planned for, ms. */
export interface MetricPlan {
  readonly task: string
  readonly at: number
}

export const metricTables = {
  metricPlans: table<MetricPlan>({ scope: 'cloud', key: ({ task }) => task }),
  metrics: table<Metric>({ scope: 'account', key: ({ id }) => id, large: true }),
  metricMinutes: table<MetricMinute>({
    scope: 'cloud',
    key: ({ metric, at, unit }) => [metric, at, unit],
    large: true,
  }),
  instanceSamples: table<InstanceSample>({ scope: 'cloud', key: ({ instanceId }) => instanceId }),
  instanceBehaviors: table<InstanceBehavior>({ scope: 'cloud', key: ({ instanceId }) => instanceId }),
}
