// SPDX-License-Identifier: BSD-2-Clause
// qcow2 images of a few kilobytes, whole or with a fault.
import { deflateRawSync } from 'node:zlib'

export interface Qcow2Options {
  readonly version?: 2 | 3
  readonly clusterBits?: number
  /** Deflate all clusters, and pack them without gaps as QEMU does. */
  readonly compressed?: boolean
  readonly diskBytes?: bigint
  /** Bits of what a reader must understand. */
  readonly features?: bigint
  readonly backing?: boolean
  readonly encryption?: number
  /** Mark this cluster as zero, whatever it has. */
  readonly zeroed?: number
}

const sector = 512

export const qcow2 = (disk: Buffer, options: Qcow2Options = {}): Buffer => {
  const { version = 3, clusterBits = 12, compressed = false } = options
  const clusterBytes = 2 ** clusterBits
  const perTable = clusterBytes / 8
  const clusters = Math.ceil(disk.length / clusterBytes)
  const tables = Math.ceil(clusters / perTable)
  const directoryBytes = Math.ceil((tables * 8) / clusterBytes) * clusterBytes
  const file = Buffer.alloc(
    clusterBytes + directoryBytes + tables * clusterBytes + disk.length * 2 + 2 * clusterBytes,
  )
  const tablesAt = clusterBytes + directoryBytes
  let end = tablesAt + tables * clusterBytes
  for (let index = 0; index < tables; index++) {
    file.writeBigUInt64BE(BigInt(tablesAt + index * clusterBytes) | (1n << 63n), clusterBytes + index * 8)
  }
  const placeBits = BigInt(62 - (clusterBits - 8))
  const put = (bytes: Buffer): bigint => {
    const data = compressed ? deflateRawSync(bytes) : bytes
    const start = end
    data.copy(file, start)
    end += data.length
    if (!compressed) return BigInt(start) | (1n << 63n)
    const further = Math.floor((end - 1) / sector) - Math.floor(start / sector)
    return (1n << 62n) | (BigInt(further) << placeBits) | BigInt(start)
  }
  for (let index = 0; index < clusters; index++) {
    const bytes = Buffer.alloc(clusterBytes)
    disk.copy(bytes, 0, index * clusterBytes, (index + 1) * clusterBytes)
    if (bytes.every(byte => byte === 0)) continue
    const entry = put(bytes) | (options.zeroed === index ? 1n : 0n)
    file.writeBigUInt64BE(entry, tablesAt + index * 8)
  }
  file.write('QFI\xfb', 'latin1')
  file.writeUInt32BE(version, 4)
  if (options.backing) file.writeBigUInt64BE(200n, 8)
  file.writeUInt32BE(clusterBits, 20)
  file.writeBigUInt64BE(options.diskBytes ?? BigInt(disk.length), 24)
  file.writeUInt32BE(options.encryption ?? 0, 32)
  file.writeUInt32BE(tables, 36)
  file.writeBigUInt64BE(BigInt(clusterBytes), 40)
  // Reference counts, of which there are none: who only reads does not need them.
  end = Math.ceil(end / clusterBytes) * clusterBytes
  file.writeBigUInt64BE(BigInt(end), 48)
  file.writeUInt32BE(1, 56)
  end += clusterBytes
  if (version === 3) {
    file.writeBigUInt64BE(options.features ?? 0n, 72)
    file.writeUInt32BE(4, 96)
    file.writeUInt32BE(104, 100)
  }
  return file.subarray(0, Math.ceil(end / sector) * sector)
}
