// SPDX-License-Identifier: BSD-2-Clause
// Bundles of a few bytes, made in memory and put into buckets, whole or with a fault.
import { createCipheriv, createHash, createPrivateKey } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { certificateKey, signText, wrapText } from '../../src/format/bundle/keys'
import type { ImageType } from '../../src/format/bundle/manifest'
import { type ManifestFacts, writeManifest } from '../../src/format/bundle/manifest-writer'
import { imageTarHeader, imageTarTrailer } from '../../src/format/bundle/tar-header'
import type { Cloud } from './cloud'

export interface TinyBundle {
  readonly facts: ManifestFacts
  readonly manifest: string
  /** In order; named in the manifest. */
  readonly parts: readonly { readonly name: string; readonly bytes: Buffer }[]
}

export interface TinyOptions {
  /** The disk itself. */
  readonly disk: Buffer
  readonly name?: string
  readonly type?: ImageType
  readonly partBytes?: number
  /** 12 digits; by default the account that signs. */
  readonly user?: string
  /** Account whose signing key is used; by default the cloud administrator's. */
  readonly account?: string
  readonly unsigned?: boolean
  /** Changes to what the manifest says, made before it is signed. */
  readonly facts?: Partial<ManifestFacts>
  /** Instead of the disk's own tar archive. */
  readonly tar?: Buffer
}

const sha1 = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex')

const tarOf = (name: string, disk: Buffer): Buffer => {
  const header = imageTarHeader(name, disk.length)
  return Buffer.concat([header, disk, imageTarTrailer(header.length, disk.length)])
}

/** An archive of one old GNU sparse member: `bytes` long, all of them holes. */
export const sparseTar = (name: string, bytes: number): Buffer => {
  const header = Buffer.from(imageTarHeader(name, 0).subarray(0, 512))
  header.write('S', 156, 'latin1')
  header.writeBigUInt64BE(BigInt(bytes), 483 + 4)
  header[483] = 0x80
  header.write('        ', 148, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return Buffer.concat([header, Buffer.alloc(10_240 - 512)])
}

/** A bundle as euca-bundle-image would make it for this cloud. */
export const tinyBundle = (c: Cloud, options: TinyOptions): TinyBundle => {
  const { disk, name = 'tiny.img', type = 'machine', partBytes = 4096 } = options
  const account = options.account ?? c.accountId
  const { cloudPem, signingKey } = c.engine.read(tx => ({
    cloudPem: tx.cloudIdentity.must('cloud').certificate,
    signingKey: tx.signingCertificates.in(account).list()[0]?.privateKey ?? '',
  }))
  const tar = options.tar ?? tarOf(name, disk)
  const key = createHash('md5').update(`key of ${name}`).digest('hex')
  const iv = createHash('md5').update(`iv of ${name}`).digest('hex')
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'hex'), Buffer.from(iv, 'hex'))
  const sealed = Buffer.concat([cipher.update(gzipSync(tar)), cipher.final()])
  const parts = Array.from({ length: Math.floor(sealed.length / partBytes) + 1 }, (_, index) => ({
    name: `${name}.part.${String(index).padStart(2, '0')}`,
    bytes: sealed.subarray(index * partBytes, (index + 1) * partBytes),
  }))
  const cloudKey = certificateKey(cloudPem, 'the cloud')
  const facts: ManifestFacts = {
    bundler: { name: 'euca2ools', version: '3.4.1', release: '0' },
    architecture: 'x86_64',
    blockDeviceMappings: [],
    productCodes: [],
    name,
    user: options.user ?? account,
    type,
    digest: sha1(tar),
    size: disk.length,
    bundledSize: sealed.length,
    encryptedKey: { ec2: wrapText(key, cloudKey) },
    encryptedIv: { ec2: wrapText(iv, cloudKey) },
    parts: parts.map((part, index) => ({ index, filename: part.name, digest: sha1(part.bytes) })),
    ...options.facts,
  }
  const privateKey = createPrivateKey(signingKey)
  const manifest = writeManifest(facts, options.unsigned ? undefined : text => signText(text, privateKey))
  return { facts, manifest, parts }
}

/** Upload as euca-upload-bundle does; the location that RegisterImage takes. */
export const upload = async (
  s3: S3Client,
  bucket: string,
  bundle: TinyBundle,
  acl: 'aws-exec-read' | 'private' = 'aws-exec-read',
): Promise<string> => {
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const put = (Key: string, Body: Buffer | string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ACL: acl }))
  for (const part of bundle.parts) await put(part.name, part.bytes)
  const key = `${bundle.facts.name}.manifest.xml`
  await put(key, bundle.manifest)
  return `${bucket}/${key}`
}
