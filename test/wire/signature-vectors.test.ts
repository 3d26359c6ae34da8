// SPDX-License-Identifier: BSD-2-Clause
// AWS' published examples of each signature, from the S3 and Query API documentation.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { HttpRequest } from '../../src/engine/http'
import type { AuthenticateOptions, Signed } from '../../src/engine/wire/contracts'
import { readForm } from '../../src/engine/wire/form'
import { authenticate } from '../../src/engine/wire/signature/authenticate'
import { newChecksum } from '../../src/engine/wire/signature/checksums'
import { ChunkedDecoder } from '../../src/engine/wire/signature/chunked'
import { signingKey } from '../../src/engine/wire/signature/keys'

const KEY = 'AKIAIOSFODNN7EXAMPLE'
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const s3 = (now: string, rest: Partial<AuthenticateOptions> = {}): AuthenticateOptions => ({
  family: 's3',
  now: new Date(now),
  secretFor: id => (id === KEY ? { secret: SECRET } : undefined),
  ...rest,
})

const signedBy = (request: HttpRequest, options: AuthenticateOptions): Signed => {
  const who = authenticate(request, options)
  assert.notEqual(who, 'anonymous')
  assert.equal((who as Signed).accessKeyId, KEY)
  return who as Signed
}

const v4 = (headers: string, signature: string): string =>
  `AWS4-HMAC-SHA256 Credential=${KEY}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${headers},Signature=${signature}`
const HOST = 'examplebucket.s3.amazonaws.com'
const MAY_2013 = '2013-05-24T00:00:00Z'

