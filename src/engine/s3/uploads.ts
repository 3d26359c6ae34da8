// SPDX-License-Identifier: BSD-2-Clause
// Uploads in parts, until they are completed. A part is a record that points at a blob.
import type {
  AbortMultipartUploadRequest,
  CreateMultipartUploadOutput,
  CreateMultipartUploadRequest,
  ListMultipartUploadsOutput,
  ListMultipartUploadsRequest,
  ListPartsOutput,
  ListPartsRequest,
  UploadPartOutput,
  UploadPartRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, StagedBody, Tx } from '../operation'
import { type BucketInput, expectedBucket, isOwner, ownerView, principalOf, refuseAccess } from './access'
import { type ChecksumType, checksumKind, checksumTypes } from './checksums'
import { bucketFor, demand, isOfOwner, keyDemand, keyFor } from './demands'
import { checkBody, describe } from './descriptions'
import { encoderOf, pageLimit, prefixesOf, prefixView, recordsOf } from './listings'
import { checksumView, keep, type Staged } from './objects'
import type { KeyOperation } from './rights'
import type { Bucket, ObjectBody, ObjectPart, Upload } from './schema'
import { sortable } from './schema'
import { changeUsage, checkStorage } from './usage'
import { storingDemands } from './values'
import { checkedKey, partsUnder, removePart } from './versions'
import { walk } from './walk'

const abandonedSeconds = 168 * 3600

export const createMultipartUpload: Operation<CreateMultipartUploadRequest, CreateMultipartUploadOutput> = (
  tx,
  input,
) => {
  const bucket = expectedBucket(tx, input)
  demand(tx, storingDemands(tx, bucket, input.Key ?? '', 'CreateMultipartUpload', input))
  const key = checkedKey(input.Key)
  const checksum = checksumOf(input)
  const upload = tx.uploads.put({
    bucket: bucket.name,
    key,
    // Uploads of one key are listed in the order they were started in.
    id: tx.now.getTime().toString(36).padStart(10, '0') + tx.random(22).toString('hex'),
    startedAt: tx.now,
    description: describe(tx, bucket, input),
    ...checksum,
  })
  tx.after(abandonedSeconds, 's3.upload.abandoned', JSON.stringify([upload.bucket, key, upload.id]))
  return {
    Bucket: upload.bucket,
    Key: key,
    UploadId: upload.id,
    ...(checksum.checksum && input.ChecksumAlgorithm
      ? { ChecksumAlgorithm: input.ChecksumAlgorithm, ChecksumType: checksum.checksumType }
      : {}),
  }
}

const checksumOf = ({
  ChecksumAlgorithm,
  ChecksumType: asked,
}: CreateMultipartUploadRequest): { checksum?: string; checksumType?: ChecksumType } => {
  if (!ChecksumAlgorithm) return {}
  const checksum = `Checksum${ChecksumAlgorithm}`
  const types = checksumTypes(checksum)
  const checksumType = types.find(type => asked === undefined || type === asked)
  return checksumType
    ? { checksum, checksumType }
    : refuse(
        'InvalidRequest',
        types.length === 0
          ? 'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]'
          : `The ${asked} checksum type cannot be used with the ${ChecksumAlgorithm} checksum algorithm.`,
        400,
      )
}

/** What is known to be wrong before the body is there. */
export const mayUploadPart: Operation<UploadPartRequest, void> = (tx, input) => {
  uploadFor(tx, input, 'UploadPart')
  checkedPartNumber(input.PartNumber)
}

export const uploadPart: Operation<Staged<UploadPartRequest>, UploadPartOutput> = (tx, input) => {
  const { bucket, upload } = uploadFor(tx, input, 'UploadPart')
  const number = checkedPartNumber(input.PartNumber)
  checkBody(input.Body, input)
  checkSums(upload, input.Body)
  const body = keep(tx, input.Body)
  return {
    ETag: `"${storePart(tx, bucket, upload, number, body).etag}"`,
    ...checksumView({ ...body, checksumType: undefined }),
  }
}

