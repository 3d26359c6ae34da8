// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketAclCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { checksumTypes, wholeChecksum } from '../../../src/engine/s3/checksums'
import { newChecksum } from '../../../src/engine/wire/signature/checksums'
import { type Cloud, cloud } from '../../support/cloud'
import { read, refused } from './support'

const Bucket = 'uploads'
const md5 = (data: Buffer | string) => createHash('md5').update(data).digest()
// The smallest part that is not the last.
const large = Buffer.alloc(5 * 1024 * 1024, 'large part ')

describe('S3 uploads in parts', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
    await c.s3().send(new CreateBucketCommand({ Bucket }))
  })
  after(() => c.close())

  const start = async (Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) =>
    (await c.s3().send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId as string
  const part = async (
    Key: string,
    UploadId: string,
    PartNumber: number,
    Body: Buffer | string,
    more = {},
  ) => {
    const sent = await c
      .s3()
      .send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }))
    return { PartNumber, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 }
  }
  const complete = (
    Key: string,
    UploadId: string,
    Parts: { PartNumber: number; ETag?: string }[],
    more: Partial<CompleteMultipartUploadCommandInput> = {},
  ) =>
    c
      .s3()
      .send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
      )
  const get = (Key: string, more = {}) => c.s3().send(new GetObjectCommand({ Bucket, Key, ...more }))
  const blobs = () => c.engine.read(tx => tx.blobs.list().length)

  it('become one object, in the order of their numbers', async () => {
    const id = await start('big', { ContentType: 'text/plain', Metadata: { a: 'b' } })
    const last = await part('big', id, 7, 'the end')
    const first = await part('big', id, 2, large)
    await refused(get('big'), 'NoSuchKey', 404)
    const made = await complete('big', id, [first, last])
    const tag = md5(Buffer.concat([md5(large), md5('the end')])).toString('hex')
    assert.equal(made.ETag, `"${tag}-2"`)
    assert.equal(made.Location, 'http://cloud.test:8773/uploads/big')
    const got = await get('big')
    assert.equal(got.ContentLength, large.length + 7)
    assert.equal(got.ContentType, 'text/plain')
    assert.deepEqual(got.Metadata, { a: 'b' })
    assert.equal(await read(got), `${large}the end`)
    const across = await get('big', { Range: `bytes=${large.length - 3}-${large.length + 2}` })
    assert.equal(await read(across), `${large.subarray(-3)}the`)
    const second = await get('big', { PartNumber: 2 })
    assert.equal(second.$metadata.httpStatusCode, 206)
    assert.equal(second.PartsCount, 2)
    assert.equal(await read(second), 'the end')
    await refused(get('big', { PartNumber: 3 }), 'InvalidPartNumber', 416)
  })

  it('are completed once, and answered again while the object is the current one', async () => {
    const id = await start('again')
    const parts = [await part('again', id, 1, large), await part('again', id, 2, 'the end')]
    const made = await complete('again', id, parts)
    const repeated = await complete('again', id, parts)
    assert.deepEqual([repeated.ETag, repeated.Location], [made.ETag, made.Location])
    await refused(complete('again', id, parts.slice(1)), 'NoSuchUpload', 404)
    await c.s3().send(new PutObjectCommand({ Bucket, Key: 'again', Body: 'new' }))
    await refused(complete('again', id, parts), 'NoSuchUpload', 404)
    assert.equal(await read(await get('again')), 'new')
  })

  it('are copied part by part with the object, and go when it goes', async () => {
    const before = blobs()
    const id = await start('parts')
    const parts = [await part('parts', id, 1, large), await part('parts', id, 2, 'tail')]
    await complete('parts', id, parts)
    await c.s3().send(new CopyObjectCommand({ Bucket, Key: 'parts copy', CopySource: `${Bucket}/parts` }))
    await c.s3().send(new DeleteObjectCommand({ Bucket, Key: 'parts' }))
    await c.pass(120)
    assert.equal(await read(await get('parts copy')), `${large}tail`)
    await c.s3().send(new DeleteObjectCommand({ Bucket, Key: 'parts copy' }))
    assert.equal(blobs(), before)
  })

  it('keep nothing of parts that were replaced or not chosen', async () => {
    const before = blobs()
    const id = await start('chosen')
    await part('chosen', id, 1, 'first try')
    const kept = await part('chosen', id, 1, 'second try')
    await part('chosen', id, 2, 'not wanted')
    await complete('chosen', id, [kept])
    assert.equal(await read(await get('chosen')), 'second try')
    assert.equal(blobs(), before + 1)
  })

  it('are refused when the list of parts is wrong', async () => {
    const id = await start('wrong')
    const one = await part('wrong', id, 1, 'small')
    const two = await part('wrong', id, 2, 'small too')
    await refused(complete('wrong', id, []), 'MalformedXML', 400)
    await refused(complete('wrong', id, [two, one]), 'InvalidPartOrder', 400)
    await refused(complete('wrong', id, [one, one]), 'InvalidPartOrder', 400)
    await refused(complete('wrong', id, [{ ...one, ETag: two.ETag }]), 'InvalidPart', 400)
    await refused(complete('wrong', id, [{ ...one, PartNumber: 3 }]), 'InvalidPart', 400)
    await refused(complete('wrong', id, [one, two]), 'EntityTooSmall', 400)
    await refused(complete('wrong', 'no-such-upload', [one]), 'NoSuchUpload', 404)
    await refused(part('wrong', id, 0, 'x'), 'InvalidArgument', 400)
    await refused(part('wrong', id, 10001, 'x'), 'InvalidArgument', 400)
    await refused(part('other key', id, 1, 'x'), 'NoSuchUpload', 404)
    await refused(complete('wrong', id, [one], { MpuObjectSize: 9 }), 'InvalidRequest', 400)
    await complete('wrong', id, [one])
    const again = await start('wrong')
    const part1 = await part('wrong', again, 1, 'x')
    await refused(complete('wrong', again, [part1], { IfNoneMatch: '*' }), 'PreconditionFailed', 412)
  })

  it('are listed while they last, with their parts, page by page', async () => {
    const ids = [await start('list/b'), await start('list/a')]
    c.clock.advance(1)
    ids.push(await start('list/a'))
    const list = (more = {}) =>
      c.s3().send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'list/', ...more }))
    const all = await list()
    assert.deepEqual(
      all.Uploads?.map(({ Key, UploadId }) => [Key, UploadId]),
      [
        ['list/a', ids[1]],
        ['list/a', ids[2]],
        ['list/b', ids[0]],
      ],
    )
    const first = await list({ MaxUploads: 1 })
    assert.equal(first.IsTruncated, true)
    const rest = await list({ KeyMarker: first.NextKeyMarker, UploadIdMarker: first.NextUploadIdMarker })
    assert.deepEqual(
      rest.Uploads?.map(({ UploadId }) => UploadId),
      [ids[2], ids[0]],
    )
    const prefixes = await list({ Prefix: '', Delimiter: '/' })
    assert.deepEqual(
      prefixes.CommonPrefixes?.map(({ Prefix }) => Prefix),
      ['list/'],
    )

    const target = { Bucket, Key: 'list/b', UploadId: ids[0] as string }
    for (const n of [3, 1, 2]) await part(target.Key, target.UploadId, n, `part ${n}`)
    const page = await c.s3().send(new ListPartsCommand({ ...target, MaxParts: 2 }))
    assert.deepEqual(
      page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
      [
        [1, 6],
        [2, 6],
      ],
    )
    assert.equal(page.IsTruncated, true)
    const next = new ListPartsCommand({ ...target, PartNumberMarker: page.NextPartNumberMarker })
    const { Parts, NextPartNumberMarker } = await c.s3().send(next)
    assert.deepEqual([Parts?.[0]?.PartNumber, NextPartNumberMarker], [3, '3'])
  })

  it('are aborted by request', async () => {
    const before = blobs()
    const id = await start('aborted')
    await part('aborted', id, 1, 'x')
    const target = { Bucket, Key: 'aborted', UploadId: id }
    const mallory = await c.account('mallory')
    await refused(mallory.s3().send(new AbortMultipartUploadCommand(target)), 'AccessDenied', 403)
    await c.s3().send(new AbortMultipartUploadCommand(target))
    assert.equal(blobs(), before)
    await refused(c.s3().send(new AbortMultipartUploadCommand(target)), 'NoSuchUpload', 404)
    await refused(part('aborted', id, 2, 'x'), 'NoSuchUpload', 404)
  })

  it('are removed a week after they were abandoned', async () => {
    const id = await start('abandoned')
    await part('abandoned', id, 1, 'x')
    await c.pass(168 * 3600 - 1)
    await c.s3().send(new ListPartsCommand({ Bucket, Key: 'abandoned', UploadId: id }))
    await c.pass(2)
    const gone = new ListPartsCommand({ Bucket, Key: 'abandoned', UploadId: id })
    await refused(c.s3().send(gone), 'NoSuchUpload', 404)
  })

  it('take ranges of objects there are', async () => {
    await c.s3().send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }))
    const id = await start('copied')
    const copy = async (PartNumber: number, CopySourceRange?: string) => {
      const { CopyPartResult } = await c.s3().send(
        new UploadPartCopyCommand({
          Bucket,
          Key: 'copied',
          UploadId: id,
          PartNumber,
          CopySource: `${Bucket}/digits`,
          CopySourceRange,
        }),
      )
      return { PartNumber, ETag: CopyPartResult?.ETag }
    }
    assert.equal((await copy(2)).ETag, `"${md5('0123456789').toString('hex')}"`)
    await refused(copy(1, 'bytes=3-10'), 'InvalidArgument', 400)
    await refused(copy(1, '3-4'), 'InvalidArgument', 400)
    await complete('copied', id, [await copy(1, 'bytes=3-5')])
    assert.equal(await read(await get('copied')), '345')
  })

  it('have a composite checksum when one was asked for', async () => {
    const id = await start('sums', { ChecksumAlgorithm: 'CRC32' })
    const parts = [
      await part('sums', id, 1, large, { ChecksumAlgorithm: 'CRC32' }),
      await part('sums', id, 2, 'tail', { ChecksumAlgorithm: 'CRC32' }),
    ]
    const made = await complete('sums', id, parts)
    assert.match(made.ChecksumCRC32 ?? '', /-2$/)
    assert.equal(made.ChecksumType, 'COMPOSITE')
    const head = new HeadObjectCommand({ Bucket, Key: 'sums', ChecksumMode: 'ENABLED' })
    assert.equal((await c.s3().send(head)).ChecksumCRC32, made.ChecksumCRC32)
    await refused(
      start('sums', { ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' }),
      'InvalidRequest',
      400,
    )
  })

  it('are for those who may write to the bucket', async () => {
    const eve = await c.account('eve')
    const begin = () => eve.s3().send(new CreateMultipartUploadCommand({ Bucket, Key: 'shared' }))
    await refused(begin(), 'AccessDenied', 403)
    await c.s3().send(new PutBucketAclCommand({ Bucket, ACL: 'public-read-write' }))
    const { UploadId } = await begin()
    await eve.s3().send(new ListPartsCommand({ Bucket, Key: 'shared', UploadId }))
    await c.s3().send(new ListPartsCommand({ Bucket, Key: 'shared', UploadId }))
    await c.s3().send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
  })
})

