// SPDX-License-Identifier: BSD-2-Clause
// What each operation asks of policies and of access control lists. It stands beside the operations in index.ts: an
// operation that is not here cannot look up a bucket. Actions are those of AWS' service authorization reference.
import type { AclPermission } from './schema'

export interface Right {
  /** The action in policies, without `s3:`. */
  readonly action: string
  /** The action where a version is named. */
  readonly ofVersion?: string
  /** What a list must grant to other accounts than the owner's; `owner`: no list does. */
  readonly grant: AclPermission | 'owner'
}

const owners = (action: string): Right => ({ action, grant: 'owner' })

/** What asks about a bucket, or changes its settings. */
const ofBuckets = {
  HeadBucket: { action: 'ListBucket', grant: 'READ' },
  DeleteBucket: owners('DeleteBucket'),
  GetBucketLocation: { action: 'GetBucketLocation', grant: 'READ' },
  GetBucketVersioning: owners('GetBucketVersioning'),
  PutBucketVersioning: owners('PutBucketVersioning'),
  ListObjects: { action: 'ListBucket', grant: 'READ' },
  ListObjectsV2: { action: 'ListBucket', grant: 'READ' },
  ListObjectVersions: { action: 'ListBucketVersions', grant: 'READ' },
  ListMultipartUploads: { action: 'ListBucketMultipartUploads', grant: 'READ' },
  GetBucketAcl: { action: 'GetBucketAcl', grant: 'READ_ACP' },
  PutBucketAcl: { action: 'PutBucketAcl', grant: 'WRITE_ACP' },
  GetBucketTagging: owners('GetBucketTagging'),
  PutBucketTagging: owners('PutBucketTagging'),
  DeleteBucketTagging: owners('PutBucketTagging'),
  GetBucketCors: owners('GetBucketCORS'),
  PutBucketCors: owners('PutBucketCORS'),
  DeleteBucketCors: owners('PutBucketCORS'),
  GetBucketLifecycleConfiguration: owners('GetLifecycleConfiguration'),
  PutBucketLifecycleConfiguration: owners('PutLifecycleConfiguration'),
  DeleteBucketLifecycle: owners('PutLifecycleConfiguration'),
  GetBucketLogging: owners('GetBucketLogging'),
  PutBucketLogging: owners('PutBucketLogging'),
  GetBucketPolicy: owners('GetBucketPolicy'),
  GetBucketPolicyStatus: owners('GetBucketPolicyStatus'),
  PutBucketPolicy: owners('PutBucketPolicy'),
  DeleteBucketPolicy: owners('DeleteBucketPolicy'),
  GetBucketWebsite: owners('GetBucketWebsite'),
  DeleteBucketWebsite: owners('DeleteBucketWebsite'),
  GetBucketReplication: owners('GetReplicationConfiguration'),
  DeleteBucketReplication: owners('PutReplicationConfiguration'),
  GetBucketEncryption: owners('GetEncryptionConfiguration'),
  DeleteBucketEncryption: owners('PutEncryptionConfiguration'),
  GetPublicAccessBlock: owners('GetBucketPublicAccessBlock'),
  PutPublicAccessBlock: owners('PutBucketPublicAccessBlock'),
  DeletePublicAccessBlock: owners('PutBucketPublicAccessBlock'),
  GetBucketOwnershipControls: owners('GetBucketOwnershipControls'),
  PutBucketOwnershipControls: owners('PutBucketOwnershipControls'),
  DeleteBucketOwnershipControls: owners('PutBucketOwnershipControls'),
  GetBucketAccelerateConfiguration: owners('GetAccelerateConfiguration'),
  GetBucketNotificationConfiguration: owners('GetBucketNotification'),
  GetBucketRequestPayment: owners('GetBucketRequestPayment'),
  GetObjectLockConfiguration: owners('GetBucketObjectLockConfiguration'),
  PutObjectLockConfiguration: owners('PutBucketObjectLockConfiguration'),
} as const satisfies Readonly<Record<string, Right>>

