// SPDX-License-Identifier: BSD-2-Clause
import { createHash } from 'node:crypto'
import { constants, type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { writeWhole } from '../format/sparse-file'
import { type CatalogImage, tarballName } from './catalog'
import { CatalogError } from './errors'
import { requireSpace } from './free-space'
import { explainHttp, type HttpOptions, httpGet, shown } from './http'

export interface FetchOptions {
  readonly http?: HttpOptions
  readonly signal?: AbortSignal
  /** Largest tarball to accept, in bytes; 32 GiB by default. */
  readonly maxBytes?: number
  /** `total` is undefined while nobody knows. */
  readonly onProgress?: (bytes: number, total: number | undefined) => void
}

/**
 * The number that names an image in the catalog: CRC-32 of the 32 hex digits of the tarball's MD5, in ten decimal
 * digits.
 */
export const imageNumber = (md5: string): string => String(crc32(md5)).padStart(10, '0')

/**
 * Bring an image's tarball into `directory` under its own name and return the path. It is there only when its size
 * and its checksum are the catalog's; after a failure or an interruption nothing is.
 */
export const fetchImage = async (
  image: CatalogImage,
  directory: string,
  options: FetchOptions = {},
): Promise<string> => {
  requireChecksum(image)
  const file = join(directory, tarballName(image))
  const source = await openSource(image, options)
  try {
    const limit = options.maxBytes ?? 32 * 1024 ** 3
    const total = source.length ?? image.size
    if ((total ?? 0) > limit)
      throw new CatalogError('TooLarge', `${source.from} is larger than ${limit} bytes`)
    if (image.size !== undefined && total !== image.size)
      throw new CatalogError('BadSize', `${source.from} has ${total} bytes, the catalog says ${image.size}`)
    await requireSpace(directory, total ?? 0)
    await writeWhole(file, async handle => {
      const { bytes, md5 } = await copy(source, handle, limit, total, options)
      if (total !== undefined && bytes !== total)
        throw new CatalogError('BadSize', `${source.from} ended after ${bytes} of ${total} bytes`)
      verify(image, md5, source.from)
    })
    return file
  } finally {
    await source.close()
  }
}

interface Source {
  readonly from: string
  readonly length?: number
  readonly chunks: AsyncIterable<Buffer>
  readonly explain: (error: unknown) => unknown
  readonly close: () => Promise<void>
}

const openSource = async (image: CatalogImage, options: FetchOptions): Promise<Source> => {
  const signal = options.signal ? { signal: options.signal } : {}
  if (image.place.kind === 'http') {
    const answer = await httpGet(image.place.url, { ...options.http, ...signal })
    return {
      from: shown(image.place.url),
      chunks: answer.body,
      explain: error => (options.signal?.aborted ? options.signal.reason : explainHttp(answer.url, error)),
      close: async () => void answer.body.destroy(),
      ...(answer.length === undefined ? {} : { length: answer.length }),
    }
  }
  const { path } = image.place
  // Without O_NONBLOCK, opening a FIFO would wait for somebody to write to it.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error: Error) => {
    throw new CatalogError('Unreachable', `cannot read ${path}: ${error.message}`, { cause: error })
  })
  const stats = await handle.stat()
  if (!stats.isFile()) {
    await handle.close()
    throw new CatalogError('Unreachable', `cannot read ${path}: not a regular file`)
  }
  return {
    from: path,
    length: stats.size,
    chunks: handle.createReadStream({ highWaterMark: 1024 * 1024, autoClose: false }),
    explain: error => error,
    close: () => handle.close(),
  }
}

const copy = async (
  source: Source,
  handle: FileHandle,
  limit: number,
  total: number | undefined,
  { onProgress, signal }: FetchOptions,
): Promise<{ bytes: number; md5: string }> => {
  const hash = createHash('md5')
  let bytes = 0
  const chunks = source.chunks[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { value, done } = await chunks.next().catch(error => {
        throw source.explain(error)
      })
      if (done) return { bytes, md5: hash.digest('hex') }
      // A connection is also interrupted while it is silent, by the signal it was made with; a file never is.
      signal?.throwIfAborted()
      bytes += value.length
      if (bytes > limit) throw new CatalogError('TooLarge', `${source.from} is larger than ${limit} bytes`)
      hash.update(value)
      for (let at = 0; at < value.length; ) at += (await handle.write(value, at)).bytesWritten
      onProgress?.(bytes, total)
    }
  } finally {
    await chunks.return?.()
  }
}

const isNumber = (name: string): boolean => /^\d{1,10}$/.test(name)

// Catalogs of 2012 have names that are no checksums (`debian-x86_64-20120114`); these need an MD5 beside the name.
const requireChecksum = (image: CatalogImage): void => {
  if (!isNumber(image.name) && image.md5 === undefined)
    throw new CatalogError('BadChecksum', `the catalog has no checksum for image ${image.name}`)
}

const verify = (image: CatalogImage, md5: string, from: string): void => {
  const wrongName = isNumber(image.name) && Number(image.name) !== crc32(md5)
  if (wrongName || (image.md5 !== undefined && image.md5 !== md5))
    throw new CatalogError('BadChecksum', `${from} does not have the checksum of image ${image.name}`)
}
