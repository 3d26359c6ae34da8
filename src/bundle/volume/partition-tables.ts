// SPDX-License-Identifier: BSD-2-Clause
// Partition tables with one partition for a file system, as parted and sgdisk made them for euca2ools, and which table a
// disk has.
import { randomBytes } from 'node:crypto'
import { open, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { BundleError } from '../../format/bundle/errors'

export type TableKind = 'mbr' | 'gpt' | 'none'

const sectorBytes = 512

/** Bytes of a disk, and where they go. */
interface Piece {
  readonly at: number
  readonly bytes: Buffer
}

export interface Layout {
  readonly pieces: readonly Piece[]
  /** Of the file system's partition, in bytes. */
  readonly offset: number
  readonly bytes: number
}

interface Entry {
  readonly type: number
  readonly isActive: boolean
  /** In sectors. */
  readonly start: number
  readonly count: number
}

/** The first sector of a disk, with one entry. Addresses by heads and cylinders say that nobody uses them. */
const bootSector = ({ type, isActive, start, count }: Entry): Buffer => {
  const sector = Buffer.alloc(sectorBytes)
  const nowhere = [0xfe, 0xff, 0xff]
  randomBytes(4).copy(sector, 440)
  sector.set([isActive ? 0x80 : 0, ...nowhere, type, ...nowhere], 446)
  sector.writeUInt32LE(start, 454)
  sector.writeUInt32LE(count, 458)
  sector.writeUInt16LE(0xaa55, 510)
  return sector
}

const mbr = (sectors: number): Layout => {
  const start = 64
  const count = sectors - start
  return {
    pieces: [{ at: 0, bytes: bootSector({ type: 0x83, isActive: true, start, count }) }],
    offset: start * sectorBytes,
    bytes: count * sectorBytes,
  }
}

const entryBytes = 128
const entryCount = 128
const tableSectors = (entryBytes * entryCount) / sectorBytes

/** The first three fields of a GUID are written from their low end. */
const guid = (text: string): Buffer => {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}

const randomGuid = (): Buffer => {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(7) & 0x0f) | 0x40, 7)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes
}

const types = {
  linux: guid('0FC63DAF-8483-4772-8E79-3D69D8477DE4'),
  bootLoader: guid('21686148-6449-6E6F-744E-656564454649'),
}

const putEntry = (
  table: Buffer,
  number: number,
  about: { readonly type: Buffer; readonly first: number; readonly last: number; readonly name: string },
): void => {
  const at = (number - 1) * entryBytes
  about.type.copy(table, at)
  randomGuid().copy(table, at + 16)
  table.writeBigUInt64LE(BigInt(about.first), at + 32)
  table.writeBigUInt64LE(BigInt(about.last), at + 40)
  table.write(about.name, at + 56, 'utf16le')
}

/** One MiB for a boot loader, numbered last, and the rest for the file system, numbered first. */
const gpt = (sectors: number): Layout => {
  const usable = { first: 2 + tableSectors, last: sectors - tableSectors - 2 }
  const loader = { first: 2048, last: 4095 }
  const first = loader.last + 1
  const table = Buffer.alloc(tableSectors * sectorBytes)
  putEntry(table, 1, { type: types.linux, first, last: usable.last, name: 'Image' })
  putEntry(table, entryCount, { type: types.bootLoader, ...loader, name: 'BIOS Boot' })
  const disk = randomGuid()
  const header = (own: number, other: number, tableAt: number): Buffer => {
    const sector = Buffer.alloc(sectorBytes)
    sector.write('EFI PART', 'latin1')
    sector.writeUInt32LE(0x10000, 8)
    sector.writeUInt32LE(92, 12)
    for (const [at, value] of [
      ...[[24, own] as const, [32, other] as const],
      ...[[40, usable.first] as const, [48, usable.last] as const, [72, tableAt] as const],
    ]) {
      sector.writeBigUInt64LE(BigInt(value), at)
    }
    disk.copy(sector, 56)
    sector.writeUInt32LE(entryCount, 80)
    sector.writeUInt32LE(entryBytes, 84)
    sector.writeUInt32LE(crc32(table), 88)
    sector.writeUInt32LE(crc32(sector.subarray(0, 92)), 16)
    return sector
  }
  const end = sectors - 1
  return {
    pieces: [
      { at: 0, bytes: bootSector({ type: 0xee, isActive: false, start: 1, count: sectors - 1 }) },
      { at: sectorBytes, bytes: header(1, end, 2) },
      { at: 2 * sectorBytes, bytes: table },
      { at: (end - tableSectors) * sectorBytes, bytes: table },
      { at: end * sectorBytes, bytes: header(end, 1, end - tableSectors) },
    ],
    offset: first * sectorBytes,
    bytes: (usable.last - first + 1) * sectorBytes,
  }
}

// Addresses of both tables' first sector have 32 bits.
const maximumMib = 2 ** 32 / 2048 - 1
const minimumMib = 8

/** How a disk of this size is laid out. */
export const layoutOf = (kind: TableKind, mib: number): Layout => {
  const bytes = mib * 2 ** 20
  if (kind === 'none') return { pieces: [], offset: 0, bytes }
  if (mib < minimumMib || mib > maximumMib) {
    throw new BundleError(`an image with partitions has ${minimumMib} to ${maximumMib} MiB`)
  }
  return { mbr, gpt }[kind](bytes / sectorBytes)
}

/** Whether a device is a partition, and of which disk; as the kernel has it. */
const diskOf = async (device: string): Promise<string | undefined> => {
  const entry = await realpath(join('/sys/class/block', basename(await realpath(device))))
  try {
    await readFile(join(entry, 'partition'))
  } catch {
    return undefined
  }
  return join('/dev', basename(dirname(entry)))
}

const tableOn = async (disk: string): Promise<TableKind> => {
  const file = await open(disk)
  try {
    const start = Buffer.alloc(8192)
    await file.read(start, 0, start.length, 0)
    // Disks whose sectors have 4 KiB have theirs later.
    if ([512, 4096].some(at => start.toString('latin1', at, at + 8) === 'EFI PART')) return 'gpt'
    return start.readUInt16LE(510) === 0xaa55 ? 'mbr' : 'none'
  } finally {
    await file.close()
  }
}

/** The table of the disk that a device is on; undefined where that cannot be found out. */
export const tableOf = async (device: string): Promise<TableKind | undefined> => {
  try {
    const disk = await diskOf(device)
    return disk === undefined ? 'none' : await tableOn(disk)
  } catch {
    // No device at all, as in containers, or one that may not be read. It is asked for by the option, then.
    return undefined
  }
}