/** What puts something under a key, or takes it away: the bucket's owner and list decide, whoever the object is of. */
const ofKeys = {
  PutObject: { action: 'PutObject', grant: 'WRITE' },
  CopyObject: { action: 'PutObject', grant: 'WRITE' },
  CreateMultipartUpload: { action: 'PutObject', grant: 'WRITE' },
  UploadPart: { action: 'PutObject', grant: 'WRITE' },
  UploadPartCopy: { action: 'PutObject', grant: 'WRITE' },
  CompleteMultipartUpload: { action: 'PutObject', grant: 'WRITE' },
  AbortMultipartUpload: owners('AbortMultipartUpload'),
  ListParts: owners('ListMultipartUploadParts'),
  DeleteObject: { action: 'DeleteObject', ofVersion: 'DeleteObjectVersion', grant: 'WRITE' },
  DeleteObjects: { action: 'DeleteObject', ofVersion: 'DeleteObjectVersion', grant: 'WRITE' },
} as const satisfies Readonly<Record<string, Right>>

/** What is about an object that is there: its own owner and list decide. */
const ofObjects = {
  GetObject: { action: 'GetObject', ofVersion: 'GetObjectVersion', grant: 'READ' },
  HeadObject: { action: 'GetObject', ofVersion: 'GetObjectVersion', grant: 'READ' },
  GetObjectAttributes: {
    action: 'GetObjectAttributes',
    ofVersion: 'GetObjectVersionAttributes',
    grant: 'READ',
  },
  GetObjectAcl: { action: 'GetObjectAcl', ofVersion: 'GetObjectVersionAcl', grant: 'READ_ACP' },
  PutObjectAcl: { action: 'PutObjectAcl', ofVersion: 'PutObjectVersionAcl', grant: 'WRITE_ACP' },
  GetObjectTagging: { action: 'GetObjectTagging', ofVersion: 'GetObjectVersionTagging', grant: 'owner' },
  PutObjectTagging: { action: 'PutObjectTagging', ofVersion: 'PutObjectVersionTagging', grant: 'owner' },
  DeleteObjectTagging: {
    action: 'DeleteObjectTagging',
    ofVersion: 'DeleteObjectVersionTagging',
    grant: 'owner',
  },
  GetObjectRetention: { action: 'GetObjectRetention', grant: 'READ' },
  PutObjectRetention: owners('PutObjectRetention'),
  GetObjectLegalHold: { action: 'GetObjectLegalHold', grant: 'READ' },
  PutObjectLegalHold: owners('PutObjectLegalHold'),
} as const satisfies Readonly<Record<string, Right>>

export type BucketOperation = keyof typeof ofBuckets
export type KeyOperation = keyof typeof ofKeys
export type ObjectOperation = keyof typeof ofObjects

/** By operation. ListBuckets and CreateBucket, which are about no bucket that is there, ask by themselves. */
export const rights: Readonly<Record<BucketOperation | KeyOperation | ObjectOperation, Right>> = {
  ...ofBuckets,
  ...ofKeys,
  ...ofObjects,
}

/** Actions on objects that no operation of this cloud asks for, and that a bucket's policy may name all the same. */
const otherObjectActions = [
  ...['BypassGovernanceRetention', 'GetObjectTorrent', 'GetObjectVersionForReplication'],
  ...['GetObjectVersionTorrent', 'InitiateReplication', 'ObjectOwnerOverrideToBucketOwner'],
  ...['ReplicateDelete', 'ReplicateObject', 'ReplicateTags'],
  ...['RestoreObject', 'UpdateObjectEncryption'],
]

const otherBucketActions = [
  ...['CreateBucket', 'DeleteBucketOwnershipControls', 'GetAnalyticsConfiguration'],
  ...['GetIntelligentTieringConfiguration', 'GetInventoryConfiguration', 'GetMetricsConfiguration'],
  ...['PutAccelerateConfiguration', 'PutAnalyticsConfiguration', 'PutBucketNotification'],
  ...['PutBucketRequestPayment', 'PutBucketWebsite'],
  ...['PutIntelligentTieringConfiguration', 'PutInventoryConfiguration', 'PutMetricsConfiguration'],
]

const actionsOf = (table: Readonly<Record<string, Right>>): string[] =>
  Object.values(table).flatMap(({ action, ofVersion }) => (ofVersion ? [action, ofVersion] : [action]))

/** All actions that a bucket's policy may name, with what they are about; in lower case. */
export const bucketActions: readonly string[] = [...actionsOf(ofBuckets), ...otherBucketActions].map(name =>
  `s3:${name}`.toLowerCase(),
)
export const objectActions: readonly string[] = [
  ...actionsOf({ ...ofKeys, ...ofObjects }),
  ...otherObjectActions,
].map(name => `s3:${name}`.toLowerCase())
