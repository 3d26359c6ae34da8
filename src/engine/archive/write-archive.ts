// SPDX-License-Identifier: BSD-2-Clause
// A cloud's files as the bytes of an archive, not yet compressed. Each file is read once, as the bytes are asked for.
import { closeSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Run } from '../../format/tar-reader'
import { storedBytesOf, type TarEntry, tarEnd, tarHeader, tarPadding } from '../../format/tar-writer'
import {
  type ArchivedFile,
  type ArchiveHead,
  archiveFormat,
  digestsName,
  digestsText,
  fileHash,
  filePrefix,
  indexName,
  indexText,
} from './contents'
import { DisturbedError } from './errors'
import type { KeptFile } from './moment'

const chunkBytes = 1_048_576

export interface Writing {
  readonly signal: AbortSignal
  /** Bytes of files that were read so far, of all. */
  readonly onProgress: (bytes: number, total: number) => void
}

const archivedFile = ({ path, mode, size, modifiedAt, runs, same }: KeptFile): ArchivedFile => ({
  ...{ path, mode, size, modifiedAt },
  stored: same === undefined ? storedBytesOf({ size, runs }) : 0,
  ...(same !== undefined && { same }),
})

const disturbed = (path: string): DisturbedError =>
  new DisturbedError(path, `${path} was written to while it was read; try again`)

const readWhole = ({ source, size, path }: KeptFile): Buffer => {
  const file = openSync(source, 'r')
  try {
    const bytes = Buffer.allocUnsafe(size)
    for (let done = 0; done < size; ) {
      const count = readSync(file, bytes, done, size - done, done)
      if (count === 0) throw disturbed(path)
      done += count
    }
    return bytes
  } finally {
    closeSync(file)
  }
}

/** The data of a file. A piece is only good until the next one. */
async function* dataOf(kept: KeptFile): AsyncGenerator<Buffer, void, void> {
  const { source, size, path, isWatched, modifiedAt } = kept
  const file = await open(source, 'r')
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, size))
  try {
    const runs: readonly Run[] = kept.runs ?? [{ offset: 0, bytes: size }]
    for (const { offset, bytes } of runs) {
      for (let done = 0; done < bytes; ) {
        const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, bytes - done), offset + done)
        if (bytesRead === 0) throw disturbed(path)
        done += bytesRead
        yield chunk.subarray(0, bytesRead)
      }
    }
    if (isWatched && (await file.stat({ bigint: true })).mtimeNs !== modifiedAt) throw disturbed(path)
  } finally {
    await file.close()
  }
}

/** As GNU tar writes them: what ends in a hole has a piece of no bytes at its end. */
const closed = (runs: readonly Run[] | undefined, size: number): readonly Run[] | undefined => {
  const last = runs?.at(-1)
  if (!runs || (last && last.offset + last.bytes === size)) return runs
  return [...runs, { offset: size, bytes: 0 }]
}

const secondsOf = (nanoseconds: bigint): number => Number(nanoseconds / 1_000_000_000n)

/** The archive of these files. Throws `DisturbedError` when one was written to after all. */
export async function* archiveOf(
  kept: readonly KeptFile[],
  facts: Pick<ArchiveHead, 'records' | 'mallee' | 'savedAt'>,
  { signal, onProgress }: Writing,
): AsyncGenerator<Buffer, void, void> {
  const files = kept.map(file => ({ ...file, runs: closed(file.runs, file.size) }))
  const index = indexText({
    head: { format: archiveFormat, ...facts, files: files.length },
    files: files.map(archivedFile),
  })
  const total = files.reduce((sum, file) => sum + archivedFile(file).stored, 0)
  let read = 0
  let written = 0
  const changedAt = Math.floor(Date.parse(facts.savedAt) / 1000)
  const counted = (bytes: Buffer): Buffer => {
    written += bytes.length
    return bytes
  }
  function* member(name: string, text: string): Generator<Buffer> {
    const bytes = Buffer.from(text)
    yield counted(tarHeader({ path: name, size: bytes.length, mode: 0o600, changedAt }))
    yield counted(bytes)
    yield counted(tarPadding(bytes.length))
  }
  yield* member(indexName, index)
  onProgress(0, total)
  const digests: string[] = []
  for (const file of files) {
    signal.throwIfAborted()
    if (file.same !== undefined) continue
    const entry: TarEntry = {
      ...{ path: `${filePrefix}${file.path}`, size: file.size, mode: file.mode, runs: file.runs },
      changedAt: secondsOf(file.modifiedAt),
    }
    const hash = fileHash(file.runs)
    yield counted(tarHeader(entry))
    const isSmall = file.size <= chunkBytes && !file.runs && !file.isWatched
    for await (const piece of isSmall ? [readWhole(file)] : dataOf(file)) {
      signal.throwIfAborted()
      hash.update(piece)
      yield counted(piece)
      read += piece.length
      onProgress(read, total)
    }
    yield counted(tarPadding(storedBytesOf(file)))
    digests.push(hash.digest('hex'))
  }
  yield* member(digestsName, digestsText(index, digests))
  yield tarEnd(written)
}
