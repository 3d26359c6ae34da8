// SPDX-License-Identifier: BSD-2-Clause
// The object storage: classic S3.
//
// What is missing
//   - Notifications, websites, replication, encryption, acceleration, requesters who pay: Put… is NotImplemented, as in
//     Eucalyptus; Get… answers as for a bucket where it is unset, Delete… of some succeeds.
//   - Inventories, metrics, analytics and tiering of buckets: all of it is NotImplemented.
//   - Archive storage classes, RestoreObject, SelectObjectContent, torrents, annotations, metadata tables.
//   - Lifecycle transitions and rules for noncurrent versions. Access logs: the setting is kept, no log is written.
//
// What differs on purpose
//   - From Amazon: Eucalyptus' bucket names (2 to 255 characters), `Disabled` as the versioning of a bucket that never
//     had any, KeyTooLong, success for a bucket one has already, lifecycle refused on versioned buckets. New buckets have
//     neither a public access block nor ownership controls until somebody puts them.
//   - From Eucalyptus: keys that the caller may not know of are AccessDenied instead of NoSuchKey. Buckets have policies
//     (bucket-policies.ts), public access blocks and ownership controls, as on Amazon, and so do conditions have its keys.
//     What each operation asks for is in rights.ts.
//   - From both: the ETag of a part that was copied from a range, or from an object uploaded in parts, is no MD5; a
//     copied object keeps its source's ETag.
import {
  AbortMultipartUpload$,
  CompleteMultipartUpload$,
  CopyObject$,
  CreateBucket$,
  CreateMultipartUpload$,
  DeleteBucket$,
  DeleteBucketCors$,
  DeleteBucketEncryption$,
  DeleteBucketLifecycle$,
  DeleteBucketOwnershipControls$,
  DeleteBucketPolicy$,
  DeleteBucketReplication$,
  DeleteBucketTagging$,
  DeleteBucketWebsite$,
  DeleteObject$,
  DeleteObjects$,
  DeleteObjectTagging$,
  DeletePublicAccessBlock$,
  GetBucketAccelerateConfiguration$,
  GetBucketAcl$,
  GetBucketCors$,
  GetBucketEncryption$,
  GetBucketLifecycleConfiguration$,
  GetBucketLocation$,
  GetBucketLogging$,
  GetBucketNotificationConfiguration$,
  GetBucketOwnershipControls$,
  GetBucketPolicy$,
  GetBucketPolicyStatus$,
  GetBucketReplication$,
  GetBucketRequestPayment$,
  GetBucketTagging$,
  GetBucketVersioning$,
  GetBucketWebsite$,
  GetObjectAcl$,
  GetObjectAttributes$,
  GetObjectLegalHold$,
  GetObjectLockConfiguration$,
  GetObjectRetention$,
  GetObjectTagging$,
  GetPublicAccessBlock$,
  HeadBucket$,
  HeadObject$,
  ListBuckets$,
  ListMultipartUploads$,
  ListObjects$,
  ListObjectsV2$,
  ListObjectVersions$,
  ListParts$,
  PutBucketAcl$,
  PutBucketCors$,
  PutBucketLifecycleConfiguration$,
  PutBucketLogging$,
  PutBucketOwnershipControls$,
  PutBucketVersioning$,
  PutObject$,
  PutObjectAcl$,
  PutObjectLegalHold$,
  PutObjectLockConfiguration$,
  PutObjectRetention$,
  PutObjectTagging$,
  PutPublicAccessBlock$,
  UploadPart$,
  UploadPartCopy$,
} from '@aws-sdk/client-s3'
import { operation, type Service } from '../operation'
import { refuseAccess } from './access'
import { getBucketAcl, getObjectAcl, putBucketAcl, putObjectAcl } from './acls'
import {
  deleteBucketPolicy,
  getBucketPolicy,
  getBucketPolicyStatus,
  putBucketPolicy,
} from './bucket-policies'
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from './buckets'
import { completeMultipartUpload } from './completion'
import { copyObject, uploadPartCopy } from './copies'
import { deleteBucketCors, getBucketCors, putBucketCors } from './cors'
import { deleteObject, deleteObjects } from './deletions'
import { maximumPutBytes } from './descriptions'
import {
  GetObjectIfRange$,
  PutBucketPolicyNoContent$,
  PutBucketTaggingNoContent$,
} from './extended-operations'
import {
  deleteBucketLifecycle,
  getBucketLifecycleConfiguration,
  lifecycleDue,
  putBucketLifecycleConfiguration,
} from './lifecycle'
import { listObjects, listObjectsV2, listObjectVersions } from './listings'
import {
  getObjectLegalHold,
  getObjectLockConfiguration,
  getObjectRetention,
  putObjectLegalHold,
  putObjectLockConfiguration,
  putObjectRetention,
} from './lock-operations'
import { getBucketLogging, putBucketLogging } from './logging'
import { getObject, getObjectAttributes, headObject, mayPutObject, putObject } from './objects'
import {
  deleteBucketOwnershipControls,
  getBucketOwnershipControls,
  putBucketOwnershipControls,
} from './ownership-controls'
import { deletePublicAccessBlock, getPublicAccessBlock, putPublicAccessBlock } from './public-access-block'
import {
  deleteBucketTagging,
  deleteObjectTagging,
  getBucketTagging,
  getObjectTagging,
  putBucketTagging,
  putObjectTagging,
} from './tagging'
import { unimplemented } from './unimplemented'
import {
  deleteUnset,
  getBucketAccelerateConfiguration,
  getBucketEncryption,
  getBucketNotificationConfiguration,
  getBucketReplication,
  getBucketRequestPayment,
  getBucketWebsite,
} from './unset'
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  mayUploadPart,
  uploadAbandoned,
  uploadPart,
} from './uploads'

