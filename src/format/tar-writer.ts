// SPDX-License-Identifier: BSD-2-Clause
// Tar archives as GNU tar writes them: long names in members of their own, and of sparse files only the data. What is
// written here is read by `tar-reader.ts`, and by GNU tar.
import type { Run } from './tar-reader'

const blockBytes = 512
const nameBytes = 100
/** Archives are padded to a multiple of this: twenty blocks, tar's default record. */
const recordBytes = 10_240

export interface TarEntry {
  readonly path: string
  /** Of the file, holes included. */
  readonly size: number
  readonly mode: number
  /** Seconds since the epoch. */
  readonly changedAt: number
  /** The data of a sparse file, in order; all else is zero. Without it, all of the file follows. */
  readonly runs?: readonly Run[] | undefined
}

/** Octal text; GNU's base-256 form for what has more digits than the field. */
const writeNumber = (block: Buffer, value: number, at: number, bytes: number): void => {
  if (value < 8 ** (bytes - 1)) {
    block.write(`${value.toString(8).padStart(bytes - 1, '0')}\0`, at, 'latin1')
    return
  }
  block[at] = 0x80
  block.writeBigUInt64BE(BigInt(value), at + bytes - 8)
}

const writeRuns = (block: Buffer, runs: readonly Run[], at: number): void => {
  for (const [index, { offset, bytes }] of runs.entries()) {
    writeNumber(block, offset, at + index * 24, 12)
    writeNumber(block, bytes, at + index * 24 + 12, 12)
  }
}

interface Fields {
  readonly name: Buffer
  readonly stored: number
  readonly type: string
  readonly mode?: number
  readonly changedAt?: number
}

const headerOf = ({ name, stored, type, mode = 0, changedAt = 0 }: Fields): Buffer => {
  const block = Buffer.alloc(blockBytes)
  name.copy(block, 0, 0, nameBytes)
  writeNumber(block, mode, 100, 8)
  writeNumber(block, 0, 108, 8)
  writeNumber(block, 0, 116, 8)
  writeNumber(block, stored, 124, 12)
  writeNumber(block, changedAt, 136, 12)
  block.write(type, 156, 'latin1')
  block.write('ustar  \0', 257, 'latin1')
  return block
}

/** With the sum of its bytes, for which the sum's own eight are counted as blanks. */
const summed = (block: Buffer): Buffer => {
  block.fill(' ', 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

const padded = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes

/** Bytes that the member has in the archive, its padding not counted. */
export const storedBytesOf = ({ size, runs }: Pick<TarEntry, 'size' | 'runs'>): number =>
  runs ? runs.reduce((sum, { bytes }) => sum + bytes, 0) : size

const inHeader = 4
const inBlock = 21

/** What precedes a member's bytes. */
export const tarHeader = (entry: TarEntry): Buffer => {
  const { path, size, mode, changedAt, runs } = entry
  const name = Buffer.from(path)
  const parts: Buffer[] = []
  if (name.length > nameBytes) {
    const long = Buffer.alloc(padded(name.length + 1))
    name.copy(long)
    const head = { name: Buffer.from('././@LongLink'), stored: name.length + 1, type: 'L' }
    parts.push(summed(headerOf(head)), long)
  }
  const header = headerOf({ name, stored: storedBytesOf(entry), type: runs ? 'S' : '0', mode, changedAt })
  if (runs) {
    writeRuns(header, runs.slice(0, inHeader), 386)
    header[482] = runs.length > inHeader ? 1 : 0
    writeNumber(header, size, 483, 12)
  }
  parts.push(summed(header))
  for (let done = inHeader; runs && done < runs.length; done += inBlock) {
    const block = Buffer.alloc(blockBytes)
    writeRuns(block, runs.slice(done, done + inBlock), 0)
    block[504] = runs.length > done + inBlock ? 1 : 0
    parts.push(block)
  }
  return Buffer.concat(parts)
}

/** What follows so many bytes of a member. */
export const tarPadding = (bytes: number): Buffer => Buffer.alloc(padded(bytes) - bytes)

/** What follows the last member of an archive that has so many bytes by now. */
export const tarEnd = (bytes: number): Buffer =>
  Buffer.alloc(Math.ceil((bytes + 2 * blockBytes) / recordBytes) * recordBytes - bytes)
