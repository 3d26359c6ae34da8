// SPDX-License-Identifier: BSD-2-Clause
// An instance whose machine has broken down: it runs as far as its node knows, and does not answer any more. Only an
// instance that a process stands for can do that. Rebooting it, or stopping and starting it, mends it.
import type { Tx } from '../operation'
import type { Instance } from './schema/instances'

/** Another one each time the instance is rebooted or started. */
export const bootOf = ({ starts = 0, reboots }: Instance): string => `${starts}.${reboots}`

export const isImpaired = (instance: Instance): boolean =>
  instance.state === 'running' && instance.impaired?.boot === bootOf(instance)

const changed = (tx: Tx, { scalingGroup }: Instance): void => {
  if (scalingGroup) tx.after(0, 'autoscaling.instance-changed', scalingGroup)
}

/** What stands for an instance since this boot has broken down. */
export const impair = (tx: Tx, instanceId: string, boot: string): void => {
  const instance = tx.instances.get(instanceId)
  if (instance?.state !== 'running' || bootOf(instance) !== boot || isImpaired(instance)) return
  changed(tx, tx.instances.put({ ...instance, impaired: { boot, at: tx.now } }))
}

/** Something stands for the instance again. */
export const mend = (tx: Tx, instanceId: string): void => {
  const instance = tx.instances.get(instanceId)
  if (!instance?.impaired) return
  const { impaired: _, ...whole } = instance
  changed(tx, tx.instances.put(whole))
}
