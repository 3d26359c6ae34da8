// SPDX-License-Identifier: BSD-2-Clause
// The lives of volumes and snapshots (engine-ebs §6 and §7): what each change brings with it.
import { machine } from '../machine'
import type { Tx } from '../operation'
import { forgetTags } from '../tags'
import { volumeProperties } from './properties'
import type { Attachment, Snapshot, Volume, VolumeState } from './schema/volumes'

type VolumeEvent = 'fill' | 'fail' | 'delete' | 'remove'

export const volumeLife = machine<VolumeState, VolumeEvent>({
  creating: { fill: 'available', fail: 'error', delete: 'deleting' },
  available: { delete: 'deleting', fail: 'error' },
  error: { delete: 'deleting' },
  deleting: { remove: 'deleted' },
  deleted: {},
})

/** The state that users see. */
export const shownState = ({ state, attachment }: Volume): VolumeState | 'in-use' =>
  attachment ? 'in-use' : state

const indexes = new WeakMap<readonly Volume[], ReadonlyMap<string, readonly Volume[]>>()

const none: readonly Volume[] = []

/** The volumes of an instance, by device name: a look-up to be taken once. The same array while no volume changed. */
export const attachedIndex = (tx: Tx): ((instanceId: string) => readonly Volume[]) => {
  const volumes = tx.volumes.list()
  let index = indexes.get(volumes)
  if (!index) {
    const found = new Map<string, Volume[]>()
    for (const volume of volumes) {
      if (!volume.attachment) continue
      const { instanceId } = volume.attachment
      found.set(instanceId, [...(found.get(instanceId) ?? []), volume])
    }
    const name = (volume: Volume) => volume.attachment?.device ?? ''
    for (const attached of found.values()) attached.sort((a, b) => (name(a) < name(b) ? -1 : 1))
    indexes.set(volumes, found)
    index = found
  }
  const made = index
  return instanceId => made.get(instanceId) ?? none
}

/** The volumes that an instance has now. */
export const volumesOf = (tx: Tx, instanceId: string): readonly Volume[] => attachedIndex(tx)(instanceId)

/** What an instance waits for went well or not. */
const wakeInstance = (tx: Tx, { attachment }: Volume): void => {
  if (attachment) tx.start('instance.stage', attachment.instanceId)
}

/** The file is there. */
export const volumeFilled = (tx: Tx, id: string): void => {
  const volume = tx.volumes.get(id)
  if (!volume || !volumeLife.can(volume.state, 'fill')) return
  tx.volumes.put({ ...volume, state: volumeLife.next(volume.state, 'fill') })
  wakeInstance(tx, volume)
}

/** The file could not be made. `reason` is for the owner. */
export const volumeFailed = (tx: Tx, id: string, reason: string): void => {
  const volume = tx.volumes.get(id)
  if (!volume || !volumeLife.can(volume.state, 'fail')) return
  tx.event('EBS', 'ERROR', `Volume ${id} failed: ${reason}`)
  tx.volumes.put({ ...volume, state: volumeLife.next(volume.state, 'fail'), reason })
  wakeInstance(tx, volume)
}

/** The file has its new size. */
export const volumeGrown = (tx: Tx, id: string): void => {
  const volume = tx.volumes.get(id)
  if (volume?.modification?.state !== 'modifying') return
  const { iops: _, throughput: __, ...rest } = volume
  const modification = { ...volume.modification, state: 'completed' as const, endedAt: tx.now }
  tx.volumes.put({ ...rest, ...volume.modification.after, modification })
}

/** The file could not be made larger: the volume is what it was. `reason` is for the owner. */
export const volumeNotGrown = (tx: Tx, id: string, reason: string): void => {
  const volume = tx.volumes.get(id)
  if (volume?.modification?.state !== 'modifying') return
  tx.event('EBS', 'ERROR', `Volume ${id} could not be modified: ${reason}`)
  const modification = { ...volume.modification, state: 'failed' as const, endedAt: tx.now, reason }
  tx.volumes.put({ ...volume, modification })
}

