// SPDX-License-Identifier: BSD-2-Clause
// Reading files of an ext2, ext3 or ext4 file system, and replacing the contents of one in the blocks that it has.
//
// Nothing is ever allocated or freed: the new contents go where the old ones were, and of the inode only size, times and
// checksum change. So no bitmap, counter or directory has to be understood, and owner, mode, extended attributes and
// hard links stay as they are.
import type { Disk } from '../disk'
import { DiskError } from '../errors'
import { blocksOf } from './block-map'
import { findEntry } from './directory'
import { type Inode, inodeFlags, readInode, resized, rootInode } from './inode'
import { readSuperblock, type Superblock } from './superblock'

// As the kernel: a chain of more links than this is taken for a circle.
const maxLinks = 40
const maxDirectoryBytes = 67_108_864
const maxLinkBytes = 4096
const shortLinkBytes = 60

export interface ExtFileSystem {
  readonly superblock: Superblock
  /** The file, directory or link of an absolute path, links followed; undefined when there is none. */
  find(path: string): Promise<Inode | undefined>
  /** All of a file; holes are zeros. Throws DiskError when it is larger than `maxBytes`. */
  read(inode: Inode, maxBytes: number): Promise<Buffer>
  /** How few and how many bytes a file may have in the blocks that it has. Throws DiskError when it cannot be changed. */
  room(inode: Inode, maxBytes: number): Promise<{ readonly least: number; readonly most: number }>
  /** Replace a file's contents by some that `room` allows. */
  replace(inode: Inode, contents: Buffer, now: Date): Promise<void>
}

const readBlocks = async (disk: Disk, { blockBytes }: Superblock, blocks: readonly number[]) => {
  const read: Buffer[] = []
  for (const block of blocks)
    read.push(block === 0 ? Buffer.alloc(blockBytes) : await disk.read(block * blockBytes, blockBytes))
  return read
}

/** Open a file system that begins where the disk does. */
export const openExt = async (disk: Disk): Promise<ExtFileSystem> => {
  const superblock = await readSuperblock(disk)
  const { blockBytes } = superblock

  const read = async (inode: Inode, maxBytes: number): Promise<Buffer> => {
    const blocks = await blocksOf(disk, superblock, inode, maxBytes)
    return Buffer.concat(await readBlocks(disk, superblock, blocks)).subarray(0, inode.size)
  }

  const entryOf = async (directory: Inode, name: string): Promise<Inode | undefined> => {
    if (directory.kind !== 'directory') return undefined
    const wanted = Buffer.from(name)
    const blocks = await blocksOf(disk, superblock, directory, maxDirectoryBytes)
    for (const block of blocks) {
      if (block === 0) continue
      const number = findEntry(await disk.read(block * blockBytes, blockBytes), wanted)
      if (number !== undefined) return readInode(disk, superblock, number)
    }
    return undefined
  }

  const linkText = async (link: Inode): Promise<string> => {
    if (link.size < shortLinkBytes && !(link.flags & inodeFlags.inlineData))
      return link.map.toString('utf8', 0, link.size)
    return (await read(link, maxLinkBytes)).toString('utf8')
  }

  const find = async (path: string): Promise<Inode | undefined> => {
    const root = await readInode(disk, superblock, rootInode)
    let at = root
    let links = 0
    const names = path.split('/')
    while (names.length > 0) {
      const name = names.shift()
      if (name === undefined || name === '' || name === '.') continue
      const inode = await entryOf(at, name)
      if (!inode) return undefined
      if (inode.kind !== 'symlink') {
        at = inode
        continue
      }
      if (++links > maxLinks) throw new DiskError('has symbolic links that lead in a circle')
      const target = await linkText(inode)
      if (target.startsWith('/')) at = root
      names.unshift(...target.split('/'))
    }
    return at
  }

  const writableBlocks = async (inode: Inode, maxBytes: number): Promise<readonly number[]> => {
    if (superblock.needsReplay) throw new DiskError('has a journal that was not replayed')
    if (superblock.fault !== undefined) throw new DiskError(superblock.fault)
    if (inode.kind !== 'file') throw new DiskError('has no file there, but something else')
    if (inode.flags & inodeFlags.verity) throw new DiskError('has sealed the file (verity)')
    if (inode.flags & (inodeFlags.immutable | inodeFlags.appendOnly))
      throw new DiskError('has the file marked as one that must not change')
    const blocks = await blocksOf(disk, superblock, inode, maxBytes)
    if (blocks.length === 0 || blocks.includes(0)) throw new DiskError('has no blocks for all of the file')
    return blocks
  }

  return {
    superblock,
    find,
    read,
    room: async (inode, maxBytes) => {
      const { length } = await writableBlocks(inode, maxBytes)
      // A file that ends before its last block would have a block too many.
      return { least: (length - 1) * blockBytes + 1, most: length * blockBytes }
    },
    replace: async (inode, contents, now) => {
      const blocks = await writableBlocks(inode, inode.size)
      if (Math.ceil(contents.length / blockBytes) !== blocks.length)
        throw new DiskError(`has no place for ${contents.length} bytes in the file's ${blocks.length} blocks`)
      const padded = Buffer.alloc(blocks.length * blockBytes)
      contents.copy(padded)
      for (const [index, block] of blocks.entries())
        await disk.write(block * blockBytes, padded.subarray(index * blockBytes, (index + 1) * blockBytes))
      await disk.write(inode.offset, resized(superblock, inode, contents.length, now))
    },
  }
}
