// SPDX-License-Identifier: BSD-2-Clause
import { open } from 'node:fs/promises'
import { dataRanges } from '../format/data-ranges'
import { readAt } from '../format/file-access'
import type { Run } from '../format/tar-reader'

/** A piece of a disk image that is not all zero. The last one is filled up with zeros. */
export interface ImageBlock {
  readonly index: number
  readonly data: Buffer
  /** Give the buffer back when its bytes are not needed any more. */
  release(): void
}

/** The blocks that the runs touch, each once, in order. */
function* blocksIn(runs: readonly Run[], blockBytes: number): Generator<number> {
  let next = 0
  for (const { offset, bytes } of runs) {
    const end = (offset + bytes) / blockBytes
    for (let index = Math.max(next, Math.floor(offset / blockBytes)); index < end; index++) {
      yield index
      next = index + 1
    }
  }
}

/**
 * The blocks of an image that hold anything, in order. Few buffers are ever made: one for each block that is not
 * released yet. `onRead` is told how many bytes were read, zeros and all.
 */
export async function* blocksOfImage(
  path: string,
  blockBytes: number,
  onRead: (bytes: number) => void = () => {},
): AsyncGenerator<ImageBlock> {
  const zeros = Buffer.alloc(blockBytes)
  const free: Buffer[] = []
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const runs = (await dataRanges(path)) ?? [{ offset: 0, bytes: size }]
    for (const index of blocksIn(runs, blockBytes)) {
      const data = free.pop() ?? Buffer.allocUnsafeSlow(blockBytes)
      const length = await readAt(file, data, index * blockBytes)
      if (length === 0) break
      data.fill(0, length)
      onRead(index * blockBytes + length)
      if (data.equals(zeros)) free.push(data)
      else yield { index, data, release: () => void free.push(data) }
    }
    onRead(size)
  } finally {
    await file.close()
  }
}
