// SPDX-License-Identifier: BSD-2-Clause
// `Limit` statements on what S3 holds, counted with every change.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-s3'
import { usageOf } from '../../../src/engine/s3/usage'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allow, haveUser, hold, type Person } from './people'
import { refused } from './support'

const mebibyte = 1024 ** 2

const limit = (Action: string, key: string, most: number) => ({
  ...{ Effect: 'Limit', Action, Resource: '*' },
  Condition: { NumericLessThanEquals: { [`s3:quota-${key}`]: String(most) } },
})

describe('Quotas of S3', () => {
  let c: Cloud
  let alice: Clients
  let carol: Person
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    carol = haveUser(c, alice.accountId, 'carol')
  })
  afterEach(() => c.close())

  const make = (who: sdk.S3Client, Bucket: string) => who.send(new sdk.CreateBucketCommand({ Bucket }))
  const put = (who: sdk.S3Client, Bucket: string, Key: string, bytes: number) =>
    who.send(new sdk.PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(bytes) }))
  const denied = (request: Promise<unknown>) => refused(request, 'AccessDenied', 403)
  const usage = (bucket: string) => {
    const { objects, bytes } = c.engine.read(tx => usageOf(tx, bucket))
    return [objects, bytes]
  }

  it('hold for the number of buckets that a user made, or an account has', async () => {
    carol.may(allow('s3:*'), limit('s3:CreateBucket', 'bucketnumber', 1))
    await make(alice.s3(), 'hers')
    await make(carol.s3(), 'one')
    await denied(make(carol.s3(), 'two'))
    await carol.s3().send(new sdk.DeleteBucketCommand({ Bucket: 'one' }))
    await make(carol.s3(), 'two')
    hold(c, alice.accountId, 'account', [allow('*'), limit('s3:CreateBucket', 'bucketnumber', 2)])
    await denied(make(alice.s3(), 'three'))
  })

  it('hold for the number of objects in a bucket', async () => {
    carol.may(allow('s3:*'), limit('s3:PutObject', 'bucketobjectnumber', 2))
    const s3 = carol.s3()
    await make(s3, 'box')
    await put(s3, 'box', 'a', 1)
    await put(s3, 'box', 'b', 1)
    await denied(put(s3, 'box', 'c', 1))
    await denied(s3.send(new sdk.CopyObjectCommand({ Bucket: 'box', Key: 'c', CopySource: 'box/a' })))
    assert.deepEqual(usage('box'), [2, 2])
    // What is replaced makes room for its successor.
    await put(s3, 'box', 'b', 5)
    await s3.send(new sdk.DeleteObjectCommand({ Bucket: 'box', Key: 'a' }))
    await put(s3, 'box', 'c', 1)
    assert.deepEqual(usage('box'), [2, 6])
  })

  it('hold for the size of a bucket, of all parts of uploads too, in whole MiB', async () => {
    carol.may(allow('s3:*'), limit('s3:PutObject', 'bucketsize', 1))
    const s3 = carol.s3()
    await make(s3, 'box')
    await put(s3, 'box', 'a', mebibyte)
    await put(s3, 'box', 'b', mebibyte - 1)
    await denied(put(s3, 'box', 'c', 1))
    const named = { Bucket: 'box', Key: 'big' }
    const { UploadId } = await s3.send(new sdk.CreateMultipartUploadCommand(named))
    const part = { ...named, UploadId, PartNumber: 1, Body: 'x' }
    await denied(s3.send(new sdk.UploadPartCommand(part)))
    await denied(
      s3.send(new sdk.UploadPartCopyCommand({ ...named, UploadId, PartNumber: 1, CopySource: 'box/a' })),
    )
    await s3.send(new sdk.DeleteObjectCommand({ Bucket: 'box', Key: 'b' }))
    const { ETag } = await s3.send(new sdk.UploadPartCommand(part))
    await s3.send(
      new sdk.CompleteMultipartUploadCommand({
        ...{ ...named, UploadId },
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    )
    assert.deepEqual(usage('box'), [2, mebibyte + 1])
  })

  it('hold for the size of all buckets of an account, and of those that a user made', async () => {
    await make(alice.s3(), 'hers')
    await put(alice.s3(), 'hers', 'a', mebibyte)
    carol.may(allow('s3:*'), limit('s3:PutObject', 'buckettotalsize', 1))
    await make(carol.s3(), 'own')
    await put(carol.s3(), 'own', 'a', mebibyte)
    await put(carol.s3(), 'own', 'b', mebibyte - 1)
    await denied(put(carol.s3(), 'own', 'c', 1))
    hold(c, alice.accountId, 'account', [allow('*'), limit('s3:PutObject', 'buckettotalsize', 3)])
    await put(alice.s3(), 'hers', 'b', mebibyte)
    await denied(put(alice.s3(), 'hers', 'c', 1))
  })

  it('are not those of a group, and none of the cloud’s administrators', async () => {
    hold(c, alice.accountId, 'group/staff', [allow('s3:*'), limit('s3:CreateBucket', 'bucketnumber', 0)])
    c.engine.write(tx => {
      const users = tx.users.in(alice.accountId)
      users.put({ ...users.must('carol'), groups: ['staff'] })
    })
    await make(carol.s3(), 'one')
    hold(c, c.accountId, 'user/admin', [limit('s3:CreateBucket', 'bucketnumber', 0)])
    await make(c.s3(), 'two')
  })

  it('go by a count that is right whatever happens, and is made up where there was none', async () => {
    const s3 = alice.s3()
    await make(s3, 'box')
    const scanned = () => {
      c.engine.write(tx => tx.bucketUsage.delete('box'))
      return usage('box')
    }
    const same = (expected: readonly number[]) => {
      assert.deepEqual(usage('box'), expected)
      assert.deepEqual(scanned(), expected)
    }
    await put(s3, 'box', 'a', 3)
    await put(s3, 'box', 'a', 4)
    same([1, 4])
    await s3.send(
      new sdk.PutBucketVersioningCommand({ Bucket: 'box', VersioningConfiguration: { Status: 'Enabled' } }),
    )
    const { VersionId } = await put(s3, 'box', 'a', 5)
    await s3.send(new sdk.DeleteObjectCommand({ Bucket: 'box', Key: 'a' }))
    same([2, 9])
    await s3.send(new sdk.DeleteObjectCommand({ Bucket: 'box', Key: 'a', VersionId }))
    same([1, 4])
    const named = { Bucket: 'box', Key: 'up' }
    const upload = await s3.send(new sdk.CreateMultipartUploadCommand(named))
    const part = { ...named, UploadId: upload.UploadId, PartNumber: 1 }
    await s3.send(new sdk.UploadPartCommand({ ...part, Body: '123456' }))
    await s3.send(new sdk.UploadPartCommand({ ...part, Body: '1234567' }))
    await s3.send(new sdk.UploadPartCommand({ ...part, PartNumber: 2, Body: '12' }))
    same([1, 13])
    const { ETag } = (await s3.send(new sdk.ListPartsCommand({ ...named, UploadId: upload.UploadId })))
      .Parts?.[0] ?? { ETag: '' }
    await s3.send(
      new sdk.CompleteMultipartUploadCommand({
        ...{ ...named, UploadId: upload.UploadId },
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    )
    same([2, 11])
    await s3.send(new sdk.CopyObjectCommand({ Bucket: 'box', Key: 'copy', CopySource: 'box/up' }))
    same([3, 18])
    const other = await s3.send(new sdk.CreateMultipartUploadCommand(named))
    await s3.send(new sdk.UploadPartCommand({ ...part, UploadId: other.UploadId, Body: '1' }))
    same([3, 19])
    await s3.send(new sdk.AbortMultipartUploadCommand({ ...named, UploadId: other.UploadId }))
    same([3, 18])
  })
})
