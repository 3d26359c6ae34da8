// SPDX-License-Identifier: BSD-2-Clause
// Which instances the cloud measures by itself: those that run with monitoring enabled, from the moment on in which both is
// so. Apart from sampling.ts, so that EC2 need not read that.
import type { Instance } from '../ec2/schema/instances'
import type { Tx } from '../operation'
import { plan } from './plans'

/** `cloud.monitor.default_poll_interval_mins` */
export const sampleSeconds = 300

const sampleMs = sampleSeconds * 1000

/** The latest moment, up to this one, in which all instances are measured. */
export const sampleTime = (at: number): number => Math.floor(at / sampleMs) * sampleMs

/** Have instances measured when that is due next. */
export const planSampling = (tx: Tx): void => {
  const now = tx.now.getTime()
  plan(tx, 'cloudwatch.sample', (sampleTime(now) + sampleMs - now) / 1000)
}

/** An instance has begun or ceased to run, or to be monitored. */
export const watchInstance = (tx: Tx, { id, state, monitoring }: Instance): void => {
  const sample = tx.instanceSamples.get(id)
  if (state !== 'running' || !monitoring) {
    if (sample) tx.instanceSamples.delete(id)
    return
  }
  if (!sample) tx.instanceSamples.put({ instanceId: id, at: tx.now.getTime() })
  planSampling(tx)
}
