// SPDX-License-Identifier: BSD-2-Clause

import { createHash } from 'node:crypto'
import { ByteReader } from './byte-reader'
import { BundleError } from './errors'
import type { ImageSink } from './image-sink'
import { sameHex } from './manifest'
import {
  readSparseBlock,
  readTarHeader,
  roundUp,
  type SparseRun,
  type TarMember,
  tarBlockBytes,
  tarRecordBytes,
} from './tar-header'

// Limits on what a hostile archive can make us hold or read. A sparse file of a million runs takes 24 MB of headers; a
// long name or a PAX header fits a few blocks; behind the image there is one record of padding, and room for a little
// more in archives that other programs made.
const maxRuns = 1_000_000
const maxMetadataBytes = 1_048_576
const maxTrailingBytes = 1_048_576 + tarRecordBytes

export interface UntarExpectations {
  /** Bytes of the image. Without it the archive's own word is taken. */
  readonly size?: number
  /** SHA-1 of the whole tar stream in hex; leading zeros do not matter. */
  readonly digest?: string
  /** Called with the bytes of the image that are done, after each step. */
  readonly onProgress?: (bytesWritten: number) => void
  readonly signal?: AbortSignal
}

/** Members that say something about the next one: long names, and PAX headers as other tar programs write them. */
async function skipMetadata(reader: ByteReader, { size, type }: TarMember): Promise<void> {
  if (size > maxMetadataBytes) throw new BundleError('the tar archive in the bundle has too large a header')
  const text = (await reader.exactly(roundUp(size, tarBlockBytes))).subarray(0, size)
  if ((type === 'x' || type === 'g') && text.includes('GNU.sparse.'))
    throw new BundleError('the image in the bundle is a PAX sparse file, which cannot be unpacked')
  if (type === 'x' && /\d+ size=/.test(text.toString('latin1')))
    throw new BundleError('the image in the bundle has its size in a PAX header, which cannot be unpacked')
}

async function firstMember(reader: ByteReader): Promise<TarMember> {
  for (;;) {
    const member = readTarHeader(await reader.exactly(tarBlockBytes))
    if (!member) throw new BundleError('the tar archive in the bundle is empty')
    if ('LKxg'.includes(member.type)) await skipMetadata(reader, member)
    else if (member.type === '0' || member.type === '7' || member.type === 'S') return member
    else throw new BundleError('the tar archive in the bundle holds something that is not a file')
  }
}

/** All runs of a sparse member, checked to lie in order inside the file and to take what the archive holds. */
async function sparseRuns(reader: ByteReader, member: TarMember, realSize: number): Promise<SparseRun[]> {
  const runs = [...(member.sparse?.runs ?? [])]
  let continued = member.sparse?.continued
  while (continued) {
    const more = readSparseBlock(await reader.exactly(tarBlockBytes))
    for (const run of more.runs) runs.push(run)
    if (runs.length > maxRuns) throw new BundleError('the sparse image in the bundle has too many runs')
    continued = more.continued
  }
  let end = 0
  let stored = 0
  for (const { offset, bytes } of runs) {
    if (offset < end || offset + bytes > realSize)
      throw new BundleError('the sparse image in the bundle is malformed')
    end = offset + bytes
    stored += bytes
  }
  if (stored !== member.size) throw new BundleError('the sparse image in the bundle is malformed')
  return runs
}

/**
 * Unpacks the first member of a tar stream into `sink` and reads the stream to its end. Never writes more than the
 * expected size. Throws `BundleError` when the stream is no such archive, or its size or digest is another than
 * expected. Resolves to the image's size in bytes and the SHA-1 of the tar stream.
 */
export async function untarImage(
  stream: AsyncIterable<Buffer>,
  sink: ImageSink,
  { size, digest, onProgress, signal }: UntarExpectations = {},
): Promise<{ size: number; digest: string }> {
  const hash = createHash('sha1')
  const reader = new ByteReader(stream, chunk => hash.update(chunk))
  const member = await firstMember(reader)
  const realSize = member.sparse?.realSize ?? member.size
  if (size !== undefined && realSize !== size)
    throw new BundleError(`the image in the bundle is ${realSize} bytes, not ${size}`)
  const runs = member.sparse ? await sparseRuns(reader, member, realSize) : [{ offset: 0, bytes: realSize }]
  let written = 0
  const skipTo = async (offset: number): Promise<void> => {
    if (offset <= written) return
    await sink.skip(offset - written)
    written = offset
    onProgress?.(written)
  }
  for (const { offset, bytes } of runs) {
    await skipTo(offset)
    for (let left = bytes; left > 0; ) {
      signal?.throwIfAborted()
      const piece = await reader.some(left)
      if (!piece) throw new BundleError('the tar archive in the bundle ends too early')
      await sink.write(piece)
      left -= piece.length
      written += piece.length
      onProgress?.(written)
    }
  }
  await skipTo(realSize)
  await readToEnd(reader)
  const found = hash.digest('hex')
  if (digest !== undefined && !sameHex(found, digest))
    throw new BundleError(`the SHA-1 digest of the image's tar archive is ${found}, not ${digest}`)
  return { size: realSize, digest: found }
}

async function readToEnd(reader: ByteReader): Promise<void> {
  let trailing = 0
  for (let piece = await reader.some(maxTrailingBytes); piece; piece = await reader.some(maxTrailingBytes)) {
    trailing += piece.length
    if (trailing > maxTrailingBytes) throw new BundleError('the bundle goes on after the image')
  }
}
