// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allow, document } from './people'
import { read, refused } from './support'

describe('The ownership controls of a bucket', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let Bucket = ''
  let number = 0
  const ids = { alice: '', bob: '' }
  const idOf = async (who: Clients) => (await who.s3().send(new sdk.ListBucketsCommand({}))).Owner?.ID ?? ''
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
    ids.alice = await idOf(alice)
    ids.bob = await idOf(bob)
  })
  after(() => c.close())
  beforeEach(async () => {
    Bucket = `owned-${number++}`
    await alice.s3().send(new sdk.CreateBucketCommand({ Bucket }))
  })

  const control = (ObjectOwnership: sdk.ObjectOwnership) => {
    const OwnershipControls = { Rules: [{ ObjectOwnership }] }
    return alice.s3().send(new sdk.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
  }
  const shown = async (bucket = Bucket) =>
    (await alice.s3().send(new sdk.GetBucketOwnershipControlsCommand({ Bucket: bucket }))).OwnershipControls
      ?.Rules?.[0]?.ObjectOwnership
  const put = (who: Clients, Key: string, more: Partial<sdk.PutObjectCommandInput> = {}) =>
    who.s3().send(new sdk.PutObjectCommand({ Bucket, Key, Body: Key, ...more }))
  const get = async (who: Clients, Key: string) =>
    read(await who.s3().send(new sdk.GetObjectCommand({ Bucket, Key })))
  const ownerOf = async (Key: string) => {
    const { Owner, Grants } = await alice.s3().send(new sdk.GetObjectAclCommand({ Bucket, Key }))
    assert.deepEqual(
      Grants?.map(({ Grantee, Permission }) => [Grantee?.ID, Permission]),
      [[Owner?.ID, 'FULL_CONTROL']],
    )
    return Owner?.ID
  }
  const setAcl = (ACL: sdk.BucketCannedACL) => alice.s3().send(new sdk.PutBucketAclCommand({ Bucket, ACL }))
  /** Let Bob write, and read what is Alice's, without any list. */
  const openByPolicy = () => {
    const Policy = document(
      allow(['s3:PutObject', 's3:PutObjectAcl', 's3:GetObject'], `arn:aws:s3:::${Bucket}/*`, {
        Principal: { AWS: bob.accountId },
      }),
    )
    return alice.s3().send(new sdk.PutBucketPolicyCommand({ Bucket, Policy }))
  }

  it('are kept, given with a new bucket, and removed', async () => {
    await refused(shown(), 'OwnershipControlsNotFoundError', 404)
    await control('ObjectWriter')
    assert.equal(await shown(), 'ObjectWriter')
    await alice.s3().send(new sdk.DeleteBucketOwnershipControlsCommand({ Bucket }))
    await refused(shown(), 'OwnershipControlsNotFoundError', 404)
    await refused(control('Nobody' as 'ObjectWriter'), 'MalformedXML', 400)
    const fresh = { Bucket: `${Bucket}-new`, ObjectOwnership: 'BucketOwnerPreferred' } as const
    await alice.s3().send(new sdk.CreateBucketCommand(fresh))
    assert.equal(await shown(fresh.Bucket), 'BucketOwnerPreferred')
    const wrong = { Bucket: `${Bucket}-wrong`, ObjectOwnership: 'Nobody' as 'ObjectWriter' }
    await refused(alice.s3().send(new sdk.CreateBucketCommand(wrong)), 'InvalidArgument', 400)
  })

  it('make everything the bucket’s owner’s, and lists count for nothing', async () => {
    await openByPolicy()
    await put(bob, 'before')
    await refused(get(alice, 'before'), 'AccessDenied', 403)
    await control('BucketOwnerEnforced')
    assert.equal(await get(alice, 'before'), 'before')
    assert.equal(await ownerOf('before'), ids.alice)
    await put(bob, 'while')
    await put(bob, 'while', { ACL: 'bucket-owner-full-control' })
    const { Contents } = await alice.s3().send(new sdk.ListObjectsCommand({ Bucket }))
    assert.deepEqual(
      Contents?.map(({ Owner }) => Owner?.ID),
      [ids.alice, ids.alice],
    )
    const upload = { Bucket, Key: 'parts' }
    const { UploadId } = await bob.s3().send(new sdk.CreateMultipartUploadCommand(upload))
    const part = { ...upload, UploadId, PartNumber: 1, Body: 'x' }
    const { ETag } = await bob.s3().send(new sdk.UploadPartCommand(part))
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] }
    await bob.s3().send(new sdk.CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }))
    assert.equal(await ownerOf('parts'), ids.alice)
    // What came before is its uploader's again, and what came meanwhile stays the bucket's owner's.
    await control('ObjectWriter')
    await refused(get(alice, 'before'), 'AccessDenied', 403)
    assert.equal(await get(alice, 'while'), 'while')
    assert.equal(await ownerOf('while'), ids.alice)
  })

  it('have lists refused that count for nothing', async () => {
    await put(alice, 'k')
    await control('BucketOwnerEnforced')
    const code = 'AccessControlListNotSupported'
    await refused(setAcl('private'), code, 400)
    await refused(put(alice, 'k', { ACL: 'public-read' }), code, 400)
    await refused(put(alice, 'k', { GrantRead: `id=${ids.bob}` }), code, 400)
    const object = { Bucket, Key: 'k', ACL: 'public-read' } as const
    await refused(alice.s3().send(new sdk.PutObjectAclCommand(object)), code, 400)
    const copy = { ...object, CopySource: `${Bucket}/k` }
    await refused(alice.s3().send(new sdk.CopyObjectCommand(copy)), code, 400)
    await alice.s3().send(new sdk.PutObjectAclCommand({ ...object, ACL: 'bucket-owner-full-control' }))
  })

  it('do not take from others what the bucket’s list gives them', async () => {
    await setAcl('public-read')
    await refused(control('BucketOwnerEnforced'), 'InvalidBucketAclWithObjectOwnership', 400)
    await control('BucketOwnerPreferred')
    const fresh = { Bucket: `${Bucket}-new`, ObjectOwnership: 'BucketOwnerEnforced' } as const
    await refused(
      alice.s3().send(new sdk.CreateBucketCommand({ ...fresh, ACL: 'public-read' })),
      'InvalidBucketAclWithObjectOwnership',
      400,
    )
    await alice.s3().send(new sdk.CreateBucketCommand({ ...fresh, ACL: 'private' }))
  })

  it('give the bucket’s owner what is handed over, where he prefers that', async () => {
    await openByPolicy()
    const whole = { ACL: 'bucket-owner-full-control' } as const
    await put(bob, 'early', whole)
    await control('BucketOwnerPreferred')
    await put(bob, 'own')
    await put(bob, 'given', whole)
    assert.equal(await ownerOf('given'), ids.alice)
    await refused(get(alice, 'own'), 'AccessDenied', 403)
    const early = await bob.s3().send(new sdk.GetObjectAclCommand({ Bucket, Key: 'early' }))
    assert.equal(early.Owner?.ID, ids.bob)
  })
})
