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
  /** Whether somebody still writes to a file of the access log. */
  readonly isWriting: (logFile: string) => boolean
  /** Write the access log to another file from the next `apply` on: this one is large. */
  freshLog(): void
  stop(): Promise<void>
}

/** Tell operators, in the log of the cloud. */
export type Tell = (level: 'INFO' | 'WARN' | 'ERROR', text: string) => void

/** What `Cache-Control` says beside a cookie of the balancer's, in Eucalyptus' words and AWS': it is for one client. */
export const sharedByNobody = 'no-cache="set-cookie"'
