// SPDX-License-Identifier: BSD-2-Clause
import { type FileHandle, open } from 'node:fs/promises'
import { readAt, writeAt } from '../format/file-access'
import { DiskError } from './errors'

/** A disk, or a part of one, addressed in bytes from its beginning. */
export interface Disk {
  readonly bytes: number
  /** Exactly so many bytes. Throws DiskError when they are not all on the disk. */
  read(offset: number, length: number): Promise<Buffer>
  /** Throws DiskError when there is no room for all of it where it should go. */
  write(offset: number, data: Buffer): Promise<void>
}

export interface DiskFile extends Disk {
  /** Resolves when what was written is on its medium. */
  sync(): Promise<void>
  close(): Promise<void>
}

const readExactly = async (file: FileHandle, offset: number, length: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(length)
  const done = await readAt(file, buffer, offset)
  if (done < length) throw new DiskError(`ends at byte ${offset + done}, in the middle of what it holds`)
  return buffer
}

/** Numbers on a disk may be anything; none of them leads outside. */
const within = (bytes: number, offset: number, length: number): void => {
  if (Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset + length <= bytes) return
  throw new DiskError(`refers to byte ${offset + length}, beyond the end at byte ${bytes}`)
}

/** Open a file that is a disk. */
export const openDisk = async (path: string, flags: 'r' | 'r+'): Promise<DiskFile> => {
  const file = await open(path, flags)
  const { size } = await file.stat()
  return {
    bytes: size,
    read: async (offset, length) => {
      within(size, offset, length)
      return readExactly(file, offset, length)
    },
    write: async (offset, data) => {
      within(size, offset, data.length)
      await writeAt(file, data, offset)
    },
    sync: () => file.sync(),
    close: () => file.close(),
  }
}

/** A part of a disk as a disk of its own. Throws DiskError when it is not all on it. */
export const partOf = (disk: Disk, offset: number, bytes: number): Disk => {
  within(disk.bytes, offset, bytes)
  return {
    bytes,
    read: async (at, length) => {
      within(bytes, at, length)
      return disk.read(offset + at, length)
    },
    write: async (at, data) => {
      within(bytes, at, data.length)
      await disk.write(offset + at, data)
    },
  }
}
