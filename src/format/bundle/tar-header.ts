// SPDX-License-Identifier: BSD-2-Clause

import { BundleError } from './errors'

export const tarBlockBytes = 512

/** Archives are padded with zeros to a multiple of this: twenty blocks, tar's default record. */
export const tarRecordBytes = 10_240

const longLinkName = '././@LongLink'
const nameBytes = 100

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`

/** A size of 8 GiB or more does not fit eleven octal digits and takes GNU's base-256 form. */
function sizeField(size: number): Buffer {
  if (size < 8 ** 11) return Buffer.from(octal(size, 11), 'latin1')
  const field = Buffer.alloc(12)
  field[0] = 0x80
  field.writeBigUInt64BE(BigInt(size), 4)
  return field
}

function headerBlock(name: Buffer, mode: number, size: number, type: string): Buffer {
  const block = Buffer.alloc(tarBlockBytes)
  name.copy(block, 0, 0, nameBytes)
  block.write(octal(mode, 7), 100, 'latin1')
  block.write(octal(0, 7), 108, 'latin1')
  block.write(octal(0, 7), 116, 'latin1')
  sizeField(size).copy(block, 124)
  block.write(octal(0, 11), 136, 'latin1')
  block.write(type, 156, 'latin1')
  block.write('ustar  \0', 257, 'latin1')
  block.write(octal(0, 7), 329, 'latin1')
  block.write(octal(0, 7), 337, 'latin1')
  block.write(`${octal(checksum(block), 6)} `, 148, 'latin1')
  return block
}

/** The sum of a header's bytes, with the checksum's own eight bytes counted as blanks. */
function checksum(block: Buffer): number {
  let sum = 8 * 32
  for (let i = 0; i < tarBlockBytes; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0
  return sum
}

/** What precedes the image in a bundle's tar stream: one header block, or three for a name of over 100 bytes. */
export function imageTarHeader(name: string, size: number): Buffer {
  const bytes = Buffer.from(name)
  const header = headerBlock(bytes, 0o644, size, '0')
  if (bytes.length <= nameBytes) return header
  const long = Buffer.alloc(roundUp(bytes.length + 1, tarBlockBytes))
  bytes.copy(long)
  return Buffer.concat([headerBlock(Buffer.from(longLinkName), 0, bytes.length + 1, 'L'), long, header])
}

/** What follows the image: its padding, two zero blocks, and zeros up to a whole record. */
export function imageTarTrailer(headerBytes: number, size: number): Buffer {
  const end = headerBytes + roundUp(size, tarBlockBytes) + 2 * tarBlockBytes
  return Buffer.alloc(roundUp(end, tarRecordBytes) - headerBytes - size)
}

export const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit

/** A run of a sparse file: where it lies in the file, and how many bytes of the archive it takes. */
export interface SparseRun {
  readonly offset: number
  readonly bytes: number
}

export interface TarMember {
  /** One character; `0` for a regular file, also when the header has NUL there. */
  readonly type: string
  /** Bytes that the member takes in the archive, padding not counted. */
  readonly size: number
  /** Old GNU sparse members (type `S`) only. */
  readonly sparse?: { readonly realSize: number; readonly runs: SparseRun[]; readonly continued: boolean }
}

/** A number in octal text, or in base-256 when the first bit is set. */
function readNumber(block: Buffer, start: number, length: number): number {
  const field = block.subarray(start, start + length)
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0)
    if (Number.isSafeInteger(value)) return value
  } else {
    const text = field
      .toString('latin1')
      .replace(/[\0 ]+$/, '')
      .trimStart()
    if (/^[0-7]*$/.test(text)) return text ? Number.parseInt(text, 8) : 0
  }
  throw new BundleError('the tar archive in the bundle has a header with a malformed number')
}

function readRuns(block: Buffer, start: number, count: number): SparseRun[] {
  const runs: SparseRun[] = []
  for (let i = 0; i < count; i++) {
    const at = start + i * 24
    // Unused entries are empty; the first one ends the list.
    if (block[at] === 0 && block[at + 12] === 0) break
    runs.push({ offset: readNumber(block, at, 12), bytes: readNumber(block, at + 12, 12) })
  }
  return runs
}

/** Reads a member's header block. `undefined` for the zero block that ends an archive. Throws `BundleError`. */
export function readTarHeader(block: Buffer): TarMember | undefined {
  if (block.every(byte => byte === 0)) return undefined
  if (readNumber(block, 148, 8) !== checksum(block))
    throw new BundleError('the data in the bundle is not a tar archive')
  const type = block[156] ? String.fromCharCode(block[156]) : '0'
  const size = readNumber(block, 124, 12)
  if (type !== 'S') return { type, size }
  const sparse = {
    realSize: readNumber(block, 483, 12),
    runs: readRuns(block, 386, 4),
    continued: block[482] !== 0,
  }
  return { type, size, sparse }
}

/** Reads a block that continues the list of runs of a sparse member. */
export const readSparseBlock = (block: Buffer): { runs: SparseRun[]; continued: boolean } => ({
  runs: readRuns(block, 0, 21),
  continued: block[504] !== 0,
})
