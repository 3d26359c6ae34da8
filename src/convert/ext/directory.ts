// SPDX-License-Identifier: BSD-2-Clause
import { DiskError } from '../errors'

/** Length of an entry; blocks of 64 KiB have a length that 16 bits cannot hold. */
const entryLength = (block: Buffer, at: number): number => {
  const length = block.readUInt16LE(at + 4)
  return block.length === 65_536 && (length === 65_535 || length === 0) ? 65_536 : length
}

/**
 * The inode of a name in one block of a directory; undefined when it is not there. The inner nodes of hash-tree
 * directories look like blocks with one unused entry, so they need no care.
 */
export const findEntry = (block: Buffer, name: Buffer): number | undefined => {
  for (let at = 0; at + 8 <= block.length; ) {
    const length = entryLength(block, at)
    const nameLength = block.readUInt8(at + 6)
    if (length < 8 || length % 4 !== 0 || at + length > block.length || 8 + nameLength > length)
      throw new DiskError('has a damaged directory')
    const inode = block.readUInt32LE(at)
    if (inode !== 0 && block.subarray(at + 8, at + 8 + nameLength).equals(name)) return inode
    at += length
  }
  return undefined
}
