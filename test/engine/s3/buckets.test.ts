// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from './support'

describe('S3 buckets', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
  })
  after(() => c.close())

  const create = (who: Clients, Bucket: string, more: object = {}) =>
    who.s3().send(new CreateBucketCommand({ Bucket, ...more }))

  it('are listed to their owner alone, in order of name, page by page', async () => {
    for (const name of ['alice-c', 'alice-a', 'alice-b']) await create(alice, name)
    const all = await alice.s3().send(new ListBucketsCommand({}))
    assert.deepEqual(
      all.Buckets?.map(({ Name }) => Name),
      ['alice-a', 'alice-b', 'alice-c'],
    )
    assert.equal(all.Buckets?.[0]?.CreationDate?.getTime(), new Date('2014-02-16T12:13:16Z').getTime())
    assert.equal(all.Owner?.DisplayName, 'alice')
    assert.match(all.Owner?.ID ?? '', /^[0-9a-f]{64}$/)
    assert.equal((await bob.s3().send(new ListBucketsCommand({}))).Buckets?.length ?? 0, 0)
    const first = await alice.s3().send(new ListBucketsCommand({ MaxBuckets: 2 }))
    const rest = await alice
      .s3()
      .send(new ListBucketsCommand({ MaxBuckets: 2, ContinuationToken: first.ContinuationToken }))
    assert.deepEqual(
      rest.Buckets?.map(({ Name }) => Name),
      ['alice-c'],
    )
    assert.equal(rest.ContinuationToken, undefined)
  })

  it('may be created again by their owner, but not by another', async () => {
    await create(alice, 'mine')
    const again = await create(alice, 'mine')
    assert.equal(again.$metadata.httpStatusCode, 200)
    assert.equal(again.Location, '/mine')
    await refused(create(bob, 'mine'), 'BucketAlreadyExists', 409)
  })

  it('have names of 2 to 255 letters, digits, dots, hyphens and underscores', async () => {
    for (const name of ['ab', 'Capital_Letters', 'x'.repeat(255)]) await create(alice, name)
    for (const name of ['a', 'x'.repeat(256), 'a b', 'a$b']) {
      await refused(create(alice, name), 'InvalidBucketName', 400)
    }
  })

  it('are a hundred at most, but for administrators', async () => {
    const carol = await c.account('carol')
    for (let n = 0; n < 100; n++) await create(carol, `carol-${n}`)
    await refused(create(carol, 'carol-100'), 'TooManyBuckets', 400)
    for (let n = 0; n < 101; n++) await create(c, `admin-${n}`)
  })

  it('remember the location they were created with', async () => {
    await create(alice, 'somewhere', { CreateBucketConfiguration: { LocationConstraint: 'moon-1' } })
    const at = (Bucket: string) => alice.s3().send(new GetBucketLocationCommand({ Bucket }))
    assert.equal((await at('somewhere')).LocationConstraint, 'moon-1')
    // A client that is told nothing asks for its region.
    assert.equal((await at('mine')).LocationConstraint, 'eucalyptus')
    await refused(at('nowhere'), 'NoSuchBucket', 404)
  })

  it('are there for HEAD, unless they are not or are another account’s', async () => {
    const head = (who: Clients, Bucket: string) => who.s3().send(new HeadBucketCommand({ Bucket }))
    assert.equal((await head(alice, 'mine')).BucketRegion, 'eucalyptus')
    await refused(head(alice, 'nowhere'), undefined, 404)
    await refused(head(bob, 'mine'), undefined, 403)
  })

  it('are deleted when they are empty, by their owner', async () => {
    await create(alice, 'full')
    const remove = (who: Clients, Bucket: string) => who.s3().send(new DeleteBucketCommand({ Bucket }))
    await alice.s3().send(new PutObjectCommand({ Bucket: 'full', Key: 'k', Body: 'x' }))
    const { message } = await refused(remove(alice, 'full'), 'BucketNotEmpty', 409)
    assert.equal(message, 'The bucket you tried to delete is not empty.')
    await refused(remove(bob, 'full'), 'AccessDenied', 403)
    await alice.s3().send(new DeleteObjectCommand({ Bucket: 'full', Key: 'k' }))
    assert.equal((await remove(alice, 'full')).$metadata.httpStatusCode, 204)
    await refused(remove(alice, 'full'), 'NoSuchBucket', 404)
    await create(bob, 'full')
  })

  it('take their unfinished uploads with them', async () => {
    await create(alice, 'unfinished')
    const blobs = () => c.engine.read(tx => tx.blobs.list().length)
    const before = blobs()
    const target = { Bucket: 'unfinished', Key: 'k' }
    const { UploadId } = await alice.s3().send(new CreateMultipartUploadCommand(target))
    await alice.s3().send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'x' }))
    assert.equal(blobs(), before + 1)
    await alice.s3().send(new DeleteBucketCommand({ Bucket: 'unfinished' }))
    assert.equal(blobs(), before)
  })

  it('say that versioning is disabled until it is set', async () => {
    const status = async () =>
      (await alice.s3().send(new GetBucketVersioningCommand({ Bucket: 'mine' }))).Status
    const set = (Status: string) =>
      alice.s3().send(
        new PutBucketVersioningCommand({
          Bucket: 'mine',
          VersioningConfiguration: { Status: Status as 'Enabled' },
        }),
      )
    assert.equal(await status(), 'Disabled')
    await refused(set('Disabled'), 'IllegalVersioningConfigurationException', 400)
    await refused(set('enabled'), 'MalformedXML', 400)
    await set('Enabled')
    assert.equal(await status(), 'Enabled')
    await set('Suspended')
    assert.equal(await status(), 'Suspended')
  })

  it('are refused to one who expects another owner', async () => {
    const head = (ExpectedBucketOwner: string) =>
      alice.s3().send(new GetBucketLocationCommand({ Bucket: 'mine', ExpectedBucketOwner }))
    await head(alice.accountId)
    await refused(head(bob.accountId), 'AccessDenied', 403)
  })
})
