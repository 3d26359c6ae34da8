// SPDX-License-Identifier: BSD-2-Clause
// Instances that come to a load balancer and leave it, whoever has them do so.
import type { Tx } from '../operation'
import { balancerKey } from './balancers'
import type { BalancedInstance, LoadBalancer } from './schema'

/** Register an instance. One that is registered stays as it is; one that was on its way out begins anew. */
export const register = (tx: Tx, balancer: LoadBalancer, instanceId: string): void => {
  const key = balancerKey(balancer)
  const known = tx.balancedInstances.get(key, instanceId)
  if (known && !known.drainsUntil) return
  tx.balancedInstances.put({
    balancer: key,
    instanceId,
    registeredAt: tx.now,
    health: 'untold',
    contrary: 0,
  })
}

/** Whether what is under way may end: there has to be somebody to end it. */
const isDrained = (tx: Tx, { attributes }: LoadBalancer, { instanceId }: BalancedInstance): boolean =>
  attributes.draining.enabled && tx.instances.get(instanceId)?.state === 'running'

/** Take an instance out, at once or when what is under way has ended, as the balancer's attributes say. */
export const deregister = (tx: Tx, balancer: LoadBalancer, instanceId: string): void => {
  const key = balancerKey(balancer)
  const known = tx.balancedInstances.get(key, instanceId)
  if (!known || known.drainsUntil) return
  if (!isDrained(tx, balancer, known)) {
    tx.balancedInstances.delete(key, instanceId)
    return
  }
  const { timeoutSeconds } = balancer.attributes.draining
  const drainsUntil = new Date(tx.now.getTime() + timeoutSeconds * 1000)
  tx.balancedInstances.put({ ...known, drainsUntil })
  tx.after(timeoutSeconds, 'elb.drained', `${key}/${instanceId}`)
}

/** Take an instance out at once, as it is about to end. */
export const remove = (tx: Tx, balancer: LoadBalancer, instanceId: string): void =>
  tx.balancedInstances.delete(balancerKey(balancer), instanceId)

/** Task: the time is over that connections had to end. */
export const drained = (tx: Tx, target: string): void => {
  const slash = target.lastIndexOf('/')
  const [key, instanceId] = [target.slice(0, slash), target.slice(slash + 1)]
  const known = tx.balancedInstances.get(key, instanceId)
  // It may have been registered again since, and be on its way out for another time.
  if (known?.drainsUntil && known.drainsUntil <= tx.now) tx.balancedInstances.delete(key, instanceId)
}

/** An instance has ended: no load balancer has it any more. */
export const forgetInstance = (tx: Tx, instanceId: string): void => {
  const everywhere = tx.balancedInstances.list().filter(one => one.instanceId === instanceId)
  for (const { balancer } of everywhere) tx.balancedInstances.delete(balancer, instanceId)
}
