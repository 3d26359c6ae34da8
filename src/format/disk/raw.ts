// SPDX-License-Identifier: BSD-2-Clause
import { DiskFormatError } from './errors'
import { type DiskImage, type Extent, nonZero } from './image'
import type { DiskSource } from './source'

const chunkBytes = 1_048_576

/** The image of `bytes` bytes at the beginning of a file, as it is. */
export async function* rawExtents(source: DiskSource, bytes: number): AsyncGenerator<Extent> {
  for (let offset = 0; offset < bytes; offset += chunkBytes) {
    const data = await source.read(offset, Math.min(chunkBytes, bytes - offset))
    yield* nonZero(offset, data, bytes)
  }
}

/** The file is the disk. */
export const openRaw = async (source: DiskSource): Promise<DiskImage> => {
  if (source.bytes === 0) throw new DiskFormatError('The image is empty')
  return { format: 'raw', virtualBytes: source.bytes, extents: () => rawExtents(source, source.bytes) }
}
