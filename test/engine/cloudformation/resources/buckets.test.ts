// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketAclCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { cannedAcl } from '../../../../src/engine/cloudformation/resources/bucket-configuration'
import { type Cloud, cloud } from '../../../support/cloud'
import { type Workshop, workshop } from './workshop'

const type = 'AWS::S3::Bucket'

describe('buckets of stacks', () => {
  let c: Cloud
  let shop: Workshop
  beforeEach(async () => {
    c = await cloud()
    shop = workshop(c, { tags: [{ key: 'team', value: 'console' }] })
  })
  afterEach(() => c.close())

  it('a name is in lower case, and its attributes name it', () => {
    const { made } = shop.begin('Files', type, {})
    assert.match(made.ref, /^console-files-[a-z0-9]{13}$/)
    assert.deepEqual(made.attributes, {
      Arn: `arn:aws:s3:::${made.ref}`,
      DomainName: `${made.ref}.s3.eucalyptus.localhost`,
      WebsiteURL: `http://${made.ref}.s3.eucalyptus.localhost`,
    })
  })

  it('by its domain name a bucket is reached', async () => {
    const { made } = shop.begin('Files', type, { AccessControl: 'PublicRead' })
    const headers = { host: `${made.attributes.DomainName}:8773` }
    const { status } = await c.engine.handle({ method: 'GET', path: '/', query: '', headers })
    assert.equal(status, 200)
  })

  it('canned lists of access are named as in templates', () => {
    const names = ['Private', 'PublicRead', 'PublicReadWrite', 'BucketOwnerFullControl', 'AwsExecRead']
    assert.deepEqual(names.map(cannedAcl), [
      ...['private', 'public-read', 'public-read-write', 'bucket-owner-full-control', 'aws-exec-read'],
    ])
    assert.throws(() => shop.begin('Files', type, { AccessControl: 'Everybody' }), {
      message: "The canned ACL 'everybody' is not valid",
    })
  })

  it('all that a template can say of it is set, and taken back', async () => {
    const logs = await shop.make('Logs', type, {})
    // Logs are written by a group, which needs leave.
    const grant = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"'
    const leave = { Bucket: logs.made.ref, GrantWrite: grant, GrantReadACP: grant }
    await c.s3().send(new PutBucketAclCommand(leave))
    const bucket = shop.begin('Files', type, {
      AccessControl: 'PublicRead',
      CorsConfiguration: {
        CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], Id: 'all', MaxAge: '60' }],
      },
      LifecycleConfiguration: { Rules: [{ Id: 'old', ExpirationInDays: '7', Status: 'Enabled' }] },
      LoggingConfiguration: { DestinationBucketName: logs.made.ref, LogFilePrefix: 'files/' },
      Tags: [{ Key: 'role', Value: 'files' }],
    })
    const Bucket = bucket.made.ref
    const { Grants } = await c.s3().send(new GetBucketAclCommand({ Bucket }))
    assert.equal(Grants?.length, 2)
    const { CORSRules } = await c.s3().send(new GetBucketCorsCommand({ Bucket }))
    assert.deepEqual([CORSRules?.[0]?.ID, CORSRules?.[0]?.MaxAgeSeconds], ['all', 60])
    const { Rules } = await c.s3().send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    assert.deepEqual([Rules?.[0]?.ID, Rules?.[0]?.Expiration], ['old', { Days: 7 }])
    const { LoggingEnabled } = await c.s3().send(new GetBucketLoggingCommand({ Bucket }))
    assert.equal(LoggingEnabled?.TargetPrefix, 'files/')
    const keys = async () =>
      (await c.s3().send(new GetBucketTaggingCommand({ Bucket }))).TagSet?.map(({ Key }) => Key)
    const ofCloud = ['logical-id', 'stack-id', 'stack-name'].map(name => `aws:cloudformation:${name}`)
    assert.deepEqual(await keys(), ['team', 'role', ...ofCloud])
    const changed = await shop.change(bucket, {})
    assert.equal((await c.s3().send(new GetBucketAclCommand({ Bucket }))).Grants?.length, 1)
    await assert.rejects(c.s3().send(new GetBucketCorsCommand({ Bucket })))
    await assert.rejects(c.s3().send(new GetBucketLifecycleConfigurationCommand({ Bucket })))
    assert.equal((await c.s3().send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled, undefined)
    assert.deepEqual(await keys(), ['team', ...ofCloud])
    await shop.remove(changed)
  })

  it('versions are kept, and no more when the template says nothing of them', async () => {
    const VersioningConfiguration = { Status: 'Enabled' }
    const bucket = shop.begin('Files', type, { VersioningConfiguration })
    const status = async () =>
      (await c.s3().send(new GetBucketVersioningCommand({ Bucket: bucket.made.ref }))).Status
    assert.equal(await status(), 'Enabled')
    await shop.change(bucket, {})
    assert.equal(await status(), 'Suspended')
  })

  it('who owns its objects and whether it may be public is said, in whatever order S3 wants it', async () => {
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] }
    const PublicAccessBlockConfiguration = { BlockPublicAcls: 'true', RestrictPublicBuckets: 'true' }
    const closed = { AccessControl: 'Private', OwnershipControls, PublicAccessBlockConfiguration }
    const bucket = shop.begin('Files', type, closed)
    const Bucket = bucket.made.ref
    const controls = () => c.s3().send(new GetBucketOwnershipControlsCommand({ Bucket }))
    const block = () => c.s3().send(new GetPublicAccessBlockCommand({ Bucket }))
    assert.deepEqual((await controls()).OwnershipControls, OwnershipControls)
    const { PublicAccessBlockConfiguration: shown } = await block()
    assert.deepEqual([shown?.BlockPublicAcls, shown?.BlockPublicPolicy], [true, false])
    const open = await shop.change(bucket, { AccessControl: 'PublicRead' })
    await assert.rejects(controls(), { name: 'OwnershipControlsNotFoundError' })
    await assert.rejects(block(), { name: 'NoSuchPublicAccessBlockConfiguration' })
    await shop.change(open, closed)
    assert.deepEqual((await controls()).OwnershipControls, OwnershipControls)
    const public_ = { ...closed, AccessControl: 'PublicRead' }
    assert.throws(() => shop.begin('Other', type, public_), { code: 'InvalidBucketAclWithObjectOwnership' })
  })

  it('a bucket that is not empty stays, in S3’s words', async () => {
    const bucket = shop.begin('Files', type, {})
    await c.s3().send(new PutObjectCommand({ Bucket: bucket.made.ref, Key: 'a', Body: 'b' }))
    await assert.rejects(shop.remove(bucket), {
      code: 'BucketNotEmpty',
      message: 'The bucket you tried to delete is not empty.',
    })
  })

  it('a bucket that is there already is not taken over, though S3 would let it be made again', async () => {
    await c.s3().send(new CreateBucketCommand({ Bucket: 'mine' }))
    assert.throws(() => shop.begin('Files', type, { BucketName: 'mine' }), {
      message: 'mine already exists',
    })
  })

  it('what this cloud’s buckets cannot do is refused', () => {
    const Rules = [{ Status: 'Enabled', NoncurrentVersionExpirationInDays: '3' }]
    const begin = (rules: object[]) => () =>
      shop.begin('Files', type, { LifecycleConfiguration: { Rules: rules } } as never)
    assert.throws(begin(Rules), { code: 'NotImplemented' })
    const transition = { StorageClass: 'GLACIER', TransitionInDays: '3' }
    assert.throws(begin([{ Status: 'Enabled', Transition: transition }]), { code: 'NotImplemented' })
    assert.throws(begin([{ Status: 'Enabled', ExpirationDate: 'soon' }]), {
      message: 'Value soon in a lifecycle rule is no date',
    })
  })

  it('a policy is of a bucket, is changed, and goes', async () => {
    const { made } = shop.begin('Files', type, {})
    const policy = (Effect: string) => ({
      Bucket: made.ref,
      PolicyDocument: {
        Statement: [
          { Effect, Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${made.ref}/*` },
        ],
      },
    })
    const resource = shop.begin('Policy', 'AWS::S3::BucketPolicy', policy('Allow'))
    const changed = await shop.change(resource, policy('Deny'))
    const { Policy = '' } = await c.s3().send(new GetBucketPolicyCommand({ Bucket: made.ref }))
    assert.match(Policy, /"Deny"/)
    await shop.remove(changed)
    await assert.rejects(c.s3().send(new GetBucketPolicyCommand({ Bucket: made.ref })))
    assert.throws(
      () => shop.begin('Policy', 'AWS::S3::BucketPolicy', { Bucket: made.ref, PolicyDocument: '{' }),
      { name: 'Refusal' },
    )
  })
})
