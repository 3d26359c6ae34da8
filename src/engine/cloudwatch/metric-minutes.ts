// SPDX-License-Identifier: BSD-2-Clause
import type { Tx } from '../operation'
import type { MetricMinute } from './schema/metrics'

/**
 * Reads minutes of metrics. For who wants many ranges in one transaction: those of a metric are read once, since to read
 * one takes ten times as long as to look at it.
 */
export class MinuteReader {
  readonly #tx: Tx
  readonly #known = new Map<
    string,
    { readonly start: number; readonly end: number; readonly minutes: readonly MetricMinute[] }
  >()
  /** How many minutes were looked at so far. */
  looked = 0

  constructor(tx: Tx) {
    this.#tx = tx
  }

  /** The minutes of a metric from a moment up to another, in order of time. */
  minutesOf(metric: string, start: number, end: number): readonly MetricMinute[] {
    const known = this.#known.get(metric)
    const found =
      known && known.start <= start && known.end >= end
        ? known.minutes.filter(({ at }) => at >= start && at < end)
        : this.#read(metric, start, end, known)
    this.looked += found.length
    return found
  }

  #read(
    metric: string,
    start: number,
    end: number,
    known: { readonly start: number; readonly end: number } | undefined,
  ): readonly MetricMinute[] {
    const to = Math.max(end, known?.end ?? end)
    // Of ranges that grow bit by bit not every one is read.
    const from = known ? Math.min(start, known.start, to - 2 * (known.end - known.start)) : start
    const minutes: MetricMinute[] = []
    for (const one of this.#tx.metricMinutes.scan({ under: [metric], from: [from] })) {
      if (one.at >= to) break
      minutes.push(one)
    }
    this.#known.set(metric, { start: from, end: to, minutes })
    return known ? minutes.filter(({ at }) => at >= start && at < end) : minutes
  }
}