describe('The checksum of a whole from its parts', () => {
  // Check values of the catalogue of CRC algorithms, of the text 123456789.
  const known = { ChecksumCRC32: 'cbf43926', ChecksumCRC32C: 'e3069283' }
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')

  it('is composite as the hash of the hashes', () => {
    const digest = createHash('sha256').update('x').digest()
    const whole = createHash('sha256')
      .update(Buffer.concat([digest, digest]))
      .digest('base64')
    const piece = { bytes: 1, checksum: digest.toString('base64') }
    assert.equal(wholeChecksum('ChecksumSHA256', 'COMPOSITE', [piece, piece]), `${whole}-2`)
  })

  it('is composite as the CRC of the CRCs', () => {
    // The digits as three imaginary checksums.
    const pieces = ['123', '456', '789'].map(text => ({
      bytes: 1,
      checksum: Buffer.from(text).toString('base64'),
    }))
    for (const [name, whole] of Object.entries(known)) {
      assert.equal(wholeChecksum(name, 'COMPOSITE', pieces), `${base64(whole)}-3`)
    }
  })

  it('is that of all the bytes for every CRC, wherever they were cut', () => {
    const bytes = createHash('sha512').update('some bytes').digest()
    for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
      const sum = (part: Buffer): string => {
        const checksum = newChecksum(algorithm)
        checksum.update(part)
        return checksum.digest()
      }
      const pieces = [bytes.subarray(0, 7), bytes.subarray(7, 7), bytes.subarray(7, 50), bytes.subarray(50)]
      assert.equal(
        wholeChecksum(
          `Checksum${algorithm}`,
          'FULL_OBJECT',
          pieces.map(part => ({ bytes: part.length, checksum: sum(part) })),
        ),
        sum(bytes),
      )
    }
  })

  it('is offered in the types that each algorithm has', () => {
    assert.deepEqual(checksumTypes('ChecksumCRC64NVME'), ['FULL_OBJECT'])
    assert.deepEqual(checksumTypes('ChecksumSHA1'), ['COMPOSITE'])
    assert.deepEqual(checksumTypes('ChecksumXXHASH3'), [])
    assert.deepEqual(checksumTypes('__proto__'), [])
  })
})
