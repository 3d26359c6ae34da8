// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3'
import { Engine } from '../../../src/engine/engine'
import { repeatingEntropy } from '../../support/cloud'
import { registerTiny } from '../../support/tiny-image'
import { disk } from '../node/scene'
import { type BundlingScene, bundlingScene, policyText } from './bundling'
import { refused } from './expect'

describe('a bundle task', () => {
  let b: BundlingScene

  beforeEach(async () => {
    b = await bundlingScene()
  })
  afterEach(() => b.c.close())

  it('begins as pending, is bundled and stored, and is listed for a day after it is complete', async () => {
    const made = await b.bundle()
    assert.deepEqual(
      { ...made, StartTime: undefined, UpdateTime: undefined },
      {
        ...{ InstanceId: b.current.id, BundleId: b.taskId(), State: 'pending', Progress: '0%' },
        Storage: { S3: { Bucket: 'bundles', Prefix: 'mine' } },
        ...{ StartTime: undefined, UpdateTime: undefined },
      },
    )
    await b.c.pass(1)
    const [task] = await b.tasks()
    assert.deepEqual([task?.State, task?.Progress], ['complete', '100%'])
    await b.c.pass(86_000)
    assert.equal((await b.tasks()).length, 1)
    await b.c.pass(400)
    assert.deepEqual(await b.tasks(), [])
  })

  it('is named after its instance, which has one at a time', async () => {
    await b.bundle()
    await refused(
      b.bundle(b.storage({ Prefix: 'mine2' })),
      'BundlingInProgress',
      `Instance is already being bundled: ${b.taskId()}`,
    )
    await b.c.settle()
    await b.c.pass(80_000)
    const again = b.storage({ Prefix: 'mine.again' }, policyText({ expiration: '2014-02-28T12:00:00Z' }))
    assert.equal((await b.bundle(again))?.BundleId, b.taskId())
    // What was to forget the first does not forget the second.
    await b.c.pass(10_000)
    assert.deepEqual(
      (await b.tasks()).map(task => task.Storage?.S3?.Prefix),
      ['mine.again'],
    )
  })

  it('is begun anew when its process died', async () => {
    await b.bundle()
    b.record(task => ({ ...task, state: 'storing', progress: 99 }))
    await b.c.settle()
    assert.equal((await b.tasks())[0]?.State, 'complete')
    assert.deepEqual(await b.keys(), ['mine.manifest.xml', 'mine.part.00'])
  })

  it('is done once by two processes', async () => {
    const other = await Engine.open({
      home: b.c.home,
      clock: b.c.clock,
      entropy: repeatingEntropy('other'),
    })
    try {
      await b.bundle()
      await Promise.all([b.c.settle(), other.work(new AbortController().signal)])
      assert.equal((await b.tasks())[0]?.State, 'complete')
      assert.equal(b.s.log().match(/Bundled i-/g)?.length, 1)
    } finally {
      await other.close()
    }
  })

  it('is found by every filter that AWS documents, and by no other', async () => {
    await b.bundle()
    await b.c.settle()
    const [task] = await b.tasks()
    const values = {
      ...{ 'bundle-id': b.taskId(), 'instance-id': b.current.id, progress: '100%', state: 'complete' },
      ...{ 's3-bucket': 'bundles', 's3-prefix': 'mi*', 'start-time': task?.StartTime?.toISOString() ?? '' },
      'update-time': '2014-*',
    }
    for (const [Name, value] of Object.entries(values)) {
      assert.equal((await b.tasks({ Filters: [{ Name, Values: [value] }] })).length, 1, Name)
      assert.equal((await b.tasks({ Filters: [{ Name, Values: ['other'] }] })).length, 0, Name)
    }
    for (const Name of ['error-code', 'error-message']) {
      assert.equal((await b.tasks({ Filters: [{ Name, Values: ['*'] }] })).length, 0)
    }
    await refused(b.tasks({ Filters: [{ Name: 'colour', Values: ['red'] }] }), 'InvalidParameterValue')
  })

  it("is unknown to other accounts, and administrators find it by id or by 'verbose'", async () => {
    const alice = await b.c.account('alice')
    const image = await registerTiny(b.c, { disk }, { VirtualizationType: 'hvm' }, alice)
    b.c.engine.write(tx =>
      tx.instances.put({ ...tx.instances.must(b.current.id), account: alice.accountId, imageId: image }),
    )
    await b.bundle(b.storage({}, policyText(), alice), b.current.id, alice)
    assert.deepEqual(await b.tasks(), [])
    assert.equal((await b.tasks({ BundleIds: ['verbose'] })).length, 1)
    assert.equal((await b.tasks({ BundleIds: [b.taskId().toUpperCase()] })).length, 1)
    const bob = await b.c.account('bob')
    assert.deepEqual(await b.tasks({}, bob), [])
    const unknown = `Failed to find bundle task: ${b.taskId()}`
    await refused(b.tasks({ BundleIds: [b.taskId()] }, bob), 'InvalidBundleID.NotFound', unknown)
    await refused(b.cancel(b.taskId(), bob), 'InvalidBundleID.NotFound', unknown)
    await refused(b.bundle(b.storage({}, policyText(), bob), b.current.id, bob), 'InvalidInstanceID.NotFound')
    await b.cancel(b.taskId(), alice)
  })

  describe('that is cancelled', () => {
    it('leaves nothing, not even the bucket that was made for it', async () => {
      await b.bundle()
      assert.equal(await b.hasBucket(), true)
      assert.equal((await b.cancel())?.State, 'cancelling')
      await refused(b.bundle(), 'BundlingInProgress')
      await b.c.settle()
      assert.equal((await b.tasks())[0]?.State, 'cancelled')
      assert.equal(await b.hasBucket(), false)
      assert.deepEqual(b.staged(), [])
      assert.equal((await b.bundle())?.State, 'pending')
    })

    it('leaves a bucket that was there, or that has got something meanwhile', async () => {
      await b.bundle()
      await b.put('max')
      await b.cancel()
      await b.c.settle()
      assert.deepEqual(await b.keys(), ['max'])
    })

    it('stops in any state', async () => {
      for (const state of ['bundling', 'storing'] as const) {
        await b.bundle()
        b.record(task => ({ ...task, state }))
        await b.cancel()
        await b.c.settle()
        assert.equal((await b.tasks())[0]?.State, 'cancelled')
        assert.equal(await b.hasBucket(), false)
      }
    })

    it('cannot be cancelled again, nor after its end', async () => {
      await b.bundle()
      await b.cancel()
      const refusal = (state: string) =>
        refused(b.cancel(), 'InvalidState', `Can't cancel bundle task when the bundle task is ${state}`)
      await refusal('cancelling')
      await b.c.settle()
      await refusal('cancelled')
      await b.bundle()
      await b.c.settle()
      await refusal('complete')
      await refused(b.cancel('bun-00000000'), 'InvalidBundleID.NotFound')
      await refused(b.cancel('bun'), 'InvalidInstanceID.Malformed', 'Invalid id: "bun"')
    })
  })

  describe('fails', () => {
    it('when the policy has expired by the time there is something to store', async () => {
      await b.bundle(b.storage({}, policyText({ expiration: '2014-02-16T12:20:00Z' })))
      b.c.clock.advance(3600)
      assert.deepEqual(await b.failure(), {
        Code: 'Client.InvalidPolicyDocument',
        Message: 'Expired policy: 2014-02-16T12:20:00.000Z',
      })
      assert.equal(await b.hasBucket(), false)
      const found = await b.tasks({ Filters: [{ Name: 'error-code', Values: ['Client.*'] }] })
      assert.equal(found.length, 1)
    })

    it('when a part is longer than the policy allows', async () => {
      await b.bundle(b.storage({}, policyText({}, [['content-length-range', 0, 100]])))
      assert.equal((await b.failure())?.Code, 'Client.EntityTooLarge')
    })

    it("when the bucket has gone, is another account's by now, or has something under the prefix", async () => {
      await b.bundle()
      await b.c.s3().send(new DeleteBucketCommand({ Bucket: 'bundles' }))
      assert.equal((await b.failure())?.Code, 'Client.NoSuchBucket')
      await b.bundle()
      await b.put('mine.of-late')
      assert.equal((await b.failure())?.Message, 'Bucket prefix in use bundles/mine')
      assert.deepEqual(await b.keys(), ['mine.of-late'])
      const alice = await b.c.account('alice')
      await b.bundle(b.storage({ Bucket: 'more' }, policyText().replace('bundles', 'more')))
      await b.c.s3().send(new DeleteBucketCommand({ Bucket: 'more' }))
      await alice.s3().send(new CreateBucketCommand({ Bucket: 'more', ACL: 'public-read-write' }))
      assert.equal((await b.failure())?.Code, 'Client.AccessDenied')
      // Of the same name as the one that was made for the task, and not that one.
      assert.deepEqual(await b.keys('more', alice), [])
    })

    it('when the key that signed is gone', async () => {
      const alice = await b.c.account('alice')
      await b.bundle(b.storage({}, policyText(), alice))
      b.c.engine.write(tx => tx.accessKeys.delete(alice.key.id))
      assert.equal((await b.failure())?.Code, 'Client.InvalidAccessKeyId')
    })

    it('when the instance has ended, or its disk is not there', async () => {
      await b.bundle()
      await b.s.terminate(b.current.id)
      assert.deepEqual(await b.failure(), {
        Code: 'Client.InvalidState',
        Message: `The instance ${b.current.id} is not running any longer`,
      })
      b.current.id = await b.s.one()
      await b.c.pass(10)
      await b.bundle()
      rmSync(join(b.s.work(b.current.id), 'disk'))
      await b.c.settle()
      const [, second] = await b.tasks()
      assert.deepEqual(second?.BundleTaskError, {
        Code: 'Server.InternalError',
        Message: "The instance's disk is not there.",
      })
    })
  })
})
