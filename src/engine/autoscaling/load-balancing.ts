// SPDX-License-Identifier: BSD-2-Clause
// What Auto Scaling wants to know of load balancers, of which this cloud has none yet.
import type { Tx } from '../operation'
import type { ScalingGroup } from './schema/groups'

/** The names of the load balancers that an account has. */
export const loadBalancersOf = (_tx: Tx, _account: string): readonly string[] => []

/** What a group's load balancers say of an instance, the worst of it; undefined where none of them knows it. */
export const stateAtBalancers = (
  _tx: Tx,
  _group: Pick<ScalingGroup, 'account' | 'loadBalancerNames'>,
  _instanceId: string,
): 'InService' | 'OutOfService' | undefined => undefined

/** The group has other load balancers than before: its instances are registered with the new ones, and taken from the others. */
export const balancersChanged = (_tx: Tx, _before: ScalingGroup, _after: ScalingGroup): void => {}
