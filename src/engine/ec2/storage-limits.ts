// SPDX-License-Identifier: BSD-2-Clause
// How much volumes and snapshots may hold, by the sizes that they say, not by what they take on the disk (engine-ebs §6).
// The numbers are Eucalyptus' unless the operator has others in `eucalyptus.conf`, under its properties' names.
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { volumeProperties } from './properties'
import type { Volume } from './schema/volumes'

/** A limit (GiB). What is set to nothing is not taken for a limit. */
const limit = (tx: Tx, name: string, otherwise: number): number => tx.setting(name) || otherwise

/** The largest volume (GiB). */
export const maxVolumeGib = (tx: Tx): number =>
  limit(tx, 'STORAGE_MAX_VOLUME_SIZE_IN_GB', volumeProperties.maxVolumeGib)

const sum = (records: readonly { readonly sizeGib: number }[]): number =>
  records.reduce((total, { sizeGib }) => total + sizeGib, 0)

/** The size of a volume, or the one that it is about to have. */
const takenBy = ({ sizeGib, modification }: Volume): { readonly sizeGib: number } =>
  modification?.state === 'modifying' ? modification.after : { sizeGib }

/** Refuse a volume for which its zone has no room, or `grownGib` more of one that is there: VolumeLimitExceeded. */
export const checkVolumeLimits = (tx: Tx, zone: string, sizeGib: number, grownGib = sizeGib): void => {
  const total = limit(tx, 'STORAGE_MAX_TOTAL_VOLUME_SIZE_IN_GB', volumeProperties.maxTotalGib)
  const taken = sum(
    tx.volumes
      .list()
      .filter(volume => volume.zone === zone && volume.state !== 'deleted' && volume.state !== 'error')
      .map(takenBy),
  )
  if (taken + grownGib > total) {
    refuse(
      'VolumeLimitExceeded',
      `Total Volume Size Limit Exceeded: ${taken} GiB of ${total} in the zone ${zone} are taken`,
    )
  }
  const most = maxVolumeGib(tx)
  if (sizeGib > most) {
    refuse('VolumeLimitExceeded', `Max Volume Size Limit Exceeded: a volume may have ${most} GiB at most`)
  }
}

/** Refuse a snapshot of this size when there are enough in the cloud: SnapshotLimitExceeded. */
export const checkSnapshotLimit = (tx: Tx, sizeGib: number): void => {
  const total = limit(tx, 'STORAGE_GLOBAL_TOTAL_SNAPSHOT_SIZE_LIMIT_GB', volumeProperties.maxSnapshotsGib)
  const taken = sum(tx.snapshots.list().filter(({ state }) => state !== 'error'))
  if (taken + sizeGib > total) {
    refuse(
      'SnapshotLimitExceeded',
      `Total Snapshot Size Limit Exceeded: snapshots of ${taken} GiB are kept, of ${total} at most`,
    )
  }
}
