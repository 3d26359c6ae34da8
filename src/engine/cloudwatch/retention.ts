// SPDX-License-Identifier: BSD-2-Clause
// What is older than two weeks goes, once a day, in portions: other requests come in between.
import type { ChoreContext, Tx } from '../operation'
import { firstOf, whileLeft } from '../portions'
import { planForgetting } from './plans'
import type { AlarmHistoryItem } from './schema/alarms'
import type { Metric } from './schema/metrics'

/** How long data, metrics and alarms' history are kept: two weeks (engine-cloudformation-cloudwatch, part 2 §3). */
export const retentionSeconds = 14 * 24 * 3600

/** Rows of alarms' history that an account may have; they are more until somebody looks. */
export const mostHistory = 100_000

/** Of one transaction. */
const portion = 1000
const metricsAtOnce = 100

const oldestAt = (tx: Tx): number => tx.now.getTime() - retentionSeconds * 1000

type MetricKey = Pick<Metric, 'account' | 'id'>

/** Remove what is too old of a metric, oldest first, but no more than so many; in the end the metric itself. How many. */
const forgetMetric = (tx: Tx, { account, id }: MetricKey, most: number): number => {
  const oldest = oldestAt(tx)
  const minutes = firstOf(tx.metricMinutes.scan({ under: [id] }), most, ({ at }) => at < oldest)
  for (const { metric, at, unit } of minutes) tx.metricMinutes.delete(metric, at, unit)
  if (minutes.length === most) return most
  const metrics = tx.metrics.in(account)
  const metric = metrics.get(id)
  if (metric && metric.lastAt.getTime() < oldest) metrics.delete(id)
  return minutes.length
}

/** See to some of these metrics. Those that are left. */
const forgetSome = (tx: Tx, metrics: readonly MetricKey[]): readonly MetricKey[] => {
  let most = portion
  for (const [index, metric] of metrics.slice(0, metricsAtOnce).entries()) {
    most -= forgetMetric(tx, metric, most)
    if (most === 0) return metrics.slice(index)
  }
  return metrics.slice(metricsAtOnce)
}

/** The last row of history that an account keeps, if it has more. */
const lastKept = (tx: Tx, account: string): AlarmHistoryItem | undefined => {
  let count = 0
  for (const row of tx.alarmHistory.in(account).scan()) if (++count === mostHistory) return row
  return undefined
}

/** History is in order of time, newest first. */
const forgetHistory = (tx: Tx, account: string, last: AlarmHistoryItem | undefined): boolean => {
  const history = tx.alarmHistory.in(account)
  const from = last
    ? { from: [-last.at.getTime(), -last.sequence], exclusive: true }
    : { from: [-oldestAt(tx)] }
  const items = firstOf(history.scan(from), portion)
  for (const { at, sequence } of items) history.delete(-at.getTime(), -sequence)
  return items.length === portion
}

/** Remove what is too old of an account's history, and what is too much. */
export const trimHistory = async (context: ChoreContext, account: string): Promise<void> => {
  const last = await context.transact(tx => lastKept(tx, account))
  for (const bound of [undefined, ...(last ? [last] : [])]) {
    await whileLeft(context, tx => forgetHistory(tx, account, bound))
  }
}

const accountsWithHistory = (tx: Tx): readonly string[] =>
  tx.accounts
    .list()
    .map(({ id }) => id)
    .filter(id => tx.alarmHistory.in(id).first() !== undefined)

/** Chore: once a day, remove what is older than two weeks. It is planned anew while anything is left. */
export const forgetMetrics = async (context: ChoreContext, _target: string): Promise<void> => {
  const { transact } = context
  let left: readonly MetricKey[] = await transact(tx =>
    tx.metrics.everywhere().map(({ account, id }) => ({ account, id })),
  )
  while (left.length > 0) {
    const some = left
    left = await transact(tx => forgetSome(tx, some))
  }
  for (const account of await transact(accountsWithHistory)) await trimHistory(context, account)
  await transact(tx => {
    if (tx.metricMinutes.first() || accountsWithHistory(tx).length > 0) planForgetting(tx)
  })
}
