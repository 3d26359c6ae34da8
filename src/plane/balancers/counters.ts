// SPDX-License-Identifier: BSD-2-Clause
// What HAProxy counts, in the terms of the metrics of `AWS/ELB` (engine-iam-elb, part 3 §8).
import type { PlannedListener } from '../../engine/elb/plan'
import { isHttp } from '../../engine/elb/protocols'
import { backendOf, frontendOf } from './haproxy-config'

/** Of a balancer, over some time. */
export interface BalancerCounts {
  requests: number
  /** Sum of the seconds that instances took to begin to answer, over `timed` requests. */
  latencySeconds: number
  timed: number
  elb4xx: number
  elb5xx: number
  backend2xx: number
  backend3xx: number
  backend4xx: number
  backend5xx: number
}

/** The numbers of one process, by row and column: they grow as long as it runs. */
export type StatCounters = Readonly<Record<string, number>>

export const noCounts = (): BalancerCounts => ({
  requests: 0,
  latencySeconds: 0,
  timed: 0,
  elb4xx: 0,
  elb5xx: 0,
  backend2xx: 0,
  backend3xx: 0,
  backend4xx: 0,
  backend5xx: 0,
})

export const addCounts = (sum: BalancerCounts, more: BalancerCounts): void => {
  for (const key of Object.keys(sum) as (keyof BalancerCounts)[]) sum[key] += more[key]
}

const columns = ['stot', 'req_tot', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx'] as const

/** Read the answer to `show stat`: all that was counted, and what has come since `before`. */
export const readCounters = (
  csv: string,
  before: StatCounters,
): { readonly total: StatCounters; readonly since: StatCounters } => {
  const [head = '', ...rows] = csv.split('\n')
  const names = head.replace(/^# /, '').split(',')
  const at = (cells: readonly string[], name: string): string => cells[names.indexOf(name)] ?? ''
  const total: Record<string, number> = {}
  const since: Record<string, number> = {}
  for (const row of rows) {
    const cells = row.split(',')
    const proxy = at(cells, 'pxname')
    const kind = at(cells, 'svname')
    if (proxy === '' || kind === 'GLOBAL') continue
    if (kind === 'BACKEND') {
      // The mean of the last 1024, in milliseconds: HAProxy keeps no sum.
      const mean = at(cells, at(cells, 'mode') === 'http' ? 'rtime' : 'ctime')
      since[`${proxy}/milliseconds`] = Number(mean || 0)
      continue
    }
    // What a backend itself has counted has HAProxy's own answers in it; those of its servers are the instances'.
    const side = kind === 'FRONTEND' ? 'front' : 'servers'
    for (const column of columns) {
      const key = `${proxy}/${side}/${column}`
      total[key] = (total[key] ?? 0) + Number(at(cells, column) || 0)
    }
  }
  for (const [key, value] of Object.entries(total)) since[key] = value - (before[key] ?? 0)
  return { total, since }
}

/** What counters of one process come to. Of TCP and SSL, a connection is a request. */
export const countsOf = (since: StatCounters, listeners: readonly PlannedListener[]): BalancerCounts => {
  const counts = noCounts()
  for (const listener of listeners) {
    const [frontend, backend] = [frontendOf(listener), backendOf(listener)]
    const isWeb = isHttp(listener.protocol)
    const inFront = (column: string): number => since[`${frontend}/front/${column}`] ?? 0
    const behind = (column: string): number => since[`${backend}/servers/${column}`] ?? 0
    const requests = inFront(isWeb ? 'req_tot' : 'stot')
    counts.requests += requests
    const timed = isWeb
      ? behind('hrsp_2xx') + behind('hrsp_3xx') + behind('hrsp_4xx') + behind('hrsp_5xx')
      : requests
    counts.timed += timed
    counts.latencySeconds += (timed * (since[`${backend}/milliseconds`] ?? 0)) / 1000
    if (!isWeb) continue
    counts.backend2xx += behind('hrsp_2xx')
    counts.backend3xx += behind('hrsp_3xx')
    counts.backend4xx += behind('hrsp_4xx')
    counts.backend5xx += behind('hrsp_5xx')
    counts.elb4xx += Math.max(0, inFront('hrsp_4xx') - behind('hrsp_4xx'))
    counts.elb5xx += Math.max(0, inFront('hrsp_5xx') - behind('hrsp_5xx'))
  }
  return counts
}
