// SPDX-License-Identifier: BSD-2-Clause
import { dataRuns } from '../sparse-file'
import { DiskFormatError } from './errors'

export const diskFormats = ['raw', 'vhd', 'vmdk', 'qcow2'] as const
export type DiskFormat = (typeof diskFormats)[number]

/** Bytes of the disk that are not all zero. */
export interface Extent {
  /** Where on the disk. */
  readonly offset: number
  /** Good until the next extent is asked for. */
  readonly data: Buffer
}

export interface DiskImage {
  readonly format: DiskFormat
  /** Size of the disk that a machine sees. */
  readonly virtualBytes: number
  /**
   * All of the disk that is not zero, from its beginning to its end, no byte twice. What is wrong with the image may be
   * found as late as here (`DiskFormatError`).
   */
  extents(): AsyncIterable<Extent>
}

export const sectorBytes = 512

/** No extent is longer: the largest grain or block that is read whole. */
export const maxExtentBytes = 2 ** 24

/** 64 TiB: more than any format here was made for, and far from where numbers lose their last digits. */
const maxDiskBytes = 2 ** 46

/** A size that a header tells of. */
export const checkedSize = (bytes: number): number => {
  if (bytes === 0) throw new DiskFormatError('The disk in the image has a size of 0')
  if (!(bytes > 0 && bytes <= maxDiskBytes)) {
    throw new DiskFormatError('The disk in the image is larger than 64 TiB')
  }
  return bytes
}

const clampedNumber = (value: bigint): number =>
  value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value)

/** An unsigned 64-bit number; infinity stands for all that are too large to be a place in a file. */
export const u64le = (bytes: Buffer, at: number): number => clampedNumber(bytes.readBigUInt64LE(at))
export const u64be = (bytes: Buffer, at: number): number => clampedNumber(bytes.readBigUInt64BE(at))

/** The runs of `data` that are not zero, without what is behind the end of the disk. */
export function* nonZero(offset: number, data: Buffer, diskBytes: number): Generator<Extent> {
  const inside = data.subarray(0, Math.max(0, Math.min(data.length, diskBytes - offset)))
  for (const { start, end } of dataRuns(inside, offset)) {
    yield { offset: offset + start, data: inside.subarray(start, end) }
  }
}
