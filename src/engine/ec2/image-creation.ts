// SPDX-License-Identifier: BSD-2-Clause
// What happens to an image between CreateImage or CopyImage and `available`: the steps of Eucalyptus' task (engine-ebs
// §5), looked at as often as it asks its nodes. It is a job, although it moves no bytes: in the embedded cloud a process
// stays for jobs alone, and the snapshots that a step asks for would wait for the next tool.
import type { JobContext, Tx } from '../operation'
import { reboot } from './instance-states'
import { instanceProperties } from './properties'
import type { Image, ImageCreation } from './schema/images'
import { removeSnapshot } from './volume-life'

type Creating = Image & { readonly creation: ImageCreation }

/** An image whose snapshots are on record from now on takes its steps. */
export const beginCreation = (tx: Tx, { id }: Image): void => tx.start('image.create', id)

/** The snapshots that are made for the image, as far as they are there. */
const ownSnapshots = (tx: Tx, { creation }: Creating) =>
  creation.snapshotIds.map(id => tx.snapshots.get(id)).filter(snapshot => snapshot !== undefined)

/** Have the snapshots taken that wait for the guest to be off. */
const takeSnapshots = (tx: Tx, image: Creating): void => {
  for (const snapshot of ownSnapshots(tx, image)) {
    if (snapshot.state === 'pending') tx.start('snapshot.take', snapshot.id)
  }
}

const without = ({ creation: _, ...image }: Creating): Image => image

/** What is asked of a step: go on to the next one, wait, or give the image up for a reason. */
type Verdict = 'next' | 'wait' | { readonly failed: string }

/** An image needs its snapshots and, while they are taken, its instance. */
const judge = (tx: Tx, image: Creating): Verdict => {
  const { instanceId, startedAt } = image.creation
  const instance = instanceId === undefined ? undefined : tx.instances.get(instanceId)
  const isEnded = instance?.state === 'shutting-down' || instance?.state === 'terminated'
  if (instanceId !== undefined && (!instance || isEnded)) {
    return { failed: `The instance ${instanceId} was terminated` }
  }
  for (const id of image.creation.snapshotIds) {
    const snapshot = tx.snapshots.get(id)
    if (!snapshot) return { failed: `The snapshot ${id} is gone` }
    if (snapshot.state === 'error') return { failed: snapshot.message ?? `The snapshot ${id} failed` }
  }
  if (tx.now.getTime() - startedAt.getTime() > instanceProperties.createImageSeconds * 1000) {
    return { failed: 'The snapshots took too long' }
  }
  const isDone = ownSnapshots(tx, image).every(({ state }) => state === 'completed')
  return isDone || image.creation.step === 'guest_stopping' ? 'next' : 'wait'
}

/** A guest that was switched off is switched on again. */
const restartGuest = (tx: Tx, { creation }: Creating): void => {
  const instance = creation.reboots ? tx.instances.get(creation.instanceId ?? '') : undefined
  if (instance) reboot(tx, instance)
}

/** The image is given up. Nobody else will look after what was made for it. */
const fail = (tx: Tx, image: Creating, reason: string): void => {
  tx.event('Images', 'ERROR', `Image ${image.id} failed: ${reason}`)
  const snapshots = ownSnapshots(tx, image)
  tx.images.put({ ...without(image), state: 'failed', reason })
  for (const snapshot of snapshots) removeSnapshot(tx, snapshot)
  restartGuest(tx, image)
}

/** Its snapshots are complete: the image can be run. A guest that was off takes a moment to start. */
const complete = (tx: Tx, image: Creating): void => {
  tx.event('Images', 'INFO', `Image ${image.id} is available`)
  if (!image.creation.reboots) {
    tx.images.put({ ...without(image), state: 'available' })
    return
  }
  restartGuest(tx, image)
  tx.images.put({ ...image, state: 'available', creation: { ...image.creation, step: 'guest_starting' } })
}

const step = (tx: Tx, image: Creating): void => {
  const { creation } = image
  if (creation.step === 'guest_starting') {
    tx.images.put(without(image))
    return
  }
  const verdict = judge(tx, image)
  if (typeof verdict === 'object') fail(tx, image, verdict.failed)
  else if (verdict === 'wait') return
  else if (creation.step === 'creating_snapshot') complete(tx, image)
  else {
    takeSnapshots(tx, image)
    tx.images.put({ ...image, creation: { ...creation, step: 'creating_snapshot' } })
  }
}

/** Look how far an image is. Returns whether there is more to come. */
const look = (tx: Tx, id: string): boolean => {
  const image = tx.images.get(id)
  if (image?.creation) step(tx, { ...image, creation: image.creation })
  return tx.images.get(id)?.creation !== undefined
}

/** Job: take an image through its steps. */
export const stepImage = async (context: JobContext, id: string): Promise<void> => {
  const isBegun = context.attempt > 1
  if (!isBegun || context.transact(tx => look(tx, id))) await context.sleep(instanceProperties.reportSeconds)
}

/** An image is deregistered before it is complete: its snapshots become their owner's, its guest runs on. */
export const leaveCreation = (tx: Tx, { creation, ...image }: Image): Image => {
  if (!creation) return image
  const creating = { ...image, creation }
  if (creation.step !== 'guest_starting') {
    takeSnapshots(tx, creating)
    restartGuest(tx, creating)
  }
  return image
}
