// SPDX-License-Identifier: BSD-2-Clause
// Where a file's blocks are: by extents (ext4), or by lists of block numbers, up to three deep (ext2, ext3).
import type { Disk } from '../disk'
import { DiskError } from '../errors'
import { type Inode, inodeFlags } from './inode'
import type { Superblock } from './superblock'

const extentMagic = 0xf30a
// Of the kernel: deeper trees cannot be made.
const maxDepth = 5
// Lengths beyond this are of extents whose blocks are allocated and not written yet.
const maxWritten = 32_768

interface Walk {
  readonly disk: Disk
  readonly superblock: Superblock
  /** Block numbers by place in the file; 0 where nothing is stored. */
  readonly blocks: number[]
}

const readBlock = ({ disk, superblock }: Walk, block: number): Promise<Buffer> => {
  const { blockCount, blockBytes } = superblock
  if (block <= 0 || block >= blockCount) throw new DiskError(`refers to block ${block}, which it has not`)
  return disk.read(block * blockBytes, blockBytes)
}

const checkBlock = ({ superblock }: Walk, block: number): number => {
  if (block < superblock.blockCount) return block
  throw new DiskError(`refers to block ${block}, which it has not`)
}

const takeExtent = (walk: Walk, entry: Buffer): void => {
  const first = entry.readUInt32LE(0)
  const length = entry.readUInt16LE(4)
  if (length > maxWritten) return
  const start = entry.readUInt16LE(6) * 2 ** 32 + entry.readUInt32LE(8)
  const end = Math.min(first + length, walk.blocks.length)
  for (let place = first; place < end; place++) walk.blocks[place] = checkBlock(walk, start + place - first)
}

/**
 * A node and all below it, whose places begin at `least`. Every node must begin where its parent says or later, and its
 * entries be in order, so that a tree has no more nodes than the file has places, whatever was written into it.
 */
const walkExtents = async (
  walk: Walk,
  node: Buffer,
  least: number,
  depth: number | undefined,
): Promise<void> => {
  const entries = node.readUInt16LE(2)
  const own = node.readUInt16LE(6)
  const isDamaged =
    node.readUInt16LE(0) !== extentMagic ||
    entries > node.readUInt16LE(4) ||
    12 + 12 * entries > node.length ||
    (depth === undefined ? own > maxDepth : own !== depth || entries === 0)
  if (isDamaged) throw new DiskError('has a damaged extent tree')
  let from = least
  for (let index = 0; index < entries; index++) {
    const entry = node.subarray(12 + 12 * index, 24 + 12 * index)
    const first = entry.readUInt32LE(0)
    if (first < from) throw new DiskError('has a damaged extent tree')
    from = first + 1
    if (first >= walk.blocks.length) return
    if (own === 0) takeExtent(walk, entry)
    else {
      const child = entry.readUInt16LE(8) * 2 ** 32 + entry.readUInt32LE(4)
      await walkExtents(walk, await readBlock(walk, child), first, own - 1)
    }
  }
}

/** Fill places from `from` on by a block number `depth` lists deep. Returns the first place that it does not cover. */
const walkList = async (walk: Walk, block: number, depth: number, from: number): Promise<number> => {
  const perBlock = walk.superblock.blockBytes / 4
  if (from >= walk.blocks.length || block === 0) return from + perBlock ** depth
  if (depth === 0) {
    walk.blocks[from] = checkBlock(walk, block)
    return from + 1
  }
  const list = await readBlock(walk, block)
  let place = from
  for (let index = 0; index < perBlock && place < walk.blocks.length; index++)
    place = await walkList(walk, list.readUInt32LE(4 * index), depth - 1, place)
  return from + perBlock ** depth
}

/** Of the fifteen numbers in an inode, all but the last three are blocks of the file. */
const depths = [...Array<number>(12).fill(0), 1, 2, 3]

/**
 * Numbers of the blocks of a file that is not larger than `maxBytes`, in order; 0 for a hole. Throws DiskError for a map
 * that leads nowhere, and for a file whose data is somewhere else.
 */
export const blocksOf = async (
  disk: Disk,
  superblock: Superblock,
  inode: Inode,
  maxBytes: number,
): Promise<readonly number[]> => {
  if (inode.flags & inodeFlags.inlineData)
    throw new DiskError('keeps the data of small files in their inodes')
  if (inode.flags & inodeFlags.encrypted) throw new DiskError('has encrypted what has to be read')
  if (inode.flags & inodeFlags.compressed) throw new DiskError('has compressed what has to be read')
  if (inode.size > maxBytes)
    throw new DiskError(`has something of ${inode.size} bytes where ${maxBytes} are the most that make sense`)
  const count = Math.ceil(inode.size / superblock.blockBytes)
  const walk: Walk = { disk, superblock, blocks: Array<number>(count).fill(0) }
  if (inode.flags & inodeFlags.extents) await walkExtents(walk, inode.map, 0, undefined)
  else {
    let place = 0
    for (const [index, depth] of depths.entries())
      place = await walkList(walk, inode.map.readUInt32LE(4 * index), depth, place)
  }
  return walk.blocks
}
