// SPDX-License-Identifier: BSD-2-Clause
// Opening the file of records, in folders where lmdb would end the process instead of saying what is wrong.
import { closeSync, linkSync, mkdirSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import type { KeyPart } from './table'

/** What the folder holds cannot be opened as records. */
export class FolderError extends Error {
  override readonly name = 'FolderError'
}

// The first page of a database file: a page header, then this number (lmdb.h, MDB_MAGIC).
const magic = Buffer.from('dec0efbe', 'hex')
const magicWithin = 64

/** lmdb takes any file for one of its own, and ends the process when it is not. */
const checkFile = (file: string): void => {
  let opened: number
  try {
    opened = openSync(file, 'r')
  } catch (error) {
    // A new folder has none yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  try {
    const start = Buffer.alloc(magicWithin)
    const bytes = readSync(opened, start)
    if (bytes > 0 && !start.includes(magic)) throw new FolderError(`${file} is damaged: it holds no records`)
  } finally {
    closeSync(opened)
  }
}

// What lmdb wants for its readers; a larger file only means more of them.
const lockBytes = 16_384

/**
 * lmdb maps its lock file before the disk has given room for it, and the process ends where the disk is full. So room is
 * taken first, under another name: a lock file that another process has opened must not be written to.
 */
const makeLock = (folder: string): void => {
  const file = join(folder, 'lock.mdb')
  if (statSync(file, { throwIfNoEntry: false })) return
  const unfinished = `${file}.${process.pid}`
  try {
    writeFileSync(unfinished, Buffer.alloc(lockBytes), { mode: 0o600 })
    linkSync(unfinished, file)
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    throw Object.assign(error as Error, { path: folder, dest: undefined })
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/** lmdb's own errors have a number for a code, and say what it was doing instead of where. */
const numberOf = (error: unknown): number | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined

/** Has errors of lmdb name the folder. */
export const namingFolder = <T>(folder: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (numberOf(error) === undefined) throw error
    throw new FolderError(`${(error as Error).message.replace(/:.*/s, '')}: ${folder}`, { cause: error })
  }
}

const { ENOSPC, EDQUOT, EFBIG } = constants.errno
const outOfSpace: readonly (number | undefined)[] = [ENOSPC, EDQUOT, EFBIG]

/** Whether lmdb could not write for want of space; the transaction has not happened then. */
export const isOutOfSpace = (error: unknown): boolean => outOfSpace.includes(numberOf(error))

/**
 * Opens the records in a folder, which is made when it is not there. Throws `FolderError` and errors of the file system.
 *
 * lmdb's last user of a folder destroys the locks in it when he closes it. A process that begins at this very moment may
 * take them as they are, and cannot mend it: lmdb gives the broken environment to every later opening in one process.
 * Nothing has been done then, and the next process makes the locks anew. Tools and workers end without closing.
 */
export const openRecords = (folder: string): RootDatabase<unknown, KeyPart[]> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  makeLock(folder)
  checkFile(join(folder, 'data.mdb'))
  try {
    // Without overlapping flushes, lmdb's default, a commit is on the disk when it returns, and takes no longer. With them,
    // commits were lost far more often when another process opened the folder; see commits.ts.
    return open<unknown, KeyPart[]>({ path: folder, noSubdir: false, maxDbs: 1, overlappingSync: false })
  } catch (error) {
    if (numberOf(error) === constants.errno.EINVAL)
      throw new FolderError(`${folder} was just being left by another process; try again`, { cause: error })
    return namingFolder(folder, () => {
      throw error
    })
  }
}
