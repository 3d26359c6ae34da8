// SPDX-License-Identifier: BSD-2-Clause
import { createHash } from 'node:crypto'
import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../format/sparse-file'
import { PackError } from './errors'
import { packName, parseImageMetadata } from './metadata'
import { formatPackMetadata, maxMetadataBytes, memberNames, paddedBytes, tarHeader } from './pack-format'
import { compressXz } from './xz'

export interface PackOptions {
  /** Bytes of the image compressed so far, and in all. */
  readonly onProgress?: (bytes: number, total: number) => void
  readonly signal?: AbortSignal
}

/**
 * Make an image pack of a disk image and its metadata file in `directory`; returns its path. The pack appears under
 * its name when it is complete, replacing an older one; otherwise nothing is left. The metadata file is taken as it
 * is, after a check. Throws `PackError`, and the file system's errors as they are.
 */
export const packImage = async (
  image: string,
  metadataFile: string,
  directory: string,
  options: PackOptions = {},
): Promise<string> => {
  const metadata = await readMetadata(metadataFile)
  const name = packName(await parseImageMetadata(metadata.toString('utf8'), metadataFile))
  const source = await open(image)
  try {
    const stats = await source.stat()
    if (!stats.isFile()) throw new PackError('BadImage', `${image} is not a regular file`)
    const file = join(directory, `${name}.euimage`)
    await writeWhole(file, target => writePack(source, image, stats.size, metadata, target, options))
    return file
  } finally {
    await source.close()
  }
}

const readMetadata = async (file: string): Promise<Buffer> => {
  const stats = await stat(file)
  if (!stats.isFile()) throw new PackError('BadMetadata', `${file} is not a regular file`)
  if (stats.size > maxMetadataBytes)
    throw new PackError('BadMetadata', `${file} is larger than ${maxMetadataBytes} bytes`)
  return readFile(file)
}

// The first member tells the checksum of the last, and the last one's header its compressed size. Both have their
// place, of fixed size, before the data, and are filled in at the end: the image is read once and written once.
const writePack = async (
  source: FileHandle,
  image: string,
  size: number,
  metadata: Buffer,
  target: FileHandle,
  options: PackOptions,
): Promise<void> => {
  const placeholder = { sha256sum: '0'.repeat(64) }
  const room = paddedBytes(
    (await formatPackMetadata({ image: { ...placeholder, size }, imageMetadata: placeholder })).length,
  )
  const start = 512 + room + 512 + paddedBytes(metadata.length) + 512
  const { sha256sum, compressed } = await compress(source, image, size, target, start, options)

  const packMetadata = Buffer.from(
    await formatPackMetadata({
      image: { sha256sum, size },
      imageMetadata: { sha256sum: createHash('sha256').update(metadata).digest('hex') },
    }),
  )
  if (paddedBytes(packMetadata.length) !== room) throw new Error('the metadata of the pack outgrew its place')
  const front = Buffer.alloc(start)
  tarHeader(memberNames[0], packMetadata.length).copy(front, 0)
  packMetadata.copy(front, 512)
  tarHeader(memberNames[1], metadata.length).copy(front, 512 + room)
  metadata.copy(front, 1024 + room)
  tarHeader(memberNames[2], compressed).copy(front, start - 512)
  await target.write(front, 0, front.length, 0)
  // Two zero blocks, and zeros to a full record, are the end of an archive.
  const end = start + paddedBytes(compressed) + 1024
  await target.truncate(Math.ceil(end / 10240) * 10240)
}

const compress = async (
  source: FileHandle,
  image: string,
  size: number,
  target: FileHandle,
  start: number,
  { onProgress, signal }: PackOptions,
): Promise<{ sha256sum: string; compressed: number }> => {
  const hash = createHash('sha256')
  let bytes = 0
  let compressed = 0
  const onlySize = (): PackError => new PackError('BadImage', `${image} changed its size while it was read`)
  async function* content(): AsyncGenerator<Buffer, void, void> {
    const chunks = source.createReadStream({ highWaterMark: 1024 * 1024, autoClose: false, start: 0 })
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      signal?.throwIfAborted()
      bytes += chunk.length
      if (bytes > size) throw onlySize()
      hash.update(chunk)
      yield chunk
      onProgress?.(bytes, size)
    }
    if (bytes !== size) throw onlySize()
  }
  for await (const chunk of compressXz(content())) {
    signal?.throwIfAborted()
    for (let at = 0; at < chunk.length; )
      at += (await target.write(chunk, at, chunk.length - at, start + compressed + at)).bytesWritten
    compressed += chunk.length
  }
  // The last piece may have been read, and nothing more come of it.
  signal?.throwIfAborted()
  return { sha256sum: hash.digest('hex'), compressed }
}
