// SPDX-License-Identifier: BSD-2-Clause

// Bundle data is image → tar → gzip → AES-128-CBC → parts. This is the way back. Inflating runs on a thread of Node's
// pool while the digests are computed on the caller's; a pipeline with back-pressure keeps memory bounded.

import { createDecipheriv } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { BundleError } from './errors'
import type { ImageSink } from './image-sink'
import { type BundleSecret, isSecretText } from './keys'
import type { BundleManifest } from './manifest'
import { type OpenPart, PartStream } from './part-stream'
import { type UntarExpectations, untarImage } from './untar'

// Large enough that the steps between threads do not count, small enough to stay in the processor's cache.
const inflatedChunkBytes = 262_144

const wrongKey = 'the bundle does not decrypt to a gzip stream: the key is wrong or the data is corrupt'

/** Takes the AES-128-CBC layer off. The padding at the end is part of the data and is checked. */
export async function* decrypt(
  source: AsyncIterable<Buffer>,
  { key, iv }: BundleSecret,
): AsyncGenerator<Buffer> {
  if (!isSecretText(key) || !isSecretText(iv))
    throw new BundleError('the key and the IV must be 32 hex digits each')
  const decipher = createDecipheriv('aes-128-cbc', Buffer.from(key, 'hex'), Buffer.from(iv, 'hex'))
  for await (const chunk of source) yield decipher.update(chunk)
  let last: Buffer
  try {
    last = decipher.final()
  } catch {
    throw new BundleError(wrongKey)
  }
  if (last.length > 0) yield last
}

/** Zlib's own errors are about the data, never about the machine. */
const isDataError = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^Z_(DATA|BUF|NEED)/.test(error.code)

/**
 * Decrypts, inflates and unpacks the ciphertext of a bundle into `sink`, checking the size and digest it is given.
 * Throws `BundleError` for data that is wrong; errors of the source and the sink as they are.
 */
export async function unpackImage(
  ciphertext: AsyncIterable<Buffer>,
  secret: BundleSecret,
  sink: ImageSink,
  expectations: UntarExpectations,
): Promise<{ size: number; digest: string }> {
  let result: { size: number; digest: string } | undefined
  try {
    await pipeline(
      Readable.from(decrypt(ciphertext, secret), { objectMode: false, highWaterMark: inflatedChunkBytes }),
      createGunzip({ chunkSize: inflatedChunkBytes }),
      async (inflated: AsyncIterable<Buffer>) => {
        result = await untarImage(inflated, sink, expectations)
      },
      { signal: expectations.signal },
    )
  } catch (error) {
    if (isDataError(error)) throw new BundleError(wrongKey)
    throw error
  }
  // An empty ciphertext inflates to nothing, which untarImage refuses, so there is a result.
  if (!result) throw new BundleError(wrongKey)
  return result
}

/**
 * Unpacks the image of a manifest: reads its parts in order through `open`, checks each part's digest, the sizes and
 * the digest of the tar stream, and writes to `sink`. When several things are wrong, a corrupt part is what is told.
 */
export async function unpackParts(
  manifest: BundleManifest,
  secret: BundleSecret,
  open: OpenPart,
  sink: ImageSink,
  { onProgress, signal }: Pick<UntarExpectations, 'onProgress' | 'signal'> = {},
): Promise<void> {
  const parts = new PartStream(manifest, open)
  const { size, digest } = manifest
  try {
    await unpackImage(parts, secret, sink, { size, digest, onProgress, signal })
  } catch (error) {
    if (error instanceof BundleError) await parts.blame()
    throw error
  } finally {
    parts.close()
  }
}
