// SPDX-License-Identifier: BSD-2-Clause
// Every operation of S3 asks for an action on an ARN: a user without it is refused and changes nothing, a user with
// just that gets past.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-s3'
import { s3 as service } from '../../../src/engine/s3'
import { rights } from '../../../src/engine/s3/rights'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allow, haveUser, type Person } from './people'
import { refused } from './support'

const bucket = 'arn:aws:s3:::box'
const object = `${bucket}/key`
const Bucket = 'box'
const Key = 'key'
const named = { Bucket, Key }

type Needs = readonly (readonly [action: string, resource: string])[]

interface Attempt {
  readonly operation: string
  readonly input: (upload: string, version: string) => object
  readonly needs: Needs
}

const of = (operation: string, action: string, resource: string, input: object = { Bucket }): Attempt => ({
  operation,
  input: () => input,
  needs: [[action, resource]],
})
const ofObject = (operation: string, action: string, input: object = {}): Attempt =>
  of(operation, action, object, { ...named, ...input })

const tagging = { Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }
const upload = (operation: string, action: string, input: object = {}): Attempt => ({
  operation,
  input: UploadId => ({ ...named, UploadId, ...input }),
  needs: [[action, object]],
})
const version = (operation: string, action: string, input: object = {}): Attempt => ({
  operation,
  input: (_, VersionId) => ({ ...named, VersionId, ...input }),
  needs: [[action, object]],
})

