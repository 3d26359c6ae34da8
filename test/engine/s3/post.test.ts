// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { CreateBucketCommand, GetObjectCommand, GetObjectTaggingCommand } from '@aws-sdk/client-s3'
import { stageBody } from '../../../src/engine/bytes/stage-body'
import { keyCaller } from '../../../src/engine/iam/callers'
import type { Caller } from '../../../src/engine/operation'
import { type PostAnswer, type PostedObject, postObject } from '../../../src/engine/s3/post'
import { transact } from '../../../src/engine/transaction'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { read } from './support'

describe('S3 form uploads', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
    await c.s3().send(new CreateBucketCommand({ Bucket: 'forms' }))
  })
  after(() => c.close())

  // The pipeline's part: it has read the form and knows the caller by now.
  const post = async (
    fields: Record<string, string>,
    more: Partial<PostedObject> = {},
    who: Clients = c,
  ): Promise<PostAnswer> => {
    const caller: Caller = c.engine.read(tx => keyCaller(tx, tx.accessKeys.must(who.key.id)))
    const body = await stageBody(c.engine.around.blobs, Buffer.from('posted'), { checksums: new Map() })
    return transact(c.engine.around, tx => postObject(tx, { bucket: 'forms', fields, body, ...more }), {
      caller,
      endpoint: 'http://cloud.test:8773',
    })
  }
  const get = (Key: string) => c.s3().send(new GetObjectCommand({ Bucket: 'forms', Key }))

  it('make an object of the file and the fields', async () => {
    const answer = await post(
      { Key: 'up/${filename}', 'Content-Type': 'text/plain', 'x-amz-meta-From': 'a form', acl: 'private' },
      { fileName: 'C:\\pictures\\cat.txt' },
    )
    assert.deepEqual([answer.status, answer.object.Key], [204, 'up/cat.txt'])
    const got = await get('up/cat.txt')
    assert.equal(await read(got), 'posted')
    assert.equal(got.ContentType, 'text/plain')
    assert.deepEqual(got.Metadata, { from: 'a form' })
  })

  it('are answered as they ask to be', async () => {
    const made = await post({ key: 'k', success_action_status: '201' })
    assert.equal(made.status, 201)
    assert.equal(made.object.Location, 'http://cloud.test:8773/forms/k')
    assert.equal((await post({ key: 'k', success_action_status: '500' })).status, 204)
    const sent = await post({ key: 'k', redirect: 'http://there/done?a=1' })
    assert.equal(sent.status, 303)
    assert.match(sent.location, /^http:\/\/there\/done\?a=1&bucket=forms&key=k&etag=%22[0-9a-f]{32}%22$/)
    assert.equal((await post({ key: 'k', redirect: 'nowhere' })).status, 204)
  })

  it('are refused without a key, with a wrong digest, and where the caller may not write', async () => {
    await assert.rejects(post({}), { code: 'InvalidArgument' })
    await assert.rejects(post({ key: 'k', 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }), { code: 'BadDigest' })
    await assert.rejects(post({ key: 'k' }, {}, await c.account('alice')), { code: 'AccessDenied' })
    await assert.rejects(post({ key: 'k' }, { bucket: 'nowhere' }), { code: 'NoSuchBucket' })
  })

  it('are told from what else is posted to a bucket', async () => {
    const body = Buffer.from('key=k')
    const headers = { host: 'cloud.test', 'content-type': 'application/x-www-form-urlencoded' }
    const path = '/services/objectstorage/forms'
    const answer = await c.engine.handle({ method: 'POST', path, query: '', headers, body })
    assert.equal(answer.status, 412)
    assert.match(String(answer.body), /<Code>PreconditionFailed<.*<Condition>Bucket POST must be/s)
  })

  it('have the policy judge the key with the file name in it, and bring tags', async () => {
    const policy = Buffer.from(
      JSON.stringify({
        expiration: '2014-02-16T13:00:00Z',
        conditions: [{ bucket: 'forms' }, ['starts-with', '$key', 'cat'], ['starts-with', '$tagging', '']],
      }),
    ).toString('base64')
    const submit = async (fileName: string, tagging: string) => {
      const form = new FormData()
      for (const [name, value] of Object.entries({
        key: '${filename}',
        AWSAccessKeyId: c.key.id,
        policy,
        signature: createHmac('sha1', c.key.secret).update(policy).digest('base64'),
        tagging,
      }))
        form.append(name, value)
      form.append('file', new Blob(['meow']), fileName)
      const request = new Request('http://cloud.test', { method: 'POST', body: form })
      const answer = await c.engine.handle({
        method: 'POST',
        path: '/services/objectstorage/forms',
        query: '',
        headers: { host: 'cloud.test', 'content-type': request.headers.get('content-type') ?? '' },
        body: Buffer.from(await request.arrayBuffer()),
      })
      return [answer.status, /<Code>(\w+)/.exec(String(answer.body))?.[1]]
    }
    const tags = '<Tagging><TagSet><Tag><Key>a+b</Key><Value>c d</Value></Tag></TagSet></Tagging>'
    assert.deepEqual(await submit('cat$&.txt', tags), [204, undefined])
    const { TagSet } = await c.s3().send(new GetObjectTaggingCommand({ Bucket: 'forms', Key: 'cat$&.txt' }))
    assert.deepEqual(TagSet, [{ Key: 'a+b', Value: 'c d' }])
    assert.deepEqual(await submit('dog.txt', tags), [400, 'InvalidPolicyDocument'])
    assert.deepEqual(await submit('cat.txt', '<Tagging>'), [400, 'MalformedXML'])
  })
})
