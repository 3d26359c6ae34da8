// SPDX-License-Identifier: BSD-2-Clause
// VHD images of a few kilobytes, whole or with a fault.

const sector = 512

/** Put the right checksum at `at`. */
export const sealed = (bytes: Buffer, at: number): Buffer => {
  bytes.writeUInt32BE(0, at)
  let sum = 0
  for (const byte of bytes) sum += byte
  bytes.writeUInt32BE(~sum >>> 0, at)
  return bytes
}

export interface VhdOptions {
  readonly type?: number
  readonly diskBytes?: bigint
  readonly blockBytes?: number
  /** Entries of the block table that the header tells of. */
  readonly entries?: number
}

const footer = (disk: Buffer, headerAt: bigint, { type = 3, diskBytes }: VhdOptions): Buffer => {
  const bytes = Buffer.alloc(sector)
  bytes.write('conectix', 'latin1')
  bytes.writeUInt32BE(2, 8)
  bytes.writeUInt32BE(0x10000, 12)
  bytes.writeBigUInt64BE(headerAt, 16)
  // Whose disks have the size that they say, and not that of their geometry.
  bytes.write('win ', 28, 'latin1')
  bytes.writeBigUInt64BE(BigInt(disk.length), 40)
  bytes.writeBigUInt64BE(diskBytes ?? BigInt(disk.length), 48)
  bytes.writeUInt32BE(type, 60)
  bytes.fill(0xa5, 68, 84)
  return sealed(bytes, 64)
}

export const fixedVhd = (disk: Buffer, options: VhdOptions = {}): Buffer =>
  Buffer.concat([disk, footer(disk, 2n ** 64n - 1n, { type: 2, ...options })])

/** The map of a block's sectors that are not zero. */
const mapOf = (block: Buffer, blockBytes: number): Buffer => {
  const map = Buffer.alloc(Math.ceil(blockBytes / sector / 8 / sector) * sector)
  for (let at = 0; at < block.length / sector; at++) {
    const isZero = block.subarray(at * sector, (at + 1) * sector).every(byte => byte === 0)
    if (!isZero) map[at >>> 3] = (map[at >>> 3] ?? 0) | (0x80 >>> (at & 7))
  }
  return map
}

/** A dynamic disk with its parts in the usual places: the table at 1536, the blocks after it in order. */
export const dynamicVhd = (disk: Buffer, options: VhdOptions = {}): Buffer => {
  const { blockBytes = 2 ** 21 } = options
  const count = Math.ceil(disk.length / blockBytes)
  const table = Buffer.alloc(Math.ceil((count * 4) / sector) * sector, 0xff)
  const header = Buffer.alloc(1024)
  header.write('cxsparse', 'latin1')
  header.writeBigUInt64BE(2n ** 64n - 1n, 8)
  header.writeBigUInt64BE(1536n, 16)
  header.writeUInt32BE(0x10000, 24)
  header.writeUInt32BE(options.entries ?? count, 28)
  header.writeUInt32BE(blockBytes, 32)
  const pieces: Buffer[] = []
  let at = 1536 + table.length
  for (let index = 0; index < count; index++) {
    const block = Buffer.alloc(blockBytes)
    disk.copy(block, 0, index * blockBytes, (index + 1) * blockBytes)
    if (block.every(byte => byte === 0)) continue
    table.writeUInt32BE(at / sector, index * 4)
    const map = mapOf(block, blockBytes)
    pieces.push(map, block)
    at += map.length + block.length
  }
  const last = footer(disk, 512n, options)
  return Buffer.concat([last, sealed(header, 36), table, ...pieces, last])
}
