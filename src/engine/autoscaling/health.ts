// SPDX-License-Identifier: BSD-2-Clause
// Is an instance of a group as it should be? (engine-autoscaling §3)
import { isImpaired } from '../ec2/impairment'
import type { InstanceStateName } from '../ec2/schema/instances'
import type { Tx } from '../operation'
import { isSuspended } from './groups'
import { hasBalancers, type StateAtBalancers, stateAtBalancers } from './load-balancing'
import type { ScalingGroup, ScalingInstance } from './schema/groups'

/** `autoscaling.pendinginstancetimeout`: 15 minutes. */
const pendingTimeoutSeconds = 15 * 60

/** All that the judgement goes by. */
export interface HealthFacts {
  readonly lifecycle: ScalingInstance['lifecycle']
  /** EC2's word; undefined for an instance that it does not know. */
  readonly state?: InstanceStateName | undefined
  /** It runs, and has broken down. */
  readonly isImpaired?: boolean
  /** What load balancers say; undefined where none knows it, or none is asked. */
  readonly atBalancers?: StateAtBalancers | undefined
  /** The instance has to be registered with load balancers before it is in service. */
  readonly isBalanced: boolean
  /** The group goes by what load balancers say. */
  readonly asksBalancers: boolean
  /** Seconds since the instance came into the group. */
  readonly age: number
  /** Seconds since it came into service. */
  readonly inServiceFor: number
  readonly graceSeconds: number
}

/**
 * - `serves`: a pending instance that is in service from now on.
 * - `waits`: it is on its way, or may yet recover before its grace period ends.
 * - `ails`: unhealthy.
 */
export type Judgement = 'fine' | 'serves' | 'waits' | 'ails'

/** EC2 has it, and both of its status checks are in order. */
const isThere = ({ state, isImpaired = false }: HealthFacts): boolean =>
  (state === 'pending' || state === 'running') && !isImpaired

const judgePending = (facts: HealthFacts): Judgement => {
  const { state, age, isBalanced, atBalancers } = facts
  if (!isThere(facts)) return 'ails'
  if (state === 'running' && (!isBalanced || atBalancers !== undefined)) return 'serves'
  return age >= pendingTimeoutSeconds ? 'ails' : 'waits'
}

export const judge = (facts: HealthFacts): Judgement => {
  if (facts.lifecycle === 'Pending') return judgePending(facts)
  const isWell = isThere(facts) && !(facts.asksBalancers && facts.atBalancers === 'OutOfService')
  if (isWell) return 'fine'
  return facts.inServiceFor < facts.graceSeconds ? 'waits' : 'ails'
}

const secondsSince = (now: Date, then: Date | undefined): number =>
  then ? (now.getTime() - then.getTime()) / 1000 : 0

/** What is known of an instance of a group. */
export const factsOf = (tx: Tx, group: ScalingGroup, member: ScalingInstance): HealthFacts => {
  const instance = tx.instances.get(member.id)
  const isKnown = hasBalancers(tx, group)
  return {
    lifecycle: member.lifecycle,
    state: instance?.state,
    isImpaired: instance !== undefined && isImpaired(instance),
    atBalancers: isKnown ? stateAtBalancers(tx, group, member.id) : undefined,
    isBalanced: isKnown && !isSuspended(group, 'AddToLoadBalancer'),
    asksBalancers: isKnown && group.healthCheckType === 'ELB',
    age: secondsSince(tx.now, member.joinedAt),
    inServiceFor: secondsSince(tx.now, member.inServiceAt),
    graceSeconds: group.graceSeconds,
  }
}
