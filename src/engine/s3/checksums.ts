// SPDX-License-Identifier: BSD-2-Clause
// The checksum of an object that came in parts, from those of its parts. `COMPOSITE` is the checksum of the parts'
// checksums, as the ETag is. `FULL_OBJECT` is that of all the bytes, which for a CRC follows from the parts' and
// their lengths: appending n zero bytes multiplies a CRC, a polynomial over GF(2), by x^8n.
import { type ChecksumAlgorithm, newChecksum } from '../wire/signature/checksums'

interface Crc {
  readonly bits: bigint
  /** Bits reversed, as all three are computed. */
  readonly polynomial: bigint
}

const crcs: Readonly<Record<string, Crc>> = {
  ChecksumCRC32: { bits: 32n, polynomial: 0xedb88320n },
  ChecksumCRC32C: { bits: 32n, polynomial: 0x82f63b78n },
  ChecksumCRC64NVME: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
}

const hashes = ['ChecksumSHA1', 'ChecksumSHA256', 'ChecksumSHA512', 'ChecksumMD5']

export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

/** The checksum types that an upload in parts may have, the usual one first; none for an unknown name. */
export const checksumTypes = (name: string): readonly ChecksumType[] => {
  if (name === 'ChecksumCRC64NVME') return ['FULL_OBJECT']
  if (Object.hasOwn(crcs, name)) return ['COMPOSITE', 'FULL_OBJECT']
  return hashes.includes(name) ? ['COMPOSITE'] : []
}

/** How a refusal names an algorithm: `crc32` for `ChecksumCRC32`. */
export const checksumKind = (name: string): string => name.replace('Checksum', '').toLowerCase()

interface Piece {
  readonly bytes: number
  /** Base64. */
  readonly checksum: string
}

/** The checksum of the whole, base64; a composite one has the number of parts behind it. */
export const wholeChecksum = (name: string, type: ChecksumType, pieces: readonly Piece[]): string => {
  const crc = crcs[name]
  if (type === 'FULL_OBJECT' && crc) return combine(crc, pieces)
  // Only names that have types come here, and those are the algorithms there are.
  const composite = newChecksum(name.replace('Checksum', '') as ChecksumAlgorithm)
  for (const { checksum } of pieces) composite.update(Buffer.from(checksum, 'base64'))
  return `${composite.digest()}-${pieces.length}`
}

const toBase64 = ({ bits }: Crc, value: bigint): string =>
  Buffer.from(value.toString(16).padStart(Number(bits) / 4, '0'), 'hex').toString('base64')

const combine = (crc: Crc, pieces: readonly Piece[]): string => {
  // Most parts have one length.
  const shifts = new Map<number, bigint>()
  let value = 0n
  for (const { bytes, checksum } of pieces) {
    const shift = shifts.get(bytes) ?? power(crc, bytes * 8)
    shifts.set(bytes, shift)
    const next = BigInt(`0x0${Buffer.from(checksum, 'base64').toString('hex')}`)
    value = multiply(crc, value, shift) ^ next
  }
  return toBase64(crc, value)
}

/** x to the power of `exponent`, modulo the polynomial. The highest bit stands for 1, the next for x. */
const power = (crc: Crc, exponent: number): bigint => {
  let result = 1n << (crc.bits - 1n)
  let square = 1n << (crc.bits - 2n)
  for (let rest = BigInt(exponent); rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(crc, result, square)
    square = multiply(crc, square, square)
  }
  return result
}

const multiply = ({ bits, polynomial }: Crc, a: bigint, b: bigint): bigint => {
  let product = 0n
  let factor = b
  for (let bit = bits - 1n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= factor
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n
  }
  return product
}
