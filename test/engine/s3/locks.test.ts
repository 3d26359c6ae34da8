// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allow, haveUser, type Person } from './people'
import { refused } from './support'

const Bucket = 'locked'
const day = 24 * 3600

describe('S3 locks', () => {
  let c: Cloud
  let alice: Clients
  let s3: sdk.S3Client
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    s3 = alice.s3()
    await s3.send(new sdk.CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
    await s3.send(new sdk.CreateBucketCommand({ Bucket: 'plain' }))
  })
  after(() => c.close())

  const inDays = (days: number) => new Date(Math.floor(c.clock.now() / 1000) * 1000 + days * day * 1000)
  let number = 0
  /** A new key's version. */
  const put = async (more: Partial<sdk.PutObjectCommandInput> = {}) => {
    const Key = `key-${number++}`
    const { VersionId } = await s3.send(new sdk.PutObjectCommand({ Bucket, Key, Body: 'x', ...more }))
    return { Bucket, Key, VersionId }
  }
  type Version = Awaited<ReturnType<typeof put>>
  const governed = (days = 2) =>
    put({ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(days) })
  const compliant = (days = 2) =>
    put({ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(days) })
  const remove = (version: Version, BypassGovernanceRetention?: boolean) =>
    s3.send(new sdk.DeleteObjectCommand({ ...version, BypassGovernanceRetention }))
  const retain = (
    version: Version,
    Retention: sdk.ObjectLockRetention,
    BypassGovernanceRetention?: boolean,
  ) => s3.send(new sdk.PutObjectRetentionCommand({ ...version, Retention, BypassGovernanceRetention }))
  const retention = async (version: Version) =>
    (await s3.send(new sdk.GetObjectRetentionCommand(version))).Retention
  const hold = (version: Version, Status: string) =>
    s3.send(
      new sdk.PutObjectLegalHoldCommand({
        ...version,
        LegalHold: { Status: Status as sdk.ObjectLockLegalHoldStatus },
      }),
    )
  const configure = (ObjectLockConfiguration: sdk.ObjectLockConfiguration, of = Bucket) =>
    s3.send(new sdk.PutObjectLockConfigurationCommand({ Bucket: of, ObjectLockConfiguration }))
  const configuration = async (of = Bucket) =>
    (await s3.send(new sdk.GetObjectLockConfigurationCommand({ Bucket: of }))).ObjectLockConfiguration
  const setVersioning = (of: string, Status: sdk.BucketVersioningStatus) =>
    s3.send(new sdk.PutBucketVersioningCommand({ Bucket: of, VersioningConfiguration: { Status } }))

  it('come with versions, which cannot be suspended then', async () => {
    const { Status } = await s3.send(new sdk.GetBucketVersioningCommand({ Bucket }))
    assert.equal(Status, 'Enabled')
    assert.deepEqual(await configuration(), { ObjectLockEnabled: 'Enabled' })
    await refused(setVersioning(Bucket, 'Suspended'), 'InvalidBucketState', 409)
    await setVersioning(Bucket, 'Enabled')
  })

  it('are given to a bucket that keeps versions, to no other', async () => {
    const enabled = { ObjectLockEnabled: 'Enabled' as const }
    await refused(configure(enabled, 'plain'), 'InvalidBucketState', 409)
    await refused(configuration('plain'), 'ObjectLockConfigurationNotFoundError', 404)
    await s3.send(new sdk.CreateBucketCommand({ Bucket: 'later' }))
    await setVersioning('later', 'Enabled')
    await configure(enabled, 'later')
    assert.deepEqual(await configuration('later'), enabled)
  })

  it('have rules that say a mode, and days or years', async () => {
    const rule = (DefaultRetention: object) =>
      configure({ ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } })
    for (const wrong of [
      {},
      { Mode: 'GOVERNANCE' },
      { Days: 1 },
      { Mode: 'governance', Days: 1 },
      { Mode: 'GOVERNANCE', Days: 1, Years: 1 },
    ]) {
      await refused(rule(wrong), 'MalformedXML', 400)
    }
    await refused(configure({}), 'MalformedXML', 400)
    await refused(configure({ ObjectLockEnabled: 'Enabled', Rule: {} }), 'MalformedXML', 400)
    for (const period of [{ Days: 0 }, { Days: 36501 }, { Years: -1 }, { Years: 101 }]) {
      await refused(rule({ Mode: 'COMPLIANCE', ...period }), 'InvalidArgument', 400)
    }
    assert.deepEqual(await configuration(), { ObjectLockEnabled: 'Enabled' })
  })

  it('are given by the bucket’s rule to what comes without a retention', async () => {
    const rule = async (DefaultRetention: sdk.DefaultRetention) => {
      await configure({ ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } })
      assert.deepEqual((await configuration())?.Rule, { DefaultRetention })
    }
    await rule({ Mode: 'GOVERNANCE', Days: 1 })
    const version = await put()
    const head = await s3.send(new sdk.HeadObjectCommand(version))
    assert.equal(head.ObjectLockMode, 'GOVERNANCE')
    assert.equal(head.ObjectLockRetainUntilDate?.getTime(), c.clock.now() + day * 1000)
    await rule({ Mode: 'GOVERNANCE', Years: 1 })
    const copied = await s3.send(
      new sdk.CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${version.Key}` }),
    )
    const copy = { Bucket, Key: 'copy', VersionId: copied.VersionId }
    const year = ((await retention(copy))?.RetainUntilDate?.getTime() ?? 0) - c.clock.now()
    assert.ok(year >= 365 * day * 1000 && year <= 366 * day * 1000)
    const own = await compliant()
    assert.equal((await retention(own))?.Mode, 'COMPLIANCE')
    const target = { Bucket, Key: 'in-parts' }
    const { UploadId } = await s3.send(new sdk.CreateMultipartUploadCommand(target))
    const part = { ...target, UploadId, PartNumber: 1, Body: 'x' }
    const { ETag } = await s3.send(new sdk.UploadPartCommand(part))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    const done = await s3.send(
      new sdk.CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }),
    )
    assert.equal((await retention({ ...target, VersionId: done.VersionId }))?.Mode, 'GOVERNANCE')
    await configure({ ObjectLockEnabled: 'Enabled' })
    await refused(retention(await put()), 'NoSuchObjectLockConfiguration', 404)
  })

  it('keep a version until its day has come', async () => {
    for (const version of [await governed(), await compliant()]) {
      const { message } = await refused(remove(version), 'AccessDenied', 403)
      assert.equal(message, 'Access Denied because object protected by object lock.')
      // A marker hides it and can be removed again.
      const { VersionId } = await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: version.Key }))
      await remove({ ...version, VersionId })
    }
    const version = await compliant(1)
    const all = { Objects: [{ Key: version.Key, VersionId: version.VersionId }, { Key: 'none' }] }
    const deleted = await s3.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: all }))
    assert.deepEqual(
      [deleted.Errors?.map(({ Key, Code }) => [Key, Code]), deleted.Deleted?.map(({ Key }) => Key)],
      [[[version.Key, 'AccessDenied']], ['none']],
    )
    await c.pass(day + 1)
    await remove(version)
  })

  it('of governance give way to who says so and may, those of compliance to nobody', async () => {
    await refused(remove(await governed(), false), 'AccessDenied', 403)
    await remove(await governed(), true)
    const { Key, VersionId } = await governed()
    const Delete = { Objects: [{ Key, VersionId }] }
    const bypassing = { Bucket, Delete, BypassGovernanceRetention: true }
    assert.equal((await s3.send(new sdk.DeleteObjectsCommand(bypassing))).Errors, undefined)
    await refused(remove(await compliant(), true), 'AccessDenied', 403)

    const user: Person = haveUser(c, alice.accountId, 'carol')
    const version = await governed()
    const theirs = () =>
      user.s3().send(new sdk.DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }))
    const objects = `arn:aws:s3:::${Bucket}/*`
    user.may(allow('s3:DeleteObjectVersion', objects))
    await refused(theirs(), 'AccessDenied', 403)
    user.may(allow('s3:DeleteObjectVersion', objects), allow('s3:BypassGovernanceRetention', objects))
    await theirs()
  })

  it('are made longer by anybody who may, shorter only by who bypasses them', async () => {
    const version = await governed(2)
    await retain(version, { Mode: 'GOVERNANCE', RetainUntilDate: inDays(3) })
    await refused(retain(version, { Mode: 'GOVERNANCE', RetainUntilDate: inDays(1) }), 'AccessDenied', 403)
    await refused(retain(version, { Mode: 'COMPLIANCE', RetainUntilDate: inDays(4) }), 'AccessDenied', 403)
    await refused(retain(version, {}), 'AccessDenied', 403)
    await retain(version, { Mode: 'GOVERNANCE', RetainUntilDate: inDays(1) }, true)
    assert.deepEqual(await retention(version), { Mode: 'GOVERNANCE', RetainUntilDate: inDays(1) })
    await retain(version, {}, true)
    await refused(retention(version), 'NoSuchObjectLockConfiguration', 404)
    const strict = await compliant(2)
    await refused(
      retain(strict, { Mode: 'COMPLIANCE', RetainUntilDate: inDays(1) }, true),
      'AccessDenied',
      403,
    )
    await retain(strict, { Mode: 'COMPLIANCE', RetainUntilDate: inDays(3) })
  })

  it('have a mode and a day to come', async () => {
    const version = await put()
    const RetainUntilDate = inDays(1)
    await refused(retain(version, { Mode: 'GOVERNANCE' }), 'MalformedXML', 400)
    await refused(retain(version, { RetainUntilDate }), 'MalformedXML', 400)
    await refused(retain(version, { Mode: 'never' as 'GOVERNANCE', RetainUntilDate }), 'MalformedXML', 400)
    const past = { Mode: 'GOVERNANCE' as const, RetainUntilDate: inDays(-1) }
    const { message } = await refused(retain(version, past), 'InvalidArgument', 400)
    assert.equal(message, 'The retain until date must be in the future!')
    for (const wrong of [
      { ObjectLockMode: 'GOVERNANCE' as const },
      { ObjectLockRetainUntilDate: RetainUntilDate },
      { ObjectLockMode: 'never' as 'GOVERNANCE', ObjectLockRetainUntilDate: RetainUntilDate },
      { ObjectLockMode: 'GOVERNANCE' as const, ObjectLockRetainUntilDate: inDays(-1) },
      { ObjectLockLegalHoldStatus: 'on' as 'ON' },
    ]) {
      await refused(put(wrong), 'InvalidArgument', 400)
    }
  })

  it('that are legal holds keep a version until they are lifted', async () => {
    const version = await put({ ObjectLockLegalHoldStatus: 'ON' })
    const status = async (of: Version) =>
      (await s3.send(new sdk.GetObjectLegalHoldCommand(of))).LegalHold?.Status
    assert.equal(await status(version), 'ON')
    const got = await s3.send(new sdk.GetObjectCommand(version))
    assert.equal(got.ObjectLockLegalHoldStatus, 'ON')
    await refused(remove(version, true), 'AccessDenied', 403)
    await refused(hold(version, 'off'), 'MalformedXML', 400)
    await hold(version, 'OFF')
    assert.equal(await status(version), 'OFF')
    await remove(version)
    const other = await put()
    await refused(status(other), 'NoSuchObjectLockConfiguration', 404)
    await hold(other, 'ON')
    await refused(remove(other), 'AccessDenied', 403)
  })

  it('are refused where the bucket has none', async () => {
    const plain = { Bucket: 'plain' }
    const headers = { ObjectLockMode: 'GOVERNANCE' as const, ObjectLockRetainUntilDate: inDays(1) }
    await refused(put({ ...plain, ...headers }), 'InvalidRequest', 400)
    const version = { ...(await put(plain)), ...plain, VersionId: undefined }
    await refused(retain(version, { Mode: 'GOVERNANCE', RetainUntilDate: inDays(1) }), 'InvalidRequest', 400)
    await refused(hold(version, 'ON'), 'InvalidRequest', 400)
    await refused(retain(version, {}, true), 'InvalidArgument', 400)
    const { message } = await refused(remove(version, true), 'InvalidArgument', 400)
    assert.match(message, /only applicable to Object Lock enabled buckets/)
    const Delete = { Objects: [{ Key: version.Key }] }
    const bypassing = { ...plain, Delete, BypassGovernanceRetention: true }
    await refused(s3.send(new sdk.DeleteObjectsCommand(bypassing)), 'InvalidArgument', 400)
  })

  it('can be asked for by policies', async () => {
    const user: Person = haveUser(c, alice.accountId, 'dave')
    const objects = `arn:aws:s3:::${Bucket}/*`
    const short = {
      ...allow('s3:PutObjectRetention', objects),
      Condition: { NumericLessThan: { 's3:object-lock-remaining-retention-days': '10' } },
    }
    user.may(allow('s3:PutObject', objects), short)
    const put = (days: number) =>
      user.s3().send(
        new sdk.PutObjectCommand({
          Bucket,
          Key: 'theirs',
          Body: 'x',
          ObjectLockMode: 'GOVERNANCE',
          ObjectLockRetainUntilDate: inDays(days),
        }),
      )
    await refused(put(10), 'AccessDenied', 403)
    await put(9)
  })
})
