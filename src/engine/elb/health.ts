// SPDX-License-Identifier: BSD-2-Clause
// What checks say of instances, and what follows from it (engine-iam-elb, part 3 §4). Who makes the checks is the data plane.
import type { Tx } from '../operation'
import type { BalancedInstance, LoadBalancer } from './schema'

/** A registered instance that is to be checked by now. */
export interface DueCheck {
  readonly balancer: string
  readonly balancerId: string
  readonly instanceId: string
  readonly registeredAt: Date
}

/** How a check ended; without `trouble`, well. */
export interface CheckResult extends DueCheck {
  readonly trouble?: string
}

export interface InstanceHealth {
  readonly state: 'InService' | 'OutOfService' | 'Unknown'
  readonly reasonCode: string
  readonly description: string
}

/** Checks whose time has come, and when (ms) the next one's comes, if there is any. */
export const dueChecks = (_tx: Tx): { readonly due: readonly DueCheck[]; readonly next?: number } => ({
  due: [],
})

/** Write down how checks ended. One of an instance that has been taken out or registered anew meanwhile is of no use. */
export const recordChecks = (_tx: Tx, _results: readonly CheckResult[]): void => {}

export const healthOf = (_tx: Tx, _balancer: LoadBalancer, _instance: BalancedInstance): InstanceHealth => {
  throw new Error('not yet')
}
