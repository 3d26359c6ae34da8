// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../errors'
import { freshId } from '../ids'
import type { Tx } from '../operation'
import { volumeProperties } from './properties'
import type { Attachment, Volume } from './schema/volumes'

/** Refuse a volume for which its zone has no room: VolumeLimitExceeded. */
const checkLimits = (tx: Tx, zone: string, sizeGib: number): void => {
  const { maxVolumeGib, maxTotalGib } = volumeProperties
  if (sizeGib > maxVolumeGib) {
    refuse('VolumeLimitExceeded', `Volume size ${sizeGib} GB exceeds the maximum of ${maxVolumeGib} GB`)
  }
  const taken = tx.volumes
    .list()
    .filter(volume => volume.zone === zone && volume.state !== 'deleted')
    .reduce((sum, volume) => sum + volume.sizeGib, 0)
  if (taken + sizeGib > maxTotalGib) {
    refuse(
      'VolumeLimitExceeded',
      `Total volume size ${taken + sizeGib} GB in ${zone} exceeds the maximum of ${maxTotalGib} GB`,
    )
  }
}

export interface VolumeWish {
  readonly zone: string
  readonly sizeGib: number
  /** A completed one, no larger than the volume. */
  readonly snapshotId?: string | undefined
  readonly volumeType: string
  readonly iops?: number | undefined
  /** Of a volume that is made for an instance. */
  readonly attachment?: Attachment
}

/** Make a volume of the caller's, in state `creating`; its file comes by a job. Refused with VolumeLimitExceeded. */
export const newVolume = (tx: Tx, wish: VolumeWish): Volume => {
  checkLimits(tx, wish.zone, wish.sizeGib)
  const { snapshotId, iops, attachment } = wish
  const volume = tx.volumes.put({
    id: freshId(tx, 'vol', id => tx.volumes.get(id) !== undefined),
    account: tx.caller.account,
    sizeGib: wish.sizeGib,
    ...(snapshotId !== undefined && { snapshotId }),
    zone: wish.zone,
    state: 'creating',
    volumeType: wish.volumeType,
    ...(iops !== undefined && { iops }),
    createdAt: tx.now,
    ...(attachment && { attachment }),
  })
  tx.start('volume.fill', volume.id)
  return volume
}
