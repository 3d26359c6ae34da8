// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  type BucketVersioningStatus,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutBucketAclCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { type Cloud, cloud } from '../../support/cloud'
import { read, refused } from './support'

describe('S3 versions', () => {
  let c: Cloud
  let Bucket: string
  let number = 0
  before(async () => {
    c = await cloud()
  })
  after(() => c.close())

  beforeEach(async () => {
    Bucket = `versions-${number++}`
    await c.s3().send(new CreateBucketCommand({ Bucket }))
  })
  const set = (Status: BucketVersioningStatus) =>
    c.s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
  const put = async (Key: string, Body: string) =>
    (await c.s3().send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId
  const get = async (Key: string, VersionId?: string) =>
    read(await c.s3().send(new GetObjectCommand({ Bucket, Key, VersionId })))
  const remove = (Key: string, VersionId?: string) =>
    c.s3().send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
  const list = (more: Partial<ListObjectVersionsCommandInput> = {}) =>
    c.s3().send(new ListObjectVersionsCommand({ Bucket, ...more }))

  it('are kept of every put, and found by their ids', async () => {
    await set('Enabled')
    const one = await put('k', 'one')
    const two = await put('k', 'two')
    assert.notEqual(one, two)
    assert.equal(await get('k'), 'two')
    assert.equal(await get('k', one), 'one')
    const head = await c.s3().send(new HeadObjectCommand({ Bucket, Key: 'k', VersionId: one }))
    assert.equal(head.VersionId, one)
    await refused(get('l', one), 'NoSuchVersion', 404)
    await refused(get('k', 'null'), 'NoSuchVersion', 404)
    await refused(get('k', `${one?.slice(0, -1)}x`), 'InvalidArgument', 400)
  })

  it('are listed newest first, with delete markers', async () => {
    await set('Enabled')
    const one = await put('k', 'one')
    const two = await put('k', 'two')
    const { VersionId: marker, DeleteMarker } = await remove('k')
    assert.equal(DeleteMarker, true)
    const other = await put('l', 'x')
    const all = await list()
    assert.deepEqual(
      all.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      [
        [two, false],
        [one, false],
        [other, true],
      ],
    )
    assert.deepEqual(
      all.DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      [[marker, true]],
    )
    assert.deepEqual(
      (await c.s3().send(new ListObjectsCommand({ Bucket }))).Contents?.map(({ Key }) => Key),
      ['l'],
    )
    const seen: (string | undefined)[] = []
    let more: Partial<ListObjectVersionsCommandInput> = {}
    do {
      const page = await list({ MaxKeys: 1, ...more })
      const entries = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
      seen.push(...entries.map(({ VersionId }) => VersionId))
      more = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      assert.deepEqual(
        entries.map(({ IsLatest }) => IsLatest),
        entries.map(({ VersionId }) => VersionId === marker || VersionId === other),
      )
    } while (more.KeyMarker)
    assert.deepEqual(seen, [marker, two, one, other])
    await refused(list({ VersionIdMarker: one }), 'InvalidArgument', 400)
  })

  it('gather under common prefixes', async () => {
    await set('Enabled')
    await put('a/1', 'x')
    await put('a/1', 'y')
    await put('b', 'x')
    const page = await list({ Delimiter: '/' })
    assert.deepEqual(
      page.CommonPrefixes?.map(({ Prefix }) => Prefix),
      ['a/'],
    )
    assert.equal(page.Versions?.length, 1)
  })

  it('stay behind a delete marker, and come back when it is deleted', async () => {
    await set('Enabled')
    const one = await put('k', 'one')
    const { VersionId: marker } = await remove('k')
    await refused(get('k'), 'NoSuchKey', 404)
    await refused(get('k', marker), 'MethodNotAllowed', 405)
    for (const VersionId of [marker, undefined]) {
      const tags = new GetObjectTaggingCommand({ Bucket, Key: 'k', VersionId })
      await refused(c.s3().send(tags), 'MethodNotAllowed', 405)
    }
    assert.equal(await get('k', one), 'one')
    const gone = await remove('k', marker)
    assert.equal(gone.DeleteMarker, true)
    assert.equal(await get('k'), 'one')
  })

  it('are deleted one by one', async () => {
    await set('Enabled')
    const one = await put('k', 'one')
    const two = await put('k', 'two')
    await remove('k', two)
    assert.equal(await get('k'), 'one')
    await remove('k', two)
    await refused(remove('k', 'not-an-id'), 'InvalidArgument', 400)
    const Objects = [one, 'not-an-id'].map(VersionId => ({ Key: 'k', VersionId }))
    const { Deleted, Errors } = await c.s3().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    assert.deepEqual([Deleted?.[0]?.VersionId, Errors?.[0]?.Code], [one, 'NoSuchVersion'])
    await refused(get('k'), 'NoSuchKey', 404)
  })

  it('are called null where versioning is not enabled, and there is one of those', async () => {
    assert.equal(await put('k', 'before'), undefined)
    await set('Enabled')
    const one = await put('k', 'one')
    assert.equal(await get('k', 'null'), 'before')
    await set('Suspended')
    // The answer does not tell the id that a read does.
    assert.equal(await put('k', 'null again'), undefined)
    const head = await c.s3().send(new HeadObjectCommand({ Bucket, Key: 'k' }))
    assert.equal(head.VersionId, 'null')
    const copy = await c
      .s3()
      .send(new CopyObjectCommand({ Bucket, Key: 'l', CopySource: `${Bucket}/k?versionId=${one}` }))
    assert.deepEqual([copy.CopySourceVersionId, copy.VersionId], [one, undefined])
    await remove('l', 'null')
    assert.equal(await get('k'), 'null again')
    assert.equal(await get('k', one), 'one')
    assert.equal((await list()).Versions?.length, 2)
    const { VersionId: marker } = await remove('k')
    assert.equal(marker, 'null')
    const { Versions, DeleteMarkers } = await list()
    assert.deepEqual([Versions?.length, DeleteMarkers?.length], [1, 1])
  })

  it('keep their bucket from being deleted', async () => {
    await set('Enabled')
    const one = await put('k', 'one')
    const { VersionId: marker } = await remove('k')
    const removeBucket = () => c.s3().send(new DeleteBucketCommand({ Bucket }))
    const { message } = await refused(removeBucket(), 'BucketNotEmpty', 409)
    assert.match(message, /is not empty\. You must delete all versions in the bucket\.$/)
    await remove('k', one)
    await refused(removeBucket(), 'BucketNotEmpty', 409)
    await remove('k', marker)
    await removeBucket()
  })

  it('can be copied, an old one over the new one too', async () => {
    await set('Enabled')
    const one = await put('k?', 'one')
    await put('k?', 'two')
    const CopySource = `${Bucket}/${encodeURIComponent('k?')}?versionId=${one}`
    const copied = await c.s3().send(new CopyObjectCommand({ Bucket, Key: 'k?', CopySource }))
    assert.equal(copied.CopySourceVersionId, one)
    assert.equal(await get('k?'), 'one')
    assert.equal((await list()).Versions?.length, 3)
  })

  it('cannot be copied where they are delete markers', async () => {
    await set('Enabled')
    await put('k', 'one')
    const { VersionId: marker } = await remove('k')
    const copy = (CopySource: string) =>
      c.s3().send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }))
    await refused(copy(`${Bucket}/k`), 'NoSuchKey', 404)
    await refused(copy(`${Bucket}/k?versionId=${marker}`), 'InvalidRequest', 400)
    await refused(copy(`${Bucket}/k?versionId=bogus`), 'InvalidArgument', 400)
    const upload = { Bucket, Key: 'copy' }
    const { UploadId } = await c.s3().send(new CreateMultipartUploadCommand(upload))
    const part = { ...upload, UploadId, PartNumber: 1, CopySource: `${Bucket}/k?versionId=${marker}` }
    await refused(c.s3().send(new UploadPartCopyCommand(part)), 'InvalidRequest', 400)
  })

  it('are deleted by the owner of the bucket only', async () => {
    await set('Enabled')
    const one = await put('k', 'one')
    await c.s3().send(new PutBucketAclCommand({ Bucket, ACL: 'public-read-write' }))
    const mallory = await c.account(`mallory-${number}`)
    const attempt = (VersionId?: string) =>
      mallory.s3().send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }))
    await refused(attempt(one), 'AccessDenied', 403)
    assert.equal((await attempt()).DeleteMarker, true)
  })

  it('are found in order however many a key has', async () => {
    await set('Enabled')
    for (let n = 0; n < 40; n++) await put('k', String(n))
    await put('l', 'x')
    const keys = (await c.s3().send(new ListObjectsCommand({ Bucket }))).Contents?.map(({ Key }) => Key)
    assert.deepEqual(keys, ['k', 'l'])
    assert.equal(await get('k'), '39')
  })
})
