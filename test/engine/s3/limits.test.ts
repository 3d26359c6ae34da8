// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { HttpRequest } from '../../../src/engine/http'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from './support'

const Bucket = 'alice'

describe('What S3 does not take', () => {
  let c: Cloud
  let alice: Clients
  let s3: S3Client
  let bob: S3Client
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    s3 = alice.s3()
    bob = (await c.account('bob')).s3()
    await s3.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new CreateBucketCommand({ Bucket: 'public', ACL: 'public-read-write' }))
  })
  after(() => c.close())

  /** A body that says whether anybody read it. */
  const watched = () => {
    const state = { isRead: false }
    const body = new Readable({
      read() {
        state.isRead = true
        this.push(Buffer.alloc(1024))
        this.push(null)
      },
    })
    return { state, body }
  }
  const send = (request: Partial<HttpRequest>) =>
    c.engine.handle({
      method: 'PUT',
      path: '/services/objectstorage/alice/key',
      query: '',
      ...request,
      headers: { host: 'cloud.test', 'content-length': '1024', ...request.headers },
    })
  const codeOf = (body: unknown) => /<Code>(\w+)<\/Code>/.exec(String(body))?.[1]

  it('is not received: what strangers send to a bucket that is closed to them, or is not there', async () => {
    for (const [path, code] of [
      ['/services/objectstorage/alice/key', 'AccessDenied'],
      ['/services/objectstorage/nowhere/key', 'NoSuchBucket'],
      ['/services/objectstorage/public/key?partNumber=1&uploadId=none', 'NoSuchUpload'],
    ] as const) {
      const { state, body } = watched()
      const [bare = '', query = ''] = path.split('?')
      const answer = await send({ path: bare, query, body })
      assert.equal(codeOf(answer.body), code)
      assert.ok(!state.isRead, path)
    }
    assert.deepEqual(readdirSync(join(c.home, 'staging')), [])
  })

  it('is not received: what is longer than an object may be', async () => {
    const tooLong: Record<string, string>[] = [
      { 'content-length': String(5 * 1024 ** 3 + 1) },
      {
        'content-length': '99',
        'x-amz-decoded-content-length': String(5 * 1024 ** 3 + 1),
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      },
    ]
    for (const headers of tooLong) {
      const { state, body } = watched()
      const answer = await send({ path: '/services/objectstorage/public/key', headers, body })
      assert.equal(codeOf(answer.body), 'EntityTooLarge')
      assert.ok(!state.isRead)
    }
  })

  it('is not received: the file of a form for a bucket that is closed to its sender', async () => {
    const boundary = 'xyz'
    const fields = `--${boundary}\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n`
    const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nbytes\r\n--${boundary}--\r\n`
    const answer = await send({
      method: 'POST',
      path: '/services/objectstorage/alice',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: Buffer.from(fields + file),
    })
    assert.equal(codeOf(answer.body), 'AccessDenied')
    assert.deepEqual(readdirSync(join(c.home, 'staging')), [])
  })

  it('is metadata that could not be sent back, and headers to expose that are none', async () => {
    const boundary = 'xyz'
    const part = (name: string, text: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`
    const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nbytes\r\n--${boundary}--\r\n`
    const answer = await send({
      method: 'POST',
      path: '/services/objectstorage/public',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: Buffer.from(part('key', 'k') + part('x-amz-meta-a b: c', 'v') + file),
    })
    assert.equal(codeOf(answer.body), 'InvalidArgument')
    const CORSRules = [
      { AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposeHeaders: ['x-a\nset-cookie: b'] },
    ]
    await refused(
      s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } })),
      'InvalidRequest',
      400,
    )
  })

  it('is a page of one and a half', async () => {
    await refused(s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 1.5 })), 'InvalidArgument', 400)
  })

  it('is a part from a stranger, of an upload that is another’s', async () => {
    await s3.send(new PutBucketAclCommand({ Bucket: 'public', ACL: 'public-read-write' }))
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'public', Key: 'big' }))
    const { Uploads = [] } = await bob.send(new ListMultipartUploadsCommand({ Bucket: 'public' }))
    assert.equal(Uploads[0]?.UploadId, UploadId)
    const part = { Bucket: 'public', Key: 'big', UploadId, PartNumber: 1, Body: 'mine now' }
    await refused(bob.send(new UploadPartCommand(part)), 'AccessDenied', 403)
    await s3.send(new UploadPartCommand(part))
    // An upload of a guest is the guest's and the bucket owner's.
    const theirs = await bob.send(new CreateMultipartUploadCommand({ Bucket: 'public', Key: 'guest' }))
    const guest = { ...part, Key: 'guest', UploadId: theirs.UploadId }
    await bob.send(new UploadPartCommand(guest))
    await s3.send(new UploadPartCommand(guest))
    const carol = (await c.account('carol')).s3()
    await refused(carol.send(new UploadPartCommand(guest)), 'AccessDenied', 403)
  })

  it('is forgotten late: the parts of an object that somebody may be reading slowly', async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'slow' }))
    await s3.send(new UploadPartCommand({ Bucket, Key: 'slow', UploadId, PartNumber: 1, Body: 'part' }))
    const parts = c.engine.read(tx => [...tx.objectParts.scan({ under: [UploadId ?? ''] })])
    const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }))
    await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: 'slow', UploadId, MultipartUpload: { Parts } }),
    )
    await s3.send(new PutObjectCommand({ Bucket, Key: 'slow', Body: 'another' }))
    const released = c.engine.read(tx => [...tx.due.scan()].filter(due => due.task === 'blob.released'))
    assert.equal(released.find(due => due.target === parts[0]?.slices[0]?.blob)?.at, c.clock.now() + 3600_000)
  })
})
