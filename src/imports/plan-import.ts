// SPDX-License-Identifier: BSD-2-Clause
import type { ImportManifest, ImportPart } from '../format/import/manifest'
import type { ImportBucket } from './object-store'

/** The size of a part when nobody asks for another. */
export const defaultPartBytes = 10_485_760

// Each part costs a request of its own to send, to look for and to fetch, and a dozen lines of the manifest.
const maximumParts = 10_000
const mebibyte = 1_048_576

/** The disk as the import task knows it. */
export interface ImportedDisk {
  /** RAW, VMDK, VHD. */
  readonly format: string
  /** Size of the disk, which only for a raw image is the file's. */
  readonly bytes: number
  readonly volumeGib: number
}

export interface ImportPlan {
  readonly bucket: ImportBucket
  readonly manifestKey: string
  /** Base name of the image's file. */
  readonly filename: string
  readonly fileBytes: number
  readonly disk: ImportedDisk
  /** Default 10 MiB. Made larger where there would be more than 10,000 parts. */
  readonly partBytes?: number | undefined
  /** How long the addresses are good for. */
  readonly validSeconds: number
  readonly importer: ImportManifest['importer']
}

/** The size of the parts of a file: what was asked for, unless there would be too many. */
export const partBytesFor = (fileBytes: number, asked: number = defaultPartBytes): number =>
  Math.max(asked, Math.ceil(fileBytes / maximumParts / mebibyte) * mebibyte)

/** The manifest of an import that is about to be uploaded. The parts lie beside it. */
export const planImport = (plan: ImportPlan): ImportManifest => {
  const { bucket, manifestKey, filename, fileBytes, disk, validSeconds, importer } = plan
  const partBytes = partBytesFor(fileBytes, plan.partBytes)
  const folder = manifestKey.slice(0, manifestKey.lastIndexOf('/') + 1)
  const part = (_: unknown, index: number): ImportPart => {
    const key = `${folder}${filename}.part.${index}`
    const start = index * partBytes
    return {
      index,
      start,
      end: Math.min(start + partBytes, fileBytes) - 1,
      key,
      headUrl: bucket.presign('HEAD', key, validSeconds),
      getUrl: bucket.presign('GET', key, validSeconds),
      deleteUrl: bucket.presign('DELETE', key, validSeconds),
    }
  }
  return {
    fileFormat: disk.format,
    importer,
    selfDestructUrl: bucket.presign('DELETE', manifestKey, validSeconds),
    imageBytes: disk.bytes,
    volumeGib: disk.volumeGib,
    parts: Array.from({ length: Math.ceil(fileBytes / partBytes) }, part),
  }
}
