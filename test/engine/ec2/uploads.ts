// SPDX-License-Identifier: BSD-2-Clause
// Disk images on their way into the cloud, as the import tools bring them there.
import { closeSync, openSync, readSync } from 'node:fs'
import {
  type ConversionTask,
  DescribeConversionTasksCommand,
  type DiskImage,
  ImportInstanceCommand,
  type ImportInstanceCommandInput,
  ImportVolumeCommand,
} from '@aws-sdk/client-ec2'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { volumeFile } from '../../../src/engine/node/volume-files'
import { type ImportManifest, writeImportManifest } from '../../../src/format/import/manifest'
import type { Clients, Cloud } from '../../support/cloud'

const storage = 'http://cloud.test:8773/services/objectstorage'

export const urlOf = (bucket: string, key: string): string => `${storage}/${bucket}/${key}`

export interface UploadOptions {
  readonly bucket?: string
  readonly partBytes?: number
  readonly format?: string
  /** Parts that are not uploaded. */
  readonly without?: readonly number[]
  readonly change?: (manifest: ImportManifest) => ImportManifest
}

/** An upload: what has been made of it can be uploaded later. */
export class Upload {
  readonly #who: Clients
  readonly #file: Buffer
  readonly #bucket: string
  readonly manifest: ImportManifest

  constructor(who: Clients, file: Buffer, options: UploadOptions = {}) {
    const { bucket = 'imports', partBytes = 1_048_576, format = 'RAW' } = options
    this.#who = who
    this.#file = file
    this.#bucket = bucket
    const parts: ImportManifest['parts'][number][] = []
    for (let start = 0; start < file.length; start += partBytes) {
      const index = parts.length
      const key = `disk.part.${index}`
      const url = urlOf(bucket, key)
      const end = Math.min(file.length, start + partBytes) - 1
      parts.push({ index, start, end, key, headUrl: url, getUrl: url, deleteUrl: url })
    }
    const manifest: ImportManifest = {
      fileFormat: format,
      importer: { name: 'euca2ools', version: '3.4.0', release: '0' },
      selfDestructUrl: this.url,
      imageBytes: file.length,
      volumeGib: 1,
      parts,
    }
    this.manifest = options.change?.(manifest) ?? manifest
  }

  get url(): string {
    return urlOf(this.#bucket, 'disk.manifest.xml')
  }

  async makeBucket(): Promise<this> {
    await this.#who.s3().send(new CreateBucketCommand({ Bucket: this.#bucket }))
    return this
  }

  async put(Key: string, Body: Buffer | string): Promise<void> {
    await this.#who.s3().send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body }))
  }

  putManifest(): Promise<void> {
    return this.put('disk.manifest.xml', writeImportManifest(this.manifest))
  }

  async putPart(index: number): Promise<void> {
    const part = this.manifest.parts[index]
    if (part) await this.put(part.key, this.#file.subarray(part.start, part.end + 1))
  }

  async all(): Promise<this> {
    await this.makeBucket()
    await this.putManifest()
    for (const index of this.manifest.parts.keys()) await this.putPart(index)
    return this
  }
}

export interface Wish {
  readonly Format?: string
  readonly Bytes?: number
  readonly Size?: number
  readonly zone?: string
}

export const importVolume = async (who: Clients, url: string, wish: Wish = {}): Promise<string> => {
  const { Format = 'RAW', Bytes = 1000, Size = 1, zone = 'PARTI00' } = wish
  const { ConversionTask } = await who.ec2().send(
    new ImportVolumeCommand({
      AvailabilityZone: zone,
      Image: { Format: Format as 'RAW', Bytes, ImportManifestUrl: url },
      Volume: { Size },
    }),
  )
  return ConversionTask?.ConversionTaskId ?? ''
}

export const diskImage = (url: string, Format = 'RAW'): DiskImage => ({
  Image: { Format: Format as 'RAW', Bytes: 1000, ImportManifestUrl: url },
  Volume: { Size: 1 },
})

export const importInstance = async (
  who: Clients,
  urls: readonly string[],
  more: Partial<ImportInstanceCommandInput> = {},
): Promise<string> => {
  const { ConversionTask } = await who.ec2().send(
    new ImportInstanceCommand({
      Platform: 'Linux' as 'Windows',
      LaunchSpecification: { Architecture: 'x86_64', InstanceType: 'm1.small' },
      DiskImages: urls.map(url => diskImage(url)),
      ...more,
    }),
  )
  return ConversionTask?.ConversionTaskId ?? ''
}

export const taskOf = async (who: Clients, id: string): Promise<ConversionTask> => {
  const { ConversionTasks } = await who
    .ec2()
    .send(new DescribeConversionTasksCommand({ ConversionTaskIds: [id] }))
  return ConversionTasks?.[0] ?? {}
}

/** State and message of a task. */
export const stateOf = async (who: Clients, id: string): Promise<readonly (string | undefined)[]> => {
  const { State, StatusMessage } = await taskOf(who, id)
  return [State, StatusMessage]
}

/** The beginning of a file. */
export const firstBytes = (path: string, length: number): Buffer => {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(file, bytes, 0, length, 0))
  } finally {
    closeSync(file)
  }
}

/** The beginning of a volume's bytes. */
export const bytesOf = (c: Cloud, volumeId: string, length: number): Buffer =>
  firstBytes(volumeFile(c.home, volumeId), length)
