// SPDX-License-Identifier: BSD-2-Clause
// The checksums that S3 clients send along: CRC32, CRC32C, CRC64NVME, SHA-1, SHA-256, SHA-512 and MD5, all as base64
// of big-endian bytes.
//
// Node has the digests and CRC32. The other two are computed eight bytes a step from eight tables ("slicing by eight"),
// CRC64 in two halves of 32 bits, because BigInt arithmetic would be slower than the disks behind it.
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256' | 'SHA512' | 'MD5'

/** What a text says that is the one way of writing it in Base64; undefined for any other text. */
export const base64Bytes = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

export interface Checksum {
  update(data: Uint8Array): void
  /** Base64 of the checksum; once, at the end. */
  digest(): string
}

const CRC32C_POLYNOMIAL = 0x82f63b78

const tables32 = (polynomial: number): Uint32Array[] => {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256))
  const [first] = tables as [Uint32Array]
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
    first[byte] = value
  }
  for (let table = 1; table < 8; table++)
    for (let byte = 0; byte < 256; byte++) {
      const previous = at(tables[table - 1], byte)
      ;(tables[table] as Uint32Array)[byte] = (previous >>> 8) ^ at(first, previous & 255)
    }
  return tables
}

// Indices below are always in range; typed arrays still say `number | undefined`.
const at = (table: Uint32Array | undefined, index: number): number => (table as Uint32Array)[index] as number

const lazily = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
const crc32cTables = lazily(() => tables32(CRC32C_POLYNOMIAL))

const bigEndian32 = (value: number): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes.toString('base64')
}

class Crc32 implements Checksum {
  #value = 0
  update(data: Uint8Array): void {
    this.#value = crc32(data, this.#value)
  }
  digest(): string {
    return bigEndian32(this.#value)
  }
}

class Crc32c implements Checksum {
  #value = 0xffffffff
  update(data: Uint8Array): void {
    const [t0, t1, t2, t3, t4, t5, t6, t7] = crc32cTables()
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    let value = this.#value
    let index = 0
    for (const end = data.length - 7; index < end; index += 8) {
      const low = view.getUint32(index, true) ^ value
      const high = view.getUint32(index + 4, true)
      value =
        at(t7, low & 255) ^
        at(t6, (low >>> 8) & 255) ^
        at(t5, (low >>> 16) & 255) ^
        at(t4, low >>> 24) ^
        at(t3, high & 255) ^
        at(t2, (high >>> 8) & 255) ^
        at(t1, (high >>> 16) & 255) ^
        at(t0, high >>> 24)
    }
    for (; index < data.length; index++) value = (value >>> 8) ^ at(t0, (value ^ view.getUint8(index)) & 255)
    this.#value = value
  }
  digest(): string {
    return bigEndian32(this.#value ^ 0xffffffff)
  }
}

// The reflected polynomial of CRC-64/NVME in two halves.
const CRC64_HIGH = 0x9a6c9329
const CRC64_LOW = 0xac4bc9b5

const crc64Tables = lazily(() => {
  const high = Array.from({ length: 8 }, () => new Uint32Array(256))
  const low = Array.from({ length: 8 }, () => new Uint32Array(256))
  for (let byte = 0; byte < 256; byte++) {
    let [h, l] = [0, byte]
    for (let bit = 0; bit < 8; bit++) {
      const odd = l & 1
      l = ((l >>> 1) | (h << 31)) >>> 0
      h >>>= 1
      if (odd) [h, l] = [h ^ CRC64_HIGH, l ^ CRC64_LOW]
    }
    ;(high[0] as Uint32Array)[byte] = h
    ;(low[0] as Uint32Array)[byte] = l
  }
  for (let table = 1; table < 8; table++)
    for (let byte = 0; byte < 256; byte++) {
      const [h, l] = [at(high[table - 1], byte), at(low[table - 1], byte)]
      ;(high[table] as Uint32Array)[byte] = (h >>> 8) ^ at(high[0], l & 255)
      ;(low[table] as Uint32Array)[byte] = ((l >>> 8) | (h << 24)) ^ at(low[0], l & 255)
    }
  return { high, low }
})

class Crc64Nvme implements Checksum {
  #high = 0xffffffff
  #low = 0xffffffff
  update(data: Uint8Array): void {
    const { high, low } = crc64Tables()
    const [h0, h1, h2, h3, h4, h5, h6, h7] = high
    const [l0, l1, l2, l3, l4, l5, l6, l7] = low
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    let [h, l] = [this.#high, this.#low]
    let index = 0
    for (const end = data.length - 7; index < end; index += 8) {
      l ^= view.getUint32(index, true)
      h ^= view.getUint32(index + 4, true)
      const [b0, b1, b2, b3] = [l & 255, (l >>> 8) & 255, (l >>> 16) & 255, l >>> 24]
      const [b4, b5, b6, b7] = [h & 255, (h >>> 8) & 255, (h >>> 16) & 255, h >>> 24]
      h =
        at(h7, b0) ^ at(h6, b1) ^ at(h5, b2) ^ at(h4, b3) ^ at(h3, b4) ^ at(h2, b5) ^ at(h1, b6) ^ at(h0, b7)
      l =
        at(l7, b0) ^ at(l6, b1) ^ at(l5, b2) ^ at(l4, b3) ^ at(l3, b4) ^ at(l2, b5) ^ at(l1, b6) ^ at(l0, b7)
    }
    for (; index < data.length; index++) {
      const byte = (l ^ view.getUint8(index)) & 255
      l = ((l >>> 8) | (h << 24)) ^ at(l0, byte)
      h = (h >>> 8) ^ at(h0, byte)
    }
    this.#high = h
    this.#low = l
  }
  digest(): string {
    const bytes = Buffer.alloc(8)
    bytes.writeUInt32BE((this.#high ^ 0xffffffff) >>> 0)
    bytes.writeUInt32BE((this.#low ^ 0xffffffff) >>> 0, 4)
    return bytes.toString('base64')
  }
}

const digest = (algorithm: string): Checksum => {
  const hash = createHash(algorithm)
  return { update: data => void hash.update(data), digest: () => hash.digest('base64') }
}

/** Start a checksum. */
export const newChecksum = (algorithm: ChecksumAlgorithm): Checksum => {
  switch (algorithm) {
    case 'CRC32':
      return new Crc32()
    case 'CRC32C':
      return new Crc32c()
    case 'CRC64NVME':
      return new Crc64Nvme()
    case 'SHA1':
      return digest('sha1')
    case 'SHA256':
      return digest('sha256')
    case 'SHA512':
      return digest('sha512')
    case 'MD5':
      return digest('md5')
  }
}

const ALGORITHMS: readonly ChecksumAlgorithm[] = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
]

/** The algorithm of a header such as `x-amz-checksum-crc32c`; undefined for any other header. */
export const checksumOf = (header: string): ChecksumAlgorithm | undefined =>
  ALGORITHMS.find(algorithm => header.toLowerCase() === `x-amz-checksum-${algorithm.toLowerCase()}`)
