// SPDX-License-Identifier: BSD-2-Clause
// What carries one load balancer out, whichever program does it.
import type { BalancerPlan } from '../../engine/elb/plan'
import type { BalancerPlace } from '../../engine/elb/schema'
import type { BalancerCounts } from './counters'

export type PlacedPorts = BalancerPlace['ports']

export interface Balancing {
  /** What does the work: `HAProxy 2.6.12`. */
  readonly by: string
  /** Bring about what a plan says, as far as that can be, and tell where it is answered. Never called twice at a time. */
  apply(plan: BalancerPlan): Promise<PlacedPorts>
  /** What has been counted since this was last asked. */
  counts(): Promise<BalancerCounts>
  /** Files of the access log, in its folder, that are complete: nobody writes to them any more. */
  readonly isWriting: (logFile: string) => boolean
  stop(): Promise<void>
}

/** Tell operators, in the log of the cloud. */
export type Tell = (level: 'INFO' | 'WARN' | 'ERROR', text: string) => void
