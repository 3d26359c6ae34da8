// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { BundleInstanceCommand } from '@aws-sdk/client-ec2'
import { CreateBucketCommand, DeleteObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { type BundlingScene, bundlingScene, policyText, signed } from './bundling'
import { refused } from './expect'

describe('bundling an instance', () => {
  let b: BundlingScene

  beforeEach(async () => {
    b = await bundlingScene()
  })
  afterEach(() => b.c.close())

  describe('is refused', () => {
    it('for an instance that is unknown, not running, or has a volume for a root', async () => {
      await refused(b.bundle(b.storage(), 'i-00000000'), 'InvalidInstanceID.NotFound')
      await refused(b.bundle(b.storage(), 'one'), 'InvalidInstanceID.Malformed')
      b.instanceIs({ rootDeviceType: 'ebs' })
      await refused(b.bundle(), 'InvalidInstanceType')
      b.instanceIs({ rootDeviceType: undefined as never, state: 'shutting-down' })
      const message = `Failed to bundle requested vm because it is not currently 'running': ${b.current.id}`
      await refused(b.bundle(), 'InvalidState', message)
      b.instanceIs({ state: 'running' })
      assert.equal(await b.hasBucket(), false)
    })

    it('with names that buckets and keys should not have', async () => {
      for (const name of ['ab', 'a/b', 'a b', '', 'x'.repeat(256)]) {
        const value = `Value (${name}) for parameter`
        const bad = 'InvalidParameterValue'
        await refused(b.bundle(b.storage({ Bucket: name })), bad, `${value} Bucket is invalid.`)
        await refused(b.bundle(b.storage({ Prefix: name })), bad, `${value} Prefix is invalid.`)
      }
    })

    const invalid = (given: ReturnType<BundlingScene['storage']>, message: string | RegExp) =>
      refused(b.bundle(given), 'InvalidParameterValue', message)

    it('with a policy that is no policy, or is too long', async () => {
      const invalidPolicy = /^Value for UploadPolicy is invalid\. /
      for (const text of ['', 'x', '[]', '{}', '"', '{"expiration":"soon","conditions":[]}']) {
        await invalid(b.storage({}, text), invalidPolicy)
      }
      const long = policyText({ comment: 'x'.repeat(3000) })
      await invalid(b.storage({}, long), 'Value for parameter UploadPolicy is invalid (too long)')
      await invalid({ S3: { Bucket: 'bundles', Prefix: 'mine' } } as never, invalidPolicy)
    })

    it('with a policy that has expired, or is not about this', async () => {
      const about = (message: string) => `Value for UploadPolicy is invalid. ${message}`
      const expired = policyText({ expiration: '2014-02-16T12:00:00Z' })
      await invalid(b.storage({}, expired), about('Expired policy: 2014-02-16T12:00:00.000Z'))
      const unmet = about('Policy conditions not met')
      await invalid(b.storage({ Bucket: 'others' }), unmet)
      await invalid(b.storage({ Prefix: 'other' }), unmet)
      await invalid(b.storage({}, policyText({}, [{ acl: 'public-read' }])), unmet)
      await invalid(b.storage({}, policyText({}, [['eq', '$key', 'mine.part.00']])), unmet)
      const silent = policyText({ conditions: [{ bucket: 'bundles' }, ['starts-with', '$key', 'mine']] })
      await invalid(b.storage({}, silent), /Form Field: acl$/)
    })

    it('with a key or a signature that is wrong', async () => {
      await invalid(b.storage({ AWSAccessKeyId: 'AKIX' }), 'Value (AKIX) for AWSAccessKeyId is invalid.')
      const wrong = 'Value for UploadPolicySignature is invalid.'
      await invalid(b.storage({ UploadPolicySignature: signed('another policy', b.c) }), wrong)
      await invalid(b.storage({ UploadPolicySignature: '%' }), wrong)
      const { UploadPolicySignature: _, ...S3 } = b.storage().S3
      await invalid({ S3 } as never, /Policy without signature$/)
      const alice = await b.c.account('alice')
      b.c.engine.write(tx => tx.accessKeys.put({ ...tx.accessKeys.must(alice.key.id), active: false }))
      await invalid(
        b.storage({}, policyText(), alice),
        `Value (${alice.key.id}) for AWSAccessKeyId is invalid.`,
      )
    })

    it('into the bucket of another, or where there is something already', async () => {
      const alice = await b.c.account('alice')
      await alice.s3().send(new CreateBucketCommand({ Bucket: 'bundles', ACL: 'public-read-write' }))
      await invalid(b.storage(), 'Bucket already exists bundles')
      await b.put('mine.old', alice)
      await invalid(b.storage({}, policyText(), alice), 'Bucket prefix in use bundles/mine')
      assert.deepEqual(await b.tasks(), [])
    })
  })

  it('takes the key that signed the request when none is named', async () => {
    const { AWSAccessKeyId: _, ...S3 } = b.storage().S3
    assert.equal((await b.bundle({ S3 } as never))?.State, 'pending')
  })

  it('goes into a bucket that is there, beside what is in it', async () => {
    await b.c.s3().send(new CreateBucketCommand({ Bucket: 'bundles' }))
    await b.put('max')
    await b.put('mint')
    await b.bundle()
    await b.c.settle()
    assert.deepEqual(await b.keys(), ['max', 'mine.manifest.xml', 'mine.part.00', 'mint'])
  })

  it('takes the place of what was deleted, also where versions are kept', async () => {
    await b.c.s3().send(new CreateBucketCommand({ Bucket: 'bundles' }))
    const VersioningConfiguration = { Status: 'Enabled' as const }
    await b.c.s3().send(new PutBucketVersioningCommand({ Bucket: 'bundles', VersioningConfiguration }))
    await b.put('mine.old')
    await b.put('mine.old')
    await refused(b.bundle(), 'InvalidParameterValue', 'Bucket prefix in use bundles/mine')
    await b.c.s3().send(new DeleteObjectCommand({ Bucket: 'bundles', Key: 'mine.old' }))
    await b.bundle()
    await b.c.settle()
    assert.deepEqual(await b.keys(), ['mine.manifest.xml', 'mine.part.00'])
  })

  it('does nothing in a dry run', async () => {
    const input = { InstanceId: b.current.id, Storage: b.storage(), DryRun: true }
    await refused(b.c.ec2().send(new BundleInstanceCommand(input)), 'DryRunOperation')
    assert.deepEqual(await b.tasks(), [])
    assert.equal(await b.hasBucket(), false)
  })
})
