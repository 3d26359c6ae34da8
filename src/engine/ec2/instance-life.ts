// SPDX-License-Identifier: BSD-2-Clause
// The life of an instance (engine-ebs §1): the table of its states, and what each change brings with it.
import { watchInstance } from '../cloudwatch/monitored'
import { forgetInstance } from '../elb/registrations'
import { revokeInstanceCredentials } from '../iam/instance-credentials'
import { workerChanged } from '../imaging/workers'
import { machine } from '../machine'
import { disksOf } from '../node/folders'
import type { Tx } from '../operation'
import { forgetTags } from '../tags'
import { instanceTypeNamed, sizeAtStart } from './capacity'
import { isEbsBacked, stateOfVolumes } from './instance-volumes'
import { instanceProperties } from './properties'
import type { Instance, InstanceStateName, StateReason } from './schema/instances'
import { releaseVolumes } from './volume-life'
import { addressAgain, endNetwork, leaveNetwork, publicAgain } from './vpc/instance-networks'

type InstanceEvent = 'boot' | 'fail' | 'failAgain' | 'terminate' | 'stop' | 'leave' | 'start' | 'end'

/** Only what has a volume for a root stops and starts. A stopped instance ends at once, as no node has it. */
export const instanceLife = machine<InstanceStateName, InstanceEvent>({
  pending: {
    boot: 'running',
    fail: 'terminated',
    failAgain: 'stopped',
    terminate: 'shutting-down',
    stop: 'stopping',
  },
  running: { terminate: 'shutting-down', stop: 'stopping' },
  'shutting-down': { leave: 'terminated' },
  terminated: {},
  stopping: { leave: 'stopped' },
  stopped: { start: 'pending', end: 'terminated' },
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
): Instance => {
  if (instance.scalingGroup) {
    tx.after(0, 'autoscaling.instance-changed', instance.scalingGroup)
    workerChanged(tx, instance)
  }
  const next = tx.instances.put({
    ...instance,
    ...change,
    state: instanceLife.next(instance.state, event),
  })
  if (next.monitoring) watchInstance(tx, next)
  return next
}

/** Where this machine reached it, in a VPC, is nobody's or another's now. */
const withoutHost = ({ hostIp: _, ...instance }: Instance): Instance => instance

/**
 * What every end has in common: addresses, volumes and keys go back, load balancers forget it, the disks go, and in an hour
 * the record.
 */
const end = (tx: Tx, instance: Instance): Instance => {
  forgetInstance(tx, instance.id)
  endNetwork(tx, instance)
  releaseVolumes(tx, instance.id)
  revokeInstanceCredentials(tx, instance)
  tx.start('instance.teardown', disksOf(instance))
  tx.after(instanceProperties.terminatedSeconds, 'instance.forgotten', instance.id)
  return instance
}

// ---- pending -----------------------------------------------------------------------------------------------------

/** The instance is pending from now on: it gets its disks, within limits of time. */
export const begun = (tx: Tx, instance: Instance): void => {
  tx.start('instance.stage', instance.id)
  tx.after(instanceProperties.pendingSeconds, 'instance.overdue', instance.id)
  if (isEbsBacked(instance)) {
    tx.after(instanceProperties.volumeCreationSeconds, 'instance.volumes-overdue', instance.id)
  }
}

/** The disks are ready and the machine was started: it is reported as running at the node's next report. */
export const started = (tx: Tx, instance: Instance, consoleText: string): void => {
  tx.consoles.put({ instanceId: instance.id, text: consoleText, updatedAt: tx.now })
  tx.after(instanceProperties.reportSeconds, 'instance.booted', instance.id)
}

/** Task: the node reports the machine as running. One that was stopped and started meanwhile may have no disks yet. */
export const instanceBooted = (tx: Tx, id: string): void => {
  const instance = tx.instances.get(id)
  if (instance && instanceLife.can(instance.state, 'boot') && tx.consoles.get(id))
    changed(tx, instance, 'boot')
}

/**
 * An instance that cannot start. `cause` is for the owner. One that had been stopped is so again, with its volumes: what
 * it wrote to them in its earlier lives is not to end with it.
 */
export const failInstance = (tx: Tx, id: string, cause: string): void => {
  const instance = tx.instances.get(id)
  if (!instance || !instanceLife.can(instance.state, 'fail')) return
  const stateReason: StateReason = {
    code: 'Server.InternalError',
    message: `Server.InternalError: ${cause}`,
  }
  const change = { reason: 'The instance failed to start on the NC.', stateReason }
  tx.event('VmInstances', 'ERROR', `Instance ${id} failed to start: ${cause}`)
  if (instance.starts) {
    leaveNetwork(tx, instance)
    tx.start('instance.teardown', disksOf(changed(tx, withoutHost(instance), 'failAgain', change)))
    return
  }
  end(tx, changed(tx, instance, 'fail', { ...change, terminatedAt: tx.now }))
}

/** Whether an instance has been pending for so long. A task may be of an earlier life. */
const isPendingSince = (tx: Tx, instance: Instance | undefined, seconds: number): boolean =>
  instance?.state === 'pending' && tx.now.getTime() - instance.launchedAt.getTime() >= seconds * 1000

/** Task: an instance that has been pending for too long. */
export const instanceOverdue = (tx: Tx, id: string): void => {
  if (!isPendingSince(tx, tx.instances.get(id), instanceProperties.pendingSeconds)) return
  failInstance(tx, id, 'The instance was pending for too long')
}

/** Task: an instance whose volumes take too long. */
export const volumesOverdue = (tx: Tx, id: string): void => {
  if (!isPendingSince(tx, tx.instances.get(id), instanceProperties.volumeCreationSeconds)) return
  if (stateOfVolumes(tx, id) !== 'ready') failInstance(tx, id, 'Its volumes took too long to be made')
}

// ---- ending ------------------------------------------------------------------------------------------------------

const byUser = { code: 'Client.UserInitiatedShutdown', text: 'User initiated shutdown' }
const byGuest = { code: 'Client.InstanceInitiatedShutdown', text: 'Instance initiated shutdown' }

const stateReasonOf = ({ code, text }: typeof byUser): StateReason => ({ code, message: `${code}: ${text}` })

const byUserItself = { reason: 'User terminated.', stateReason: stateReasonOf(byUser) }

/** Begin to end. The state is `shutting-down` until the node reports; no node has a stopped instance. */
export const shutDown = (
  tx: Tx,
  instance: Instance,
  change: Pick<Instance, 'reason' | 'stateReason'> = byUserItself,
): Instance => {
  if (instanceLife.can(instance.state, 'end')) {
    return end(tx, changed(tx, instance, 'end', { ...change, terminatedAt: tx.now }))
  }
  tx.after(instanceProperties.reportSeconds, 'instance.terminated', instance.id)
  return changed(tx, instance, 'terminate', change)
}

/** Task: the time is over for which policies let the instance run. Nothing protects it from that. */
export const instanceExpired = (tx: Tx, id: string): void => {
  const instance = tx.instances.get(id)
  if (!instance) return
  if (instance.state === 'stopping') {
    tx.after(instanceProperties.reportSeconds, 'instance.expired', id)
  } else if (instanceLife.can(instance.state, 'terminate') || instanceLife.can(instance.state, 'end')) {
    tx.event('VmInstances', 'INFO', `Instance ${id} has reached the end that a policy sets for it`)
    // What was said of an earlier stop is over.
    const { stateReason: _, ...rest } = instance
    shutDown(tx, rest, { reason: 'Instance expired.' })
  }
}

/** Task: the node reports that the machine is gone. */
export const instanceTerminated = (tx: Tx, id: string): void => {
  const instance = tx.instances.get(id)
  if (instance?.state !== 'shutting-down') return
  end(tx, changed(tx, instance, 'leave', { terminatedAt: tx.now }))
}

/** Remove an ended instance from the lists, now. */
export const bury = (tx: Tx, instance: Instance): void => {
  tx.instances.delete(instance.id)
  tx.consoles.delete(instance.id)
  tx.instanceBehaviors.delete(instance.id)
  forgetTags(tx, instance.id)
}

/** Task: `cloud.vmstate.terminated_time` has passed. */
export const instanceForgotten = (tx: Tx, id: string): void => {
  const instance = tx.instances.get(id)
  if (instance?.state === 'terminated') bury(tx, instance)
}

// ---- stopping and starting ---------------------------------------------------------------------------------------

const stopWith = (tx: Tx, instance: Instance, change: Partial<Instance>): Instance => {
  // At once, while the process that stops it can still see to it that the job is run.
  tx.start('instance.teardown', disksOf(instance))
  tx.after(instanceProperties.stoppingSeconds, 'instance.stop-overdue', instance.id)
  return changed(tx, instance, 'stop', { ...change, stoppingSince: tx.now })
}

/** Begin to stop. The state is `stopping` until the node has let go of the machine. */
export const stop = (tx: Tx, instance: Instance): Instance =>
  stopWith(tx, instance, { reason: 'User stopped.', stateReason: stateReasonOf(byUser) })

/** The node has nothing of the machine any more. Its volumes stay where they are attached. */
export const leaveNode = (tx: Tx, id: string): void => {
  const instance = tx.instances.get(id)
  if (instance?.state !== 'stopping') return
  leaveNetwork(tx, instance)
  changed(tx, withoutHost(instance), 'leave')
}

/** An instance that is stopping counts as stopped, whatever its node says. */
export const forceStop = (tx: Tx, instance: Instance): void => {
  tx.start('instance.teardown', disksOf(instance))
  leaveNode(tx, instance.id)
}

/** Task: `cloud.vmstate.stopping_time` has passed. It may be of an earlier life. */
export const stopOverdue = (tx: Tx, id: string): void => {
  const instance = tx.instances.get(id)
  if (instance?.state !== 'stopping' || !instance.stoppingSince) return
  const isOver =
    tx.now.getTime() - instance.stoppingSince.getTime() >= instanceProperties.stoppingSeconds * 1000
  if (isOver) forceStop(tx, instance)
}

/** Start a stopped instance, whose root and whose place on a node were checked. */
export const startAgain = (tx: Tx, instance: Instance): Instance => {
  // Its type may be another, or have been changed, since it was started last.
  const { stateReason: _, size: __, ...rest } = instance
  tx.consoles.delete(instance.id)
  const again = changed(tx, rest, 'start', {
    reason: 'User started.',
    launchedAt: tx.now,
    ...addressAgain(tx, instance),
    starts: (instance.starts ?? 0) + 1,
    ...sizeAtStart(tx, instanceTypeNamed(tx, instance.instanceType)),
  })
  publicAgain(tx, again)
  begun(tx, again)
  return again
}

/** The guest has switched itself off: it stops or ends, as its owner wished. Instance store can only end. */
export const guestShutdown = (tx: Tx, instance: Instance): Instance => {
  const change = { reason: '', stateReason: stateReasonOf(byGuest) }
  if (isEbsBacked(instance) && instance.shutdownBehavior === 'stop') return stopWith(tx, instance, change)
  tx.after(instanceProperties.reportSeconds, 'instance.terminated', instance.id)
  return changed(tx, instance, 'terminate', change)
}
