// SPDX-License-Identifier: BSD-2-Clause
// Signed addresses and forms, in the name of users and of sessions: they give whoever has them what their signer may do.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import * as sdk from '@aws-sdk/client-s3'
import type { HttpRequest } from '../../../src/engine/http'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allow, deny, document, haveSession, haveUser, hold, type Keys, type Person } from './people'

const Bucket = 'forms'
const arn = `arn:aws:s3:::${Bucket}`
const boundary = 'boundary'

const sha1 = (secret: string, text: string): string =>
  createHmac('sha1', secret).update(text).digest('base64')

const parts = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join('')

describe('Forms and signed addresses of S3', () => {
  let c: Cloud
  let alice: Clients
  let carol: Person
  let bucketPolicy: (...statements: readonly object[]) => Promise<unknown>
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    carol = haveUser(c, alice.accountId, 'carol')
    await alice.s3().send(new sdk.CreateBucketCommand({ Bucket }))
    await alice.s3().send(new sdk.PutObjectCommand({ Bucket, Key: 'up/there', Body: 'there' }))
    bucketPolicy = (...statements) =>
      alice.s3().send(new sdk.PutBucketPolicyCommand({ Bucket, Policy: document(...statements) }))
  })
  after(() => c.close())

  const answered = async (request: HttpRequest): Promise<string> => {
    const { status, body } = await c.engine.handle(request)
    const [, code] = /<Code>(.*?)<\/Code>/.exec(String(body)) ?? []
    return `${status}${code ? ` ${code}` : ''}`
  }

  const form = (keys: Keys | undefined, fields: Readonly<Record<string, string>>, file = 'posted') => {
    const token: Record<string, string> = keys?.token ? { 'x-amz-security-token': keys.token } : {}
    const all = { ...fields, ...token }
    const conditions = [
      { bucket: Bucket },
      ...Object.entries(all).map(([name, value]) => ({ [name]: value })),
    ]
    const expiration = new Date(c.clock.now() + 3600_000).toISOString()
    const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64')
    const signed: Record<string, string> = keys
      ? { AWSAccessKeyId: keys.id, policy, signature: sha1(keys.secret, policy) }
      : {}
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n`
    return answered({
      method: 'POST',
      path: `/services/objectstorage/${Bucket}`,
      query: '',
      headers: { host: 'cloud.test:8773', 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: Buffer.from(`${parts({ ...all, ...signed })}${head}${file}\r\n--${boundary}--\r\n`),
    })
  }

  const url = ({ id, secret, token }: Keys, key = 'up/there') => {
    const expires = String(Math.floor(c.clock.now() / 1000) + 60)
    const amazon = token === undefined ? '' : `x-amz-security-token:${token}\n`
    const signature = sha1(secret, `GET\n\n\n${expires}\n${amazon}/${Bucket}/${key}`)
    const more = token === undefined ? '' : `&x-amz-security-token=${encodeURIComponent(token)}`
    return answered({
      method: 'GET',
      path: `/services/objectstorage/${Bucket}/${key}`,
      query: `AWSAccessKeyId=${id}&Expires=${expires}&Signature=${encodeURIComponent(signature)}${more}`,
      headers: { host: 'cloud.test:8773' },
    })
  }

  it('may do what a user may', async () => {
    carol.may()
    assert.equal(await form(carol, { key: 'up/a' }), '403 AccessDenied')
    assert.equal(await url(carol), '403 AccessDenied')
    carol.may(allow(['s3:PutObject', 's3:GetObject'], `${arn}/up/*`))
    assert.equal(await form(carol, { key: 'up/a' }), '204')
    assert.equal(await form(carol, { key: 'down/a' }), '403 AccessDenied')
    assert.equal(await url(carol), '200')
    // Who else may read it is a permission of its own.
    assert.equal(await form(carol, { key: 'up/a', acl: 'public-read' }), '403 AccessDenied')
    carol.may(allow(['s3:PutObject', 's3:PutObjectAcl'], `${arn}/up/*`))
    assert.equal(await form(carol, { key: 'up/a', acl: 'public-read' }), '204')
  })

  it('may do what nobody may, without a signature', async () => {
    assert.equal(await form(undefined, { key: 'open/a' }), '403 AccessDenied')
    await bucketPolicy(allow('s3:PutObject', `${arn}/open/*`, { Principal: '*' }))
    assert.equal(await form(undefined, { key: 'open/a' }), '204')
    assert.equal(await form(undefined, { key: 'up/a' }), '403 AccessDenied')
    await alice.s3().send(new sdk.DeleteBucketPolicyCommand({ Bucket }))
  })

  it('may do what a session may, while it lasts and with its token', async () => {
    const session = haveSession(c, { account: alice.accountId, role: 'poster', seconds: 900 })
    assert.equal(await form(session, { key: 'up/a' }), '403 AccessDenied')
    hold(c, alice.accountId, 'role/poster', [allow(['s3:PutObject', 's3:GetObject'], `${arn}/up/*`)])
    assert.equal(await form(session, { key: 'up/a' }), '204')
    assert.equal(await url(session), '200')
    const { token: _, ...bare } = session
    for (const keys of [bare, { ...bare, token: 'another' }]) {
      assert.equal(await form(keys, { key: 'up/a' }), '400 InvalidToken')
      assert.equal(await url(keys), '400 InvalidToken')
    }
    await c.pass(901)
    assert.equal(await form(session, { key: 'up/a' }), '400 ExpiredToken')
    assert.equal(await url(session), '400 ExpiredToken')
  })

  it('are told apart by conditions', async () => {
    carol.may(allow('s3:*'))
    const only = (type: string) =>
      bucketPolicy(
        deny(['s3:GetObject', 's3:PutObject'], `${arn}/*`, {
          ...{ Principal: '*', Condition: { StringNotEquals: { 's3:authType': type } } },
        }),
      )
    const ways = async () => [
      await form(carol, { key: 'up/a' }),
      await url(carol),
      await carol
        .s3()
        .send(new sdk.GetObjectCommand({ Bucket, Key: 'up/there' }))
        .then(
          () => '200',
          () => '403',
        ),
    ]
    await only('POST')
    assert.deepEqual(await ways(), ['204', '403 AccessDenied', '403'])
    await only('REST-QUERY-STRING')
    assert.deepEqual(await ways(), ['403 AccessDenied', '200', '403'])
    await only('REST-HEADER')
    assert.deepEqual(await ways(), ['403 AccessDenied', '403 AccessDenied', '200'])
    await alice.s3().send(new sdk.DeleteBucketPolicyCommand({ Bucket }))
  })

  it('and all other uploads are refused before their bytes are received', async () => {
    carol.may(allow('s3:GetObject'))
    let isRead = false
    const body = new Readable({
      read() {
        isRead = true
        this.push(null)
      },
    })
    const sent = carol
      .s3(request => ({ ...request, body }))
      .send(new sdk.PutObjectCommand({ Bucket, Key: 'up/b', Body: 'bytes' }))
    await assert.rejects(sent, { name: 'AccessDenied' })
    assert.equal(isRead, false)
  })
})
