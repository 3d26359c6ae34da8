// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { HttpRequest } from '../../src/engine/http'
import type { AuthenticateOptions, Signed } from '../../src/engine/wire/contracts'
import { readForm } from '../../src/engine/wire/form'
import { authenticate } from '../../src/engine/wire/signature/authenticate'
import { scopeOf } from '../../src/engine/wire/signature/v4'
import { at, BAD, HOST, KEY, options, presign, SECRET, sign, signedBy, told } from './signing'

describe('version 4 for query services', () => {
  const body = 'Action=DescribeImages&Version=2014-02-01&ImageId.1=emi-12345678'
  const form = {
    path: '/services/compute/',
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }

  it('accepts what the SDK signs and tells scope and token', async () => {
    const request = await sign('sts', form)
    const signed = signedBy(request, options('query'))
    assert.deepEqual(
      [signed.accessKeyId, signed.region, signed.service, signed.token],
      [KEY, 'eucalyptus', 'sts', 'token/1'],
    )
    assert.equal(scopeOf(request)?.service, 'sts')
  })

  it('does not accept another body, path, host, header or key', async () => {
    const request = await sign('ec2', form)
    const headers = request.headers
    const changed: HttpRequest[] = [
      { ...request, body: Buffer.from(body.replace('emi-1', 'emi-2')) },
      { ...request, path: '/services/Euare/' },
      { ...request, method: 'PUT' },
      { ...request, query: 'Action=TerminateInstances' },
      { ...request, headers: { ...headers, host: '127.0.0.1:8774' } },
      { ...request, headers: { ...headers, 'content-type': 'text/plain' } },
      {
        ...request,
        headers: {
          ...headers,
          authorization: headers.authorization?.replace(/.$/, '0').replace(/..$/, 'zz') ?? '',
        },
      },
      { ...request, headers: { ...headers, authorization: 'AWS4-HMAC-SHA256 nonsense' } },
      {
        ...request,
        headers: { ...headers, authorization: `${headers.authorization}, ${headers.authorization}` },
      },
      {
        ...request,
        headers: {
          ...headers,
          authorization: `${headers.authorization?.replace(/;host;/, ';')}`,
        },
      },
    ]
    for (const one of changed)
      assert.equal(
        told(() => authenticate(one, options('query'))),
        BAD,
      )
    const stranger = { ...options('query'), secretFor: () => undefined }
    assert.equal(
      told(() => authenticate(request, stranger)),
      '403 Forbidden: Failed to find access key',
    )
  })

  it('is good for 920 seconds, and no more than 20 seconds early', async () => {
    const request = await sign('ec2', form)
    for (const seconds of [-20, 0, 920]) signedBy(request, options('query', { now: at(seconds) }))
    assert.match(
      told(() => authenticate(request, options('query', { now: at(921) }))),
      /^403 Forbidden: Message has expired \(times in UTC\): Timestamp=20140216T120000Z Expires=null Deadline=2014-02-16T12:15:20$/,
    )
    assert.match(
      told(() => authenticate(request, options('query', { now: at(-21) }))),
      /^403 Forbidden: Message was generated in the future \(times in UTC\): Timestamp=20140216T120000Z$/,
    )
  })

  it('accepts a presigned URL until it expires', async () => {
    const request = await presign(
      'ec2',
      { path: '/services/compute', query: { Action: 'DescribeImages' } },
      3600,
    )
    assert.equal(signedBy(request, options('query', { now: at(3600) })).kind, 'v4-query')
    assert.match(
      told(() => authenticate(request, options('query', { now: at(3621) }))),
      /Message has expired/,
    )
    const longer = { ...request, query: request.query.replace('X-Amz-Expires=3600', 'X-Amz-Expires=36000') }
    assert.equal(
      told(() => authenticate(longer, options('query'))),
      BAD,
    )
  })
})

