// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { Refusal } from '../../src/engine/errors'
import type { HttpRequest } from '../../src/engine/http'
import { isPostForm, readPostForm } from '../../src/engine/wire/multipart'
import { checkFileBytes, checkPostPolicy } from '../../src/engine/wire/signature/post-policy'

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => assert.fail('not refused'),
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof Refusal, String(error))
  return error.code
}

const BOUNDARY = 'mallee'
const form = (
  fields: readonly (readonly [string, string])[],
  file = 'bytes of the file',
  end = `\r\n--${BOUNDARY}--\r\n`,
): HttpRequest => {
  const parts = fields.map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const last = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="../a/disk.img"\r\nContent-Type: text/plain\r\n\r\n${file}`
  return {
    method: 'POST',
    path: '/bucket',
    query: '',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: Buffer.from(`${parts.join('')}${last}${end}`),
  }
}

describe('a POST form', () => {
  it('gives its fields in any case, then its file as a stream', async () => {
    const request = form([
      ['Key', 'a/b'],
      ['AWSAccessKeyId', 'AKIA'],
    ])
    assert.ok(isPostForm(request))
    const { fields, file } = await readPostForm(request)
    assert.deepEqual(
      [...fields],
      [
        ['key', 'a/b'],
        ['awsaccesskeyid', 'AKIA'],
      ],
    )
    assert.deepEqual([file.name, file.type], ['disk.img', 'text/plain'])
    assert.equal((await buffer(file.stream)).toString(), 'bytes of the file')
  })

  it('may give its file as text, and passes over what comes behind it', async () => {
    const { fields, file } = await readPostForm(
      form([
        ['key', 'a/b'],
        ['file', 'content as text'],
        ['key', 'c'],
      ]),
    )
    assert.deepEqual([...fields], [['key', 'a/b']])
    assert.equal((await buffer(file.stream)).toString(), 'content as text')
  })

  it('may give every field a file name', async () => {
    const part = (name: string, value: string) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n\r\n${value}\r\n`
    const bodyOf = (...parts: string[]) => ({
      ...form([]),
      body: Buffer.from(`${parts.join('')}--${BOUNDARY}--\r\n`),
    })
    const { fields, file } = await readPostForm(
      bodyOf(part('Key', 'a/b'), part('acl', 'private'), part('file', 'bar'), part('submit', 'Go')),
    )
    assert.deepEqual(
      [...fields],
      [
        ['key', 'a/b'],
        ['acl', 'private'],
      ],
    )
    assert.equal(file.name, 'file')
    assert.equal((await buffer(file.stream)).toString(), 'bar')
    const long = bodyOf(part('key', 'x'.repeat(30_000)), part('file', 'bar'))
    assert.equal(await codeOf(readPostForm(long)), 'MalformedPOSTRequest')
    assert.equal(await codeOf(readPostForm(bodyOf(part('key', 'k')))), 'InvalidArgument')
  })

  it('fails when it is cut off, too long, too wide, or no form', async () => {
    const cut = await readPostForm(form([['key', 'k']], 'x'.repeat(100), ''))
    assert.equal(await codeOf(buffer(cut.file.stream)), 'IncompleteBody')
    const long = await readPostForm(form([['key', 'k']], 'x'.repeat(100)), { fileBytes: 50 })
    assert.equal(await codeOf(buffer(long.file.stream)), 'EntityTooLarge')
    const many = Array.from({ length: 101 }, (_, index) => [`field${index}`, 'x'] as const)
    assert.equal(await codeOf(readPostForm(form(many))), 'MalformedPOSTRequest')
    assert.equal(await codeOf(readPostForm(form([['key', 'x'.repeat(30_000)]]))), 'MalformedPOSTRequest')
    assert.equal(
      await codeOf(readPostForm({ ...form([]), headers: { 'content-type': 'multipart/form-data' } })),
      'MalformedPOSTRequest',
    )
    assert.equal(
      await codeOf(readPostForm({ ...form([]), body: Buffer.from('nonsense') })),
      'MalformedPOSTRequest',
    )
    const fileless = Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--${BOUNDARY}--\r\n`,
    )
    assert.equal(await codeOf(readPostForm({ ...form([]), body: fileless })), 'InvalidArgument')
  })
})

describe('the policy of a POST form', () => {
  const SECRET = 'secret'
  const now = new Date('2014-02-16T12:00:00Z')
  const fieldsFor = (policy: unknown, more: Record<string, string> = {}): Map<string, string> => {
    const base64 = Buffer.from(typeof policy === 'string' ? policy : JSON.stringify(policy)).toString(
      'base64',
    )
    const signature = createHmac('sha1', SECRET).update(base64).digest('base64')
    return new Map(
      Object.entries({
        key: 'images/disk',
        acl: 'ec2-bundle-read',
        awsaccesskeyid: 'AKIA',
        policy: base64,
        signature,
        ...more,
      }),
    )
  }
  const options = {
    now,
    bucket: 'bucket',
    secretFor: (id: string) => (id === 'AKIA' ? { secret: SECRET } : undefined),
  }
  const conditions: unknown[] = [
    { bucket: 'bucket' },
    ['Starts-With', '$key', 'images/'],
    ['eq', '$ACL', 'ec2-bundle-read'],
  ]
  const policy = { expiration: '2014-02-16T12:00:01Z', conditions }
  const refusal = (fields: ReadonlyMap<string, string>, rest = {}): string => {
    try {
      checkPostPolicy(fields, { ...options, ...rest })
    } catch (error) {
      assert.ok(error instanceof Refusal, String(error))
      return `${error.code}: ${error.message}`
    }
    return assert.fail('not refused')
  }

  it('names the signer, and nobody when there is none', () => {
    assert.deepEqual(checkPostPolicy(fieldsFor(policy), options), {
      accessKeyId: 'AKIA',
      token: undefined,
      fileBytes: undefined,
    })
    assert.equal(checkPostPolicy(new Map([['key', 'k']]), options), 'anonymous')
  })

  it('may have dollar signs escaped, as Amazon has it', () => {
    const escaped = { ...policy, conditions: [{ bucket: 'bucket' }, ['starts-with', '$key', 'PRICE']] }
    const text = JSON.stringify(escaped).replace('PRICE', String.raw`\$5\\$`)
    const fields = fieldsFor(text, { key: String.raw`$5\$.txt` })
    fields.delete('acl')
    assert.notEqual(checkPostPolicy(fields, options), 'anonymous')
  })

  it('limits the file, written as three numbers or as one text', () => {
    for (const condition of [
      ['content-length-range', 5, 10],
      ['content-length-range', '5', '10'],
      ['content-length-range', '5,10'],
    ]) {
      const fields = fieldsFor({ ...policy, conditions: [...conditions, condition] })
      assert.deepEqual(checkPostPolicy(fields, options), {
        accessKeyId: 'AKIA',
        token: undefined,
        fileBytes: { low: 5, high: 10 },
      })
      assert.match(refusal(fields, { fileBytes: 4 }), /^EntityTooSmall/)
      assert.match(refusal(fields, { fileBytes: 11 }), /^EntityTooLarge/)
    }
    checkFileBytes({ low: 5, high: 10 }, 10)
  })

  it('is refused when it has expired, is not met, or says nothing of a field', () => {
    assert.match(
      refusal(fieldsFor(policy), { now: new Date('2014-02-16T12:00:02Z') }),
      /^InvalidPolicyDocument: Expired policy: 2014-02-16T12:00:01/,
    )
    for (const [name, value] of [
      ['key', 'elsewhere/disk'],
      ['acl', 'public-read'],
    ] as const)
      assert.equal(
        refusal(fieldsFor(policy, { [name]: value })),
        'InvalidPolicyDocument: Policy conditions not met',
      )
    assert.match(refusal(fieldsFor(policy), { bucket: 'other' }), /conditions not met/)
    assert.match(
      refusal(fieldsFor({ ...policy, conditions: conditions.slice(1) })),
      /should be in policy\. Form Field: bucket$/,
    )
    assert.match(
      refusal(fieldsFor(policy, { 'x-amz-meta-a': 'b' })),
      /should be in policy\. Form Field: x-amz-meta-a$/,
    )
    assert.ok(
      checkPostPolicy(
        fieldsFor(policy, { 'x-ignore-a': 'b', 'content-type': 'text/plain', submit: 'Go' }),
        options,
      ),
    )
  })

  it('is refused when its signature, key or form is wrong', () => {
    assert.match(refusal(fieldsFor(policy, { signature: 'AAAA' })), /^SignatureDoesNotMatch/)
    assert.match(refusal(fieldsFor(policy, { awsaccesskeyid: 'AKIB' })), /^InvalidAccessKeyId/)
    assert.match(
      refusal(fieldsFor(policy, { signature: '' })),
      /^InvalidPolicyDocument: Policy without signature/,
    )
    for (const broken of [
      '{',
      '[]',
      '"x"',
      'null',
      '{"expiration":"never","conditions":[]}',
      '{"expiration":"2015-01-01 00:00:00+00:00","conditions":[]}',
      '{"expiration":"2015-01-01T00:00:00Z"}',
    ])
      assert.match(refusal(fieldsFor(broken)), /^InvalidPolicyDocument/, broken)
    for (const condition of [
      ['like', '$key', 'x'],
      ['eq', 'key', 'x'],
      ['content-length-range', 'a', 'b'],
      7,
      null,
    ])
      assert.match(
        refusal(fieldsFor({ ...policy, conditions: [condition] })),
        /^InvalidPolicyDocument: Invalid policy/,
      )
  })

  it('may be signed with version 4', () => {
    const base64 = Buffer.from(
      JSON.stringify({
        ...policy,
        conditions: [
          ...conditions,
          ['starts-with', '$x-amz-credential', ''],
          { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
        ],
      }),
    ).toString('base64')
    const chain = ['20140216', 'us-east-1', 's3', 'aws4_request'].reduce<string | Buffer>(
      (key, text) => createHmac('sha256', key).update(text).digest(),
      `AWS4${SECRET}`,
    )
    const fields = new Map([
      ['key', 'images/disk'],
      ['acl', 'ec2-bundle-read'],
      ['policy', base64],
      ['x-amz-algorithm', 'AWS4-HMAC-SHA256'],
      ['x-amz-credential', 'AKIA/20140216/us-east-1/s3/aws4_request'],
      ['x-amz-signature', createHmac('sha256', chain).update(base64).digest('hex')],
    ])
    assert.ok(checkPostPolicy(fields, options))
    assert.match(refusal(new Map([...fields, ['x-amz-signature', '0'.repeat(64)]])), /^SignatureDoesNotMatch/)
  })
})
