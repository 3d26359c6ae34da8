// SPDX-License-Identifier: BSD-2-Clause
// Details that other programs' test suites look at.
import assert from 'node:assert/strict'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  type ObjectAttributes,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
  type UploadPartCommandInput,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type { HttpRequest } from '../../../src/engine/http'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from './support'

const Bucket = 'details'

describe('S3 in detail', () => {
  let c: Cloud
  let s3: S3Client
  before(async () => {
    c = await cloud({ start: '2014-02-16T12:13:16.789Z' })
    s3 = c.s3()
    await s3.send(new CreateBucketCommand({ Bucket, ACL: 'public-read-write' }))
  })
  after(() => c.close())

  const put = (Key: string, Body = 'text') => s3.send(new PutObjectCommand({ Bucket, Key, Body }))
  const anonymously = (request: Partial<HttpRequest>) =>
    c.engine.handle({
      method: 'GET',
      path: `/services/objectstorage/${Bucket}`,
      query: '',
      ...request,
      headers: { host: 'cloud.test', ...request.headers },
    })
  const codeOf = (body: unknown) => /<Code>(\w+)<\/Code>/.exec(String(body))?.[1]

  it('names every request twice, in headers and in refusals', async () => {
    const answer = await anonymously({})
    assert.match(answer.headers['x-amz-id-2'] ?? '', /^[\w+/]+=*$/)
    const refusal = await anonymously({ query: 'acl' })
    const text = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(String(refusal.body))?.[1]
    assert.equal(text('Code'), 'AccessDenied')
    assert.equal(text('RequestId'), refusal.headers['x-amz-request-id'])
    assert.equal(text('HostId'), refusal.headers['x-amz-id-2'])
  })

  it('tells the same time of an object in lists and in headers', async () => {
    await put('timed')
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'timed' }))
    const { LastModified } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'timed' }))
    assert.equal(Contents?.[0]?.LastModified?.toISOString(), '2014-02-16T12:13:16.000Z')
    assert.deepEqual(LastModified, Contents?.[0]?.LastModified)
  })

  it('counts in whole numbers, and begins at an empty token', async () => {
    for (const limit of ['1.5', '1e3', '-1', 'ten']) {
      const answer = await anonymously({ query: `max-keys=${limit}` })
      assert.deepEqual([answer.status, codeOf(answer.body)], [400, 'InvalidArgument'], limit)
    }
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: '' }))
    assert.ok(page.Contents?.length)
    await refused(
      s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: '?' })),
      'InvalidArgument',
      400,
    )
  })

  it('encodes in keys all but letters, digits and five marks', async () => {
    await put("marks/a b~!'()*-._%+")
    const list = await s3.send(new ListObjectsCommand({ Bucket, Prefix: 'marks/', EncodingType: 'url' }))
    assert.equal(list.Contents?.[0]?.Key, 'marks/a%20b%7E%21%27%28%29*-._%25%2B')
  })

  it('deletes what is as the client takes it to be, and nothing else', async () => {
    const { ETag } = await put('kept')
    const remove = (more: object) => s3.send(new DeleteObjectCommand({ Bucket, Key: 'kept', ...more }))
    await refused(remove({ IfMatch: '"other"' }), 'PreconditionFailed', 412)
    await refused(remove({ IfMatchSize: 5 }), 'PreconditionFailed', 412)
    await refused(remove({ IfMatchLastModifiedTime: new Date(0) }), 'PreconditionFailed', 412)
    const several = (more: object) =>
      s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'kept', ...more }] } }))
    const refusal = await several({ ETag: '"other"' })
    assert.deepEqual([refusal.Deleted, refusal.Errors?.[0]?.Code], [undefined, 'PreconditionFailed'])
    const done = await several({ ETag, Size: 4, LastModifiedTime: new Date(c.clock.now()) })
    assert.deepEqual([done.Deleted?.[0]?.Key, done.Errors], ['kept', undefined])
    await refused(remove({ IfMatch: ETag }), 'NoSuchKey', 404)
  })

  it('refuses checksums that are none, and tells them part by part', async () => {
    const Key = 'summed'
    const bad = anonymously({
      method: 'PUT',
      path: `/services/objectstorage/${Bucket}/${Key}`,
      headers: { 'content-length': '4', 'x-amz-checksum-sha256': 'bad' },
      body: Buffer.from('text'),
    })
    assert.equal(codeOf((await bad).body), 'InvalidRequest')
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA256' }),
    )
    const Parts: { PartNumber: number; ETag?: string; ChecksumSHA256?: string }[] = []
    for (const [index, Body] of [Buffer.alloc(5 * 1024 ** 2), Buffer.from('end')].entries()) {
      const PartNumber = index + 1
      const sent = await s3.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: 'SHA256' }),
      )
      Parts.push({ PartNumber, ETag: sent.ETag, ChecksumSHA256: sent.ChecksumSHA256 })
    }
    const listed = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }))
    assert.deepEqual([listed.ChecksumAlgorithm, listed.ChecksumType], ['SHA256', 'COMPOSITE'])
    const pending = await s3.send(new ListMultipartUploadsCommand({ Bucket }))
    assert.equal(pending.Uploads?.[0]?.ChecksumAlgorithm, 'SHA256')
    const made = await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    )
    const whole = new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['Checksum'] })
    const { Checksum } = await s3.send(whole)
    assert.equal(`${Checksum?.ChecksumSHA256}-2`, made.ChecksumSHA256)
    const attributes = (more: object) =>
      s3.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectParts'], ...more }))
    const [first, second] = Parts
    const page = (await attributes({ MaxParts: 1 })).ObjectParts
    assert.deepEqual([page?.TotalPartsCount, page?.IsTruncated, page?.NextPartNumberMarker], [2, true, '1'])
    assert.deepEqual(page?.Parts, [
      { PartNumber: 1, Size: 5 * 1024 ** 2, ChecksumSHA256: first?.ChecksumSHA256 },
    ])
    const rest = (await attributes({ PartNumberMarker: '1' })).ObjectParts
    assert.deepEqual([rest?.IsTruncated, rest?.Parts?.map(part => part.PartNumber)], [false, [2]])
    const got = await s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2, ChecksumMode: 'ENABLED' }))
    assert.equal(got.ChecksumSHA256, second?.ChecksumSHA256)
    assert.equal(await got.Body?.transformToString(), 'end')
  })

  it('takes an access policy without anything in it for malformed', async () => {
    await refused(
      s3.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy: {} })),
      'MalformedACLError',
      400,
    )
  })

  it('lets a page see the answer by the rule for the method that it names', async () => {
    const AllowedOrigins = ['http://page']
    await s3.send(
      new PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins }] },
      }),
    )
    const path = `/services/objectstorage/${Bucket}/k`
    const origin = 'http://page'
    const asked = { origin, 'content-length': '0', 'access-control-request-method': 'GET' }
    const allowed = await anonymously({ method: 'PUT', path, headers: asked })
    assert.equal(allowed.headers['access-control-allow-origin'], origin)
    const plain = await anonymously({ method: 'PUT', path, headers: { origin, 'content-length': '0' } })
    assert.equal(plain.headers['access-control-allow-origin'], undefined)
  })

  it('refuses attributes that objects do not have, and ranges of parts', async () => {
    await put('small')
    const named = { Bucket, Key: 'small' }
    const ObjectAttributes: ObjectAttributes[] = ['ETag', 'Etag' as 'ETag']
    await refused(
      s3.send(new GetObjectAttributesCommand({ ...named, ObjectAttributes })),
      'InvalidArgument',
      400,
    )
    const both = new GetObjectCommand({ ...named, PartNumber: 1, Range: 'bytes=0-1' })
    await refused(s3.send(both), 'InvalidRequest', 400)
    const second = await refused(
      s3.send(new GetObjectCommand({ ...named, PartNumber: 2 })),
      'InvalidPartNumber',
      416,
    )
    const { ActualPartCount, PartNumberRequested } = second as unknown as Record<string, string>
    assert.deepEqual([ActualPartCount, PartNumberRequested], ['1', '2'])
  })

  it('tells two reasons apart why a range cannot be copied', async () => {
    await put('ten', '0123456789')
    const target = { Bucket, Key: 'copied' }
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target))
    const copy = (CopySourceRange: string) =>
      s3.send(
        new UploadPartCopyCommand({
          ...{ ...target, UploadId, PartNumber: 1, CopySource: `${Bucket}/ten`, CopySourceRange },
        }),
      )
    await refused(copy('bytes=0-10'), 'InvalidArgument', 400)
    await refused(copy('bytes=10-11'), 'InvalidRequest', 400)
  })

  it('takes no condition of an upload to mean what was put after it began', async () => {
    await put('contested', 'same')
    await c.pass(1)
    const target = { Bucket, Key: 'contested' }
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target))
    const part = { ...target, UploadId, PartNumber: 1, Body: 'part' }
    const { ETag } = await s3.send(new UploadPartCommand(part))
    await refused(s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId })), 'InvalidRequest', 400)
    await c.pass(1)
    const { ETag: IfMatch } = await put('contested', 'same')
    const complete = (conditions: object) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          ...{ ...target, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } },
          ...conditions,
        }),
      )
    await refused(complete({ IfMatch: '"other"' }), 'PreconditionFailed', 412)
    await refused(complete({ IfMatch }), 'ConditionalRequestConflict', 409)
    await complete({})
  })

  it('says in lists by which checksums objects can be checked', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'checked', Body: 'x', ChecksumAlgorithm: 'SHA256' }))
    const Prefix = 'checked'
    const lists = [
      (await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents,
      (await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }))).Versions,
    ]
    for (const list of lists) {
      assert.deepEqual([list?.[0]?.ChecksumAlgorithm, list?.[0]?.ChecksumType], [['SHA256'], 'FULL_OBJECT'])
    }
  })

  // The checksums of these nine digits.
  const Body = '123456789'
  const right = { ChecksumSHA1: '98O8HYCOBHMq32eZZczDTKeuNEE=' }
  const wrong = { ChecksumSHA1: '+8O8HYCOBHMq32eZZczDTKeuNEE=' }
  // As many bytes, but with a bit set that Base64 leaves over.
  const unsound = { ChecksumSHA1: '98O8HYCOBHMq32eZZczDTKeuNEF=' }
  const crc = { ChecksumCRC32: 'y/Q5Jg==' }

  it('takes one checksum of a body, written soundly', async () => {
    const sum = (more: Partial<PutObjectCommandInput>) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'sum', Body, ...more }))
    assert.equal((await sum(right)).ChecksumSHA1, right.ChecksumSHA1)
    await refused(sum(wrong), 'BadDigest', 400)
    const { message } = await refused(sum(unsound), 'InvalidRequest', 400)
    assert.equal(message, 'Value for x-amz-checksum-sha1 header is invalid.')
    await refused(sum({ ...right, ...crc }), 'InvalidRequest', 400)
    const other = await refused(sum({ ...right, ChecksumAlgorithm: 'CRC32' }), 'InvalidRequest', 400)
    assert.equal(other.message, 'Value for x-amz-sdk-checksum-algorithm header is invalid.')
  })

  it('wants of an upload’s parts the checksum that it was begun with', async () => {
    const target = { Bucket, Key: 'summed' }
    const start = async (more: Partial<CreateMultipartUploadCommandInput>) =>
      (await s3.send(new CreateMultipartUploadCommand({ ...target, ...more }))).UploadId
    const sendPart = (UploadId: string | undefined, more: Partial<UploadPartCommandInput>) =>
      s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body, ...more }))
    const UploadId = await start({ ChecksumAlgorithm: 'SHA1' })
    const { message } = await refused(sendPart(UploadId, crc), 'InvalidRequest', 400)
    assert.match(message, /expected checksum Type: sha1, actual checksum Type: crc32$/)
    const plain = c.s3()
    plain.config.requestChecksumCalculation = async () => 'WHEN_REQUIRED'
    const sendBare = (id: string | undefined) =>
      plain.send(new UploadPartCommand({ ...target, UploadId: id, PartNumber: 1, Body }))
    const bare = await refused(sendBare(UploadId), 'InvalidRequest', 400)
    assert.match(bare.message, /actual checksum Type: null$/)
    const { ETag } = await sendPart(UploadId, right)
    const complete = (id: string | undefined, claims: object) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          ...{ ...target, UploadId: id, MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ...claims }] } },
        }),
      )
    const missing = await refused(complete(UploadId, {}), 'InvalidRequest', 400)
    assert.match(missing.message, /It was missing for part 1 in the request\.$/)
    await refused(complete(UploadId, unsound), 'InvalidArgument', 400)
    await refused(complete(UploadId, { ...right, ...crc }), 'InvalidArgument', 400)
    await refused(complete(UploadId, wrong), 'InvalidPart', 400)
    await refused(complete(UploadId, crc), 'InvalidPart', 400)
    assert.match((await complete(UploadId, right)).ChecksumSHA1 ?? '', /-1$/)
    const whole = await start({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' })
    await sendBare(whole)
    await complete(whole, {})
  })
})
