// SPDX-License-Identifier: BSD-2-Clause
// What checks say of instances, and what follows from it (engine-iam-elb, part 3 §4). Who makes the checks is the data plane.
import { hostAddress } from '../ec2/instance-network-views'
import { letsIn, openPorts } from '../ec2/reachability'
import type { Instance } from '../ec2/schema/instances'
import type { Tx } from '../operation'
import { balancedIndex, balancerKey, balancerOfKey, instancesOf, isRegistered } from './balancers'
import { putBalancerMetrics } from './metrics'
import { type PlannedCheck, plannedCheck } from './plan'
import type { BalancedInstance, HealthCheck, LoadBalancer } from './schema'

/** A registered instance that is to be checked by now. */
export interface DueCheck {
  readonly balancer: string
  readonly balancerId: string
  readonly instanceId: string
  readonly registeredAt: Date
}

/** A check that is due, with how it is made. */
export interface PlannedDueCheck extends DueCheck {
  readonly check: PlannedCheck
  /** The balancer's address, which the check comes from. */
  readonly from: string
  /** The instance's; absent where `foreseen` is there. */
  readonly to?: string
  /** Why it fails, where that is known without connecting. */
  readonly foreseen?: string
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

// ---- one instance ------------------------------------------------------------------------------------------------

export type Health = Pick<BalancedInstance, 'health' | 'contrary' | 'hasPassed'>

/**
 * What one more check makes of an instance. The first that goes well ever puts it into service at once, so that nobody
 * waits for the thresholds while machines boot; after that as many in a row as the thresholds say have to agree.
 */
export const afterCheck = (
  before: Health,
  isWell: boolean,
  { healthyThreshold, unhealthyThreshold }: Pick<HealthCheck, 'healthyThreshold' | 'unhealthyThreshold'>,
): Health => {
  const { health, hasPassed } = before
  if (isWell && !hasPassed) return { health: 'passing', contrary: 0, hasPassed: true }
  const kept = hasPassed ? { hasPassed } : {}
  if (isWell === (health === 'passing') && health !== 'untold') return { ...kept, health, contrary: 0 }
  const contrary = before.contrary + 1
  if (contrary < (isWell ? healthyThreshold : unhealthyThreshold)) return { ...kept, health, contrary }
  return { ...kept, health: isWell ? 'passing' : 'failing', contrary: 0 }
}

const inService: InstanceHealth = { state: 'InService', reasonCode: '', description: '' }

const out = (reasonCode: string, description: string): InstanceHealth => ({
  state: 'OutOfService',
  reasonCode,
  description,
})

const failing = out(
  'Instance',
  'Instance has failed at least the UnhealthyThreshold number of health checks consecutively.',
)

const unknown: InstanceHealth = {
  state: 'Unknown',
  reasonCode: 'ELB',
  description: 'Internal error: ELB VMs are not reachable. Contact administrator if problem continues',
}

// How often a check would be heard of at the least, and how many of these may be missed.
const pollSeconds = 10
const missedReports = 5

/** Whether nothing was heard of it for so long that nobody can be checking it. */
const isForgotten = (
  { now }: Pick<Tx, 'now'>,
  { healthCheck }: LoadBalancer,
  { checkedAt, registeredAt }: BalancedInstance,
): boolean => {
  const seconds = missedReports * Math.max(healthCheck?.interval ?? 0, pollSeconds)
  return now.getTime() - (checkedAt ?? registeredAt).getTime() >= seconds * 1000
}

export const healthOf = (tx: Tx, balancer: LoadBalancer, registered: BalancedInstance): InstanceHealth => {
  const instance = tx.instances.get(registered.instanceId)
  if (instance && !balancer.zones.includes(instance.zone)) return out('ELB', 'Zone disabled')
  // EC2's word is enough, whatever the last check said.
  if (instance?.state !== 'running') {
    return out('Instance', `Instance is in ${instance?.state ?? 'terminated'} state.`)
  }
  if (isForgotten(tx, balancer, registered)) return unknown
  if (registered.health === 'passing') return inService
  return registered.health === 'failing' ? failing : out('ELB', 'Instance registration is still in progress.')
}

// ---- checks ------------------------------------------------------------------------------------------------------

/** When (ms) the instance is to be checked. A clock that was turned back is no reason to wait. */
const dueAt = (
  { now }: Pick<Tx, 'now'>,
  { interval }: HealthCheck,
  { checkedAt }: BalancedInstance,
): number =>
  checkedAt === undefined || checkedAt > now ? now.getTime() : checkedAt.getTime() + interval * 1000

const foreseen = (tx: Tx, balancer: LoadBalancer, instance: Instance | undefined, port: number) => {
  if (!instance) return { foreseen: 'the instance is not there any more' }
  if (instance.state !== 'running') return { foreseen: `the instance is ${instance.state}` }
  if (!letsIn(openPorts(tx, instance), balancer.address, port)) {
    return { foreseen: `the instance's security groups do not let the load balancer reach port ${port}` }
  }
  return { to: hostAddress(instance) }
}

const planned = (tx: Tx, balancer: LoadBalancer, registered: BalancedInstance): PlannedDueCheck[] => {
  const check = plannedCheck(balancer)
  if (!check) return []
  const { instanceId, registeredAt } = registered
  return [
    {
      balancer: registered.balancer,
      balancerId: balancer.id,
      instanceId,
      registeredAt,
      check,
      from: balancer.address,
      ...foreseen(tx, balancer, tx.instances.get(instanceId), check.port),
    },
  ]
}

/** Checks whose time has come, and when (ms) the next one's comes, if there is any. */
export const dueChecks = (tx: Tx): { readonly due: readonly PlannedDueCheck[]; readonly next?: number } => {
  const due: PlannedDueCheck[] = []
  let next = Number.POSITIVE_INFINITY
  const everyOf = balancedIndex(tx)
  for (const balancer of tx.loadBalancers.everywhere()) {
    if (!balancer.healthCheck) continue
    for (const registered of everyOf(balancerKey(balancer)).filter(isRegistered)) {
      const at = dueAt(tx, balancer.healthCheck, registered)
      if (at <= tx.now.getTime()) due.push(...planned(tx, balancer, registered))
      else next = Math.min(next, at)
    }
  }
  return Number.isFinite(next) ? { due, next } : { due }
}

// ---- what came of them -------------------------------------------------------------------------------------------

/** Write one result down, and tell of it when the instance's health has turned by it. */
const record = (tx: Tx, check: HealthCheck, result: CheckResult): void => {
  const before = tx.balancedInstances.get(result.balancer, result.instanceId)
  const isSame = before?.registeredAt.getTime() === result.registeredAt.getTime()
  if (!before || !isSame || before.drainsUntil) return
  const { trouble } = result
  const { trouble: _, ...rest } = before
  const now = afterCheck(before, trouble === undefined, check)
  tx.balancedInstances.put({
    ...rest,
    ...now,
    checkedAt: tx.now,
    ...(trouble !== undefined && { trouble: trouble.slice(0, longestTrouble) }),
  })
  if (now.health === before.health) return
  const state = now.health === 'passing' ? 'InService' : 'OutOfService'
  const why = trouble === undefined ? '' : `: ${trouble.slice(0, longestTrouble)}`
  tx.event('LoadBalancing', 'INFO', `${result.instanceId} is ${state} at ${result.balancer}${why}`)
  // A group that goes by what its load balancers say looks at once.
  const group = tx.instances.get(result.instanceId)?.scalingGroup
  if (group) tx.after(0, 'autoscaling.instance-changed', group)
}

// What a backend sent may be in it.
const longestTrouble = 200

/** How many instances of each of its zones are in service, and how many are not. */
const count = (tx: Tx, balancer: LoadBalancer): void => {
  const counts = new Map(balancer.zones.map(zone => [zone, { HealthyHostCount: 0, UnHealthyHostCount: 0 }]))
  for (const one of instancesOf(tx, balancerKey(balancer))) {
    const zone = counts.get(tx.instances.get(one.instanceId)?.zone ?? '')
    if (!zone) continue
    if (healthOf(tx, balancer, one).state === 'InService') zone.HealthyHostCount++
    else zone.UnHealthyHostCount++
  }
  for (const [zone, values] of counts) putBalancerMetrics(tx, balancer, zone, values)
}

/**
 * Write down how checks ended. One of an instance that has been taken out or registered anew meanwhile is of no use, nor one
 * of a balancer that is gone.
 */
export const recordChecks = (tx: Tx, results: readonly CheckResult[]): void => {
  const touched = new Map<string, LoadBalancer>()
  for (const result of results) {
    const balancer = balancerOfKey(tx, result.balancer)
    if (!balancer?.healthCheck || balancer.id !== result.balancerId) continue
    record(tx, balancer.healthCheck, result)
    touched.set(result.balancer, balancer)
  }
  for (const balancer of touched.values()) count(tx, balancer)
}
