// SPDX-License-Identifier: BSD-2-Clause
import { statfs } from 'node:fs/promises'
import { CatalogError } from './errors'

/** Refuse early what the disk cannot hold, rather than fail after minutes with a full disk. */
export const requireSpace = async (directory: string, bytes: number): Promise<void> => {
  const { bavail, bsize } = await statfs(directory)
  if (bavail * bsize < bytes)
    throw new CatalogError(
      'NoSpace',
      `${directory} has ${bavail * bsize} bytes of free space, ${bytes} are needed`,
    )
}
