// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { HttpRequest } from '../../src/engine/http'
import type { AuthenticateOptions } from '../../src/engine/wire/contracts'
import { readForm } from '../../src/engine/wire/form'
import { authenticate } from '../../src/engine/wire/signature/authenticate'
import { at, HOST, KEY, NOW, options, presign, refusal, SECRET, sign, signedBy, told } from './signing'

describe('version 4 for s3', () => {
  const put = {
    method: 'PUT',
    path: '/services/objectstorage/bucket/a%20key%2B1',
    body: 'hello',
    headers: { 'x-amz-acl': 'aws-exec-read' },
  }

  it('accepts the SDK, and refuses a changed body, header or date by S3 codes', async () => {
    const request = await sign('s3', {
      ...put,
      headers: { ...put.headers, 'x-amz-content-sha256': createHash('sha256').update('hello').digest('hex') },
    })
    assert.equal(signedBy(request, options('s3')).kind, 'v4-header')
    const codeOf = (one: HttpRequest, rest: Partial<AuthenticateOptions> = {}) =>
      refusal(() => authenticate(one, options('s3', rest))).code
    assert.equal(codeOf({ ...request, body: Buffer.from('hullo') }), 'XAmzContentSHA256Mismatch')
    assert.equal(
      codeOf({ ...request, headers: { ...request.headers, 'x-amz-acl': 'private' } }),
      'SignatureDoesNotMatch',
    )
    assert.equal(
      codeOf({ ...request, headers: { ...request.headers, 'x-amz-tagging': 'a=b' } }),
      'AccessDenied',
    )
    assert.equal(codeOf(request, { now: at(901) }), 'RequestTimeTooSkewed')
    assert.equal(codeOf(request, { now: at(-901) }), 'RequestTimeTooSkewed')
    assert.equal(codeOf(request, { secretFor: () => undefined }), 'InvalidAccessKeyId')
    assert.equal(
      codeOf({ ...request, headers: { ...request.headers, authorization: 'Basic x' } }),
      'MissingSecurityHeader',
    )
    const { detail } = refusal(() => authenticate({ ...request, path: '/other' }, options('s3')))
    assert.deepEqual(Object.keys(detail), [
      'AWSAccessKeyId',
      'StringToSign',
      'SignatureProvided',
      'StringToSignBytes',
      'CanonicalRequest',
      'CanonicalRequestBytes',
    ])
    assert.match(detail.StringToSign ?? '', /^AWS4-HMAC-SHA256\n20140216T120000Z\n/)
  })

  it('checks the digest of a streamed body at its end', async () => {
    const request = await sign('s3', {
      ...put,
      headers: { 'x-amz-content-sha256': createHash('sha256').update('hello').digest('hex') },
    })
    const streamed = (text: string): HttpRequest => ({ ...request, body: Readable.from([Buffer.from(text)]) })
    const through = async (text: string) => {
      const one = streamed(text)
      const transform = signedBy(one, options('s3')).bodyTransform?.()
      assert.ok(transform)
      return buffer((one.body as Readable).pipe(transform))
    }
    assert.equal((await through('hello')).toString(), 'hello')
    await assert.rejects(through('hullo'), { code: 'XAmzContentSHA256Mismatch' })
  })

  it('accepts a presigned URL for its time only', async () => {
    const request = await presign(
      's3',
      { path: '/bucket/key', headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
      60,
    )
    assert.equal(signedBy(request, options('s3', { now: at(60) })).kind, 'v4-query')
    assert.equal(
      told(() => authenticate(request, options('s3', { now: at(61) }))),
      'AccessDenied: Cannot process request. Expired.',
    )
    const forever = { ...request, query: request.query.replace('Expires=60', 'Expires=604801') }
    assert.equal(
      refusal(() => authenticate(forever, options('s3'))).code,
      'AuthorizationQueryParametersError',
    )
    assert.equal(
      refusal(() => authenticate({ ...request, method: 'DELETE' }, options('s3'))).code,
      'SignatureDoesNotMatch',
    )
  })

  it('accepts what s3cmd signs: the path in its endpoint as a part of the host', async () => {
    const signed = await sign('s3', { path: '/bucket/key', headers: { host: `${HOST}/services/Walrus` } })
    const sent = {
      ...signed,
      path: '/services/Walrus/bucket/key',
      headers: { ...signed.headers, host: HOST },
    }
    const walrus = options('s3', { servicePath: '/services/Walrus' })
    assert.equal(signedBy(sent, walrus).kind, 'v4-header')
    const other = { ...sent, path: '/services/Walrus/bucket/other' }
    assert.equal(refusal(() => authenticate(other, walrus)).code, 'SignatureDoesNotMatch')
  })

  it('lets a request without a signature be anonymous', () => {
    const bare = { method: 'GET', path: '/bucket/key', query: 'acl', headers: { host: HOST } }
    assert.equal(authenticate(bare, options('s3')), 'anonymous')
    assert.equal(authenticate(bare, options('query', { form: readForm('Action=X') })), 'anonymous')
  })
})

describe("s3's version 2", () => {
  const DATE = 'Sun, 16 Feb 2014 12:00:00 GMT'
  const v2 = (text: string) => createHmac('sha1', SECRET).update(text).digest('base64')
  const request = (signed: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
    method: 'GET',
    path: '/services/Walrus/bucket/key',
    query: '',
    ...more,
    headers: { host: HOST, date: DATE, authorization: `AWS ${KEY}:${v2(signed)}`, ...more.headers },
  })
  const s3 = options('s3', { servicePath: '/services/Walrus' })

  it('takes the service path in or out of what was signed', () => {
    for (const path of ['/services/Walrus/bucket/key', '/bucket/key'])
      assert.equal(signedBy(request(`GET\n\n\n${DATE}\n${path}`), s3).kind, 's3-v2-header')
    assert.equal(
      refusal(() => authenticate(request(`GET\n\n\n${DATE}\n/bucket/other`), s3)).code,
      'SignatureDoesNotMatch',
    )
  })

  it('covers amz headers and subresources, and lets a GET add a content type', () => {
    const amz = { 'x-amz-acl': 'private', 'x-amz-date': DATE, 'content-type': 'text/plain' }
    const text = `GET\n\n\n\nx-amz-acl:private\nx-amz-date:${DATE}\n/bucket/key?acl&versionId=1`
    signedBy(request(text, { query: 'versionId=1&acl&prefix=x', headers: amz }), s3)
    const other = request(text, { query: 'versionId=2&acl', headers: amz })
    assert.equal(refusal(() => authenticate(other, s3)).code, 'SignatureDoesNotMatch')
  })

  it('accepts what boto3 signs: runs of blanks in headers, a bucket without a slash, list-type', () => {
    const amz = { 'x-amz-meta-a': 'b  c' }
    signedBy(request(`GET\n\n\n${DATE}\nx-amz-meta-a:b  c\n/bucket/key`, { headers: amz }), s3)
    for (const resource of ['/bucket?list-type=2', '/bucket/', '/services/Walrus/bucket/'])
      signedBy(
        request(`GET\n\n\n${DATE}\n${resource}`, { path: '/services/Walrus/bucket', query: 'list-type=2' }),
        s3,
      )
  })

  it('accepts a signed URL until it expires, and a date within 15 minutes', () => {
    const expires = NOW.getTime() / 1000 + 60
    const query = `AWSAccessKeyId=${KEY}&Expires=${expires}&Signature=${encodeURIComponent(v2(`GET\n\n\n${expires}\n/bucket/key`))}`
    const url: HttpRequest = { method: 'GET', path: '/bucket/key', query, headers: { host: HOST } }
    assert.equal(signedBy(url, s3).kind, 's3-v2-query')
    assert.equal(
      told(() => authenticate(url, { ...s3, now: at(61) })),
      'AccessDenied: Cannot process request. Expired.',
    )
    const later = { ...url, query: query.replace(String(expires), String(expires + 1)) }
    assert.equal(refusal(() => authenticate(later, s3)).code, 'SignatureDoesNotMatch')
    const header = request(`GET\n\n\n${DATE}\n/bucket/key`)
    assert.equal(refusal(() => authenticate(header, { ...s3, now: at(901) })).code, 'RequestTimeTooSkewed')
  })
})
