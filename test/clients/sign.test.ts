// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { presignS3V2, presignS3V4, signQueryV2, signS3V2, signV4 } from '../../src/clients/sign'
import { targetOf } from '../../src/clients/target'
import { accessKeyId, secretKey } from './server'

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const keys = { accessKeyId, secretKey }
const scope = { region: 'us-east-1', service: 's3' }
const may2013 = new Date('2013-05-24T00:00:00Z')

// The examples of "Signature Calculations for the Authorization Header" in Amazon S3's API reference.
const examples: {
  what: string
  method: string
  url: string
  headers: Record<string, string>
  body: string
  signature: string
}[] = [
  {
    what: 'an object with a range',
    method: 'GET',
    url: 'https://examplebucket.s3.amazonaws.com/test.txt',
    headers: { range: 'bytes=0-9' },
    body: '',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    what: 'an upload whose key holds a dollar sign',
    method: 'PUT',
    url: 'https://examplebucket.s3.amazonaws.com/test%24file.text',
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    body: 'Welcome to Amazon S3.',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    what: 'a subresource without a value',
    method: 'GET',
    url: 'https://examplebucket.s3.amazonaws.com/?lifecycle',
    headers: {},
    body: '',
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    what: 'a listing with two parameters',
    method: 'GET',
    url: 'https://examplebucket.s3.amazonaws.com/?prefix=J&max-keys=2',
    headers: {},
    body: '',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
]

describe('signature version 4', () => {
  for (const { what, method, url, headers, body, signature } of examples)
    it(`of ${what} is the documented one`, () => {
      const target = targetOf(url)
      const hash = createHash('sha256').update(body).digest('hex')
      const request = { method, target, headers: { host: target.host, ...headers } }
      const signed = signV4(request, hash, scope, keys, may2013)
      assert.match(signed.authorization ?? '', new RegExp(`Signature=${signature}$`))
    })

  it('covers every header except Connection and User-Agent, and the token', () => {
    const headers = { host: 'h', 'user-agent': 'u', connection: 'close', accept: '*/*' }
    const request = { method: 'POST', target: targetOf('http://h/'), headers }
    const signed = signV4(request, emptyHash, scope, { ...keys, token: 'T' }, may2013)
    assert.equal(signed['x-amz-security-token'], 'T')
    assert.match(
      signed.authorization ?? '',
      /SignedHeaders=accept;host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/,
    )
  })

  it('encodes an encoded path twice, but not for S3', () => {
    const authorization = (url: string, service: string) =>
      signV4(
        { method: 'POST', target: targetOf(url), headers: { host: 'h' } },
        emptyHash,
        { region: 'r', service },
        keys,
        may2013,
      ).authorization
    const byHand = (path: string, service: string) => {
      const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
      const signedHeaders = 'host;x-amz-content-sha256;x-amz-date'
      const canonical = `POST\n${path}\n\nhost:h\nx-amz-content-sha256:${emptyHash}\nx-amz-date:20130524T000000Z\n\n${signedHeaders}\n${emptyHash}`
      const hashed = createHash('sha256').update(canonical).digest('hex')
      const text = `AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/r/${service}/aws4_request\n${hashed}`
      const key = ['20130524', 'r', service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secretKey}`)
      const signature = hmac(key, text).toString('hex')
      return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20130524/r/${service}/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`
    }
    assert.equal(authorization('http://h/a%20b/~c', 'ec2'), byHand('/a%2520b/~c', 'ec2'))
    assert.equal(authorization('http://h/a%20b/~c', 's3'), byHand('/a%20b/~c', 's3'))
  })
})

describe('signature version 2', () => {
  const now = new Date('2014-02-16T12:13:16.789Z')

  it('of a query request covers method, host with port, path and the sorted parameters', () => {
    const target = targetOf('http://Cloud.example:8773/services/Eucalyptus')
    const parameters = [
      ['Action', 'RegisterImage'],
      ['Name', 'a b*~/é'],
    ] as const
    const signed = signQueryV2({ method: 'POST', target }, parameters, { ...keys, token: 'T=' }, now)
    const text = `POST
cloud.example:8773
/services/Eucalyptus
AWSAccessKeyId=${accessKeyId}&Action=RegisterImage&Name=a%20b%2A~%2F%C3%A9&SecurityToken=T%3D&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2014-02-16T12%3A13%3A16Z`
    const expected = createHmac('sha256', secretKey).update(text).digest('base64')
    assert.deepEqual(signed.at(-1), ['Signature', expected])
  })

  it('of S3 covers subresources and amz headers, below the endpoint’s own path', () => {
    const target = targetOf('http://h:8773/services/objectstorage/b/k%20y?max-keys=0&acl&versionId=a%2Fb')
    const headers = { host: 'h:8773', 'x-amz-acl': 'private', 'content-type': 'text/plain' }
    const signed = signS3V2(
      { method: 'PUT', target, headers },
      '/services/objectstorage',
      { ...keys, token: 'T' },
      now,
    )
    const text = `PUT

text/plain
Sun, 16 Feb 2014 12:13:16 GMT
x-amz-acl:private
x-amz-security-token:T
/b/k%20y?acl&versionId=a/b`
    const expected = createHmac('sha1', secretKey).update(text).digest('base64')
    assert.equal(signed.authorization, `AWS ${accessKeyId}:${expected}`)
    assert.equal(signed.date, 'Sun, 16 Feb 2014 12:13:16 GMT')
  })

  it('of S3 signs the service itself as a slash', () => {
    const request = { method: 'GET', target: targetOf('http://h/services/objectstorage/'), headers: {} }
    const text = 'GET\n\n\nSun, 16 Feb 2014 12:13:16 GMT\n/'
    const expected = createHmac('sha1', secretKey).update(text).digest('base64')
    assert.equal(
      signS3V2(request, '/services/objectstorage', keys, now).authorization,
      `AWS ${accessKeyId}:${expected}`,
    )
  })
})

describe('a signed address', () => {
  // From "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" in Amazon S3's API reference.
  it('of version 4 is the documented one', () => {
    const query = presignS3V4(
      'GET',
      targetOf('https://examplebucket.s3.amazonaws.com/test.txt'),
      'us-east-1',
      keys,
      may2013,
      86_400,
    )
    assert.equal(
      query,
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
        '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
        '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    )
  })

  it('of version 4 is good for a week at most', () => {
    const query = presignS3V4('GET', targetOf('http://h/b/k'), 'r', keys, may2013, 30 * 86_400)
    assert.match(query, /&X-Amz-Expires=604800&/)
  })

  // From "Signing and Authenticating REST Requests", the example of query string authentication.
  it('of version 2 is the documented one', () => {
    const target = targetOf('http://s3.amazonaws.com/johnsmith/photos/puppy.jpg')
    assert.equal(
      presignS3V2('GET', target, '', keys, new Date(1_175_139_620_000)),
      'AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D',
    )
  })

  it('of either version carries the token', () => {
    const target = targetOf('http://h/services/objectstorage/b/k')
    const temporary = { ...keys, token: 'T/=' }
    assert.match(presignS3V4('GET', target, 'r', temporary, may2013, 60), /&X-Amz-Security-Token=T%2F%3D&/)
    const text = 'DELETE\n\n\n7\nx-amz-security-token:T/=\n/b/k'
    const signature = createHmac('sha1', secretKey).update(text).digest('base64')
    assert.equal(
      presignS3V2('DELETE', target, '/services/objectstorage', temporary, new Date(7_900)),
      `AWSAccessKeyId=${accessKeyId}&Expires=7&x-amz-security-token=T%2F%3D&Signature=${encodeURIComponent(signature)}`,
    )
  })
})
