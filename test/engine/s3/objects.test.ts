// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { type Cloud, cloud } from '../../support/cloud'
import { read, refused } from './support'

describe('S3 objects', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
    await c.s3().send(new CreateBucketCommand({ Bucket: 'things' }))
  })
  after(() => c.close())

  const Bucket = 'things'
  const put = (Key: string, Body: string | Buffer, more: object = {}) =>
    c.s3().send(new PutObjectCommand({ Bucket, Key, Body, ...more }))

  it('give back their bytes, headers and metadata', async () => {
    const made = await put('a/b c+d%é', 'hello', {
      ContentType: 'text/x-greeting',
      ContentEncoding: 'identity',
      ContentDisposition: 'attachment; filename="x"',
      ContentLanguage: 'en',
      CacheControl: 'max-age=5',
      Expires: new Date('2030-01-02T03:04:05Z'),
      Metadata: { colour: 'green' },
      StorageClass: 'REDUCED_REDUNDANCY',
    })
    assert.equal(made.ETag, `"${createHash('md5').update('hello').digest('hex')}"`)
    assert.equal(made.VersionId, undefined)
    const got = await c.s3().send(new GetObjectCommand({ Bucket, Key: 'a/b c+d%é' }))
    assert.equal(await read(got), 'hello')
    assert.equal(got.$metadata.httpStatusCode, 200)
    assert.equal(got.ContentType, 'text/x-greeting')
    assert.equal(got.ContentEncoding, 'identity')
    assert.equal(got.ContentDisposition, 'attachment; filename="x"')
    assert.equal(got.ContentLanguage, 'en')
    assert.equal(got.CacheControl, 'max-age=5')
    assert.equal(got.ExpiresString, 'Wed, 02 Jan 2030 03:04:05 GMT')
    assert.deepEqual(got.Metadata, { colour: 'green' })
    assert.equal(got.StorageClass, 'REDUCED_REDUNDANCY')
    assert.equal(got.AcceptRanges, 'bytes')
    assert.equal(got.LastModified?.getTime(), c.clock.now() - (c.clock.now() % 1000))
  })

  it('of no bytes are objects', async () => {
    await put('empty', Buffer.alloc(0))
    const got = await c.s3().send(new GetObjectCommand({ Bucket, Key: 'empty' }))
    assert.equal(await read(got), '')
    assert.equal(got.ContentLength, 0)
    assert.equal(got.ContentType, 'application/octet-stream')
  })

  it('are replaced by a later put, in one step', async () => {
    await put('twice', 'one')
    await put('twice', 'two')
    assert.equal(await read(await c.s3().send(new GetObjectCommand({ Bucket, Key: 'twice' }))), 'two')
  })

  it('are refused when their MD5 is not the one announced', async () => {
    await refused(put('bad', 'x', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }), 'BadDigest', 400)
    await refused(put('bad', 'x', { ContentMD5: 'c2hvcnQ=' }), 'InvalidDigest', 400)
    await refused(c.s3().send(new GetObjectCommand({ Bucket, Key: 'bad' })), 'NoSuchKey', 404)
  })

  it('are refused when their checksum is not the one announced', async () => {
    await refused(put('bad', 'x', { ChecksumSHA1: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }), 'BadDigest', 400)
  })

  it('have their checksum shown to those who ask for it', async () => {
    const made = await put('sum', 'hello', { ChecksumAlgorithm: 'SHA256' })
    const sha256 = createHash('sha256').update('hello').digest('base64')
    assert.equal(made.ChecksumSHA256, sha256)
    const head = await c.s3().send(new HeadObjectCommand({ Bucket, Key: 'sum', ChecksumMode: 'ENABLED' }))
    assert.equal(head.ChecksumSHA256, sha256)
    assert.equal(head.ChecksumType, 'FULL_OBJECT')
    const attributes = await c.s3().send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: 'sum',
        ObjectAttributes: ['ETag', 'Checksum', 'ObjectSize', 'StorageClass'],
      }),
    )
    assert.equal(attributes.Checksum?.ChecksumSHA256, sha256)
    assert.equal(attributes.ObjectSize, 5)
    assert.equal(attributes.StorageClass, 'STANDARD')
  })

  it('may be read in part', async () => {
    await put('digits', '0123456789')
    const range = async (Range: string) => {
      const got = await c.s3().send(new GetObjectCommand({ Bucket, Key: 'digits', Range }))
      return [got.$metadata.httpStatusCode, got.ContentRange, got.ContentLength, await read(got)]
    }
    assert.deepEqual(await range('bytes=2-4'), [206, 'bytes 2-4/10', 3, '234'])
    assert.deepEqual(await range('bytes=7-'), [206, 'bytes 7-9/10', 3, '789'])
    assert.deepEqual(await range('bytes=-2'), [206, 'bytes 8-9/10', 2, '89'])
    assert.deepEqual(await range('bytes=0-9999'), [206, 'bytes 0-9/10', 10, '0123456789'])
    assert.deepEqual(await range('bytes=5-2'), [200, undefined, 10, '0123456789'])
    assert.deepEqual(await range('bytes=0-1,3-4'), [200, undefined, 10, '0123456789'])
    const beyond = new GetObjectCommand({ Bucket, Key: 'digits', Range: 'bytes=10-' })
    await refused(c.s3().send(beyond), 'InvalidRange', 416)
    const head = new HeadObjectCommand({ Bucket, Key: 'digits', Range: 'bytes=2-4' })
    assert.equal((await c.s3().send(head)).ContentLength, 3)
  })

  it('are read on condition', async () => {
    const { ETag } = await put('when', 'x')
    const get = (more: object) => c.s3().send(new GetObjectCommand({ Bucket, Key: 'when', ...more }))
    const before = new Date(c.clock.now() - 60000)
    const later = new Date(c.clock.now() + 60000)
    await get({ IfMatch: ETag })
    await get({ IfMatch: `"other", ${ETag}` })
    await get({ IfNoneMatch: '"other"' })
    await get({ IfModifiedSince: before })
    await get({ IfUnmodifiedSince: later })
    await get({ IfMatch: ETag, IfUnmodifiedSince: before })
    await refused(get({ IfMatch: '"other"' }), 'PreconditionFailed', 412)
    await refused(get({ IfUnmodifiedSince: before }), 'PreconditionFailed', 412)
    await refused(get({ IfNoneMatch: ETag }), undefined, 304)
    await refused(get({ IfNoneMatch: '*' }), undefined, 304)
    await refused(get({ IfModifiedSince: later }), undefined, 304)
  })

  it('are written on condition', async () => {
    const { ETag } = await put('once', 'x', { IfNoneMatch: '*' })
    await refused(put('once', 'y', { IfNoneMatch: '*' }), 'PreconditionFailed', 412)
    await refused(put('once', 'y', { IfMatch: '"other"' }), 'PreconditionFailed', 412)
    await refused(put('never', 'y', { IfMatch: ETag }), 'NoSuchKey', 404)
    await put('once', 'z', { IfMatch: ETag })
    assert.equal(await read(await c.s3().send(new GetObjectCommand({ Bucket, Key: 'once' }))), 'z')
  })

  it('are sent with the headers that the request asks for', async () => {
    await put('override', 'x')
    const got = await c.s3().send(
      new GetObjectCommand({
        Bucket,
        Key: 'override',
        ResponseContentType: 'text/csv',
        ResponseContentDisposition: 'inline',
        ResponseCacheControl: 'no-store',
      }),
    )
    assert.equal(got.ContentType, 'text/csv')
    assert.equal(got.ContentDisposition, 'inline')
    assert.equal(got.CacheControl, 'no-store')
  })

  it('cannot have keys of more than 1024 bytes', async () => {
    await put('k'.repeat(1024), 'x')
    await refused(put('k'.repeat(1025), 'x'), 'KeyTooLong', 400)
    await refused(put('é'.repeat(513), 'x'), 'KeyTooLong', 400)
  })

  it('can have a place that they stand in for, which must be an address or a path', async () => {
    await put('moved', 'x', { WebsiteRedirectLocation: 'https://example.org/' })
    const head = await c.s3().send(new HeadObjectCommand({ Bucket, Key: 'moved' }))
    assert.equal(head.WebsiteRedirectLocation, 'https://example.org/')
    await refused(put('moved', 'x', { WebsiteRedirectLocation: 'elsewhere' }), 'InvalidRedirectLocation', 400)
  })

  it('cannot have more than 2 KiB of metadata, unknown classes, or encryption', async () => {
    await refused(put('m', 'x', { Metadata: { a: 'x'.repeat(2048) } }), 'MetadataTooLarge', 400)
    await put('m', 'x', { StorageClass: 'GLACIER_IR' })
    await refused(put('m', 'x', { StorageClass: 'GLACIER' }), 'InvalidStorageClass', 400)
    await refused(put('m', 'x', { ServerSideEncryption: 'AES256' }), 'NotImplemented', 501)
  })

  it('are copied with what describes them, or with something new', async () => {
    await put('from é', 'bytes', { ContentType: 'text/plain', Metadata: { n: '1' }, Tagging: 'a=b' })
    const CopySource = `${Bucket}/${encodeURIComponent('from é')}`
    const copied = await c.s3().send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }))
    assert.match(copied.CopyObjectResult?.ETag ?? '', /^"[0-9a-f]{32}"$/)
    const to = await c.s3().send(new GetObjectCommand({ Bucket, Key: 'to' }))
    assert.equal(await read(to), 'bytes')
    assert.equal(to.ContentType, 'text/plain')
    assert.deepEqual(to.Metadata, { n: '1' })
    assert.equal(to.TagCount, 1)
    await c.s3().send(
      new CopyObjectCommand({
        Bucket,
        Key: 'to',
        CopySource: `/${Bucket}/to`,
        MetadataDirective: 'REPLACE',
        ContentType: 'text/html',
        Metadata: { n: '2' },
      }),
    )
    const again = await c.s3().send(new GetObjectCommand({ Bucket, Key: 'to' }))
    assert.equal(await read(again), 'bytes')
    assert.equal(again.ContentType, 'text/html')
    assert.deepEqual(again.Metadata, { n: '2' })
  })

  it('outlive the object they were copied from', async () => {
    await put('source', 'kept')
    await c.s3().send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/source` }))
    await c.s3().send(new DeleteObjectCommand({ Bucket, Key: 'source' }))
    await c.pass(120)
    assert.equal(await read(await c.s3().send(new GetObjectCommand({ Bucket, Key: 'copy' }))), 'kept')
  })

  it('are not copied onto themselves unchanged, nor from nowhere, nor against a condition', async () => {
    const { ETag } = await put('self', 'x')
    const copy = (CopySource: string, more: object = {}) =>
      c.s3().send(new CopyObjectCommand({ Bucket, Key: 'self', CopySource, ...more }))
    await refused(copy(`${Bucket}/self`), 'InvalidRequest', 400)
    await refused(copy(`${Bucket}/absent`), 'NoSuchKey', 404)
    await refused(copy('nowhere/self'), 'NoSuchBucket', 404)
    await refused(copy('nothing'), 'InvalidArgument', 400)
    await refused(copy(`${Bucket}/twice`, { CopySourceIfMatch: ETag }), 'PreconditionFailed', 412)
    await refused(copy(`${Bucket}/self`, { CopySourceIfNoneMatch: ETag }), 'PreconditionFailed', 412)
    await refused(copy(`${Bucket}/twice`, { MetadataDirective: 'MERGE' }), 'InvalidArgument', 400)
  })

  it('are deleted, and deleting nothing succeeds', async () => {
    await put('gone', 'x')
    const deleted = await c.s3().send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
    assert.equal(deleted.$metadata.httpStatusCode, 204)
    await c.s3().send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
    await refused(c.s3().send(new GetObjectCommand({ Bucket, Key: 'gone' })), 'NoSuchKey', 404)
    await refused(c.s3().send(new HeadObjectCommand({ Bucket, Key: 'gone' })), undefined, 404)
  })

  it('are deleted many at once, with an answer for each', async () => {
    await put('m1', 'x')
    await put('m2', 'x')
    const many = (Keys: string[], Quiet = false) =>
      c
        .s3()
        .send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: Keys.map(Key => ({ Key })), Quiet } }))
    const long = 'k'.repeat(1025)
    const answer = await many(['m1', 'absent', long])
    assert.deepEqual(
      answer.Deleted?.map(({ Key }) => Key),
      ['m1', 'absent'],
    )
    assert.deepEqual(
      answer.Errors?.map(({ Key, Code }) => [Key, Code]),
      [[long, 'KeyTooLong']],
    )
    assert.equal((await many(['m2'], true)).Deleted, undefined)
    await refused(many(Array.from({ length: 1001 }, (_, n) => `k${n}`)), 'MalformedXML', 400)
  })

  it('leave no bytes behind once replaced and deleted', async () => {
    const blobs = () => c.engine.read(tx => tx.blobs.list().length)
    const count = blobs()
    await put('once more', 'one')
    await put('once more', 'two')
    await c.s3().send(new DeleteObjectCommand({ Bucket, Key: 'once more' }))
    assert.equal(blobs(), count)
  })
})
