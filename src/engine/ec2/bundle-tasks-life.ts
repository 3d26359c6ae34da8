// SPDX-License-Identifier: BSD-2-Clause
// The life of a bundle task (engine-images §11): the table of its states, and what each change brings with it. Eucalyptus
// shows `storing` from the beginning; here, as on AWS, a task is `bundling` until there is something to store.
import { machine } from '../machine'
import type { Tx } from '../operation'
import { bundleTaskProperties } from './properties'
import type { BundleTask, BundleTaskStateName } from './schema/bundle-tasks'
import type { Instance } from './schema/instances'

type BundleTaskEvent = 'begin' | 'store' | 'complete' | 'fail' | 'cancel' | 'stop'

export const bundleTaskLife = machine<BundleTaskStateName, BundleTaskEvent>({
  pending: { begin: 'bundling', fail: 'failed', cancel: 'cancelling' },
  // A task whose process died is begun again.
  bundling: { begin: 'bundling', store: 'storing', fail: 'failed', cancel: 'cancelling' },
  storing: { begin: 'bundling', complete: 'complete', fail: 'failed', cancel: 'cancelling' },
  cancelling: { stop: 'cancelled' },
  complete: {},
  failed: {},
  cancelled: {},
})

export const isOver = ({ state }: BundleTask): boolean =>
  state === 'complete' || state === 'failed' || state === 'cancelled'

const changed = (
  tx: Tx,
  task: BundleTask,
  event: BundleTaskEvent,
  change: Partial<BundleTask> = {},
): BundleTask =>
  tx.bundleTasks.put({
    ...task,
    ...change,
    updatedAt: tx.now,
    state: bundleTaskLife.next(task.state, event),
  })

/** A bucket that was made for the task goes again when nothing is in it, and it is still the same. */
const dropBucket = (tx: Tx, { bucket: name, madeBucketFor, startedAt }: BundleTask): void => {
  const bucket = tx.buckets.get(name)
  const isOurs =
    bucket?.owner.canonicalId === madeBucketFor && bucket?.createdAt.getTime() === startedAt.getTime()
  if (!isOurs) return
  for (const _ of tx.objects.scan({ under: [name] })) return
  for (const _ of tx.uploads.scan({ under: [name] })) return
  tx.buckets.delete(name)
}

const end = (
  tx: Tx,
  task: BundleTask,
  event: 'complete' | 'fail' | 'stop',
  change: Partial<BundleTask> = {},
): BundleTask => {
  const { leave: _, ...rest } = task
  tx.after(bundleTaskProperties.listedSeconds, 'bundle-task.forgotten', task.id)
  if (event !== 'complete') dropBucket(tx, task)
  return changed(tx, rest, event, change)
}

export const failTask = (tx: Tx, task: BundleTask, code: string, message: string): void => {
  end(tx, task, 'fail', { error: { code, message } })
  tx.event('Bundles', 'ERROR', `Bundle task ${task.id} failed: ${message}`)
}

export const cancelTask = (tx: Tx, task: BundleTask): BundleTask => changed(tx, task, 'cancel')

/** Nobody works on a cancelled task any longer. */
const stopTask = (tx: Tx, task: BundleTask): void => {
  end(tx, task, 'stop')
  tx.event('Bundles', 'INFO', `Bundle task ${task.id} was cancelled`)
}

/** The bundle is in its bucket. */
export const completeTask = (tx: Tx, task: BundleTask): void => {
  end(tx, task, 'complete', { progress: 100 })
  tx.event('Bundles', 'INFO', `Bundled ${task.instanceId} to ${task.bucket}/${task.prefix}`)
}

/** A task whose work may go on. */
export interface OpenTask {
  readonly task: BundleTask
  readonly instance: Instance
}

/**
 * The task while its work may go on; `undefined` when it may not. One that was cancelled has ended then, as has one whose
 * instance runs no longer.
 */
export const openTask = (tx: Tx, id: string): OpenTask | undefined => {
  const task = tx.bundleTasks.get(id)
  if (!task || isOver(task)) return undefined
  if (task.state === 'cancelling') {
    stopTask(tx, task)
    return undefined
  }
  const instance = tx.instances.get(task.instanceId)
  if (instance?.state === 'running') return { task, instance }
  failTask(tx, task, 'Client.InvalidState', `The instance ${task.instanceId} is not running any longer`)
  return undefined
}

/** Begin, or begin anew. */
export const beginTask = (tx: Tx, { task }: OpenTask): BundleTask =>
  changed(tx, task, 'begin', { progress: 0 })

/** All parts are made. */
export const storeTask = (tx: Tx, { task }: OpenTask): BundleTask => changed(tx, task, 'store')

export const noteProgress = (tx: Tx, { task }: OpenTask, progress: number): BundleTask =>
  tx.bundleTasks.put({ ...task, progress, updatedAt: tx.now })

/** Task: the record of an ended one has been listed for long enough. Its id may be another's by now. */
export const bundleTaskForgotten = (tx: Tx, id: string): void => {
  const task = tx.bundleTasks.get(id)
  if (!task || !isOver(task)) return
  const listed = (tx.now.getTime() - task.updatedAt.getTime()) / 1000
  if (listed >= bundleTaskProperties.listedSeconds) tx.bundleTasks.delete(id)
}
