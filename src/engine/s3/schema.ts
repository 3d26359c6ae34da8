// SPDX-License-Identifier: BSD-2-Clause
// Records of the object storage. An object's bytes are pieces of blobs: of one for an object that was put in one
// request, of its parts' for one that was uploaded in parts. The parts stay where the upload put them, so completing
// an upload moves nothing.
import type { CORSRule, LifecycleRule, LoggingEnabled, ObjectOwnership } from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import { table } from '../store/table'

export type AclPermission = 'FULL_CONTROL' | 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP'

/** One grant of an access control list: to an account by its canonical id, or to a group by its URI. */
export interface AclGrant {
  readonly grantee: { readonly id: string } | { readonly group: string }
  readonly permission: AclPermission
}

export interface NameValue {
  readonly Key: string
  readonly Value: string
}

export type LockMode = 'GOVERNANCE' | 'COMPLIANCE'

/** How long new versions are kept. */
export type LockRule = { readonly mode: LockMode } & ({ readonly days: number } | { readonly years: number })

/** A version is not deleted before this moment. */
export interface Retention {
  readonly mode: LockMode
  readonly until: Date
}

/** What keeps a version from being deleted; a hold that was lifted is still known of. */
export interface Locks {
  readonly retention?: Retention
  readonly legalHold?: boolean
}

/** `account` is '' for an owner that was anonymous. */
export interface Ownership {
  readonly account: string
  readonly canonicalId: string
}

/** What a bucket keeps out, whatever lists and policies say. */
export interface PublicAccessBlock {
  readonly blocksAcls: boolean
  readonly ignoresAcls: boolean
  readonly blocksPolicies: boolean
  readonly restricts: boolean
}

export type TransitionMinimum = 'all_storage_classes_128K' | 'varies_by_storage_class'

export interface Bucket {
  readonly name: string
  readonly owner: Ownership
  readonly createdAt: Date
  /** As the creator gave it; '' when none was given. */
  readonly location: string
  /** Absent until versioning is first set. */
  readonly versioning?: 'Enabled' | 'Suspended'
  readonly acl: readonly AclGrant[]
  readonly tags?: readonly NameValue[]
  readonly cors?: readonly CORSRule[]
  readonly lifecycle?: readonly LifecycleRule[]
  /** What was said with these rules of the objects that they are not to move. */
  readonly transitionMinimum?: TransitionMinimum
  /** When the next daily pass of the lifecycle rules is (ms); absent when none is waiting. */
  readonly lifecyclePass?: number
  readonly logging?: LoggingEnabled
  /** As it was put: a document of who may do what. */
  readonly policy?: string
  readonly publicAccess?: PublicAccessBlock
  /** Whose its objects are; their uploaders' where nothing was said. */
  readonly objectOwnership?: ObjectOwnership
  /** Versions in it can be locked. The rule is for those that come without a retention of their own. */
  readonly objectLock?: { readonly rule?: LockRule }
  /** IAM's id of the user who made it, whose quotas count it; absent in older folders. */
  readonly createdBy?: string
}

/** How much a bucket holds; absent until something in it changes. */
export interface BucketUsage {
  readonly bucket: string
  readonly objects: number
  readonly bytes: number
}

/** Bytes `start` to `end` (exclusive) of a blob. */
export interface Slice {
  readonly blob: string
  readonly start: number
  readonly end: number
}

/** Headers that are kept with an object and given back. */
export interface ContentHeaders {
  readonly type?: string
  readonly encoding?: string
  readonly disposition?: string
  readonly language?: string
  readonly cacheControl?: string
  readonly expires?: Date
  readonly redirect?: string
}

/** Checksums beside the MD5, base64, by SDK member name such as `ChecksumCRC32`. */
export type Checksums = Readonly<Record<string, string>>

/** What an uploader says of an object beside its bytes. */
export interface ObjectDescription extends Locks {
  readonly owner: Ownership
  readonly acl: readonly AclGrant[]
  readonly content: ContentHeaders
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: readonly NameValue[]
  readonly storageClass: string
}

/** What the bytes are. */
export interface ObjectBody {
  readonly bytes: number
  /** Without the quotation marks that it has on the wire: MD5 in hex, with `-<parts>` for an upload in parts. */
  readonly etag: string
  readonly checksums?: Checksums
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE'
  readonly slices?: readonly Slice[]
  /** Instead of `slices`: the records of `objectParts` under this id. */
  readonly parts?: { readonly id: string; readonly count: number }
}

interface VersionName {
  readonly bucket: string
  readonly key: string
  /** Falls with every later version of a key, so that the newest comes first in the table. */
  readonly order: number
  /** `null` for what was put while versioning was not enabled. */
  readonly versionId: string
  readonly modifiedAt: Date
}

export interface StoredObject extends VersionName, ObjectDescription, ObjectBody {
  readonly deleteMarker?: undefined
}

export interface DeleteMarker extends VersionName {
  readonly deleteMarker: true
  readonly owner: Ownership
}

export type ObjectVersion = StoredObject | DeleteMarker

export interface Upload {
  readonly bucket: string
  readonly key: string
  readonly id: string
  readonly startedAt: Date
  readonly description: ObjectDescription
  /** SDK member name such as `ChecksumCRC32`, when a checksum was asked for. */
  readonly checksum?: string
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE'
}

/** A part of an upload, and after its completion of the object. */
export interface ObjectPart {
  /** The upload's id, or one of its own for a copied object. */
  readonly upload: string
  readonly number: number
  readonly bytes: number
  readonly etag: string
  readonly checksums: Checksums
  readonly modifiedAt: Date
  readonly slices: readonly Slice[]
}

/**
 * A key as the store orders it: the order of its UTF-8 bytes. The store's own encoding of the six lowest control
 * characters depends on the length of the string, so they are written as two characters that sort alike.
 */
export const sortable = (key: string): string =>
  key.replace(/[\0-\x05]/g, low => `\x05${String.fromCharCode(0x20 + low.charCodeAt(0))}`)

const noSuchBucket = (name: string | number) =>
  refuse('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: String(name) })

export const s3Tables = {
  buckets: table<Bucket>({ scope: 'cloud', key: bucket => bucket.name, missing: noSuchBucket }),
  bucketUsage: table<BucketUsage>({ scope: 'cloud', key: usage => usage.bucket }),
  objects: table<ObjectVersion>({
    scope: 'cloud',
    key: object => [object.bucket, sortable(object.key), object.order],
    large: true,
  }),
  uploads: table<Upload>({
    scope: 'cloud',
    key: upload => [upload.bucket, sortable(upload.key), upload.id],
    large: true,
    missing: (_bucket, _key, id) =>
      refuse(
        'NoSuchUpload',
        'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
        404,
        { UploadId: String(id) },
      ),
  }),
  objectParts: table<ObjectPart>({ scope: 'cloud', key: part => [part.upload, part.number], large: true }),
}
