// SPDX-License-Identifier: BSD-2-Clause
// A group and its load balancers (engine-autoscaling §3): its instances are registered with all of them before they are in
// service, and taken out before they end. A balancer that is gone by now is passed over; the group keeps its name, and
// knows one that is made under it again.
import { balancerKey } from '../elb/balancers'
import { healthOf } from '../elb/health'
import { deregister, register, remove } from '../elb/registrations'
import type { LoadBalancer } from '../elb/schema'
import type { Tx } from '../operation'
import { isSuspended, membersOf } from './groups'
import type { ScalingGroup } from './schema/groups'

type Balanced = Pick<ScalingGroup, 'account' | 'loadBalancerNames'>

/** The names of the load balancers that an account has. */
export const loadBalancersOf = (tx: Tx, account: string): readonly string[] =>
  tx.loadBalancers
    .in(account)
    .list()
    .map(({ name }) => name)

const named = (tx: Tx, account: string, names: readonly string[]): readonly LoadBalancer[] =>
  names.flatMap(name => tx.loadBalancers.in(account).get(name) ?? [])

const balancersOf = (tx: Tx, { account, loadBalancerNames }: Balanced): readonly LoadBalancer[] =>
  named(tx, account, loadBalancerNames)

/** Whether the group has a load balancer that is there. */
export const hasBalancers = (tx: Tx, group: Balanced): boolean => balancersOf(tx, group).length > 0

/** What load balancers say of an instance. */
export type StateAtBalancers = 'InService' | 'OutOfService' | 'Unknown'

const worst: readonly StateAtBalancers[] = ['OutOfService', 'Unknown', 'InService']

/**
 * What a group's load balancers say of an instance, the worst of it; undefined where none of them knows it. They say nothing
 * yet of one that they have not checked, and nothing any more when nobody checks: nothing is done on that word.
 */
export const stateAtBalancers = (
  tx: Tx,
  group: Balanced,
  instanceId: string,
): StateAtBalancers | undefined => {
  const states = balancersOf(tx, group).flatMap((balancer): StateAtBalancers[] => {
    const registered = tx.balancedInstances.get(balancerKey(balancer), instanceId)
    if (!registered || registered.drainsUntil) return []
    return [registered.health === 'untold' ? 'Unknown' : healthOf(tx, balancer, registered).state]
  })
  return worst.find(state => states.includes(state))
}

/** An instance of the group is to be in service: have the load balancers know it. */
export const addToBalancers = (tx: Tx, group: ScalingGroup, instanceId: string): void => {
  if (isSuspended(group, 'AddToLoadBalancer')) return
  for (const balancer of balancersOf(tx, group)) register(tx, balancer, instanceId)
}

/** An instance leaves the group, and runs on. What is under way there may end. */
export const takeFromBalancers = (tx: Tx, group: Balanced, instanceId: string): void => {
  for (const balancer of balancersOf(tx, group)) deregister(tx, balancer, instanceId)
}

/** An instance of the group is about to end. */
export const removeFromBalancers = (tx: Tx, group: Balanced, instanceId: string): void => {
  for (const balancer of balancersOf(tx, group)) remove(tx, balancer, instanceId)
}

/**
 * The group has other load balancers than before: its instances are registered with the new ones, and taken from the others.
 * Those that are not in service yet follow when they are.
 */
export const balancersChanged = (tx: Tx, before: ScalingGroup, after: ScalingGroup): void => {
  const { account } = after
  const without = (names: readonly string[], others: readonly string[]) =>
    named(
      tx,
      account,
      names.filter(name => !others.includes(name)),
    )
  const left = without(before.loadBalancerNames, after.loadBalancerNames)
  const come = isSuspended(after, 'AddToLoadBalancer')
    ? []
    : without(after.loadBalancerNames, before.loadBalancerNames)
  for (const { id, lifecycle } of membersOf(tx, after)) {
    for (const balancer of left) deregister(tx, balancer, id)
    if (lifecycle === 'InService') for (const balancer of come) register(tx, balancer, id)
  }
}
