// SPDX-License-Identifier: BSD-2-Clause
// The superblock of ext2, ext3 and ext4: what the file system is made of, and whether this program understands it.
// Offsets and bits are those of the Linux kernel's Documentation/filesystems/ext4.
import type { Disk } from '../disk'
import { DiskError } from '../errors'
import { crc32c, crcStart } from './crc32c'

const superblockAt = 1024
const superblockBytes = 1024

const incompat = {
  fileType: 0x2,
  recover: 0x4,
  metaGroups: 0x10,
  extents: 0x40,
  wide: 0x80,
  flexibleGroups: 0x200,
  attributesInInodes: 0x400,
  checksumSeed: 0x2000,
  largeDirectories: 0x4000,
  inlineData: 0x8000,
  encrypt: 0x1_0000,
  caseFold: 0x2_0000,
} as const
const understoodIncompat = Object.values(incompat).reduce((all, bit) => all | bit, 0)

// Sparse superblocks, large files, tree directories, huge files, group checksums, many links, larger inodes, quotas,
// clusters, metadata checksums, projects, verity, the orphan file. They concern allocation, or files that say so.
const understoodReadOnly =
  0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x100 | 0x200 | 0x400 | 0x2000 | 0x8000 | 0x1_0000
const metadataChecksums = 0x400
const sparseSuperblocks = 0x1
const twoSuperblocks = 0x200

/** What the rest of this folder needs to know of a file system. */
export interface Superblock {
  readonly blockBytes: number
  readonly blockCount: number
  readonly firstDataBlock: number
  readonly blocksPerGroup: number
  readonly inodeCount: number
  readonly inodesPerGroup: number
  readonly inodeBytes: number
  readonly descriptorBytes: number
  /** Descriptors from this block of them on lie in their own groups; undefined when all lie together. */
  readonly firstMetaGroup: number | undefined
  /** Whether a group has a copy of the superblock. */
  hasSuperblock(group: number): boolean
  /** CRC-32C that inodes' checksums go on from; undefined when inodes have none. */
  readonly checksumSeed: number | undefined
  /** The journal holds what is not yet where it belongs. */
  readonly needsReplay: boolean
  /** Why nothing may be changed in place, if so. */
  readonly fault: string | undefined
}

/** Whether a disk begins with such a file system, by its magic number. */
export const isExt = async (disk: Disk): Promise<boolean> =>
  disk.bytes >= superblockAt + superblockBytes &&
  (await disk.read(superblockAt + 0x38, 2)).readUInt16LE(0) === 0xef53

const isPowerOfTwo = (value: number): boolean => value > 0 && (value & (value - 1)) === 0

const isPowerOf = (base: number, value: number): boolean => {
  let power = base
  while (power < value) power *= base
  return power === value
}

const superblockGroups =
  (raw: Buffer, compat: number, readOnly: number) =>
  (group: number): boolean => {
    if (group === 0) return true
    if (compat & twoSuperblocks) return [raw.readUInt32LE(0x24c), raw.readUInt32LE(0x250)].includes(group)
    if (!(readOnly & sparseSuperblocks)) return true
    return group === 1 || [3, 5, 7].some(base => isPowerOf(base, group))
  }

const checkGeometry = (superblock: Superblock, disk: Disk): void => {
  const { blockBytes, blockCount, blocksPerGroup, inodesPerGroup, inodeBytes, descriptorBytes } = superblock
  const isSane =
    blocksPerGroup > 0 &&
    inodesPerGroup > 0 &&
    isPowerOfTwo(inodeBytes) &&
    inodeBytes >= 128 &&
    inodeBytes <= blockBytes &&
    isPowerOfTwo(descriptorBytes) &&
    descriptorBytes >= 32 &&
    descriptorBytes <= blockBytes
  if (!isSane) throw new DiskError('has a damaged superblock')
  if (blockCount * blockBytes > disk.bytes)
    throw new DiskError(
      `is cut off: it has ${blockCount * blockBytes} bytes, of which ${disk.bytes} are there`,
    )
}

/**
 * Read the superblock. What is not understood is told in `fault`, since files may be readable all the same; DiskError is
 * thrown when not even that can be relied on.
 */
export const readSuperblock = async (disk: Disk): Promise<Superblock> => {
  const raw = await disk.read(superblockAt, superblockBytes)
  const logBlock = raw.readUInt32LE(0x18)
  if (logBlock > 6) throw new DiskError('has a damaged superblock')
  const isOld = raw.readUInt32LE(0x4c) === 0
  const compat = isOld ? 0 : raw.readUInt32LE(0x5c)
  const needed = isOld ? 0 : raw.readUInt32LE(0x60)
  const readOnly = isOld ? 0 : raw.readUInt32LE(0x64)
  const hasChecksums = (readOnly & metadataChecksums) !== 0
  if (hasChecksums && crc32c(crcStart, raw.subarray(0, 0x3fc)) !== raw.readUInt32LE(0x3fc))
    throw new DiskError('has a superblock with a wrong checksum')
  const isWide = (needed & incompat.wide) !== 0
  const unknown = needed & ~understoodIncompat
  const unknownReadOnly = readOnly & ~understoodReadOnly
  const superblock: Superblock = {
    blockBytes: 1024 << logBlock,
    blockCount: raw.readUInt32LE(0x4) + (isWide ? raw.readUInt32LE(0x150) * 2 ** 32 : 0),
    firstDataBlock: raw.readUInt32LE(0x14),
    blocksPerGroup: raw.readUInt32LE(0x20),
    inodeCount: raw.readUInt32LE(0),
    inodesPerGroup: raw.readUInt32LE(0x28),
    inodeBytes: isOld ? 128 : raw.readUInt16LE(0x58),
    descriptorBytes: isWide ? raw.readUInt16LE(0xfe) : 32,
    firstMetaGroup: needed & incompat.metaGroups ? raw.readUInt32LE(0x104) : undefined,
    hasSuperblock: superblockGroups(raw, compat, readOnly),
    checksumSeed: hasChecksums
      ? needed & incompat.checksumSeed
        ? raw.readUInt32LE(0x270)
        : crc32c(crcStart, raw.subarray(0x68, 0x78))
      : undefined,
    needsReplay: (needed & incompat.recover) !== 0,
    fault: unknown
      ? `has features that are not known here (incompatible 0x${(unknown >>> 0).toString(16)})`
      : unknownReadOnly
        ? `has features that are not known here (read-only 0x${(unknownReadOnly >>> 0).toString(16)})`
        : undefined,
  }
  checkGeometry(superblock, disk)
  return superblock
}
