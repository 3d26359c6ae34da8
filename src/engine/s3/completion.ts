// SPDX-License-Identifier: BSD-2-Clause
// Completing an upload: its chosen parts become the object's, where they are.
import { createHash } from 'node:crypto'
import type {
  CompletedPart,
  CompleteMultipartUploadOutput,
  CompleteMultipartUploadRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { base64Bytes } from '../wire/signature/checksums'
import { refuseXml } from '../wire/xml-reader'
import { checksumKind, wholeChecksum } from './checksums'
import { checkWriting } from './conditions'
import { keyFor } from './demands'
import { checksumView } from './objects'
import {
  type Bucket,
  type ObjectBody,
  type ObjectPart,
  type StoredObject,
  sortable,
  type Upload,
} from './schema'
import { bytesOf, uploadFor } from './uploads'
import { changeUsage } from './usage'
import { addObject, checkedKey, currentObject, madeVersionId, partsUnder, removePart } from './versions'

export const completeMultipartUpload: Operation<
  CompleteMultipartUploadRequest,
  CompleteMultipartUploadOutput
> = (tx, input) => {
  const done = completedBefore(tx, input)
  if (done) return done
  const { bucket, upload } = uploadFor(tx, input, 'CompleteMultipartUpload')
  if (!input.MultipartUpload) refuse('InvalidRequest', 'You must specify at least one part', 400)
  const current = currentObject(tx, bucket.name, upload.key)
  checkWriting(current, upload.key, input)
  checkUntouched(current, upload, input)
  const chosen = chosenParts(tx, upload, input.MultipartUpload?.Parts ?? [])
  const bytes = bytesOf(chosen)
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== bytes) {
    refuse('InvalidRequest', 'The provided x-amz-mp-object-size does not match the size of the parts.', 400)
  }
  const digests = chosen.map(part => Buffer.from(part.etag, 'hex'))
  const body: ObjectBody = {
    bytes,
    etag: `${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${chosen.length}`,
    ...wholeOf(upload, chosen),
    parts: { id: upload.id, count: chosen.length },
  }
  checkWholeChecksum(body, input)
  const numbers = new Set(chosen.map(part => part.number))
  const all = partsUnder(tx, upload.id)
  // What was the upload's is the object's from here on.
  changeUsage(tx, bucket.name, { bytes: -bytesOf(all) })
  for (const part of all) if (!numbers.has(part.number)) removePart(tx, part)
  tx.uploads.delete(upload.bucket, sortable(upload.key), upload.id)
  const object = addObject(tx, bucket, upload.key, { ...upload.description, ...body })
  return completionView(tx, bucket, object)
}

/** Who expects an object to be there means the one from before the upload, even if a newer one has its ETag. */
const checkUntouched = (
  current: StoredObject | undefined,
  { key, startedAt }: Upload,
  { IfMatch }: CompleteMultipartUploadRequest,
): void => {
  if (IfMatch === undefined || current === undefined || -current.order <= startedAt.getTime()) return
  refuse(
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    409,
    { Condition: 'If-Match', Key: key },
  )
}

const completionView = (tx: Tx, bucket: Bucket, object: StoredObject): CompleteMultipartUploadOutput => ({
  Location: `${tx.endpoint}/${bucket.name}/${encodeURIComponent(object.key).replaceAll('%2F', '/')}`,
  Bucket: bucket.name,
  Key: object.key,
  ETag: `"${object.etag}"`,
  ...checksumView(object),
  ...madeVersionId(bucket, object),
})

/** A client that did not get its answer asks again, and is given it for as long as the object is the current one. */
const completedBefore = (
  tx: Tx,
  input: CompleteMultipartUploadRequest,
): CompleteMultipartUploadOutput | undefined => {
  const { Bucket = '', Key = '', UploadId, MultipartUpload } = input
  const bucket = keyFor(tx, { ...input, Bucket, Key }, 'CompleteMultipartUpload')
  const object = currentObject(tx, bucket.name, checkedKey(Key))
  if (object?.parts === undefined || object.parts.id !== UploadId) return undefined
  const listed = new Map(MultipartUpload?.Parts?.map(({ PartNumber, ETag }) => [PartNumber, bare(ETag)]))
  const parts = partsUnder(tx, object.parts.id)
  const isSame =
    listed.size === parts.length && parts.every(({ number, etag }) => listed.get(number) === etag)
  return isSame ? completionView(tx, bucket, object) : undefined
}

