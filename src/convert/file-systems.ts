// SPDX-License-Identifier: BSD-2-Clause
import { type Disk, partOf } from './disk'
import { ConversionError, DiskError } from './errors'
import { isExt } from './ext/superblock'
import { partitionsOf } from './partitions'

export type FileSystemKind = 'ext' | 'xfs' | 'btrfs' | 'other'

/** A file system, or what may be one, and where it is. */
export interface FoundFileSystem {
  readonly kind: FileSystemKind
  /** Number of its partition; undefined when it is the whole disk. */
  readonly partition: number | undefined
  /** In bytes. */
  readonly offset: number
  readonly bytes: number
}

const begins = async (disk: Disk, offset: number, text: string): Promise<boolean> =>
  offset + text.length <= disk.bytes && (await disk.read(offset, text.length)).toString('latin1') === text

const kindOf = async (disk: Disk): Promise<FileSystemKind> => {
  if (await isExt(disk)) return 'ext'
  if (await begins(disk, 0, 'XFSB')) return 'xfs'
  return (await begins(disk, 65_600, '_BHRfS_M')) ? 'btrfs' : 'other'
}

/** Name a part of a disk in a message. */
export const placeName = ({ partition }: Pick<FoundFileSystem, 'partition'>): string =>
  partition === undefined ? 'the file system' : `the file system in partition ${partition}`

/**
 * The file systems of a disk: itself when it begins with one, else those of its partitions. Throws ConversionError for a
 * partition table that cannot be trusted.
 */
export const fileSystemsOf = async (disk: Disk): Promise<readonly FoundFileSystem[]> => {
  const whole = await kindOf(disk)
  const itself = { kind: whole, partition: undefined, offset: 0, bytes: disk.bytes }
  if (whole !== 'other') return [itself]
  try {
    const partitions = await partitionsOf(disk)
    if (!partitions) return [itself]
    const found: FoundFileSystem[] = []
    for (const { number, offset, bytes } of partitions)
      found.push({ kind: await kindOf(partOf(disk, offset, bytes)), partition: number, offset, bytes })
    return found
  } catch (error) {
    throw error instanceof DiskError
      ? new ConversionError(`the image's partition table ${error.message}`)
      : error
  }
}
