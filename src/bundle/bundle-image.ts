// SPDX-License-Identifier: BSD-2-Clause

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { BundleError, BundleKeyError } from '../format/bundle/errors'
import type { GzipOptions } from '../format/bundle/gzip-blocks'
import { type ImageSource, openImage } from '../format/bundle/image-source'
import { isSecretText } from '../format/bundle/keys'
import {
  type BlockDeviceMapping,
  defaultPartBytes,
  type ImageType,
  isBaseName,
  manifestName,
} from '../format/bundle/manifest'
import { type BundlePart, PartWriter } from '../format/bundle/part-writer'
import { type BundleFacts, sealedManifest, sealFor, writeParts } from '../format/bundle/seal'
import { Workshop, writeWhole } from './files'

export interface BundleOptions {
  /** A regular file or block device by path, or a stream, which is destroyed at the end. */
  readonly image: string | Readable
  /** Bytes; needed for a stream. An image of another size is refused. */
  readonly imageSize?: number
  /** The name of the bundle and the beginning of its files' names. */
  readonly prefix: string
  /** A directory, made if missing (one level). */
  readonly destination: string
  readonly arch: string
  /** The owner's account; dashes do not matter. */
  readonly user: string
  readonly type: ImageType
  /** Image ids for a machine image. A kernel or ramdisk bundle has none. */
  readonly kernel?: string
  readonly ramdisk?: string
  readonly blockDeviceMappings?: readonly BlockDeviceMapping[]
  readonly productCodes?: readonly string[]
  /** PEM texts. Without the private key the manifest is unsigned. */
  readonly cloudCertificate: string
  readonly userCertificate?: string
  readonly privateKey?: string
  readonly partBytes?: number
  /** 32 hex digits each; random by default. */
  readonly encKey?: string
  readonly encIv?: string
  readonly bundler: { readonly name: string; readonly version: string }
  readonly compression?: GzipOptions
  readonly onProgress?: (bytesRead: number) => void
  /** Called once, when nothing is wrong with the options, keys and image, and before the image is read. */
  readonly onReady?: () => Promise<void>
  /** Called for each complete part, one at a time and in order; bundling waits when `maxPendingParts` are not done. */
  readonly onPart?: (part: BundlePart) => Promise<void>
  /** Default 2. The part being written counts. */
  readonly maxPendingParts?: number
  /** Whether a part's file is removed when `onPart` is done with it, so that only the manifest stays. */
  readonly discardParts?: boolean
  readonly signal?: AbortSignal
}

export interface BundleResult {
  readonly manifestPath: string
  readonly manifestXml: string
  /** With the paths where the parts are, or would be if they had not been discarded. */
  readonly parts: readonly BundlePart[]
}

function checkTypeOptions(options: BundleOptions): void {
  const { type, kernel, ramdisk, blockDeviceMappings = [], productCodes = [] } = options
  if (type === 'machine') return
  const refused = { kernel, ramdisk, mapping: blockDeviceMappings[0], 'product code': productCodes[0] }
  for (const [what, value] of Object.entries(refused))
    if (value !== undefined) throw new BundleError(`a ${type} bundle cannot have a ${what}`)
}

function secretOption(text: string | undefined, what: string): string {
  if (text === undefined) return randomBytes(16).toString('hex')
  if (!isSecretText(text)) throw new BundleKeyError(`the ${what} must be 32 hex digits`)
  return text.toLowerCase()
}

/** Everything that can be refused before a byte of the image is read. */
function plan(options: BundleOptions) {
  const { prefix, partBytes = defaultPartBytes, maxPendingParts = 2 } = options
  if (!isBaseName(prefix))
    throw new BundleError(`the prefix of a bundle must be a file name: ${JSON.stringify(prefix)}`)
  if (!(Number.isSafeInteger(partBytes) && partBytes > 0))
    throw new BundleError('the part size must be above 0')
  if (!(maxPendingParts >= 1)) throw new BundleError('at least one part must be allowed to be pending')
  checkTypeOptions(options)
  const secret = {
    key: secretOption(options.encKey, 'encryption key'),
    iv: secretOption(options.encIv, 'initialization vector'),
  }
  const { cloudCertificate, userCertificate, privateKey } = options
  const seal = sealFor({ secret, cloudCertificate, userCertificate, privateKey })
  const facts: BundleFacts = {
    bundler: { ...options.bundler, release: '0' },
    architecture: options.arch,
    blockDeviceMappings: options.blockDeviceMappings ?? [],
    productCodes: options.productCodes ?? [],
    kernelId: options.type === 'kernel' ? 'true' : options.kernel,
    ramdiskId: options.type === 'ramdisk' ? 'true' : options.ramdisk,
    name: prefix,
    user: options.user.replaceAll('-', ''),
    type: options.type,
  }
  // Text that a manifest cannot hold is better refused now than after an hour's work.
  sealedManifest(facts, { ...seal, sign: undefined }, { digest: '0', size: 0, parts: [] })
  return { facts, seal, partBytes, maxPendingParts }
}

type Plan = ReturnType<typeof plan>

/**
 * Makes a bundle of an image: part files and a manifest, in `destination`. The files appear there when all are complete,
 * the manifest last, replacing those of the same name; after a failure or an abort nothing new is there.
 *
 * Throws `BundleError` for options and images that cannot be bundled, `BundleKeyError` for keys and certificates, errors
 * of the file system (with their path) and of `onPart` as they are, and the signal's reason when it is aborted.
 */
export async function bundleImage(options: BundleOptions): Promise<BundleResult> {
  options.signal?.throwIfAborted()
  const work = plan(options)
  const source = await openImage(options.image, options.imageSize)
  try {
    await options.onReady?.()
    const workshop = await Workshop.open(options.destination)
    try {
      return await bundleInto(workshop, source, work, options)
    } catch (error) {
      await workshop.discard()
      options.signal?.throwIfAborted()
      throw error
    }
  } finally {
    await source.close()
  }
}

async function bundleInto(
  workshop: Workshop,
  source: ImageSource,
  work: Plan,
  options: BundleOptions,
): Promise<BundleResult> {
  const { prefix, destination, onPart, discardParts = false } = options
  const { facts, seal, partBytes, maxPendingParts } = work
  const writer = new PartWriter({
    place: filename => ({ path: join(workshop.path, filename), shown: join(destination, filename) }),
    prefix,
    partBytes,
    maxPendingParts,
    onPart,
    discardParts,
  })
  try {
    const { compression, onProgress, signal } = options
    const partsOptions = { name: prefix, secret: seal.secret, compression, onProgress, signal }
    const digest = await writeParts(source, partsOptions, writer)
    const { parts } = writer
    const manifestXml = sealedManifest(facts, seal, { digest, size: source.size, parts })
    const name = manifestName(prefix)
    await writeWhole(join(workshop.path, name), manifestXml)
    await workshop.publish([...(discardParts && onPart ? [] : parts.map(part => part.filename)), name])
    return {
      manifestPath: join(destination, name),
      manifestXml,
      parts: parts.map(part => ({ ...part, path: join(destination, part.filename) })),
    }
  } catch (error) {
    await writer.abandon()
    throw error
  }
}
