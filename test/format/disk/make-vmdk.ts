// SPDX-License-Identifier: BSD-2-Clause
// VMDK images of a few kilobytes, whole or with a fault.
import { deflateSync } from 'node:zlib'

export interface VmdkOptions {
  /** In sectors. */
  readonly grain?: number
  readonly capacity?: number
  readonly flags?: number
  /** Where the header says that the grain directory is: at the end of the file, nowhere, or in its place. */
  readonly directory?: 'at end' | 'none' | 'here'
  readonly descriptor?: string
  readonly unclean?: boolean
  readonly compression?: number
}

export const descriptor = (type: string, parent = 'ffffffff'): string =>
  `# Disk DescriptorFile\nversion=1\nCID=7e5b80a7\nparentCID=${parent}\ncreateType="${type}"\n`

const sector = 512
const entriesPerTable = 512

export interface Header extends VmdkOptions {
  readonly directorySector: bigint
}

export const vmdkHeader = (disk: { readonly length: number }, options: Header): Buffer => {
  const bytes = Buffer.alloc(sector)
  bytes.write('KDMV', 'latin1')
  bytes.writeUInt32LE(options.flags && options.flags & 0x10000 ? 3 : 1, 4)
  bytes.writeUInt32LE(options.flags ?? 0x30001, 8)
  bytes.writeBigUInt64LE(BigInt(options.capacity ?? Math.ceil(disk.length / sector)), 12)
  bytes.writeBigUInt64LE(BigInt(options.grain ?? 128), 20)
  bytes.writeBigUInt64LE(1n, 28)
  bytes.writeBigUInt64LE(2n, 36)
  bytes.writeUInt32LE(entriesPerTable, 44)
  bytes.writeBigUInt64LE(options.directorySector, 56)
  bytes.writeBigUInt64LE(4n, 64)
  bytes.writeUInt8(options.unclean ? 1 : 0, 72)
  bytes.write('\n \r\n', 73, 'latin1')
  bytes.writeUInt16LE(options.compression ?? 1, 77)
  return bytes
}

const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((sector - (bytes.length % sector)) % sector)])

const marker = (sectors: number, type: number): Buffer => {
  const bytes = Buffer.alloc(sector)
  bytes.writeBigUInt64LE(BigInt(sectors), 0)
  bytes.writeUInt32LE(type, 12)
  return bytes
}

const numbers = (values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4)
  return padded(bytes)
}

class Growing {
  readonly pieces: Buffer[] = []
  sectors = 0

  /** The sector that the piece begins at. */
  add(piece: Buffer): number {
    const at = this.sectors
    this.pieces.push(padded(piece))
    this.sectors += Math.ceil(piece.length / sector)
    return at
  }
}

/** Tables of a disk: `place` writes a grain and tells its sector. */
const grainTables = (disk: Buffer, grainBytes: number, place: (grain: Buffer, index: number) => number) => {
  const count = Math.ceil(disk.length / grainBytes)
  const tables = Array.from({ length: Math.ceil(count / entriesPerTable) }, () =>
    new Array<number>(entriesPerTable).fill(0),
  )
  for (let index = 0; index < count; index++) {
    const grain = Buffer.alloc(grainBytes)
    disk.copy(grain, 0, index * grainBytes, (index + 1) * grainBytes)
    const table = tables[Math.floor(index / entriesPerTable)]
    if (table && grain.some(byte => byte !== 0)) table[index % entriesPerTable] = place(grain, index)
  }
  return tables
}

/** As `ovftool` and `qemu-img -o subformat=streamOptimized` write them. */
export const streamOptimised = (disk: Buffer, options: VmdkOptions = {}): Buffer => {
  const { grain = 128, directory = 'at end' } = options
  const file = new Growing()
  file.add(Buffer.alloc(sector))
  file.add(
    Buffer.concat([Buffer.from(options.descriptor ?? descriptor('streamOptimized')), Buffer.alloc(900)]),
  )
  while (file.sectors < 4) file.add(Buffer.alloc(sector))
  const tables = grainTables(disk, grain * sector, (bytes, index) => {
    const data = deflateSync(bytes)
    const head = Buffer.alloc(12)
    head.writeBigUInt64LE(BigInt(index * grain), 0)
    head.writeUInt32LE(data.length, 8)
    return file.add(Buffer.concat([head, data]))
  })
  const places = tables.map(table => {
    if (table.every(entry => entry === 0)) return 0
    file.add(marker(4, 1))
    return file.add(numbers(table))
  })
  const directoryBytes = numbers(places)
  file.add(marker(directoryBytes.length / sector, 2))
  const at = BigInt(file.add(directoryBytes))
  file.add(marker(1, 3))
  file.add(vmdkHeader(disk, { ...options, directorySector: at }))
  file.add(marker(0, 0))
  const told = { 'at end': 0xffff_ffff_ffff_ffffn, none: 0n, here: at }[directory]
  const bytes = Buffer.concat(file.pieces)
  vmdkHeader(disk, { ...options, directorySector: told }).copy(bytes)
  return bytes
}

/** As `monolithicSparse` disks of VMware's desktop programs: nothing is compressed. */
export const monolithicSparse = (disk: Buffer, options: VmdkOptions = {}): Buffer => {
  const { grain = 128, flags = 1 } = options
  const file = new Growing()
  file.add(Buffer.alloc(sector))
  file.add(
    Buffer.concat([Buffer.from(options.descriptor ?? descriptor('monolithicSparse')), Buffer.alloc(900)]),
  )
  while (file.sectors < 4) file.add(Buffer.alloc(sector))
  const tables = grainTables(disk, grain * sector, bytes => file.add(bytes))
  const places = tables.map(table => file.add(numbers(table)))
  const directorySector = BigInt(file.add(numbers(places)))
  const bytes = Buffer.concat(file.pieces)
  vmdkHeader(disk, { compression: 0, ...options, flags, directorySector }).copy(bytes)
  return bytes
}
