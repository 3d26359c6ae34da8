// SPDX-License-Identifier: BSD-2-Clause
// Copies of disks. A reflink costs nothing where the file system has them; elsewhere the bytes are copied and zeros
// become holes. Plain copyFile never: it fills every hole (hypervisor.md §7.2).
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, open, rm } from 'node:fs/promises'
import { SparseFileSink } from '../../format/bundle/image-sink'

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

/** Read a file from its beginning to its end, piece by piece; a piece is only good until the next. */
const readThrough = async (
  source: string,
  signal: AbortSignal,
  use: (piece: Buffer) => Promise<void>,
): Promise<void> => {
  const file = await open(source, 'r')
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes)
    for (;;) {
      signal.throwIfAborted()
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null)
      if (bytesRead === 0) return
      await use(chunk.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

const sparseCopy = async (
  source: string,
  target: string,
  signal: AbortSignal,
  seen: (piece: Buffer) => void,
): Promise<void> => {
  const file = await open(target, 'wx', 0o600)
  try {
    const sink = new SparseFileSink(file)
    await readThrough(source, signal, async piece => {
      seen(piece)
      await sink.write(piece)
    })
    await sink.finish()
  } finally {
    await file.close()
  }
}

/** A copy of its own, for writing to: a change of either file does not show in the other. `target` must not exist. */
export const copyDisk = async (source: string, target: string, signal: AbortSignal): Promise<void> => {
  if (!(await reflink(source, target))) await sparseCopy(source, target, signal, () => {})
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
