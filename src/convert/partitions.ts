// SPDX-License-Identifier: BSD-2-Clause
// Partition tables: MBR with its chain of logical partitions, and GPT. A table is written by whoever made the image, so
// every number in it is checked, and every loop has an end.
import type { Disk } from './disk'
import { DiskError } from './errors'
import { readGpt } from './gpt'

/** A partition by its place on the disk, in bytes. */
export interface Partition {
  /** As Linux counts them: 1 to 4 primary, logical ones from 5. */
  readonly number: number
  readonly offset: number
  readonly bytes: number
}

export const sectorBytes = 512

// What Linux makes devices for at most, of one disk.
const maxPartitions = 256
const extendedTypes = [0x05, 0x0f, 0x85]
const protectiveType = 0xee

interface Entry {
  readonly status: number
  readonly type: number
  /** In sectors. */
  readonly start: number
  readonly sectors: number
}

const entriesOf = (sector: Buffer): Entry[] =>
  [0, 1, 2, 3].map(index => {
    const at = 446 + 16 * index
    return {
      status: sector.readUInt8(at),
      type: sector.readUInt8(at + 4),
      start: sector.readUInt32LE(at + 8),
      sectors: sector.readUInt32LE(at + 12),
    }
  })

const isSigned = (sector: Buffer): boolean => sector.readUInt16LE(510) === 0xaa55

/** Boot sectors of FAT and NTFS bear the same signature, with code or text where a table has its entries. */
const isTable = (entries: readonly Entry[]): boolean =>
  entries.every(({ status }) => status === 0 || status === 0x80) &&
  entries.some(({ type, sectors }) => type !== 0 && sectors > 0)

const partition = (disk: Disk, number: number, start: number, sectors: number): Partition => {
  const offset = start * sectorBytes
  const bytes = sectors * sectorBytes
  if (start === 0) throw new DiskError(`has partition ${number} begin at the table itself`)
  if (offset + bytes > disk.bytes)
    throw new DiskError(
      `has partition ${number} end at byte ${offset + bytes}, beyond the end at byte ${disk.bytes}`,
    )
  return { number, offset, bytes }
}

/**
 * The logical partitions of an extended one. Each has a table of its own: one entry for itself, from where this table
 * is, and one for the next table, from where the extended partition begins.
 */
const logicalPartitions = async (disk: Disk, extended: Entry): Promise<Partition[]> => {
  const found: Partition[] = []
  const seen = new Set<number>()
  for (let at = extended.start; ; ) {
    if (seen.has(at)) throw new DiskError('has logical partitions that follow each other in a circle')
    if (seen.size === maxPartitions) throw new DiskError(`has more than ${maxPartitions} logical partitions`)
    seen.add(at)
    const sector = await disk.read(at * sectorBytes, sectorBytes)
    if (!isSigned(sector)) throw new DiskError(`lacks its signature for logical partition ${seen.size + 4}`)
    const [own, next] = entriesOf(sector)
    if (own && own.type !== 0 && own.sectors > 0)
      found.push(partition(disk, found.length + 5, at + own.start, own.sectors))
    if (!next || !extendedTypes.includes(next.type) || next.sectors === 0) return found
    at = extended.start + next.start
  }
}

/**
 * The partitions of a disk; undefined when it has no table. Throws DiskError for a table that is damaged, or that leads
 * outside the disk or nowhere.
 */
export const partitionsOf = async (disk: Disk): Promise<readonly Partition[] | undefined> => {
  if (disk.bytes < sectorBytes) return undefined
  const sector = await disk.read(0, sectorBytes)
  if (!isSigned(sector)) return undefined
  const entries = entriesOf(sector)
  if (!isTable(entries)) return undefined
  if (entries.some(({ type }) => type === protectiveType)) return readGpt(disk)
  const found: Partition[] = []
  for (const [index, entry] of entries.entries()) {
    if (entry.type === 0 || entry.sectors === 0) continue
    if (extendedTypes.includes(entry.type)) found.push(...(await logicalPartitions(disk, entry)))
    else found.push(partition(disk, index + 1, entry.start, entry.sectors))
  }
  return found
}