describe('published examples of signatures', () => {
  it('version 4 accepts the GET of an object with a range', () => {
    const headers = {
      host: HOST,
      range: 'bytes=0-9',
      'x-amz-content-sha256': EMPTY,
      'x-amz-date': '20130524T000000Z',
      authorization: v4(
        'host;range;x-amz-content-sha256;x-amz-date',
        'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      ),
    }
    const signed = signedBy({ method: 'GET', path: '/test.txt', query: '', headers }, s3(MAY_2013))
    assert.equal(signed.kind, 'v4-header')
    assert.equal(signed.service, 's3')
  })

  it('version 4 accepts the PUT of an object whose name needs encoding', () => {
    const headers = {
      host: HOST,
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      authorization: v4(
        'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      ),
    }
    const body = Buffer.from('Welcome to Amazon S3.')
    signedBy({ method: 'PUT', path: '/test$file.text', query: '', headers, body }, s3(MAY_2013))
  })

  it('version 4 accepts a query without a value', () => {
    const headers = {
      host: HOST,
      'x-amz-content-sha256': EMPTY,
      'x-amz-date': '20130524T000000Z',
      authorization: v4(
        'host;x-amz-content-sha256;x-amz-date',
        'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
      ),
    }
    signedBy({ method: 'GET', path: '/', query: 'lifecycle', headers }, s3(MAY_2013))
  })

  it('version 4 accepts a presigned URL', () => {
    const query =
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
      '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
      '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'
    const request = { method: 'GET', path: '/test.txt', query, headers: { host: HOST } }
    assert.equal(signedBy(request, s3('2013-05-24T23:00:00Z')).kind, 'v4-query')
  })

  it('version 4 accepts a body in signed chunks', async () => {
    const headers = {
      host: 's3.amazonaws.com',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '66560',
      'content-length': '66824',
      authorization: v4(
        'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;' +
          'x-amz-storage-class',
        '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
      ),
    }
    const data = 'a'.repeat(65536)
    const body = Buffer.from(
      `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${data}\r\n` +
        `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${data.slice(0, 1024)}\r\n` +
        '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
    )
    const request = { method: 'PUT', path: '/examplebucket/chunkObject.txt', query: '', headers, body }
    const decode = signedBy(request, s3(MAY_2013)).bodyTransform
    assert.ok(decode)
    const decoded = await buffer(
      Readable.from([body.subarray(0, 70), body.subarray(70, 65_700), body.subarray(65_700)]).pipe(decode()),
    )
    assert.equal(decoded.toString(), data + data.slice(0, 1024))
  })

  it('version 4 accepts signed chunks with a signed trailing checksum', async () => {
    const data = 'a'.repeat(65536)
    const body =
      `10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n${data}\r\n` +
      `400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n${data.slice(0, 1024)}\r\n` +
      '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n' +
      'x-amz-checksum-crc32c:sOO8/Q==\r\n' +
      'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n'
    const decoder = new ChunkedDecoder({
      length: 66560,
      trailers: ['x-amz-checksum-crc32c'],
      seed: {
        key: signingKey(SECRET, '20130524', 'us-east-1', 's3'),
        stamp: '20130524T000000Z',
        scope: '20130524/us-east-1/s3/aws4_request',
        signature: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
      },
    })
    assert.equal((await buffer(Readable.from([Buffer.from(body)]).pipe(decoder))).length, 66560)
    assert.equal(decoder.received.get('x-amz-checksum-crc32c'), 'sOO8/Q==')
  })

  it('version 2 accepts the query of the Elastic MapReduce example', () => {
    const query =
      'AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Action=DescribeJobFlows&SignatureMethod=HmacSHA256&SignatureVersion=2' +
      '&Timestamp=2011-10-03T15%3A19%3A30&Version=2009-03-31&Signature=i91nKc4PWAt0JJIdXwz9HxZCJDdiy6cf%2FMj6vPxyYIs%3D'
    const request = { method: 'GET', path: '/', query, headers: { host: 'elasticmapreduce.amazonaws.com' } }
    const options = { ...s3('2011-10-03T15:20:00Z'), family: 'query' as const, form: readForm(query) }
    assert.equal(signedBy(request, options).kind, 'v2-query')
  })

  const cases: [string, string, string, string, string, Record<string, string>, string?][] = [
    [
      'GET',
      '/photos/puppy.jpg',
      '',
      'Tue, 27 Mar 2007 19:36:42 +0000',
      'bWq2s1WEIj+Ydj0vQ697zp+IXMU=',
      {},
      'johnsmith',
    ],
    [
      'PUT',
      '/photos/puppy.jpg',
      '',
      'Tue, 27 Mar 2007 21:15:45 +0000',
      'MyyxeRY7whkBe+bq8fHCL/2kKUg=',
      { 'content-type': 'image/jpeg' },
      'johnsmith',
    ],
    [
      'GET',
      '/',
      'prefix=photos&max-keys=50&marker=puppy',
      'Tue, 27 Mar 2007 19:42:41 +0000',
      'htDYFYduRNen8P9ZfE/s9SuKy0U=',
      {},
      'johnsmith',
    ],
    ['GET', '/', 'acl', 'Tue, 27 Mar 2007 19:44:46 +0000', 'c2WLPFtWHVgbEmeEG93a4cG37dM=', {}, 'johnsmith'],
    ['GET', '/', '', 'Wed, 28 Mar 2007 01:29:59 +0000', 'qGdzdERIC03wnaRNKh6OqZehG9s=', {}],
    [
      'GET',
      '/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re',
      '',
      'Wed, 28 Mar 2007 01:49:49 +0000',
      'DNEZGsoieTZ92F3bUfSPQcbGmlM=',
      {},
    ],
  ]
  for (const [method, path, query, date, signature, more, hostBucket] of cases)
    it(`S3's version 2 accepts ${method} ${path}${query && `?${query}`}`, () => {
      const headers = { date, authorization: `AWS ${KEY}:${signature}`, ...more }
      const signed = signedBy({ method, path, query, headers }, s3(date, { hostBucket }))
      assert.equal(signed.kind, 's3-v2-header')
    })

  it('checksums of "123456789" are the catalogued ones', () => {
    const of = (algorithm: Parameters<typeof newChecksum>[0]) => {
      const checksum = newChecksum(algorithm)
      checksum.update(Buffer.from('1234'))
      checksum.update(Buffer.from('56789'))
      return Buffer.from(checksum.digest(), 'base64').toString('hex')
    }
    assert.equal(of('CRC32'), 'cbf43926')
    assert.equal(of('CRC32C'), 'e3069283')
    assert.equal(of('CRC64NVME'), 'ae8b14860a799888')
    assert.equal(of('SHA1'), 'f7c3bc1d808e04732adf679965ccc34ca7ae3441')
    const long = Buffer.alloc(10_000, 'mallee checksums ')
    for (const algorithm of ['CRC32C', 'CRC64NVME'] as const) {
      const [whole, bytewise] = [newChecksum(algorithm), newChecksum(algorithm)]
      whole.update(long)
      for (const byte of long) bytewise.update(Buffer.of(byte))
      assert.equal(whole.digest(), bytewise.digest())
    }
  })
})
