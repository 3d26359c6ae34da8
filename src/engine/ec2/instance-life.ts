// SPDX-License-Identifier: BSD-2-Clause
// The life of an instance (engine-ebs §1): the table of its states, and what each change brings with it.
import { machine } from '../machine'
import { disksOf } from '../node/folders'
import type { Tx } from '../operation'
import { forgetTags } from '../tags'
import { releaseInstanceAddresses } from './address-pools'
import { instanceProperties } from './properties'
import type { Instance, InstanceStateName, StateReason } from './schema/instances'

type InstanceEvent = 'boot' | 'fail' | 'terminate' | 'leave'

/** Instance-store machines only: what stops and starts has a volume for a root. */
export const instanceLife = machine<InstanceStateName, InstanceEvent>({
  pending: { boot: 'running', fail: 'terminated', terminate: 'shutting-down' },
  running: { terminate: 'shutting-down' },
  'shutting-down': { leave: 'terminated' },
  terminated: {},
  stopping: {},
  stopped: {},
})

export const stateCodes: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

const changed = (
  tx: Tx,
  instance: Instance,
  event: InstanceEvent,
  change: Partial<Instance> = {},
): Instance => tx.instances.put({ ...instance, ...change, state: instanceLife.next(instance.state, event) })

/** What every end has in common: addresses go back, the disks go, and in an hour the record. */
const end = (tx: Tx, instance: Instance): void => {
  releaseInstanceAddresses(tx, instance.id)
  tx.start('instance.teardown', disksOf(instance))
  tx.after(instanceProperties.terminatedSeconds, 'instance.forgotten', instance.id)
}

/** The disks are ready and the machine was started: it is reported as running at the node's next report. */
export const started = (tx: Tx, instance: Instance, consoleText: string): void => {
  tx.consoles.put({ instanceId: instance.id, text: consoleText, updatedAt: tx.now })
  tx.after(instanceProperties.reportSeconds, 'instance.booted', instance.id)
}

/** Task: the node reports the machine as running. */
export const instanceBooted = (tx: Tx, id: string): void => {
  const instance = tx.instances.get(id)
  if (instance && instanceLife.can(instance.state, 'boot')) changed(tx, instance, 'boot')
}

/** An instance that cannot start. `cause` is for the owner. */
export const failInstance = (tx: Tx, id: string, cause: string): void => {
  const instance = tx.instances.get(id)
  if (!instance || !instanceLife.can(instance.state, 'fail')) return
  const stateReason: StateReason = {
    code: 'Server.InternalError',
    message: `Server.InternalError: ${cause}`,
  }
  tx.event('VmInstances', 'ERROR', `Instance ${id} failed to start: ${cause}`)
  end(
    tx,
    changed(tx, instance, 'fail', {
      reason: 'The instance failed to start on the NC.',
      stateReason,
      terminatedAt: tx.now,
    }),
  )
}

/** Task: an instance that has been pending for too long. */
export const instanceOverdue = (tx: Tx, id: string): void =>
  failInstance(tx, id, 'The instance was pending for too long')

/** Begin to end. The state is `shutting-down` until the node reports. */
export const shutDown = (tx: Tx, instance: Instance): Instance => {
  tx.after(instanceProperties.reportSeconds, 'instance.terminated', instance.id)
  return changed(tx, instance, 'terminate', {
    reason: 'User terminated.',
    stateReason: {
      code: 'Client.UserInitiatedShutdown',
      message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    },
  })
}

/** Task: the node reports that the machine is gone. */
export const instanceTerminated = (tx: Tx, id: string): void => {
  const instance = tx.instances.get(id)
  if (!instance || !instanceLife.can(instance.state, 'leave')) return
  end(tx, changed(tx, instance, 'leave', { terminatedAt: tx.now }))
}

/** Remove an ended instance from the lists, now. */
export const bury = (tx: Tx, instance: Instance): void => {
  tx.instances.delete(instance.id)
  tx.consoles.delete(instance.id)
  forgetTags(tx, instance.id)
}

/** Task: `cloud.vmstate.terminated_time` has passed. */
export const instanceForgotten = (tx: Tx, id: string): void => {
  const instance = tx.instances.get(id)
  if (instance?.state === 'terminated') bury(tx, instance)
}