const rule = { Status: 'Enabled', Expiration: { Days: 1 }, Filter: { Prefix: '' } }
const policy = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${bucket}/public/*` }],
})

const attempts: readonly Attempt[] = [
  of('ListBuckets', 's3:ListAllMyBuckets', 'arn:aws:s3:::*', {}),
  of('CreateBucket', 's3:CreateBucket', 'arn:aws:s3:::new', { Bucket: 'new' }),
  {
    ...of('CreateBucket', 's3:CreateBucket', 'arn:aws:s3:::new', { Bucket: 'new', ACL: 'public-read' }),
    needs: [
      ['s3:CreateBucket', 'arn:aws:s3:::new'],
      ['s3:PutBucketAcl', 'arn:aws:s3:::new'],
    ],
  },
  {
    ...of('CreateBucket', '', '', { Bucket: 'new', ObjectOwnership: 'ObjectWriter' }),
    needs: [
      ['s3:CreateBucket', 'arn:aws:s3:::new'],
      ['s3:PutBucketOwnershipControls', 'arn:aws:s3:::new'],
    ],
  },
  of('HeadBucket', 's3:ListBucket', bucket),
  of('DeleteBucket', 's3:DeleteBucket', bucket),
  of('GetBucketLocation', 's3:GetBucketLocation', bucket),
  of('GetBucketVersioning', 's3:GetBucketVersioning', bucket),
  of('PutBucketVersioning', 's3:PutBucketVersioning', bucket, {
    ...{ Bucket, VersioningConfiguration: { Status: 'Suspended' } },
  }),
  of('ListObjects', 's3:ListBucket', bucket),
  of('ListObjectsV2', 's3:ListBucket', bucket),
  of('ListObjectVersions', 's3:ListBucketVersions', bucket),
  of('ListMultipartUploads', 's3:ListBucketMultipartUploads', bucket),
  of('GetBucketAcl', 's3:GetBucketAcl', bucket),
  of('PutBucketAcl', 's3:PutBucketAcl', bucket, { Bucket, ACL: 'public-read' }),
  of('GetBucketTagging', 's3:GetBucketTagging', bucket),
  of('PutBucketTagging', 's3:PutBucketTagging', bucket, { Bucket, ...tagging }),
  of('DeleteBucketTagging', 's3:PutBucketTagging', bucket),
  of('GetBucketCors', 's3:GetBucketCORS', bucket),
  of('PutBucketCors', 's3:PutBucketCORS', bucket, {
    ...{ Bucket, CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] } },
  }),
  of('DeleteBucketCors', 's3:PutBucketCORS', bucket),
  of('GetBucketLifecycleConfiguration', 's3:GetLifecycleConfiguration', bucket),
  of('PutBucketLifecycleConfiguration', 's3:PutLifecycleConfiguration', bucket, {
    ...{ Bucket, LifecycleConfiguration: { Rules: [rule] } },
  }),
  of('DeleteBucketLifecycle', 's3:PutLifecycleConfiguration', bucket),
  of('GetBucketLogging', 's3:GetBucketLogging', bucket),
  of('PutBucketLogging', 's3:PutBucketLogging', bucket, { Bucket, BucketLoggingStatus: {} }),
  of('GetBucketPolicy', 's3:GetBucketPolicy', bucket),
  of('GetBucketPolicyStatus', 's3:GetBucketPolicyStatus', bucket),
  of('PutBucketPolicy', 's3:PutBucketPolicy', bucket, { Bucket, Policy: policy }),
  of('DeleteBucketPolicy', 's3:DeleteBucketPolicy', bucket),
  of('GetBucketWebsite', 's3:GetBucketWebsite', bucket),
  of('DeleteBucketWebsite', 's3:DeleteBucketWebsite', bucket),
  of('GetBucketReplication', 's3:GetReplicationConfiguration', bucket),
  of('DeleteBucketReplication', 's3:PutReplicationConfiguration', bucket),
  of('GetBucketEncryption', 's3:GetEncryptionConfiguration', bucket),
  of('DeleteBucketEncryption', 's3:PutEncryptionConfiguration', bucket),
  of('GetPublicAccessBlock', 's3:GetBucketPublicAccessBlock', bucket),
  of('PutPublicAccessBlock', 's3:PutBucketPublicAccessBlock', bucket, {
    ...{ Bucket, PublicAccessBlockConfiguration: {} },
  }),
  of('DeletePublicAccessBlock', 's3:PutBucketPublicAccessBlock', bucket),
  of('GetBucketOwnershipControls', 's3:GetBucketOwnershipControls', bucket),
  of('PutBucketOwnershipControls', 's3:PutBucketOwnershipControls', bucket, {
    ...{ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } },
  }),
  of('DeleteBucketOwnershipControls', 's3:PutBucketOwnershipControls', bucket),
  of('GetBucketAccelerateConfiguration', 's3:GetAccelerateConfiguration', bucket),
  of('GetBucketNotificationConfiguration', 's3:GetBucketNotification', bucket),
  of('GetBucketRequestPayment', 's3:GetBucketRequestPayment', bucket),
  of('GetObjectLockConfiguration', 's3:GetBucketObjectLockConfiguration', bucket),
  of('PutObjectLockConfiguration', 's3:PutBucketObjectLockConfiguration', bucket, {
    Bucket,
    ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
  }),

  ofObject('GetObject', 's3:GetObject'),
  version('GetObject', 's3:GetObjectVersion'),
  ofObject('HeadObject', 's3:GetObject'),
  version('HeadObject', 's3:GetObjectVersion'),
  {
    ...ofObject('GetObjectAttributes', '', { ObjectAttributes: ['ETag'] }),
    needs: [
      ['s3:GetObject', object],
      ['s3:GetObjectAttributes', object],
    ],
  },
  {
    ...version('GetObjectAttributes', '', { ObjectAttributes: ['ETag'] }),
    needs: [
      ['s3:GetObjectVersion', object],
      ['s3:GetObjectVersionAttributes', object],
    ],
  },
  ofObject('GetObjectAcl', 's3:GetObjectAcl'),
  version('GetObjectAcl', 's3:GetObjectVersionAcl'),
  ofObject('PutObjectAcl', 's3:PutObjectAcl', { ACL: 'public-read' }),
  version('PutObjectAcl', 's3:PutObjectVersionAcl', { ACL: 'public-read' }),
  ofObject('GetObjectTagging', 's3:GetObjectTagging'),
  version('GetObjectTagging', 's3:GetObjectVersionTagging'),
  ofObject('PutObjectTagging', 's3:PutObjectTagging', tagging),
  version('PutObjectTagging', 's3:PutObjectVersionTagging', tagging),
  ofObject('DeleteObjectTagging', 's3:DeleteObjectTagging'),
  version('DeleteObjectTagging', 's3:DeleteObjectVersionTagging'),
  ofObject('GetObjectRetention', 's3:GetObjectRetention'),
  ofObject('GetObjectLegalHold', 's3:GetObjectLegalHold'),
  ofObject('PutObjectRetention', 's3:PutObjectRetention', { Retention: {} }),
  ofObject('PutObjectLegalHold', 's3:PutObjectLegalHold', { LegalHold: { Status: 'OFF' } }),

  ofObject('PutObject', 's3:PutObject', { Body: 'x' }),
  {
    ...ofObject('PutObject', '', { Body: 'x', ACL: 'public-read', Tagging: 'a=b' }),
    needs: [
      ['s3:PutObject', object],
      ['s3:PutObjectAcl', object],
      ['s3:PutObjectTagging', object],
    ],
  },
  {
    ...ofObject('PutObject', '', {
      Body: 'x',
      GrantRead: 'uri="http://acs.amazonaws.com/groups/global/AllUsers"',
    }),
    needs: [
      ['s3:PutObject', object],
      ['s3:PutObjectAcl', object],
    ],
  },
  {
    ...ofObject('CopyObject', '', { CopySource: 'box/source' }),
    needs: [
      ['s3:GetObject', `${bucket}/source`],
      ['s3:PutObject', object],
    ],
  },
  {
    ...ofObject('CopyObject', '', { CopySource: 'box/tagged' }),
    needs: [
      ['s3:GetObject', `${bucket}/tagged`],
      ['s3:GetObjectTagging', `${bucket}/tagged`],
      ['s3:PutObject', object],
      ['s3:PutObjectTagging', object],
    ],
  },
  {
    operation: 'CopyObject',
    input: (_, id) => ({ ...named, CopySource: `box/key?versionId=${id}`, StorageClass: 'STANDARD_IA' }),
    needs: [
      ['s3:GetObjectVersion', object],
      ['s3:PutObject', object],
    ],
  },
  ofObject('DeleteObject', 's3:DeleteObject'),
  version('DeleteObject', 's3:DeleteObjectVersion'),
  of('DeleteObjects', 's3:DeleteObject', object, { Bucket, Delete: { Objects: [{ Key }] } }),
  {
    operation: 'DeleteObjects',
    input: (_, VersionId) => ({ Bucket, Delete: { Objects: [{ Key, VersionId }] } }),
    needs: [['s3:DeleteObjectVersion', object]],
  },
  ofObject('CreateMultipartUpload', 's3:PutObject'),
  upload('UploadPart', 's3:PutObject', { PartNumber: 1, Body: 'x' }),
  {
    ...upload('UploadPartCopy', '', { PartNumber: 1, CopySource: 'box/source' }),
    needs: [
      ['s3:GetObject', `${bucket}/source`],
      ['s3:PutObject', object],
    ],
  },
  upload('CompleteMultipartUpload', 's3:PutObject', {
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '9dd4e461268c8034f5c8564e155c67a6' }] },
  }),
  upload('AbortMultipartUpload', 's3:AbortMultipartUpload'),
  upload('ListParts', 's3:ListMultipartUploadParts'),
]

type Commands = Readonly<Record<string, new (input: never) => never>>

const allStatements = (needs: Needs): object[] => needs.map(([action, resource]) => allow(action, resource))

describe('Leave for an operation of S3', () => {
  let c: Cloud
  let alice: Clients
  let user: Person
  let uploadId: string
  let versionId: string
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    user = haveUser(c, alice.accountId, 'carol')
    const s3 = alice.s3()
    await s3.send(new sdk.CreateBucketCommand({ Bucket }))
    const enabled = { Bucket, VersioningConfiguration: { Status: 'Enabled' as const } }
    await s3.send(new sdk.PutBucketVersioningCommand(enabled))
    await s3.send(new sdk.PutObjectCommand({ Bucket, Key: 'source', Body: 's' }))
    await s3.send(new sdk.PutObjectCommand({ Bucket, Key: 'tagged', Body: 's', Tagging: 'a=b' }))
    versionId = (await s3.send(new sdk.PutObjectCommand({ ...named, Body: 'k' }))).VersionId ?? ''
    uploadId = (await s3.send(new sdk.CreateMultipartUploadCommand(named))).UploadId ?? ''
    await s3.send(new sdk.UploadPartCommand({ ...named, UploadId: uploadId, PartNumber: 1, Body: 'x' }))
  })
  after(() => c.close())

  const records = () =>
    c.engine.read(tx =>
      JSON.stringify(
        [tx.buckets, tx.objects, tx.uploads, tx.objectParts, tx.blobs, tx.bucketUsage].map(table => [
          ...table.scan(),
        ]),
      ),
    )

  const send = ({ operation, input }: Attempt) => {
    const Command = (sdk as unknown as Commands)[`${operation}Command`]
    assert.ok(Command, operation)
    return user.s3().send(new Command(input(uploadId, versionId) as never))
  }

  /** Past the policies: what is refused after that has another reason. */
  const getsPast = async (attempt: Attempt): Promise<void> => {
    try {
      const answer = (await send(attempt)) as { Errors?: readonly unknown[] }
      assert.deepEqual(answer.Errors ?? [], [], attempt.operation)
    } catch (error) {
      const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } }
      assert.notEqual($metadata?.httpStatusCode, 403, `${attempt.operation}: ${name}`)
      if ($metadata === undefined) throw error
    }
  }

  it('is asked for every one of them', () => {
    const tried = new Set(attempts.map(({ operation }) => operation))
    assert.deepEqual([...tried].sort(), Object.keys(service.operations).sort())
    // These two are about no bucket that is there.
    const listed = [...Object.keys(rights), 'ListBuckets', 'CreateBucket']
    assert.deepEqual(listed.sort(), Object.keys(service.operations).sort())
  })

  it('is missing for who has no policy, and nothing is changed', async () => {
    user.may()
    const was = records()
    for (const attempt of attempts) {
      await refused(send(attempt), attempt.operation.startsWith('Head') ? undefined : 'AccessDenied', 403)
    }
    assert.equal(records(), was)
  })

  it('is missing while one of the actions is, or is for another ARN', async () => {
    const was = records()
    for (const attempt of attempts) {
      for (const missing of attempt.needs) {
        const others = attempt.needs.filter(need => need !== missing)
        const elsewhere = allow(missing[0], missing[1].replace(/.$/, '').concat('-elsewhere'))
        user.may(allow('s3:Unheard'), elsewhere, ...allStatements(others))
        await refused(send(attempt), undefined, 403)
      }
    }
    assert.equal(records(), was)
  })

  it('is given by just these actions on these ARNs', async () => {
    for (const attempt of attempts) {
      user.may(...allStatements(attempt.needs))
      await getsPast(attempt)
    }
  })
})
