// SPDX-License-Identifier: BSD-2-Clause
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DiskFormat, maxExtentBytes } from '../../../src/format/disk/image'
import { openDisk } from '../../../src/format/disk/open'
import { sliceSource } from '../../../src/format/disk/source'

/** A folder for the files of a test. */
export class DiskFiles {
  readonly #folder = mkdtempSync(join(tmpdir(), 'disk-format-'))
  #count = 0

  write(bytes: Buffer): string {
    const path = join(this.#folder, `${this.#count++}`)
    writeFileSync(path, bytes)
    return path
  }

  /** A source of the bytes, in `pieces` files. */
  source(bytes: Buffer, pieces = 1) {
    const size = Math.max(1, Math.ceil(bytes.length / pieces))
    const slices = []
    for (let start = 0; start < bytes.length; start += size) {
      const piece = bytes.subarray(start, start + size)
      // Something before and after, as in a blob that has more than the part.
      const path = this.write(Buffer.concat([Buffer.from('before'), piece, Buffer.from('after')]))
      slices.push({ path, start: 6, end: 6 + piece.length })
    }
    return sliceSource(slices)
  }

  /** The disk that an image holds, from its extents. */
  async disk(image: Buffer, format: DiskFormat, pieces = 1): Promise<Buffer> {
    const source = this.source(image, pieces)
    try {
      const { virtualBytes, extents } = await openDisk(source, format)
      if (virtualBytes > 2 ** 28) {
        await extents()[Symbol.asyncIterator]().next()
        throw new Error('the disk is too large for a test')
      }
      const disk = Buffer.alloc(virtualBytes)
      let end = 0
      for await (const { offset, data } of extents()) {
        if (offset < end) throw new Error('extents are not in order')
        if (data.length === 0 || data.length > maxExtentBytes) throw new Error(`${data.length} bytes at once`)
        end = offset + data.length
        if (data.copy(disk, offset) !== data.length) throw new Error('an extent goes beyond the disk')
      }
      return disk
    } finally {
      await source.close()
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** A disk with data at its beginning, at its very end, and here and there between. */
export const someDisk = (bytes: number): Buffer => {
  const disk = Buffer.alloc(bytes)
  for (let at = 0; at < bytes; at += 150_000) {
    disk.fill(`data at ${at} `, at, Math.min(bytes, at + 40_000 + (at % 7)))
  }
  disk.write('the end', bytes - 7)
  return disk
}