/** Begin to delete a volume that nothing holds any more. */
export const beginDelete = (tx: Tx, { attachment: _, ...volume }: Volume): void => {
  if (!volumeLife.can(volume.state, 'delete')) return
  tx.volumes.put({ ...volume, state: volumeLife.next(volume.state, 'delete') })
  tx.start('volume.remove', volume.id)
}

/** The file is gone. The record is listed as `deleted` for a while. */
export const volumeRemoved = (tx: Tx, id: string): void => {
  const volume = tx.volumes.get(id)
  if (!volume || !volumeLife.can(volume.state, 'remove')) return
  tx.volumes.put({ ...volume, state: volumeLife.next(volume.state, 'remove') })
  tx.after(volumeProperties.deletedSeconds, 'volume.forgotten', id)
}

/** Task: a deleted volume leaves the lists. */
export const volumeForgotten = (tx: Tx, id: string): void => {
  if (tx.volumes.get(id)?.state !== 'deleted') return
  tx.volumes.delete(id)
  forgetTags(tx, id)
}

/** Give a volume to an instance, at once and without any check. */
export const attachVolume = (tx: Tx, volume: Volume, attachment: Attachment): Volume =>
  tx.volumes.put({ ...volume, attachment })

/** Take a volume from its instance, at once. The link to it goes with the instance's folder, or by a job of its own. */
export const releaseVolume = (tx: Tx, { attachment: _, ...volume }: Volume): Volume => tx.volumes.put(volume)

/** An instance is gone: its volumes go with it or are free again, each as its flag says. */
export const releaseVolumes = (tx: Tx, instanceId: string): void => {
  for (const volume of volumesOf(tx, instanceId)) {
    if (volume.attachment?.deleteOnTermination) beginDelete(tx, volume)
    else releaseVolume(tx, volume)
  }
}

// ---- snapshots ---------------------------------------------------------------------------------------------------

/** The message of a snapshot whose volume was attached to a running instance, or held open, when it was taken. */
export const crashConsistent =
  'The volume was in use: this is what a machine would find after its power was cut'

const ended = (tx: Tx, snapshot: Snapshot): void => {
  tx.snapshots.put(snapshot)
  if (snapshot.direct) tx.start('snapshot.forget', snapshot.id)
  // A volume that is being deleted keeps its file while a snapshot is taken of it.
  if (tx.volumes.get(snapshot.volumeId)?.state === 'deleting') tx.start('volume.remove', snapshot.volumeId)
}

/** All blocks are in their places. */
export const snapshotCompleted = (tx: Tx, id: string, message?: string): void => {
  const snapshot = tx.snapshots.get(id)
  if (snapshot?.state !== 'pending') return
  ended(tx, {
    ...snapshot,
    state: 'completed',
    progress: 100,
    completedAt: tx.now,
    ...(message && { message }),
  })
}

/** The snapshot cannot be had. Its blocks go; `message` is for the owner. */
export const snapshotFailed = (tx: Tx, id: string, message: string): void => {
  const snapshot = tx.snapshots.get(id)
  if (snapshot?.state !== 'pending') return
  tx.event('EBS', 'ERROR', `Snapshot ${id} failed: ${message}`)
  ended(tx, { ...snapshot, state: 'error', message })
  tx.start('snapshot.discard', id)
}

/** Remove a snapshot's record. Its blocks go by and by. */
export const removeSnapshot = (tx: Tx, snapshot: Snapshot): void => {
  tx.snapshots.delete(snapshot.id)
  forgetTags(tx, snapshot.id)
  tx.start('snapshot.discard', snapshot.id)
  if (snapshot.direct) tx.start('snapshot.forget', snapshot.id)
  if (tx.volumes.get(snapshot.volumeId)?.state === 'deleting') tx.start('volume.remove', snapshot.volumeId)
}
