// SPDX-License-Identifier: BSD-2-Clause
// Metrics of load balancers, namespace AWS/ELB (engine-iam-elb, part 3 §8).
import { type MetricPoint, putPoints } from '../cloudwatch/metric-data'
import type { Tx } from '../operation'
import type { LoadBalancer } from './schema'

const namespace = 'AWS/ELB'

/** What there is, and its units. */
export const balancerUnits: Readonly<Record<string, string>> = {
  HealthyHostCount: 'Count',
  UnHealthyHostCount: 'Count',
  RequestCount: 'Count',
  Latency: 'Seconds',
  HTTPCode_ELB_4XX: 'Count',
  HTTPCode_ELB_5XX: 'Count',
  HTTPCode_Backend_2XX: 'Count',
  HTTPCode_Backend_3XX: 'Count',
  HTTPCode_Backend_4XX: 'Count',
  HTTPCode_Backend_5XX: 'Count',
}

/** One measurement, or the sum of several. */
export type BalancerValue =
  | number
  | { readonly count: number; readonly sum: number; readonly minimum: number; readonly maximum: number }

const statisticsOf = (value: BalancerValue) =>
  typeof value === 'number' ? { count: 1, sum: value, minimum: value, maximum: value } : value

/** How many hosts there are is news also when there are none; what nobody asked for is not counted. */
const isWorthTelling = (name: string, value: BalancerValue): boolean =>
  name.endsWith('HostCount') || statisticsOf(value).sum !== 0

/**
 * Write down what was measured of a balancer in one of its zones, by the names of metrics: for the zone, and for the
 * balancer as a whole.
 */
export const putBalancerMetrics = (
  tx: Tx,
  { account, name: balancer }: Pick<LoadBalancer, 'account' | 'name'>,
  zone: string,
  values: Readonly<Record<string, BalancerValue>>,
): void => {
  const whole = [{ name: 'LoadBalancerName', value: balancer }]
  const inZone = [{ name: 'AvailabilityZone', value: zone }, ...whole]
  const points = Object.entries(values)
    .filter(([name, value]) => Object.hasOwn(balancerUnits, name) && isWorthTelling(name, value))
    .flatMap(([name, value]): MetricPoint[] =>
      [inZone, whole].map(dimensions => ({
        namespace,
        name,
        dimensions,
        at: tx.now,
        unit: balancerUnits[name] ?? 'None',
        ...statisticsOf(value),
      })),
    )
  putPoints(tx, account, points)
}
