// SPDX-License-Identifier: BSD-2-Clause
// Requests signed by the SDK's own signer, and what becomes of them when anything is changed.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { SignatureV4 } from '@smithy/signature-v4'
import { Refusal } from '../../src/engine/errors'
import type { HttpRequest } from '../../src/engine/http'
import type { AuthenticateOptions, Signed } from '../../src/engine/wire/contracts'
import { readForm } from '../../src/engine/wire/form'
import { authenticate } from '../../src/engine/wire/signature/authenticate'
import { scopeOf } from '../../src/engine/wire/signature/v4'

const KEY = 'AKIAMALLEE0000000001'
const SECRET = 'a secret/with+signs='
const NOW = new Date('2014-02-16T12:00:00Z')
const HOST = '127.0.0.1:8773'

class Sha256 {
  readonly #hash
  constructor(key?: Uint8Array | string) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key)
  }
  update(data: Uint8Array | string): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
}

const signer = (service: string) =>
  new SignatureV4({
    service,
    region: 'eucalyptus',
    credentials: {
      accessKeyId: KEY,
      secretAccessKey: SECRET,
      sessionToken: service === 'sts' ? 'token/1' : undefined,
    },
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
  })

interface Plan {
  readonly method?: string
  readonly path: string
  readonly query?: Record<string, string>
  readonly headers?: Record<string, string>
  readonly body?: string
}

const toRequest = (
  signed: { method: string; path: string; query?: unknown; headers: Record<string, string> },
  body?: string,
): HttpRequest => ({
  method: signed.method,
  path: signed.path,
  query: Object.entries((signed.query ?? {}) as Record<string, string>)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&'),
  headers: Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
  ),
  ...(body === undefined ? {} : { body: Buffer.from(body) }),
})

const plan = ({ method = 'GET', path, query = {}, headers = {}, body }: Plan) => ({
  method,
  protocol: 'http:',
  hostname: '127.0.0.1',
  port: 8773,
  path,
  query,
  headers: { host: HOST, ...headers },
  body,
})

const sign = async (service: string, what: Plan, date = NOW): Promise<HttpRequest> =>
  toRequest((await signer(service).sign(plan(what), { signingDate: date })) as never, what.body)

const presign = async (service: string, what: Plan, expiresIn: number, date = NOW): Promise<HttpRequest> =>
  toRequest((await signer(service).presign(plan(what), { signingDate: date, expiresIn })) as never, what.body)

const options = (family: 'query' | 's3', rest: Partial<AuthenticateOptions> = {}): AuthenticateOptions => ({
  family,
  now: NOW,
  secretFor: id => (id === KEY ? { secret: SECRET } : undefined),
  ...rest,
})

const signedBy = (request: HttpRequest, how: AuthenticateOptions): Signed => {
  const who = authenticate(request, how)
  assert.notEqual(who, 'anonymous')
  return who as Signed
}

const refusal = (run: () => unknown): Refusal => {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error))
    return error
  }
  return assert.fail('not refused')
}

const BAD = '403 Forbidden: Signature validation failed'
const told = (run: () => unknown): string => {
  const { code, message } = refusal(run)
  return `${code}: ${message}`
}
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000)

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
      .sort()
      .map(name => `${encode(name)}=${encode(parameters[name] ?? '')}`)
      .join('&')
    const hash = parameters.SignatureMethod === 'HmacSHA1' ? 'sha1' : 'sha256'
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
