// SPDX-License-Identifier: BSD-2-Clause
// Copies of disks. A reflink costs nothing where the file system has them; elsewhere the bytes are copied and zeros
// become holes. Plain copyFile never: it fills every hole (hypervisor.md §7.2).
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, type FileHandle, open, rm } from 'node:fs/promises'
import { SparseFileSink } from '../../format/bundle/image-sink'
import { dataRanges } from '../../format/data-ranges'
import type { Run } from '../../format/tar-reader'

const chunkBytes = 1_048_576

const withoutReflinks = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EINVAL', 'ENOTTY', 'ENOSYS'])

/** Whether it worked: `false` where the file system cannot. */
const reflink = async (source: string, target: string): Promise<boolean> => {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (withoutReflinks.has((error as NodeJS.ErrnoException).code ?? '')) {
      await rm(target, { force: true })
      return false
    }
    throw error
  }
}

/** Read part of a file, piece by piece; a piece is only good until the next. */
const readRun = async (
  file: FileHandle,
  { offset, bytes }: Run,
  signal: AbortSignal,
  use: (piece: Buffer) => Promise<void>,
): Promise<void> => {
  const chunk = Buffer.allocUnsafe(chunkBytes)
  for (let done = 0; done < bytes; ) {
    signal.throwIfAborted()
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, bytes - done), offset + done)
    if (bytesRead === 0) return
    done += bytesRead
    await use(chunk.subarray(0, bytesRead))
  }
}

const wholeFile: Run = { offset: 0, bytes: Number.POSITIVE_INFINITY }

/** Read a file from its beginning to its end. */
const readThrough = async (
  source: string,
  signal: AbortSignal,
  use: (piece: Buffer) => Promise<void>,
): Promise<void> => {
  const file = await open(source, 'r')
  try {
    await readRun(file, wholeFile, signal, use)
  } finally {
    await file.close()
  }
}

const writeNew = async (target: string, write: (sink: SparseFileSink) => Promise<void>): Promise<void> => {
  const file = await open(target, 'wx', 0o600)
  try {
    const sink = new SparseFileSink(file)
    await write(sink)
    await sink.finish()
  } finally {
    await file.close()
  }
}

/** Copy the data of a file, and of its holes only that they are there. */
const copyData = (
  source: string,
  target: string,
  signal: AbortSignal,
  ranges: readonly Run[],
): Promise<void> =>
  writeNew(target, async sink => {
    const file = await open(source, 'r')
    try {
      const { size } = await file.stat()
      let position = 0
      for (const run of [...ranges, { offset: size, bytes: 0 }]) {
        await sink.skip(run.offset - position)
        await readRun(file, run, signal, piece => sink.write(piece))
        position = run.offset + run.bytes
      }
    } finally {
      await file.close()
    }
  })

const sparseCopy = (
  source: string,
  target: string,
  signal: AbortSignal,
  seen: (piece: Buffer) => void,
): Promise<void> =>
  writeNew(target, sink =>
    readThrough(source, signal, async piece => {
      seen(piece)
      await sink.write(piece)
    }),
  )

/** A copy of its own, for writing to: a change of either file does not show in the other. `target` must not exist. */
export const copyDisk = async (source: string, target: string, signal: AbortSignal): Promise<void> => {
  if (await reflink(source, target)) return
  const ranges = await dataRanges(source)
  if (ranges) await copyData(source, target, signal, ranges)
  else await sparseCopy(source, target, signal, () => {})
}

/** A copy whose bytes were all read: resolves to their SHA-256, hex. `target` must not exist. */
export const copyAndDigest = async (source: string, target: string, signal: AbortSignal): Promise<string> => {
  const hash = createHash('sha256')
  const seen = (piece: Buffer): void => {
    hash.update(piece)
  }
  if (await reflink(source, target)) await readThrough(target, signal, async piece => seen(piece))
  else await sparseCopy(source, target, signal, seen)
  return hash.digest('hex')
}

/** A file of zeros that takes no room. */
export const blankDisk = async (target: string, bytes: number): Promise<void> => {
  const file = await open(target, 'wx', 0o600)
  try {
    await file.truncate(bytes)
  } finally {
    await file.close()
  }
}