/** Where the checksum of the whole is made of those of the parts, no part can do without. */
const checkSums = ({ checksum: expected, checksumType }: Upload, body: StagedBody | undefined): void => {
  const [actual] = Object.keys(body?.checksums ?? {})
  if (!expected || actual === expected || (!actual && checksumType === 'FULL_OBJECT')) return
  refuse(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${checksumKind(expected)}, actual checksum Type: ${actual ? checksumKind(actual) : 'null'}`,
    400,
  )
}

export const bytesOf = (parts: readonly ObjectPart[]): number =>
  parts.reduce((sum, part) => sum + part.bytes, 0)

/** Put a part, in the place of one that has its number. */
export const storePart = (
  tx: Tx,
  bucket: Bucket,
  upload: Upload,
  number: number,
  body: ObjectBody,
): ObjectPart => {
  const earlier = tx.objectParts.get(upload.id, number)
  const more = { bytes: body.bytes - (earlier?.bytes ?? 0) }
  checkStorage(tx, bucket, upload.key, more)
  changeUsage(tx, bucket.name, more)
  if (earlier) removePart(tx, earlier)
  return tx.objectParts.put({
    upload: upload.id,
    number,
    bytes: body.bytes,
    etag: body.etag,
    checksums: body.checksums ?? {},
    modifiedAt: tx.now,
    slices: body.slices ?? [],
  })
}

export const abortMultipartUpload: Operation<AbortMultipartUploadRequest, {}> = (tx, input) => {
  removeUpload(tx, visibleUpload(tx, input, 'AbortMultipartUpload').upload)
  return {}
}

export const listParts: Operation<ListPartsRequest, ListPartsOutput> = (tx, input) => {
  const { bucket, upload } = visibleUpload(tx, input, 'ListParts')
  const limit = pageLimit(input.MaxParts, 'max-parts')
  const marker = Number(input.PartNumberMarker ?? 0)
  if (!Number.isInteger(marker) || marker < 0) {
    refuse('InvalidArgument', 'Argument part-number-marker must be an integer', 400)
  }
  const later = partsUnder(tx, upload.id).filter(part => part.number > marker)
  const page = later.slice(0, limit)
  const isTruncated = limit > 0 && page.length < later.length
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: limit,
    IsTruncated: isTruncated,
    Initiator: ownerView(tx, upload.description.owner),
    Owner: ownerView(tx, upload.description.owner),
    ...storageClassView(upload),
    ...algorithmView(upload),
    Parts: page.map(part => ({
      PartNumber: part.number,
      LastModified: part.modifiedAt,
      ETag: `"${part.etag}"`,
      Size: part.bytes,
      ...part.checksums,
    })),
  }
}

export const listMultipartUploads: Operation<ListMultipartUploadsRequest, ListMultipartUploadsOutput> = (
  tx,
  input,
) => {
  const bucket = bucketFor(tx, input, 'ListMultipartUploads', () => ({
    's3:prefix': input.Prefix === undefined ? undefined : [input.Prefix],
  }))
  const limit = pageLimit(input.MaxUploads, 'max-uploads')
  const encode = encoderOf(input.EncodingType)
  const { Prefix = '', Delimiter = '', KeyMarker = '', UploadIdMarker = '' } = input
  const { entries, isTruncated } = walk(tx.uploads, {
    bucket: bucket.name,
    prefix: Prefix,
    delimiter: Delimiter,
    after: KeyMarker,
    // Without a key the id alone is ignored.
    afterId: KeyMarker && UploadIdMarker ? UploadIdMarker.slice(0, 100) : undefined,
    limit,
    firstOnly: false,
    isShown: () => true,
  })
  const last = entries.at(-1)
  const next = last && ('record' in last ? last.record : { key: last.commonPrefix, id: '' })
  return {
    Bucket: bucket.name,
    Prefix: encode(Prefix),
    ...(Delimiter === '' ? {} : { Delimiter: encode(Delimiter) }),
    KeyMarker: encode(KeyMarker),
    UploadIdMarker,
    MaxUploads: limit,
    IsTruncated: isTruncated,
    ...(input.EncodingType ? { EncodingType: input.EncodingType } : {}),
    ...(isTruncated && next ? { NextKeyMarker: encode(next.key), NextUploadIdMarker: next.id } : {}),
    Uploads: recordsOf(entries).map(upload => ({
      Key: encode(upload.key),
      UploadId: upload.id,
      Initiated: upload.startedAt,
      Initiator: ownerView(tx, upload.description.owner),
      Owner: ownerView(tx, upload.description.owner),
      ...storageClassView(upload),
      ...algorithmView(upload),
    })),
    CommonPrefixes: prefixesOf(entries).map(prefixView(encode)),
  }
}

// The type is the SDK's list of classes, of which `checkedStorageClass` knows a part.
const storageClassView = ({ description }: Upload) => ({
  StorageClass: description.storageClass as 'STANDARD',
})

// Names of checksums are the SDK's, with a word before them.
const algorithmView = ({ checksum, checksumType }: Upload) =>
  checksum && checksumType
    ? { ChecksumAlgorithm: checksum.replace('Checksum', '') as 'CRC32', ChecksumType: checksumType }
    : {}

interface UploadInput extends BucketInput {
  readonly Key?: string | undefined
  readonly UploadId?: string | undefined
}

/**
 * The upload that an input names, for one who may write to its bucket. The object will be its starter's, so that only the
 * starter's account, and the bucket's owner, say what is in it.
 */
export const uploadFor = (
  tx: Tx,
  input: UploadInput,
  operation: KeyOperation,
): { bucket: Bucket; upload: Upload } => {
  const bucket = keyFor(tx, input, operation)
  const upload = uploadNamed(tx, bucket, input)
  const isTheirs = principalOf(tx.caller).canonicalId === upload.description.owner.canonicalId
  return isTheirs || isOfOwner(tx, bucket) ? { bucket, upload } : refuseAccess()
}

/** The upload that an input names, for the one who started it or the bucket's owner. */
const visibleUpload = (
  tx: Tx,
  input: UploadInput,
  operation: KeyOperation,
): { bucket: Bucket; upload: Upload } => {
  const bucket = expectedBucket(tx, input)
  const key = checkedKey(input.Key)
  const upload = tx.uploads.get(bucket.name, sortable(key), checkedUploadId(input))
  const isGranted = upload !== undefined && isOwner(principalOf(tx.caller), upload.description)
  demand(tx, [keyDemand(tx, bucket, key, operation, { isGranted })])
  return { bucket, upload: uploadNamed(tx, bucket, input) }
}

const uploadNamed = (tx: Tx, bucket: Bucket, input: UploadInput): Upload =>
  tx.uploads.must(bucket.name, sortable(checkedKey(input.Key)), checkedUploadId(input))

// Ids of ours are shorter; the store's keys have a limit.
const checkedUploadId = ({ UploadId = '' }: UploadInput): string => UploadId.slice(0, 100)

export const checkedPartNumber = (number: number | undefined): number =>
  number !== undefined && Number.isInteger(number) && number >= 1 && number <= 10000
    ? number
    : refuse('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', 400, {
        ArgumentName: 'partNumber',
        ArgumentValue: String(number),
      })

export const removeUpload = (tx: Tx, upload: Upload): void => {
  const parts = partsUnder(tx, upload.id)
  changeUsage(tx, upload.bucket, { bytes: -bytesOf(parts) })
  for (const part of parts) removePart(tx, part)
  tx.uploads.delete(upload.bucket, sortable(upload.key), upload.id)
}

/** Task, a week after an upload was started: remove it if it was neither completed nor aborted. */
export const uploadAbandoned = (tx: Tx, target: string): void => {
  const [bucket = '', key = '', id = ''] = JSON.parse(target) as string[]
  const upload = tx.uploads.get(bucket, sortable(key), id)
  if (upload) removeUpload(tx, upload)
}
