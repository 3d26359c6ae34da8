// SPDX-License-Identifier: BSD-2-Clause
// Where a file has data, found out by reading it, for where nobody can tell.
import { open } from 'node:fs/promises'
import { readAt } from '../../format/file-access'
import { dataRuns as runsIn } from '../../format/sparse-file'
import type { Run } from '../../format/tar-reader'

const chunkBytes = 1_048_576
// Holes that are smaller than this are taken for data, so that there are not too many pieces.
const leastHole = 65_536

/** The parts of a file that are not zero, in order. */
export const dataRuns = async (path: string): Promise<readonly Run[]> => {
  const runs: Run[] = []
  const add = (offset: number, bytes: number): void => {
    const last = runs.at(-1)
    if (last && offset - (last.offset + last.bytes) < leastHole) {
      runs[runs.length - 1] = { offset: last.offset, bytes: offset + bytes - last.offset }
    } else runs.push({ offset, bytes })
  }
  const file = await open(path, 'r')
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes)
    for (let position = 0; ; position += chunkBytes) {
      const length = await readAt(file, chunk, position)
      for (const { start, end } of runsIn(chunk.subarray(0, length), position))
        add(position + start, end - start)
      if (length < chunkBytes) return runs
    }
  } finally {
    await file.close()
  }
}
