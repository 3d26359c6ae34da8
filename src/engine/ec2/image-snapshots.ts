// SPDX-License-Identifier: BSD-2-Clause
// What images and snapshots have to do with each other.
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { isStandard } from './image-access'
import type { Image } from './schema/images'

/** The first image that can be run, or soon, for which a snapshot is kept, be it of the root or not. */
export const imageOfSnapshot = (tx: Tx, snapshotId: string): Image | undefined =>
  tx.images
    .list()
    .find(image => isStandard(image) && image.mappings.some(({ ebs }) => ebs?.snapshotId === snapshotId))

/** Refuse to delete what an image is made of: InvalidSnapshot.InUse. */
export const snapshotInUse = (tx: Tx, snapshotId: string): void => {
  const image = imageOfSnapshot(tx, snapshotId)
  if (image) {
    refuse('InvalidSnapshot.InUse', `The snapshot ${snapshotId} is currently in use by ${image.id}`)
  }
}
