// SPDX-License-Identifier: BSD-2-Clause
import type { Disk } from '../disk'
import { DiskError } from '../errors'
import { crc32c } from './crc32c'
import type { Superblock } from './superblock'

export const rootInode = 2

/** Bits of an inode's flags. */
export const inodeFlags = {
  compressed: 0x4,
  immutable: 0x10,
  appendOnly: 0x20,
  encrypted: 0x800,
  extents: 0x8_0000,
  verity: 0x10_0000,
  inlineData: 0x1000_0000,
} as const

export type FileKind = 'file' | 'directory' | 'symlink' | 'other'

export interface Inode {
  readonly number: number
  readonly kind: FileKind
  /** As `stat` has it, the kind's bits included. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly flags: number
  /** The 60 bytes of block numbers, extents, or a short symbolic link. */
  readonly map: Buffer
  /** Where it is on the disk, and all of it. */
  readonly offset: number
  readonly raw: Buffer
}

const kinds: Readonly<Record<number, FileKind>> = { 32768: 'file', 16384: 'directory', 40960: 'symlink' }

/** The block with the descriptors of these groups. */
const descriptorBlock = (superblock: Superblock, index: number): number => {
  const { blockBytes, firstMetaGroup, firstDataBlock, blocksPerGroup, descriptorBytes } = superblock
  // The superblock is at byte 1024 whatever the block size; descriptors begin in the block after it.
  const together = Math.floor(1024 / blockBytes) + 1
  if (firstMetaGroup === undefined || index < firstMetaGroup) return together + index
  const group = index * (blockBytes / descriptorBytes)
  if (group === 0) return together
  return firstDataBlock + group * blocksPerGroup + (superblock.hasSuperblock(group) ? 1 : 0)
}

const inodeTable = async (disk: Disk, superblock: Superblock, group: number): Promise<number> => {
  const { blockBytes, descriptorBytes } = superblock
  const perBlock = blockBytes / descriptorBytes
  const block = descriptorBlock(superblock, Math.floor(group / perBlock))
  const descriptor = await disk.read(
    block * blockBytes + (group % perBlock) * descriptorBytes,
    descriptorBytes,
  )
  const high = descriptorBytes >= 64 ? descriptor.readUInt32LE(0x28) : 0
  return high * 2 ** 32 + descriptor.readUInt32LE(0x8)
}

/** Whether an inode is large enough for the upper half of its checksum. */
const hasHighChecksum = (raw: Buffer): boolean => raw.length > 128 && raw.readUInt16LE(0x80) >= 4

/** CRC-32C over the inode's number, its generation and all of it with the checksum's own fields zero. */
const checksumOf = (seed: number, number: number, raw: Buffer): number => {
  const bytes = Buffer.from(raw)
  bytes.writeUInt16LE(0, 0x7c)
  if (hasHighChecksum(raw)) bytes.writeUInt16LE(0, 0x82)
  const label = Buffer.alloc(8)
  label.writeUInt32LE(number, 0)
  label.writeUInt32LE(raw.readUInt32LE(0x64), 4)
  const crc = crc32c(crc32c(seed, label), bytes)
  return hasHighChecksum(raw) ? crc : crc & 0xffff
}

const storedChecksum = (raw: Buffer): number =>
  (hasHighChecksum(raw) ? raw.readUInt16LE(0x82) * 0x1_0000 : 0) + raw.readUInt16LE(0x7c)

/** Give an inode the checksum that it should have, where inodes have any. */
export const sealInode = (superblock: Superblock, number: number, raw: Buffer): void => {
  if (superblock.checksumSeed === undefined) return
  const checksum = checksumOf(superblock.checksumSeed, number, raw)
  raw.writeUInt16LE(checksum & 0xffff, 0x7c)
  if (hasHighChecksum(raw)) raw.writeUInt16LE(checksum >>> 16, 0x82)
}

/** Read an inode. Throws DiskError when there is none, or it is damaged. */
export const readInode = async (disk: Disk, superblock: Superblock, number: number): Promise<Inode> => {
  const { inodeCount, inodesPerGroup, inodeBytes, blockBytes, checksumSeed } = superblock
  if (number < 1 || number > inodeCount) throw new DiskError(`refers to inode ${number}, which it has not`)
  const table = await inodeTable(disk, superblock, Math.floor((number - 1) / inodesPerGroup))
  const offset = table * blockBytes + ((number - 1) % inodesPerGroup) * inodeBytes
  const raw = await disk.read(offset, inodeBytes)
  if (checksumSeed !== undefined && checksumOf(checksumSeed, number, raw) !== storedChecksum(raw))
    throw new DiskError(`has an inode with a wrong checksum: ${number}`)
  if (raw.readUInt16LE(0x1a) === 0) throw new DiskError(`refers to inode ${number}, which is not in use`)
  const mode = raw.readUInt16LE(0)
  const kind = kinds[mode & 0xf000] ?? 'other'
  // Of files, and of directories on disks that allow very large ones, the size has 64 bits.
  const size = raw.readUInt32LE(0x4) + (kind === 'symlink' ? 0 : raw.readUInt32LE(0x6c) * 2 ** 32)
  return {
    number,
    kind,
    mode,
    uid: raw.readUInt16LE(0x2) + raw.readUInt16LE(0x78) * 0x1_0000,
    gid: raw.readUInt16LE(0x18) + raw.readUInt16LE(0x7a) * 0x1_0000,
    size,
    flags: raw.readUInt32LE(0x20),
    map: raw.subarray(0x28, 0x64),
    offset,
    raw,
  }
}

const second = (time: Date): number => Math.floor(time.getTime() / 1000)

/** The two bits that take times beyond 2038, beside 30 for nanoseconds, which are zero. */
const timeExtra = (seconds: number): number => Math.floor((seconds - (seconds | 0)) / 2 ** 32) & 3

/** The inode with another size, changed at a time, and sealed. */
export const resized = (superblock: Superblock, inode: Inode, size: number, now: Date): Buffer => {
  const raw = Buffer.from(inode.raw)
  const seconds = second(now)
  raw.writeUInt32LE(size, 0x4)
  // Change and modification; their extensions follow the size of the part that they are in.
  raw.writeInt32LE(seconds | 0, 0xc)
  raw.writeInt32LE(seconds | 0, 0x10)
  const extraBytes = raw.length > 128 ? raw.readUInt16LE(0x80) : 0
  if (extraBytes >= 8) raw.writeUInt32LE(timeExtra(seconds), 0x84)
  if (extraBytes >= 12) raw.writeUInt32LE(timeExtra(seconds), 0x88)
  sealInode(superblock, inode.number, raw)
  return raw
}
