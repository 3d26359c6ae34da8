// SPDX-License-Identifier: BSD-2-Clause
// GUID partition tables (UEFI specification, section 5.3). There are two copies, each with CRC-32s over its header and
// its entries; the one at the end of the disk counts only when the first is damaged.
import { crc32 } from 'node:zlib'
import type { Disk } from './disk'
import { DiskError } from './errors'
import type { Partition } from './partitions'

// Disks whose sectors have 4 KiB have their header in the second of those.
const sectorSizes = [512, 4096]
const headerBytes = 92
// The specification has 128 entries of 128 bytes; what others make is larger, but never by so much.
const maxEntries = 1024
const maxEntryBytes = 4096

const signature = Buffer.from('EFI PART', 'latin1')
const unusedType = Buffer.alloc(16)

/** A sector's address, which has 64 bits. What does not fit into a number is beyond the end of every disk. */
const address = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at))

interface Header {
  readonly entriesAt: number
  readonly count: number
  readonly entryBytes: number
  readonly entriesCrc: number
}

/** The header in a sector; what is wrong with it otherwise. */
const headerIn = (sector: Buffer): Header | string => {
  if (!sector.subarray(0, 8).equals(signature)) return 'has no signature'
  const size = sector.readUInt32LE(12)
  if (size < headerBytes || size > sector.length) return `says that its header has ${size} bytes`
  const header = Buffer.from(sector.subarray(0, size))
  header.writeUInt32LE(0, 16)
  if (crc32(header) !== sector.readUInt32LE(16)) return 'has a header with a wrong checksum'
  const count = sector.readUInt32LE(80)
  const entryBytes = sector.readUInt32LE(84)
  if (count > maxEntries) return `has ${count} entries`
  if (entryBytes < 128 || entryBytes > maxEntryBytes || entryBytes % 8 !== 0)
    return `has entries of ${entryBytes} bytes`
  return { entriesAt: address(sector, 72), count, entryBytes, entriesCrc: sector.readUInt32LE(88) }
}

/** The partitions of one copy of the table; what is wrong with it otherwise. */
const readCopy = async (disk: Disk, sectorBytes: number, at: number): Promise<Partition[] | string> => {
  const header = headerIn(await disk.read(at, sectorBytes))
  if (typeof header === 'string') return header
  const { entriesAt, count, entryBytes, entriesCrc } = header
  const tableBytes = count * entryBytes
  if (entriesAt * sectorBytes + tableBytes > disk.bytes) return 'has its entries beyond the end of the disk'
  const table = await disk.read(entriesAt * sectorBytes, tableBytes)
  if (crc32(table) !== entriesCrc) return 'has entries with a wrong checksum'
  const found: Partition[] = []
  for (let index = 0; index < count; index++) {
    const entry = table.subarray(index * entryBytes, (index + 1) * entryBytes)
    if (entry.subarray(0, 16).equals(unusedType)) continue
    const first = address(entry, 32)
    const last = address(entry, 40)
    if (first === 0 || last < first) return `has partition ${index + 1} end before it begins`
    const offset = first * sectorBytes
    const bytes = (last - first + 1) * sectorBytes
    if (offset + bytes > disk.bytes)
      return `has partition ${index + 1} end at byte ${offset + bytes}, beyond the end at byte ${disk.bytes}`
    found.push({ number: index + 1, offset, bytes })
  }
  return found
}

const hasHeader = async (disk: Disk, at: number): Promise<boolean> =>
  at >= 0 && at + signature.length <= disk.bytes && (await disk.read(at, signature.length)).equals(signature)

/** The partitions of a disk whose MBR says that it has a GPT. Throws DiskError when neither copy of it is whole. */
export const readGpt = async (disk: Disk): Promise<readonly Partition[]> => {
  let fault = 'has no signature'
  for (const sectorBytes of sectorSizes) {
    for (const at of [sectorBytes, disk.bytes - (disk.bytes % sectorBytes) - sectorBytes]) {
      if (at + sectorBytes > disk.bytes || !(await hasHeader(disk, at))) continue
      const copy = await readCopy(disk, sectorBytes, at)
      if (typeof copy !== 'string') return copy
      fault = copy
    }
  }
  throw new DiskError(fault)
}