export const s3: Service = {
  name: 's3',
  access: 'inside',
  denied: refuseAccess,
  operations: {
    ListBuckets: operation(ListBuckets$, listBuckets),
    CreateBucket: operation(CreateBucket$, createBucket),
    HeadBucket: operation(HeadBucket$, headBucket),
    DeleteBucket: operation(DeleteBucket$, deleteBucket),
    GetBucketLocation: operation(GetBucketLocation$, getBucketLocation),
    GetBucketVersioning: operation(GetBucketVersioning$, getBucketVersioning),
    PutBucketVersioning: operation(PutBucketVersioning$, putBucketVersioning),

    ListObjects: operation(ListObjects$, listObjects),
    ListObjectsV2: operation(ListObjectsV2$, listObjectsV2),
    ListObjectVersions: operation(ListObjectVersions$, listObjectVersions),

    PutObject: operation(PutObject$, putObject, {
      body: { largestBytes: maximumPutBytes, before: mayPutObject },
    }),
    GetObject: operation(GetObjectIfRange$, getObject),
    HeadObject: operation(HeadObject$, headObject),
    GetObjectAttributes: operation(GetObjectAttributes$, getObjectAttributes),
    DeleteObject: operation(DeleteObject$, deleteObject),
    DeleteObjects: operation(DeleteObjects$, deleteObjects),
    CopyObject: operation(CopyObject$, copyObject),

    CreateMultipartUpload: operation(CreateMultipartUpload$, createMultipartUpload),
    UploadPart: operation(UploadPart$, uploadPart, {
      body: { largestBytes: maximumPutBytes, before: mayUploadPart },
    }),
    UploadPartCopy: operation(UploadPartCopy$, uploadPartCopy),
    ListParts: operation(ListParts$, listParts),
    ListMultipartUploads: operation(ListMultipartUploads$, listMultipartUploads),
    CompleteMultipartUpload: operation(CompleteMultipartUpload$, completeMultipartUpload),
    AbortMultipartUpload: operation(AbortMultipartUpload$, abortMultipartUpload),

    GetBucketAcl: operation(GetBucketAcl$, getBucketAcl),
    PutBucketAcl: operation(PutBucketAcl$, putBucketAcl),
    GetObjectAcl: operation(GetObjectAcl$, getObjectAcl),
    PutObjectAcl: operation(PutObjectAcl$, putObjectAcl),

    GetBucketTagging: operation(GetBucketTagging$, getBucketTagging),
    PutBucketTagging: operation(PutBucketTaggingNoContent$, putBucketTagging),
    DeleteBucketTagging: operation(DeleteBucketTagging$, deleteBucketTagging),
    GetObjectTagging: operation(GetObjectTagging$, getObjectTagging),
    PutObjectTagging: operation(PutObjectTagging$, putObjectTagging),
    DeleteObjectTagging: operation(DeleteObjectTagging$, deleteObjectTagging),

    GetBucketCors: operation(GetBucketCors$, getBucketCors),
    PutBucketCors: operation(PutBucketCors$, putBucketCors),
    DeleteBucketCors: operation(DeleteBucketCors$, deleteBucketCors),

    GetBucketLifecycleConfiguration: operation(
      GetBucketLifecycleConfiguration$,
      getBucketLifecycleConfiguration,
    ),
    PutBucketLifecycleConfiguration: operation(
      PutBucketLifecycleConfiguration$,
      putBucketLifecycleConfiguration,
    ),
    DeleteBucketLifecycle: operation(DeleteBucketLifecycle$, deleteBucketLifecycle),

    GetBucketLogging: operation(GetBucketLogging$, getBucketLogging),
    PutBucketLogging: operation(PutBucketLogging$, putBucketLogging),

    GetBucketPolicy: operation(GetBucketPolicy$, getBucketPolicy),
    GetBucketPolicyStatus: operation(GetBucketPolicyStatus$, getBucketPolicyStatus),
    PutBucketPolicy: operation(PutBucketPolicyNoContent$, putBucketPolicy),
    DeleteBucketPolicy: operation(DeleteBucketPolicy$, deleteBucketPolicy),

    GetObjectLockConfiguration: operation(GetObjectLockConfiguration$, getObjectLockConfiguration),
    PutObjectLockConfiguration: operation(PutObjectLockConfiguration$, putObjectLockConfiguration),
    GetObjectRetention: operation(GetObjectRetention$, getObjectRetention),
    PutObjectRetention: operation(PutObjectRetention$, putObjectRetention),
    GetObjectLegalHold: operation(GetObjectLegalHold$, getObjectLegalHold),
    PutObjectLegalHold: operation(PutObjectLegalHold$, putObjectLegalHold),

    GetPublicAccessBlock: operation(GetPublicAccessBlock$, getPublicAccessBlock),
    PutPublicAccessBlock: operation(PutPublicAccessBlock$, putPublicAccessBlock),
    DeletePublicAccessBlock: operation(DeletePublicAccessBlock$, deletePublicAccessBlock),

    GetBucketOwnershipControls: operation(GetBucketOwnershipControls$, getBucketOwnershipControls),
    PutBucketOwnershipControls: operation(PutBucketOwnershipControls$, putBucketOwnershipControls),
    DeleteBucketOwnershipControls: operation(DeleteBucketOwnershipControls$, deleteBucketOwnershipControls),

    GetBucketWebsite: operation(GetBucketWebsite$, getBucketWebsite),
    GetBucketReplication: operation(GetBucketReplication$, getBucketReplication),
    GetBucketEncryption: operation(GetBucketEncryption$, getBucketEncryption),
    GetBucketAccelerateConfiguration: operation(
      GetBucketAccelerateConfiguration$,
      getBucketAccelerateConfiguration,
    ),
    GetBucketNotificationConfiguration: operation(
      GetBucketNotificationConfiguration$,
      getBucketNotificationConfiguration,
    ),
    GetBucketRequestPayment: operation(GetBucketRequestPayment$, getBucketRequestPayment),
    DeleteBucketWebsite: operation(DeleteBucketWebsite$, deleteUnset('DeleteBucketWebsite')),
    DeleteBucketReplication: operation(DeleteBucketReplication$, deleteUnset('DeleteBucketReplication')),
    DeleteBucketEncryption: operation(DeleteBucketEncryption$, deleteUnset('DeleteBucketEncryption')),
  },
  unimplemented,
  tasks: {
    's3.upload.abandoned': uploadAbandoned,
    's3.lifecycle.due': lifecycleDue,
  },
}
