// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectTaggingCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  PutBucketCorsCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketTaggingCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type Tag,
} from '@aws-sdk/client-s3'
import { corsHeaders, preflight } from '../../../src/engine/s3/cors'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from './support'

const Bucket = 'settings'

describe('S3 settings', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
    await c.s3().send(new CreateBucketCommand({ Bucket }))
  })
  after(() => c.close())

  const put = (Key: string, more = {}) =>
    c.s3().send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }))

  describe('of tags', () => {
    const tagBucket = (TagSet: Tag[]) =>
      c.s3().send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    const tagObject = (TagSet: Tag[]) =>
      c.s3().send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging: { TagSet } }))
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `k${n}`, Value: 'v' }))

    it('are kept for buckets', async () => {
      const get = () => c.s3().send(new GetBucketTaggingCommand({ Bucket }))
      await refused(get(), 'NoSuchTagSet', 404)
      // Older libraries take nothing else for success.
      assert.equal((await tagBucket([{ Key: 'a', Value: '1' }])).$metadata.httpStatusCode, 204)
      assert.deepEqual((await get()).TagSet, [{ Key: 'a', Value: '1' }])
      await c.s3().send(new DeleteBucketTaggingCommand({ Bucket }))
      await refused(get(), 'NoSuchTagSet', 404)
    })

    it('are kept for objects', async () => {
      const get = async () => (await c.s3().send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet
      await put('k', { Tagging: 'a=1&b%20c=d+e' })
      assert.deepEqual(await get(), [
        { Key: 'a', Value: '1' },
        { Key: 'b c', Value: 'd e' },
      ])
      assert.equal((await c.s3().send(new GetObjectCommand({ Bucket, Key: 'k' }))).TagCount, 2)
      await tagObject([{ Key: 'z', Value: '' }])
      assert.deepEqual(await get(), [{ Key: 'z', Value: '' }])
      await c.s3().send(new DeleteObjectTaggingCommand({ Bucket, Key: 'k' }))
      assert.deepEqual((await get()) ?? [], [])
    })

    it('are refused when they are too many, too long, twice the same or the system’s', async () => {
      await refused(tagBucket(many(51)), 'BadRequest', 400)
      await refused(tagObject(many(11)), 'BadRequest', 400)
      await refused(tagObject([{ Key: 'k'.repeat(129), Value: '' }]), 'InvalidTag', 400)
      await refused(tagObject([{ Key: 'k', Value: 'v'.repeat(257) }]), 'InvalidTag', 400)
      await refused(tagObject([...many(1), ...many(1)]), 'InvalidTag', 400)
      await refused(tagObject([{ Key: 'a,b', Value: '' }]), 'InvalidTag', 400)
      await refused(tagBucket([{ Key: 'a', Value: '1,2' }]), 'InvalidTag', 400)
      await tagObject([{ Key: 'Größe 1+2@x_y.z:/=-', Value: '全 8' }])
      const ours = await refused(tagObject([{ Key: 'aws:k', Value: '' }]), 'InvalidTag', 400)
      assert.equal(ours.message, 'Your TagKey cannot be prefixed with aws:')
      const theirs = await refused(tagBucket([{ Key: 'aws:k', Value: '' }]), 'InvalidTag', 400)
      assert.equal(theirs.message, 'System tags cannot be added/updated by requester')
      await refused(put('k', { Tagging: 'a=1&a=2' }), 'InvalidArgument', 400)
      await refused(put('k', { Tagging: 'a=1,b=2' }), 'InvalidArgument', 400)
      await refused(put('k', { Tagging: 'aws:k=1' }), 'InvalidTag', 400)
    })
  })

  describe('of cross-origin requests', () => {
    const rules = [
      {
        AllowedOrigins: ['https://*.example.org'],
        AllowedMethods: ['GET', 'PUT'],
        AllowedHeaders: ['x-amz-*'],
        ExposeHeaders: ['ETag'],
        MaxAgeSeconds: 60,
      },
      { AllowedOrigins: ['*'], AllowedMethods: ['GET'] },
    ]
    const set = (CORSRules: typeof rules | object[]) =>
      c.s3().send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: CORSRules as never } }))
    const get = () => c.s3().send(new GetBucketCorsCommand({ Bucket }))

    it('are kept', async () => {
      await refused(get(), 'NoSuchCORSConfiguration', 404)
      await set(rules)
      assert.deepEqual((await get()).CORSRules, rules)
    })

    it('answer the first rule that allows origin, method and headers', () => {
      const ask = (origin: string, method: string, headers: string[] = []) =>
        c.engine.read(tx => corsHeaders(tx, Bucket, origin, method, headers))
      assert.deepEqual(ask('https://a.example.org', 'PUT', ['X-Amz-Date']), {
        'access-control-allow-origin': 'https://a.example.org',
        'access-control-allow-methods': 'GET, PUT',
        'access-control-allow-headers': 'X-Amz-Date',
        'access-control-expose-headers': 'ETag',
        'access-control-max-age': '60',
        'access-control-allow-credentials': 'true',
        vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
      })
      assert.equal(ask('http://elsewhere', 'GET')?.['access-control-allow-origin'], '*')
      assert.equal(ask('http://elsewhere', 'PUT'), undefined)
      assert.equal(ask('https://a.example.org', 'PUT', ['Other']), undefined)
      assert.equal(
        c.engine.read(tx => corsHeaders(tx, 'nowhere', 'x', 'GET')),
        undefined,
      )
      const refusal = { code: 'AccessForbidden', status: 403 }
      assert.throws(() => c.engine.read(tx => preflight(tx, Bucket, 'http://x', 'PUT', [])), refusal)
    })

    it('are refused when they make no sense, and removed', async () => {
      await refused(set([]), 'MalformedXML', 400)
      await refused(set([{ AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }]), 'InvalidRequest', 400)
      await refused(set([{ AllowedOrigins: ['*.*'], AllowedMethods: ['GET'] }]), 'InvalidRequest', 400)
      await c.s3().send(new DeleteBucketCorsCommand({ Bucket }))
      await refused(get(), 'NoSuchCORSConfiguration', 404)
    })
  })

  describe('of logs', () => {
    const set = (TargetBucket?: string) =>
      c.s3().send(
        new PutBucketLoggingCommand({
          Bucket,
          BucketLoggingStatus: TargetBucket ? { LoggingEnabled: { TargetBucket, TargetPrefix: 'log/' } } : {},
        }),
      )
    const get = async () => (await c.s3().send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled

    it('are kept when the target lets the log in', async () => {
      assert.equal(await get(), undefined)
      await c.s3().send(new CreateBucketCommand({ Bucket: 'logs', ACL: 'log-delivery-write' as 'private' }))
      await set('logs')
      assert.deepEqual(await get(), { TargetBucket: 'logs', TargetPrefix: 'log/' })
      await refused(set(Bucket), 'InvalidTargetBucketForLogging', 400)
      await refused(set('nowhere'), 'InvalidTargetBucketForLogging', 400)
      await set()
      assert.equal(await get(), undefined)
    })
  })

  it('that this cloud does not have are answered as unset', async () => {
    const s3 = c.s3()
    await refused(s3.send(new GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy', 404)
    await refused(s3.send(new GetBucketPolicyStatusCommand({ Bucket })), 'NoSuchBucketPolicy', 404)
    await refused(s3.send(new GetBucketWebsiteCommand({ Bucket })), 'NoSuchWebsiteConfiguration', 404)
    await refused(
      s3.send(new GetBucketReplicationCommand({ Bucket })),
      'ReplicationConfigurationNotFoundError',
      404,
    )
    await refused(
      s3.send(new GetBucketEncryptionCommand({ Bucket })),
      'ServerSideEncryptionConfigurationNotFoundError',
      404,
    )
    await refused(
      s3.send(new GetPublicAccessBlockCommand({ Bucket })),
      'NoSuchPublicAccessBlockConfiguration',
      404,
    )
    await refused(
      s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
      'OwnershipControlsNotFoundError',
      404,
    )
    await refused(
      s3.send(new GetObjectLockConfigurationCommand({ Bucket })),
      'ObjectLockConfigurationNotFoundError',
      404,
    )
    // What is locked is an object's business only where the bucket has locks at all.
    await put('k', {})
    const object = { Bucket, Key: 'k' }
    for (const ask of [new GetObjectRetentionCommand(object), new GetObjectLegalHoldCommand(object)]) {
      const { message } = await refused(s3.send(ask as GetObjectRetentionCommand), 'InvalidRequest', 400)
      assert.equal(message, 'Bucket is missing Object Lock Configuration')
    }
    assert.equal((await s3.send(new GetBucketRequestPaymentCommand({ Bucket }))).Payer, 'BucketOwner')
    assert.equal((await s3.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status, undefined)
    await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }))
    await refused(s3.send(new GetBucketPolicyCommand({ Bucket: 'nowhere' })), 'NoSuchBucket', 404)
  })

  it('that this cloud does not have cannot be made', async () => {
    const s3 = c.s3()
    await refused(
      s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} })),
      'NotImplemented',
      501,
    )
    await refused(
      s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: {} })),
      'NotImplemented',
      501,
    )
  })
})
