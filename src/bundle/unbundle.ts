// SPDX-License-Identifier: BSD-2-Clause

import { createReadStream, createWriteStream } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { BundleError } from '../format/bundle/errors'
import { type ImageSink, SparseFileSink, StreamSink } from '../format/bundle/image-sink'
import { type BundleSecret, unwrapKeys } from '../format/bundle/keys'
import type { BundleManifest } from '../format/bundle/manifest'
import type { OpenPart } from '../format/bundle/part-stream'
import { unpackImage, unpackParts } from '../format/bundle/unpack'
import { naming } from '../format/naming'
import { replaceOpenFile } from './files'

/** How much of a file is read at a time. */
export const readBytes = 262_144

/** Parts of a bundle as files of a directory, under the names in the manifest. */
export const partsInDirectory =
  (directory: string): OpenPart =>
  part =>
    createReadStream(join(directory, part.filename), { highWaterMark: readBytes })

/** Throws the file system's error for the first part that is missing or cannot be read. */
export async function checkPartFiles(manifest: BundleManifest, directory: string): Promise<void> {
  for (const part of manifest.parts) await access(join(directory, part.filename), constants.R_OK)
}

export interface UnbundleOptions {
  readonly manifest: BundleManifest
  /** PEM text of the owner's private key, or the cloud's. */
  readonly privateKey: string
  readonly openPart: OpenPart
  /** The file to make or replace, a device to write to, or a stream, which is left open. */
  readonly destination: string | Writable
  readonly onProgress?: (bytesWritten: number) => void
  readonly signal?: AbortSignal
}

/** Whether a path names a device or a FIFO, which is written to where it is instead of being replaced. */
async function isSpecial(path: string): Promise<boolean> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (stats?.isDirectory()) throw new BundleError(`${path} is a directory`)
  return stats !== undefined && !stats.isFile()
}

type Fill = (sink: ImageSink) => Promise<unknown>

async function intoStream(stream: Writable, fill: Fill, signal?: AbortSignal): Promise<void> {
  await fill(new StreamSink(stream, signal))
}

async function intoDevice(path: string, fill: Fill, signal?: AbortSignal): Promise<void> {
  const stream = createWriteStream(path, { flags: 'r+' })
  try {
    await intoStream(stream, fill, signal)
    stream.end()
    await finished(stream)
  } finally {
    stream.destroy()
  }
}

const intoFile = (path: string, fill: Fill): Promise<void> =>
  replaceOpenFile(path, async file => {
    const sink = new SparseFileSink(file)
    await fill({
      write: bytes => naming(path, () => sink.write(bytes)),
      skip: zeroBytes => sink.skip(zeroBytes),
    })
    await naming(path, () => sink.finish())
  })

/** Fills a stream, a device, or a file that gets its name when it is complete. */
async function intoImage(destination: string | Writable, fill: Fill, signal?: AbortSignal): Promise<void> {
  try {
    if (typeof destination !== 'string') await intoStream(destination, fill, signal)
    else if (await isSpecial(destination)) await intoDevice(destination, fill, signal)
    else await intoFile(destination, fill)
  } catch (error) {
    // Aborting breaks pipelines in many ways; the caller knows only the reason.
    signal?.throwIfAborted()
    throw error
  }
}

/**
 * Makes the image of a bundle: checks every part's SHA-1, the sizes, and the digest of the tar stream. A file appears
 * under its name when all of it is right; runs of zeros become holes. Never writes more than the manifest's size.
 *
 * Throws `BundleError` for a bundle that is wrong, `BundleKeyError` for a key that does not open it, and errors of the
 * parts' source and the file system as they are.
 */
export async function unbundle(options: UnbundleOptions): Promise<void> {
  const { manifest, privateKey, openPart, destination, onProgress, signal } = options
  signal?.throwIfAborted()
  const secret = unwrapKeys(manifest, privateKey)
  await intoImage(
    destination,
    sink => unpackParts(manifest, secret, openPart, sink, { onProgress, signal }),
    signal,
  )
}

/** As `unbundle`, from part files in `source` to the manifest's image name in the existing directory `destination`. */
export async function unbundleDirectory(
  options: Omit<UnbundleOptions, 'openPart' | 'destination'> & { source: string; destination: string },
): Promise<string> {
  const { source, destination, ...rest } = options
  const path = join(destination, rest.manifest.name)
  if (!(await stat(destination)).isDirectory()) throw new BundleError(`${destination} is not a directory`)
  await checkPartFiles(rest.manifest, source)
  await unbundle({ ...rest, openPart: partsInDirectory(source), destination: path })
  return path
}

export interface UnbundleStreamOptions {
  /** The concatenated parts. */
  readonly source: Readable
  readonly secret: BundleSecret
  readonly destination: string | Writable
  /** Bytes of the image; without it the size in the tar header counts. */
  readonly imageSize?: number
  /** SHA-1 of the tar stream in hex; leading zeros do not matter. */
  readonly sha1Digest?: string
  readonly onProgress?: (bytesWritten: number) => void
  readonly signal?: AbortSignal
}

/** Makes an image from a stream of parts without a manifest. A wrong key is a `BundleError`, with nothing written. */
export async function unbundleStream(
  options: UnbundleStreamOptions,
): Promise<{ size: number; digest: string }> {
  const { source, secret, destination, imageSize, sha1Digest, onProgress, signal } = options
  const expectations = { size: imageSize, digest: sha1Digest, onProgress, signal }
  let result = { size: 0, digest: '' }
  await intoImage(
    destination,
    async sink => {
      result = await unpackImage(source, secret, sink, expectations)
    },
    signal,
  )
  return result
}
