// SPDX-License-Identifier: BSD-2-Clause
// Who may reach one prefix of a bucket tries for the rest of it: by copies, lists, headers, other names of the bucket, and
// signed addresses that were changed.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import * as s3 from '@aws-sdk/client-s3'
import * as sts from '@aws-sdk/client-sts'
import type { HttpRequest, HttpResponse } from '../../src/engine/http'
import { type Clients, type Cloud, cloud } from '../support/cloud'
import { host, signedByVersion4 } from './gateway-requests'
import { allowing, havePolicy, haveRole, outcomeOf, type Person, person, trusting } from './intruders'

const Bucket = 'shelf'

/** An object's text. A body that nobody reads is still open when the cloud is gone. */
const read = async (client: s3.S3Client, Key: string): Promise<string> => {
  const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key }))
  return (await Body?.transformToString()) ?? ''
}
const base = `/services/objectstorage/${Bucket}`

describe('who may reach a part of a bucket', () => {
  let c: Cloud
  let alice: Clients
  let bob: Person

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = person(c, alice.accountId, 'bob')
    bob.may(allowing('s3:*', `arn:aws:s3:::${Bucket}/open/*`))
    const hers = alice.s3()
    await hers.send(new s3.CreateBucketCommand({ Bucket }))
    for (const Key of ['open/a', 'closed/b']) {
      await hers.send(new s3.PutObjectCommand({ Bucket, Key, Body: Key }))
    }
  })
  afterEach(() => c.close())

  const signed = (request: Partial<HttpRequest>): Promise<HttpResponse> => {
    const { accessKeyId: id, secretAccessKey: secret } = bob.credentials
    const whole = { method: 'GET', path: base, query: '', ...request, headers: { host, ...request.headers } }
    return c.engine.handle(signedByVersion4(whole, { id, secret }, 's3', c.clock.now()))
  }

  it('copies nothing out of the rest, and takes nothing of it along', async () => {
    const his = bob.s3()
    const sources = [
      `${Bucket}/closed/b`,
      `/${Bucket}/closed/b`,
      `${Bucket}/open%2F..%2Fclosed%2Fb`,
      `${Bucket}/open/../closed/b`,
      `${Bucket}/closed%2Fb?versionId=null`,
      `//${Bucket}/closed/b`,
    ]
    for (const CopySource of sources) {
      const copy = new s3.CopyObjectCommand({ Bucket, Key: 'open/b', CopySource })
      assert.match(await outcomeOf(his.send(copy)), /^(AccessDenied|InvalidArgument)$/, CopySource)
    }
    const Objects = [{ Key: 'open/none' }, { Key: 'closed/b' }]
    const { Errors } = await his.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    assert.deepEqual(
      Errors?.map(({ Key, Code }) => [Key, Code]),
      [['closed/b', 'AccessDenied']],
    )
    assert.equal(await read(alice.s3(), 'closed/b'), 'closed/b')
  })

  it('finds out nothing of the rest: not what there is, nor what there is not', async () => {
    const requests: readonly Partial<HttpRequest>[] = [
      {},
      { query: 'prefix=open%2F&prefix=closed%2F' },
      { query: 'list-type=2&prefix=closed%2F' },
      { query: 'versions' },
      { query: 'uploads' },
      ...['closed/b', 'closed/none'].flatMap((key): Partial<HttpRequest>[] => [
        { path: `${base}/${key}` },
        { path: `${base}/${key}`, method: 'HEAD' },
        { path: `${base}/${key}`, headers: { host, 'if-none-match': '*' } },
        { path: `${base}/${key}`, query: 'x-id=HeadObject' },
        { path: `${base}/${key}`, query: 'acl' },
        { path: `${base}/${key}`, query: 'tagging' },
        { path: `${base}/${key}`, query: 'attributes', headers: { host, 'x-amz-object-attributes': 'ETag' } },
        { path: `${base}/${key}`, headers: { host, 'x-http-method-override': 'PUT' } },
        { path: `/${key}`, headers: { host: `${Bucket}.s3.cloud.test` } },
        { path: `/${key}`, headers: { host: `${Bucket}.localhost` } },
        {
          path: `${base}/${key}`,
          method: 'PUT',
          headers: { host, 'if-none-match': '*', 'content-length': '0' },
        },
      ]),
    ]
    for (const request of requests) {
      const { status } = await signed(request)
      assert.equal(status, 403, JSON.stringify(request))
    }
    assert.equal((await signed({ path: `${base}/open/a` })).status, 200)
    assert.equal(
      (await signed({ path: '/open/a', headers: { host: `${Bucket}.s3.cloud.test` } })).status,
      200,
    )
  })

  it('makes of an address that was signed nothing else', async () => {
    const { accessKeyId, secretAccessKey } = bob.credentials
    const expires = Math.floor(c.clock.now() / 1000) + 100
    const addressed = (method: string): string => {
      const text = `${method}\n\n\n${expires}\n/${Bucket}/open/a`
      const signature = createHmac('sha1', secretAccessKey).update(text).digest('base64')
      return `AWSAccessKeyId=${accessKeyId}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`
    }
    const send = async (method: string, more: string, headers: Record<string, string> = {}) => {
      const body = method === 'PUT' ? { body: Buffer.from('x') } : {}
      const length: Record<string, string> = method === 'PUT' ? { 'content-length': '1' } : {}
      const request = { method, path: `${base}/open/a`, query: `${addressed(method)}${more}` }
      return (await c.engine.handle({ ...request, headers: { host, ...length, ...headers }, ...body })).status
    }
    assert.equal(await send('GET', ''), 200)
    for (const word of ['acl', 'tagging', 'versionId=null', 'response-content-type=text%2Fhtml', 'uploads']) {
      assert.equal(await send('GET', `&${word}`), 403, word)
    }
    for (const word of ['acl', 'tagging', 'x-amz-acl=public-read', 'X-Amz-Acl=public-read', 'legal-hold']) {
      assert.equal(await send('PUT', `&${word}`), 403, word)
    }
    for (const header of ['x-amz-acl', 'x-amz-copy-source', 'x-amz-tagging', 'x-amz-grant-read']) {
      assert.equal(await send('PUT', '', { [header]: 'x' }), 403, header)
    }
    for (const word of ['tagging', 'versionId=null', 'uploadId=x', 'policy']) {
      assert.equal(await send('DELETE', `&${word}`), 403, word)
    }
    assert.equal(await read(alice.s3(), 'open/a'), 'open/a')
  })

  it('does not get further in a session than the session’s own policies say', async () => {
    const RoleArn = `arn:aws:iam::${alice.accountId}:role/worker`
    await haveRole(alice, 'worker', trusting({ AWS: `arn:aws:iam::${alice.accountId}:root` }))
    havePolicy(c, alice.accountId, 'role/worker', allowing('*'))
    const Policy = allowing('s3:GetObject', `arn:aws:s3:::${Bucket}/open/*`)
    const wish = { RoleArn, RoleSessionName: 'admin', Policy }
    const { Credentials: role } = await alice.sts().send(new sts.AssumeRoleCommand(wish))
    const { Credentials: federated } = await alice
      .sts()
      .send(new sts.GetFederationTokenCommand({ Name: 'admin', Policy }))
    const { Credentials: powerless } = await alice
      .sts()
      .send(new sts.GetFederationTokenCommand({ Name: 'admin' }))
    for (const [keys, may] of [
      [role, 'answered'],
      [federated, 'answered'],
      [powerless, 'AccessDenied'],
    ] as const) {
      const session = c
        .signedBy({
          accessKeyId: keys?.AccessKeyId ?? '',
          secretAccessKey: keys?.SecretAccessKey ?? '',
          sessionToken: keys?.SessionToken ?? '',
        })
        .s3()
      const get = (Key: string) => outcomeOf(read(session, Key))
      assert.equal(await get('open/a'), may)
      assert.equal(await get('closed/b'), 'AccessDenied')
      // As the administrator himself may, whatever the bucket's policy says.
      for (const command of [
        new s3.PutBucketPolicyCommand({ Bucket, Policy: '{}' }),
        new s3.DeleteBucketPolicyCommand({ Bucket }),
        new s3.GetBucketPolicyCommand({ Bucket }),
      ]) {
        const outcome = await outcomeOf(session.send(command as s3.GetBucketPolicyCommand))
        assert.equal(outcome, 'AccessDenied')
      }
    }
  })
})
