// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  HeadObjectCommand,
  type LifecycleRule,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type TransitionDefaultMinimumObjectSize,
} from '@aws-sdk/client-s3'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from './support'

const Bucket = 'lives'

describe('S3 life cycles', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
    await c.s3().send(new CreateBucketCommand({ Bucket }))
  })
  after(() => c.close())

  const put = (Key: string, more = {}) =>
    c.s3().send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }))
  const set = (...Rules: Partial<LifecycleRule>[]) =>
    c.s3().send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: Rules as LifecycleRule[] },
      }),
    )
  const get = () => c.s3().send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
  const keys = async () =>
    (await c.s3().send(new ListObjectsCommand({ Bucket, Prefix: 'tmp/' }))).Contents?.map(({ Key }) => Key)
  const expire = {
    ID: 'tmp',
    Status: 'Enabled',
    Filter: { Prefix: 'tmp/' },
    Expiration: { Days: 2 },
  } as const
  const day = 24 * 3600

  it('are kept', async () => {
    await refused(get(), 'NoSuchLifecycleConfiguration', 404)
    await set(expire)
    assert.deepEqual((await get()).Rules, [expire])
  })

  it('tell what was said of the smallest objects that are moved', async () => {
    const sizes = async (given?: TransitionDefaultMinimumObjectSize) => {
      const answer = await c.s3().send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: [expire] },
          TransitionDefaultMinimumObjectSize: given,
        }),
      )
      const answers = [answer, await get()]
      return answers.map(({ TransitionDefaultMinimumObjectSize: size }) => size)
    }
    const [small, any] = ['all_storage_classes_128K', 'varies_by_storage_class'] as const
    assert.deepEqual(await sizes(any), [any, any])
    assert.deepEqual(await sizes(), [small, small])
    await refused(sizes('none' as typeof any), 'InvalidArgument', 400)
  })

  it('end objects at the midnight after their days, and not before', async () => {
    await put('tmp/old')
    await put('kept')
    const { Expiration } = await c.s3().send(new HeadObjectCommand({ Bucket, Key: 'tmp/old' }))
    assert.equal(Expiration, 'expiry-date="Wed, 19 Feb 2014 00:00:00 GMT", rule-id="tmp"')
    await c.pass(day)
    await put('tmp/new')
    await c.pass(day)
    assert.deepEqual(await keys(), ['tmp/new', 'tmp/old'])
    await c.pass(day)
    assert.deepEqual(await keys(), ['tmp/new'])
    await c.pass(day)
    assert.equal(await keys(), undefined)
    await c.s3().send(new HeadObjectCommand({ Bucket, Key: 'kept' }))
  })

  it('look at tags and sizes, and stop when they are removed', async () => {
    await set({
      Status: 'Enabled',
      Filter: { And: { Prefix: 'tmp/', Tags: [{ Key: 'a', Value: 'b' }], ObjectSizeGreaterThan: 1 } },
      Expiration: { Days: 1 },
    })
    await put('tmp/untagged', { Body: 'xx' })
    await put('tmp/tagged', { Body: 'xx', Tagging: 'a=b' })
    await put('tmp/small', { Tagging: 'a=b' })
    await c.pass(3 * day)
    assert.deepEqual(await keys(), ['tmp/small', 'tmp/untagged'])
    await c.s3().send(new DeleteBucketLifecycleCommand({ Bucket }))
    await put('tmp/tagged', { Body: 'xx', Tagging: 'a=b' })
    await c.pass(3 * day)
    assert.equal((await keys())?.length, 3)
    assert.equal(c.engine.nextWork(), undefined)
  })

  it('end uploads that are not completed', async () => {
    const start = (Key: string) => c.s3().send(new CreateMultipartUploadCommand({ Bucket, Key }))
    await start('tmp/u')
    await start('u')
    await set({
      Status: 'Enabled',
      Filter: { Prefix: 'tmp/' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    })
    await c.pass(3 * day)
    const { Uploads } = await c.s3().send(new ListMultipartUploadsCommand({ Bucket }))
    assert.deepEqual(
      Uploads?.map(({ Key }) => Key),
      ['u'],
    )
  })

  it('are refused when they make no sense, and for versioned buckets', async () => {
    await refused(set(), 'MalformedXML', 400)
    await refused(set(expire, expire), 'InvalidArgument', 400)
    await refused(set({ ...expire, Status: 'On' as 'Enabled' }), 'MalformedXML', 400)
    await refused(set({ ...expire, Expiration: { Days: 0 } }), 'InvalidArgument', 400)
    await refused(set({ ...expire, Expiration: { Date: new Date(1) } }), 'InvalidArgument', 400)
    await refused(set({ Status: 'Enabled', Prefix: '' }), 'InvalidRequest', 400)
    await refused(
      set({ ...expire, Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] }),
      'NotImplemented',
      501,
    )
    await c
      .s3()
      .send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
    await refused(set(expire), 'InvalidBucketState', 409)
  })
})
