// SPDX-License-Identifier: BSD-2-Clause
// What is bundled is stored in the name of whoever signed the upload policy, and may be no more than he may store.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { type BundlingScene, bundlingScene, policyText } from '../ec2/bundling'
import { allow, haveUser, type Person } from './people'
import { refused } from './support'

describe('Bundling an instance into a bucket', () => {
  let b: BundlingScene
  let carol: Person
  beforeEach(async () => {
    b = await bundlingScene()
    const { accountId } = await b.c.account('alice')
    carol = haveUser(b.c, accountId, 'carol')
  })
  afterEach(() => b.c.close())

  const storage = () => {
    const policy = Buffer.from(policyText()).toString('base64')
    const UploadPolicySignature = createHmac('sha1', carol.secret).update(policy).digest('base64')
    return b.storage({ AWSAccessKeyId: carol.id, UploadPolicySignature })
  }
  const objects = () => b.c.engine.read(tx => [...tx.objects.scan({ under: ['bundles'] })].length)

  it('makes no bucket for who may make none', async () => {
    await refused(b.bundle(storage()), 'AccessDenied', 403)
    assert.equal(
      b.c.engine.read(tx => tx.buckets.get('bundles')),
      undefined,
    )
  })

  it('stores nothing for who may store nothing, or may not say who else reads it', async () => {
    for (const actions of [['s3:CreateBucket'], ['s3:CreateBucket', 's3:PutObject']]) {
      carol.may(allow(actions))
      await b.bundle(storage())
      assert.ok(await b.failure())
      assert.equal(objects(), 0)
      b.c.engine.write(tx => tx.bundleTasks.delete(b.taskId()))
    }
  })

  it('stores a bundle for who may store just that', async () => {
    carol.may(
      allow('s3:CreateBucket', 'arn:aws:s3:::bundles'),
      allow(['s3:PutObject', 's3:PutObjectAcl'], 'arn:aws:s3:::bundles/mine*'),
    )
    await b.bundle(storage())
    await b.c.pass(1)
    const [task] = await b.tasks()
    assert.equal(task?.State, 'complete', JSON.stringify(task))
    assert.ok(objects() > 0)
  })
})
