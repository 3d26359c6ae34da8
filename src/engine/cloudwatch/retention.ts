// SPDX-License-Identifier: BSD-2-Clause
// What is older than two weeks goes, once a day, in portions: other requests come in between.
import type { ChoreContext, Tx } from '../operation'
import { planForgetting } from './plans'
import type { Metric } from './schema/metrics'

/** How long data, metrics and alarms' history are kept: two weeks (engine-cloudformation-cloudwatch, part 2 §3). */
export const retentionSeconds = 14 * 24 * 3600

const portion = 1000

const oldestAt = (tx: Tx): number => tx.now.getTime() - retentionSeconds * 1000

const some = <R>(records: Iterable<R>, isWanted: (record: R) => boolean): readonly R[] => {
  const found: R[] = []
  for (const record of records) {
    if (found.length === portion || !isWanted(record)) break
    found.push(record)
  }
  return found
}

/** Remove some of what is too old of a metric, oldest first, and in the end the metric itself. Whether there may be more. */
const forgetMetric = (tx: Tx, { account, id }: Pick<Metric, 'account' | 'id'>): boolean => {
  const oldest = oldestAt(tx)
  const minutes = some(tx.metricMinutes.scan({ under: [id] }), ({ at }) => at < oldest)
  for (const { metric, at, unit } of minutes) tx.metricMinutes.delete(metric, at, unit)
  if (minutes.length === portion) return true
  const metrics = tx.metrics.in(account)
  const metric = metrics.get(id)
  if (metric && metric.lastAt.getTime() < oldest) metrics.delete(id)
  return false
}

/** History is in order of time, newest first. */
const forgetHistory = (tx: Tx, account: string): boolean => {
  const history = tx.alarmHistory.in(account)
  const items = some(history.scan({ from: [-oldestAt(tx)] }), () => true)
  for (const { at, sequence } of items) history.delete(-at.getTime(), -sequence)
  return items.length === portion
}

const accountsWithHistory = (tx: Tx): readonly string[] =>
  tx.accounts
    .list()
    .map(({ id }) => id)
    .filter(id => tx.alarmHistory.in(id).first() !== undefined)

/** Chore: once a day, remove what is older than two weeks. It is planned anew while anything is left. */
export const forgetMetrics = async ({ transact }: ChoreContext, _target: string): Promise<void> => {
  const again = async (work: (tx: Tx) => boolean): Promise<void> => {
    while (await transact(work)) {
      // The next portion.
    }
  }
  const metrics = await transact(tx => tx.metrics.everywhere().map(({ account, id }) => ({ account, id })))
  for (let from = 0; from < metrics.length; from += 100) {
    const some = metrics.slice(from, from + 100)
    await again(tx => some.some(metric => forgetMetric(tx, metric)))
  }
  for (const account of await transact(accountsWithHistory)) await again(tx => forgetHistory(tx, account))
  await transact(tx => {
    if (tx.metricMinutes.first() || accountsWithHistory(tx).length > 0) planForgetting(tx)
  })
}
