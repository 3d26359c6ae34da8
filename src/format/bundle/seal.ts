// SPDX-License-Identifier: BSD-2-Clause

// image → tar → gzip → AES-128-CBC → parts and manifest, in one pass over the image. This thread reads, digests,
// encrypts and cuts; the pool compresses ahead of it.

import { createCipheriv } from 'node:crypto'
import { type GzipOptions, gzipBlocks } from './gzip-blocks'
import { type ImageSource, tarChunks, tarDigest } from './image-source'
import { type BundleSecret, certificateKey, privateRsaKey, signText, wrapText } from './keys'
import type { WrappedSecret } from './manifest'
import { type ManifestFacts, writeManifest } from './manifest-writer'
import type { BundlePart, PartWriter } from './part-writer'
import { imageTarHeader, imageTarTrailer } from './tar-header'

export interface SealOptions {
  readonly secret: BundleSecret
  /** PEM texts. Without the private key the manifest is unsigned. */
  readonly cloudCertificate: string
  readonly userCertificate?: string
  readonly privateKey?: string
}

/** What makes a bundle nobody's but its owner's and the cloud's. */
export interface Seal {
  readonly secret: BundleSecret
  readonly encryptedKey: WrappedSecret
  readonly encryptedIv: WrappedSecret
  readonly sign: ((text: string) => string) | undefined
}

/** Wraps the secret for both. Throws `BundleKeyError` for a key or certificate that cannot be used. */
export function sealFor({ secret, cloudCertificate, userCertificate, privateKey }: SealOptions): Seal {
  const cloudKey = certificateKey(cloudCertificate, 'the cloud certificate')
  const userKey =
    userCertificate === undefined ? undefined : certificateKey(userCertificate, 'the user certificate')
  const signer = privateKey === undefined ? undefined : privateRsaKey(privateKey, 'the private key')
  const wrap = (text: string) => ({ ec2: wrapText(text, cloudKey), user: userKey && wrapText(text, userKey) })
  return {
    secret,
    encryptedKey: wrap(secret.key),
    encryptedIv: wrap(secret.iv),
    sign: signer && ((text: string) => signText(text, signer)),
  }
}

export interface PartsOptions {
  /** The image's name in the archive: the bundle's own. */
  readonly name: string
  readonly secret: BundleSecret
  readonly compression?: GzipOptions
  readonly onProgress?: (bytesRead: number) => void
  readonly signal?: AbortSignal
}

/** Writes the parts and returns the digest of the tar stream. Whoever opened the source closes it. */
export async function writeParts(
  source: ImageSource,
  { name, secret, compression, onProgress, signal }: PartsOptions,
  parts: PartWriter,
): Promise<string> {
  const header = imageTarHeader(name, source.size)
  const trailer = imageTarTrailer(header.length, source.size)
  const digest = tarDigest()
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(secret.key, 'hex'), Buffer.from(secret.iv, 'hex'))
  const tar = tarChunks(source, { header, trailer }, digest, onProgress, signal)
  for await (const block of gzipBlocks(tar, compression)) await parts.write(cipher.update(block))
  await parts.write(cipher.final())
  await parts.finish()
  signal?.throwIfAborted()
  return digest.digest('hex')
}

/** What is known of a bundle before its image is read. */
export type BundleFacts = Omit<
  ManifestFacts,
  'encryptedKey' | 'encryptedIv' | 'digest' | 'size' | 'bundledSize' | 'parts'
>

export interface SealedImage {
  /** Of the tar stream. */
  readonly digest: string
  readonly size: number
  readonly parts: readonly BundlePart[]
}

/** The text of a bundle's manifest. Throws `ManifestError` for facts that XML cannot hold. */
export function sealedManifest(facts: BundleFacts, seal: Seal, { digest, size, parts }: SealedImage): string {
  const { encryptedKey, encryptedIv, sign } = seal
  const bundledSize = parts.reduce((sum, part) => sum + part.bytes, 0)
  return writeManifest({ ...facts, encryptedKey, encryptedIv, digest, size, bundledSize, parts }, sign)
}
