// SPDX-License-Identifier: BSD-2-Clause
import { ArchiveError } from '../engine/archive/errors'
import { type Saved, type SaveOrder, saveCloud } from '../engine/archive/save'
import { settleFolder } from '../engine/archive/work-folders'
import { isCloudFolder } from './status'

/** Save the cloud in a folder, whoever uses it meanwhile. Throws `ArchiveError` where there is none. */
export const save = async (order: SaveOrder): Promise<Saved> => {
  const { home } = order
  settleFolder(home)
  if (!isCloudFolder(home)) throw new ArchiveError(`there is no cloud in ${home}`)
  return saveCloud(order)
}