describe('version 2 for query services', () => {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  const v2 = (
    more: Record<string, string>,
    how: { host?: string; path?: string; algorithm?: string } = {},
  ): HttpRequest => {
    const parameters: Record<string, string> = {
      Action: 'DescribeImages',
      AWSAccessKeyId: KEY,
      SignatureVersion: '2',
      SignatureMethod: 'HmacSHA256',
      Timestamp: '2014-02-16T12:00:00Z',
      'Filter.1.Value.1': 'a b+c*d~e',
      ...more,
    }
    const text = Object.keys(parameters)
      .filter(name => parameters[name] !== undefined)
      .sort()
      .map(name => `${encode(name)}=${encode(parameters[name] ?? '')}`)
      .join('&')
    const hash = parameters.SignatureMethod === 'HmacSHA256' ? 'sha256' : 'sha1'
    const signature = createHmac(hash, SECRET)
      .update(`POST\n${how.host ?? HOST}\n${how.path ?? '/services/Eucalyptus'}\n${text}`)
      .digest('base64')
    return {
      method: 'POST',
      path: '/services/Eucalyptus',
      query: '',
      headers: { host: HOST },
      body: Buffer.from(`${text}&Signature=${encode(signature)}`),
    }
  }
  const check = (request: HttpRequest, rest: Partial<AuthenticateOptions> = {}) =>
    authenticate(
      request,
      options('query', { form: readForm(request.query, request.body as Buffer), ...rest }),
    )

  it('accepts either digest, the host with or without its port, and other spellings of the path', () => {
    for (const request of [
      v2({}),
      v2({ SignatureMethod: 'HmacSHA1' }),
      v2({}, { host: '127.0.0.1' }),
      v2({}, { path: '/services/eucalyptus' }),
      v2({}, { path: '/services/Eucalyptus/' }),
    ])
      assert.equal((check(request) as Signed).kind, 'v2-query')
    assert.equal((check(v2({ SecurityToken: 't+1' })) as Signed).token, 't+1')
  })

  it('takes the digest to be SHA-1 and the version to be 2 where nothing says otherwise', () => {
    for (const name of ['SignatureMethod', 'SignatureVersion']) {
      const names = { SignatureMethod: 'HmacSHA1', SignatureVersion: '2' }
      const request = v2({ ...names, [name]: undefined as never })
      assert.equal((check(request) as Signed).kind, 'v2-query', name)
    }
  })

  it('does not accept a changed or added parameter, another version or no key', () => {
    const request = v2({})
    const body = String(request.body)
    const edited = (text: string): HttpRequest => ({ ...request, body: Buffer.from(text) })
    assert.equal(
      told(() => check(edited(body.replace('DescribeImages', 'DeregisterImage')))),
      BAD,
    )
    assert.equal(
      told(() => check(edited(`${body}&DryRun=true`))),
      BAD,
    )
    assert.equal(
      told(() =>
        check(
          { ...request, query: 'ImageId.1=emi-1' },
          { form: readForm('ImageId.1=emi-1', request.body as Buffer) },
        ),
      ),
      BAD,
    )
    assert.equal(
      told(() => check(v2({ SignatureMethod: 'constructor' }))),
      BAD,
    )
    assert.equal(
      told(() => check(v2({ SignatureVersion: '1' }))),
      '403 Forbidden: Unsupported signature version 1',
    )
    assert.equal(
      told(() => check(v2({ AWSAccessKeyId: '' }))),
      '403 Forbidden: Missing required parameter: AWSAccessKeyId',
    )
  })

  it('honours Expires however far ahead, and wants one date or another', () => {
    const far = v2({ Timestamp: '', Expires: '2030-01-01T00:00:00Z' })
    const bare = readForm('', far.body as Buffer)
    const without = new Map([...bare.values].filter(([name]) => name !== 'Timestamp'))
    assert.match(
      told(() => check(far, { form: { ...bare, values: without } })),
      /Signature validation/,
    )
    assert.match(
      told(() => check(far)),
      /^403 Forbidden: Invalid timestamp format: $/,
    )
    const past = v2({ Expires: '2014-02-16T11:59:59Z' })
    assert.equal(
      told(() => check(past)),
      '403 Forbidden: Message has expired (times in UTC): Timestamp=2014-02-16T12:00:00Z Expires=2014-02-16T11:59:59Z Deadline=2014-02-16T11:59:59',
    )
    assert.equal((check(v2({ Expires: '2030-01-01T00:00:00Z' })) as Signed).kind, 'v2-query')
    const dateless = { ...bare, values: new Map([...without].filter(([name]) => name !== 'Expires')) }
    assert.match(
      told(() => check(far, { form: dateless })),
      /One of the following parameters must be specified/,
    )
  })
})
