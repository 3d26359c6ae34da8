// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3'
import { stageBody } from '../../../src/engine/bytes/stage-body'
import { callerOf } from '../../../src/engine/iam/accounts'
import type { Caller } from '../../../src/engine/operation'
import { type PostAnswer, type PostedObject, postObject } from '../../../src/engine/s3'
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
    const caller: Caller = c.engine.read(tx => callerOf(tx, tx.accessKeys.must(who.key.id)))
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
})
