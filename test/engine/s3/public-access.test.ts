// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allow, clientOf, document } from './people'
import { read, refused } from './support'

describe('The public access block of a bucket', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let nobody: sdk.S3Client
  let Bucket = ''
  let number = 0
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
    nobody = clientOf(c, undefined)
  })
  after(() => c.close())
  beforeEach(async () => {
    Bucket = `block-${number++}`
    await alice.s3().send(new sdk.CreateBucketCommand({ Bucket }))
  })

  const block = (PublicAccessBlockConfiguration: sdk.PublicAccessBlockConfiguration) =>
    alice.s3().send(new sdk.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
  const shown = async () =>
    (await alice.s3().send(new sdk.GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration
  const put = (Key: string, more: Partial<sdk.PutObjectCommandInput> = {}, who = alice.s3()) =>
    who.send(new sdk.PutObjectCommand({ Bucket, Key, Body: Key, ...more }))
  const get = async (Key: string, who: sdk.S3Client) =>
    read(await who.send(new sdk.GetObjectCommand({ Bucket, Key })))
  const list = (who: sdk.S3Client) => who.send(new sdk.ListObjectsV2Command({ Bucket }))
  const setAcl = (ACL: sdk.BucketCannedACL) => alice.s3().send(new sdk.PutBucketAclCommand({ Bucket, ACL }))
  const setPolicy = (...statements: readonly object[]) =>
    alice.s3().send(new sdk.PutBucketPolicyCommand({ Bucket, Policy: document(...statements) }))
  const toAll = () => allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`, { Principal: '*' })
  const toBob = () => allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`, { Principal: { AWS: bob.accountId } })

  it('is kept as a whole, and removed', async () => {
    await refused(shown(), 'NoSuchPublicAccessBlockConfiguration', 404)
    await block({ BlockPublicAcls: true, RestrictPublicBuckets: true })
    await block({ IgnorePublicAcls: true })
    assert.deepEqual(await shown(), {
      BlockPublicAcls: false,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    })
    await alice.s3().send(new sdk.DeletePublicAccessBlockCommand({ Bucket }))
    await refused(shown(), 'NoSuchPublicAccessBlockConfiguration', 404)
    const theirs = { Bucket, PublicAccessBlockConfiguration: {} }
    await refused(bob.s3().send(new sdk.PutPublicAccessBlockCommand(theirs)), 'AccessDenied', 403)
  })

  it('keeps out new lists that are public, and leaves those that are there', async () => {
    await setAcl('public-read')
    await put('old', { ACL: 'public-read' })
    await block({ BlockPublicAcls: true })
    for (const ACL of ['public-read', 'public-read-write', 'authenticated-read'] as const) {
      await refused(setAcl(ACL), 'AccessDenied', 403)
      await refused(put('new', { ACL }), 'AccessDenied', 403)
      const object = { Bucket, Key: 'old', ACL }
      await refused(alice.s3().send(new sdk.PutObjectAclCommand(object)), 'AccessDenied', 403)
      await refused(alice.s3().send(new sdk.CreateMultipartUploadCommand(object)), 'AccessDenied', 403)
      const copy = { ...object, Key: 'new', CopySource: `${Bucket}/old` }
      await refused(alice.s3().send(new sdk.CopyObjectCommand(copy)), 'AccessDenied', 403)
    }
    assert.equal(await get('old', nobody), 'old')
    assert.deepEqual(
      (await list(nobody)).Contents?.map(({ Key }) => Key),
      ['old'],
    )
    await put('new', { ACL: 'bucket-owner-full-control' })
    await setAcl('private')
  })

  it('has public lists ignored, and no others', async () => {
    await setAcl('public-read-write')
    const all = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'
    const { Owner } = await bob.s3().send(new sdk.ListBucketsCommand({}))
    await put('both', { GrantRead: `${all}, id="${Owner?.ID}"` })
    await block({ IgnorePublicAcls: true })
    await refused(list(bob.s3()), 'AccessDenied', 403)
    await refused(put('theirs', {}, bob.s3()), 'AccessDenied', 403)
    await refused(get('both', nobody), 'AccessDenied', 403)
    assert.equal(await get('both', bob.s3()), 'both')
    assert.equal(await get('both', alice.s3()), 'both')
    await block({})
    assert.equal(await get('both', nobody), 'both')
  })

  it('keeps out policies that are public', async () => {
    await setPolicy(toBob())
    await block({ BlockPublicPolicy: true })
    await refused(setPolicy(toAll()), 'AccessDenied', 403)
    await put('k')
    assert.equal(await get('k', bob.s3()), 'k')
    await setPolicy(toBob())
  })

  it('lets only the own account into a bucket whose policy is public', async () => {
    await setAcl('public-read-write')
    await put('k', { ACL: 'public-read' })
    await put('theirs', {}, bob.s3())
    await setPolicy(toAll())
    await block({ RestrictPublicBuckets: true })
    for (const who of [bob.s3(), nobody]) {
      await refused(get('k', who), 'AccessDenied', 403)
      await refused(list(who), 'AccessDenied', 403)
    }
    await refused(get('theirs', bob.s3()), 'AccessDenied', 403)
    assert.equal(await get('k', alice.s3()), 'k')
    await setPolicy(toBob())
    assert.equal(await get('k', bob.s3()), 'k')
    assert.equal(await get('k', nobody), 'k')
  })
})
