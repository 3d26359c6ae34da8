// SPDX-License-Identifier: BSD-2-Clause
import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { writeAt } from './file-access'
import type { Span } from './tar-reader'

/** The unit in which file systems keep data; a hole smaller than this saves nothing. */
export const holeBytes = 4096
const zeros = Buffer.alloc(holeBytes)

/**
 * Write a file so that it exists under its name complete or not at all: `write` fills a file beside it, which then
 * takes the name (whatever had it before, even a link, is replaced and not written through).
 */
export const writeWhole = async <T>(file: string, write: (handle: FileHandle) => Promise<T>): Promise<T> => {
  const partial = join(
    dirname(file),
    `.${basename(file).slice(0, 200)}.${randomBytes(4).toString('hex')}.partial`,
  )
  const handle = await open(partial, 'wx').catch(error => {
    throw withName(error, partial, file)
  })
  try {
    let result: T
    try {
      result = await write(handle)
    } finally {
      await handle.close()
    }
    await rename(partial, file)
    return result
  } catch (error) {
    await rm(partial, { force: true })
    throw withName(error, partial, file)
  }
}

const diskErrors = ['EDQUOT', 'EFBIG', 'EIO', 'ENOSPC']

/** Errors of an open file do not say which one it is, and others name the hidden one. */
const withName = (error: unknown, partial: string, file: string): unknown => {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error
  const { path, code } = error as NodeJS.ErrnoException
  const isOurs = path === partial || (path === undefined && diskErrors.includes(String(code)))
  return isOurs ? Object.assign(error, { path: file, dest: undefined }) : error
}

/** Write spans from the file's beginning, leaving holes where blocks are zero. Returns the size. */
export const writeSparse = async (handle: FileHandle, spans: AsyncIterable<Span>): Promise<number> => {
  let position = 0
  for await (const span of spans) {
    if (!Buffer.isBuffer(span)) {
      position += span.hole
      continue
    }
    for (const run of dataRuns(span, position))
      await writeAt(handle, span.subarray(run.start, run.end), position + run.start)
    position += span.length
  }
  // The last bytes may be a hole, which only the file's length can tell of.
  await handle.truncate(position)
  return position
}

/** How many bytes of a span would be kept on disk, to the block. `position` is where in the file the span begins. */
export const storedBytes = (span: Span, position: number): number => {
  if (!Buffer.isBuffer(span)) return 0
  let bytes = 0
  for (const run of dataRuns(span, position)) bytes += run.end - run.start
  return bytes
}

/** Runs of blocks that are not all zero; blocks are aligned in the file, not in the buffer. */
export function* dataRuns(
  data: Buffer,
  position: number,
): Generator<{ start: number; end: number }, void, void> {
  let start = -1
  for (let at = 0; at < data.length; ) {
    const end = Math.min(data.length, at + holeBytes - ((position + at) % holeBytes))
    const block = data.subarray(at, end)
    if (block.equals(block.length === holeBytes ? zeros : zeros.subarray(0, block.length))) {
      if (start >= 0) yield { start, end: at }
      start = -1
    } else if (start < 0) start = at
    at = end
  }
  if (start >= 0) yield { start, end: data.length }
}
