// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { clientFor, openObjectStore, ReceivedDate } from '../../src/clients'
import { signS3V2 } from '../../src/clients/sign'
import { targetOf } from '../../src/clients/target'
import { accessKeyId, io, type RecordingServer, secretKey, settingsOf, startServer } from './server'

const textOf = async (body: Readable): Promise<string> => {
  let text = ''
  for await (const chunk of body) text += chunk
  return text
}

describe('the S3 client', () => {
  let server: RecordingServer
  let folder: string
  beforeEach(async () => {
    server = await startServer()
    folder = mkdtempSync(join(tmpdir(), 'mallee-s3-'))
  })
  afterEach(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  const settings = (env = {}) => settingsOf({ S3_URL: `${server.url}/services/objectstorage/`, ...env })
  const store = (env = {}, waits: number[] = []) => openObjectStore(settings(env), io(waits))
  const last = () => server.requests.at(-1) ?? assert.fail('nothing was asked')
  const fileOf = (text: string | Buffer) => {
    const file = join(folder, 'body')
    writeFileSync(file, text)
    return { file, size: Buffer.byteLength(text) }
  }

  it('uploads a file in path style, with its length, an ACL and nothing more', async () => {
    server.answer({ headers: { etag: '"0123"' } })
    const sent: number[] = []
    const { etag } = await (await store()).put('b', 'a dir/k+1', fileOf('hello'), {
      acl: 'aws-exec-read',
      onProgress: bytes => sent.push(bytes),
    })
    assert.equal(etag, '0123')
    assert.deepEqual(sent, [5])
    const { method, url, headers, body, rawNames } = last()
    assert.deepEqual(
      [method, url, body.toString()],
      ['PUT', '/services/objectstorage/b/a%20dir/k%2B1', 'hello'],
    )
    assert.equal(headers['x-amz-acl'], 'aws-exec-read')
    assert.deepEqual(rawNames.map(name => name.toLowerCase()).sort(), [
      'accept',
      'authorization',
      'connection',
      'content-length',
      'date',
      'host',
      'user-agent',
      'x-amz-acl',
    ])
  })

  it('signs by version 2 unless the region wants version 4', async () => {
    await (await store()).delete('b', 'k')
    const again = signS3V2(
      { method: 'DELETE', target: targetOf(`${server.url}/services/objectstorage/b/k`), headers: {} },
      '/services/objectstorage',
      { accessKeyId, secretKey },
      new Date(io().now()),
    )
    assert.equal(last().headers.authorization, again.authorization)
    const v4 = { ...settings({ S3_URL: `west::${server.url}` }), s3ForceSigv4: true }
    await (await openObjectStore(v4, io())).put('b', 'k', fileOf('hello'))
    assert.match(
      last().headers.authorization ?? '',
      /^AWS4-HMAC-SHA256 Credential=\w+\/20140216\/west\/s3\/aws4_request/,
    )
    assert.equal(last().headers['x-amz-content-sha256'], createHash('sha256').update('hello').digest('hex'))
  })

  it('refuses version 4 without a region name', async () => {
    const v4 = { ...settings(), s3ForceSigv4: true }
    await assert.rejects((await openObjectStore(v4, io())).delete('b', 'k'), {
      name: 'ClientError',
      message: /region/,
    })
    assert.equal(server.requests.length, 0)
  })

  it('tells a bucket that is not there from one that is another’s', async () => {
    const objects = await store()
    server.answer({ body: '<ListBucketResult><Name>b</Name></ListBucketResult>' })
    assert.equal(await objects.bucketExists('b'), true)
    assert.equal(last().url, '/services/objectstorage/b?max-keys=0')
    server.answer({ status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' })
    assert.equal(await objects.bucketExists('b'), false)
    server.answer({
      status: 403,
      body: '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
    })
    await assert.rejects(objects.bucketExists('b'), {
      code: 'AccessDenied',
      message: 'Access Denied',
      status: 403,
    })
  })

  it('creates a bucket, with a location constraint when there is one', async () => {
    const objects = await store()
    await objects.createBucket('b')
    assert.deepEqual([last().method, last().url, last().body.length], ['PUT', '/services/objectstorage/b', 0])
    assert.equal(last().headers['content-length'], '0')
    await objects.createBucket('b', 'a<b')
    assert.equal(
      last().body.toString(),
      '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        '<LocationConstraint>a&lt;b</LocationConstraint></CreateBucketConfiguration>',
    )
  })

  it('never lets a key with dots climb out of its place', async () => {
    await (await store()).delete('b', 'x/../../other/.')
    assert.equal(last().url, '/services/objectstorage/b/x/../../other/.')
  })

  it('downloads as a stream, with what the headers say', async () => {
    server.answer({ headers: { etag: '"e"', 'content-length': '5' }, body: 'hello' })
    const { body, contentLength, etag } = await (await store()).get('b', 'k')
    assert.deepEqual([await textOf(body), contentLength, etag], ['hello', 5, 'e'])
    assert.equal(last().url, '/services/objectstorage/b/k')
  })

  it('fails a download that ends early', async () => {
    server.answer((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('part')
      setImmediate(() => response.socket?.destroy())
      return undefined
    })
    const { body } = await (await store()).get('b', 'k')
    await assert.rejects(textOf(body), { name: 'ClientError', message: /^connection error/ })
  })

  it('sends a file again after a 503, from its beginning', async () => {
    const waits: number[] = []
    server.answer({ status: 503 }, { headers: { etag: '"e"' } })
    await (await store({}, waits)).put('b', 'k', fileOf(Buffer.alloc(700_000, 'x')))
    assert.deepEqual(
      server.requests.map(request => request.body.length),
      [700_000, 700_000],
    )
    assert.deepEqual(waits, [1500])
  })

  it('passes the error of a file that cannot be read', async () => {
    const body = { file: join(folder, 'missing'), size: 5 }
    await assert.rejects((await store()).put('b', 'k', body), { code: 'ENOENT' })
  })

  it('sends a piece of a file, with the MD5 that it is to have', async () => {
    await (await store()).put('b', 'k', { ...fileOf('0123456789'), start: 3, size: 4 }, { md5: 'bWQ1' })
    assert.deepEqual([last().body.toString(), last().headers['content-md5']], ['3456', 'bWQ1'])
  })

  it('tells an object that is not there from one that is another’s', async () => {
    server.answer({ status: 404 }, { status: 403 }, { headers: { 'content-length': '7', etag: '"e"' } })
    assert.equal(await (await store()).head('b', 'k'), undefined)
    await assert.rejects((await store()).head('b', 'k'), { name: 'ServiceError', code: '403' })
    assert.deepEqual(await (await store()).head('b', 'k'), { contentLength: 7, etag: 'e' })
    assert.equal(last().method, 'HEAD')
  })

  it('signs addresses as the region wants it', async () => {
    const url = (await store()).presign('GET', 'b', '../a b/k', 60)
    const [address, query] = url.split('?')
    assert.equal(address, `${server.url}/services/objectstorage/b/../a%20b/k`)
    const expires = Math.floor(io().now() / 1000) + 60
    assert.match(query ?? '', new RegExp(`^AWSAccessKeyId=${accessKeyId}&Expires=${expires}&Signature=`))
    const v4 = { ...settings({ S3_URL: `west::${server.url}` }), s3ForceSigv4: true }
    assert.match((await openObjectStore(v4, io())).presign('HEAD', 'b', 'k', 60), /\?X-Amz-Algorithm=.*west/)
    const nowhere = await openObjectStore({ ...settings(), s3ForceSigv4: true }, io())
    assert.throws(() => nowhere.presign('HEAD', 'b', 'k', 60), { name: 'ClientError', reason: 'signing' })
  })

  it('reads listings, flattened lists and metadata by schema', async () => {
    const s3 = await clientFor('s3', settings(), io())
    server.answer({
      body: `<ListBucketResult xmlns="x"><Name>b</Name><Contents><Key> k </Key><Size>3</Size>
<LastModified>2014-02-16T12:13:16.000Z</LastModified></Contents><Contents><Key>l</Key></Contents></ListBucketResult>`,
    })
    const { Contents = [], Name } = await s3.listObjects({ Bucket: 'b', Prefix: 'x/' })
    assert.equal(last().url, '/services/objectstorage/b?prefix=x%2F')
    assert.deepEqual([Name, Contents.map(({ Key }) => Key), Contents[0]?.Size], ['b', [' k ', 'l'], 3])
    assert.ok(Contents[0]?.LastModified instanceof ReceivedDate)
    server.answer({
      headers: { 'x-amz-meta-colour': 'red', 'last-modified': 'Sun, 16 Feb 2014 12:13:16 GMT' },
    })
    const head = await s3.headObject({ Bucket: 'b', Key: 'k' })
    assert.deepEqual(head.Metadata, { colour: 'red' })
    assert.equal(head.LastModified?.getTime(), Date.parse('2014-02-16T12:13:16Z'))
    server.answer({ body: '<R><Buckets><Bucket><Name>a</Name></Bucket></Buckets></R>' })
    assert.deepEqual((await s3.listBuckets()).Buckets, [{ Name: 'a' }])
    assert.equal(last().url, '/services/objectstorage/')
  })

  it('names the bucket of a redirect that leads nowhere', async () => {
    server.answer({ status: 301, body: '<Error><Code>PermanentRedirect</Code><Bucket>b</Bucket></Error>' })
    await assert.rejects((await store()).bucketExists('b'), {
      name: 'ClientError',
      message: /"b".*127\.0\.0\.1/,
    })
  })

  it('uploads a form by policy, unsigned and without a secret', async () => {
    server.answer({ status: 204, headers: { etag: '"e"' } })
    const unsigned = settings({ AWS_ACCESS_KEY: '', AWS_SECRET_KEY: '' })
    const objects = await openObjectStore(unsigned, io(), { unsigned: true })
    const { etag } = await objects.postForm('b', { key: 'k', Policy: 'cA==' }, fileOf('hello'))
    const { headers, body, method, url } = last()
    assert.deepEqual([method, url, etag], ['POST', '/services/objectstorage/b', 'e'])
    assert.equal(headers.authorization, undefined)
    const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1]
    assert.equal(
      body.toString(),
      [
        `--${boundary}`,
        'Content-Disposition: form-data; name="key"',
        '',
        'k',
        `--${boundary}`,
        'Content-Disposition: form-data; name="Policy"',
        '',
        'cA==',
        `--${boundary}`,
        'Content-Disposition: form-data; name="file"; filename="file"',
        'Content-Type: application/octet-stream',
        '',
        'hello',
        `--${boundary}--`,
        '',
      ].join('\r\n'),
    )
  })
})