const bare = (etag: string | undefined): string | undefined => etag?.replace(/^"|"$/g, '')

const smallestPartBytes = 5 * 1024 ** 2

const chosenParts = (tx: Tx, upload: Upload, listed: readonly CompletedPart[]): readonly ObjectPart[] => {
  if (listed.length === 0) refuseXml()
  const stored = new Map(partsUnder(tx, upload.id).map(part => [part.number, part]))
  listed.forEach((entry, index) => {
    if (index > 0 && (entry.PartNumber ?? 0) <= (listed[index - 1]?.PartNumber ?? 0)) {
      refuse(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
        400,
        { UploadId: upload.id },
      )
    }
  })
  return listed.map((entry, index) => {
    const number = entry.PartNumber ?? 0
    const part = stored.get(number)
    checkClaims(entry)
    if (!part || bare(entry.ETag) !== part.etag || !hasChecksums(part, entry)) {
      return refuse(
        'InvalidPart',
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        400,
        { UploadId: upload.id, PartNumber: String(number), ETag: bare(entry.ETag) ?? '' },
      )
    }
    checkClaimed(upload, part, entry)
    if (part.bytes < smallestPartBytes && index < listed.length - 1) {
      refuse('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
        ProposedSize: String(part.bytes),
        MinSizeAllowed: String(smallestPartBytes),
        PartNumber: String(number),
        ETag: part.etag,
      })
    }
    return part
  })
}

/** The checksums that a list of parts has of one of them, in the order of their names. */
const claimsOf = (entry: CompletedPart): [string, string][] =>
  Object.entries(entry)
    .filter(([name]) => name.startsWith('Checksum'))
    .map(([name, value]): [string, string] => [name.replace('Checksum', ''), String(value)])
    .sort(([a], [b]) => (a < b ? -1 : 1))

const checkClaims = (entry: CompletedPart): void => {
  const claims = claimsOf(entry)
  const isSound = claims.every(([, text]) => base64Bytes(text) !== undefined)
  if (isSound && claims.length <= 1) return
  refuse('InvalidArgument', 'Invalid Base64 or multiple checksums present in request', 400, {
    ArgumentName: 'Checksum',
    ArgumentValue: claims.map(([name, text]) => `${name}:${text};`).join(''),
  })
}

/** A checksum of checksums is made of those that the client knows of, too; of a copied part there may be none. */
const checkClaimed = ({ checksum, checksumType }: Upload, part: ObjectPart, entry: CompletedPart): void => {
  if (!checksum || checksumType !== 'COMPOSITE' || part.checksums[checksum] === undefined) return
  if (claimsOf(entry).length > 0) return
  refuse(
    'InvalidRequest',
    `The upload was created using a ${checksumKind(checksum)} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    400,
  )
}

const hasChecksums = (part: ObjectPart, entry: CompletedPart): boolean =>
  claimsOf(entry).every(([name, text]) => part.checksums[`Checksum${name}`] === text)

const wholeOf = (upload: Upload, parts: readonly ObjectPart[]): Partial<ObjectBody> => {
  const { checksum: name, checksumType: type } = upload
  if (!name || !type) return {}
  const pieces = parts.map(part => ({ bytes: part.bytes, checksum: part.checksums[name] ?? '' }))
  // A part that was copied or sent without a checksum leaves the whole without one.
  if (pieces.some(piece => piece.checksum === '')) return {}
  return { checksums: { [name]: wholeChecksum(name, type, pieces) }, checksumType: type }
}

const checkWholeChecksum = (body: ObjectBody, input: CompleteMultipartUploadRequest): void => {
  for (const [name, actual] of Object.entries(body.checksums ?? {})) {
    const claimed = (input as unknown as Readonly<Record<string, unknown>>)[name]
    // The number of parts may be left out.
    if (claimed !== undefined && claimed !== actual && claimed !== actual.replace(/-\d+$/, '')) {
      const kind = name.replace('Checksum', '')
      refuse('BadDigest', `The ${kind} you specified did not match the calculated checksum.`, 400)
    }
  }
}
