// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  type Grant,
  ListBucketsCommand,
  ListObjectsCommand,
  PutBucketAclCommand,
  PutBucketTaggingCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3'
import { readForImages } from '../../../src/engine/s3/images'
import { type Clients, type Cloud, cloud, inProcess } from '../../support/cloud'
import { read, refused } from './support'

const allUsers = 'http://acs.amazonaws.com/groups/global/AllUsers'
const zateam = 'http://acs.amazonaws.com/groups/s3/zateam'
const Bucket = 'alice'

describe('S3 access', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let anybody: S3Client
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
    anybody = new S3Client({
      region: 'eucalyptus',
      endpoint: 'http://cloud.test:8773/services/objectstorage',
      forcePathStyle: true,
      signer: { sign: async request => request },
      credentials: { accessKeyId: '', secretAccessKey: '' },
      requestHandler: inProcess(request => c.engine.handle(request)) as never,
      maxAttempts: 1,
    })
    await alice.s3().send(new CreateBucketCommand({ Bucket }))
  })
  after(() => c.close())

  const put = (who: S3Client, Key: string, more: Partial<PutObjectCommandInput> = {}) =>
    who.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }))
  const get = async (who: S3Client, Key: string) =>
    read(await who.send(new GetObjectCommand({ Bucket, Key })))
  const grantsOf = (grants: Grant[] = []) =>
    grants.map(({ Grantee, Permission }) => [Grantee?.URI ?? Grantee?.DisplayName, Permission])
  const canonicalId = async (who: Clients) =>
    (await who.s3().send(new ListBucketsCommand({}))).Owner?.ID as string

  it('to private objects and buckets is their owner’s, and the cloud administrator’s', async () => {
    await put(alice.s3(), 'private')
    for (const who of [bob.s3(), anybody]) {
      await refused(get(who, 'private'), 'AccessDenied', 403)
      await refused(put(who, 'mine'), 'AccessDenied', 403)
      await refused(who.send(new ListObjectsCommand({ Bucket })), 'AccessDenied', 403)
      await refused(who.send(new DeleteObjectCommand({ Bucket, Key: 'private' })), 'AccessDenied', 403)
      await refused(who.send(new GetBucketAclCommand({ Bucket })), 'AccessDenied', 403)
      await refused(
        who.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } })),
        'AccessDenied',
        403,
      )
    }
    assert.equal(await get(alice.s3(), 'private'), 'private')
    assert.equal(await get(c.s3(), 'private'), 'private')
  })

  it('does not tell those who may not list a bucket what it lacks', async () => {
    await refused(get(bob.s3(), 'absent'), 'AccessDenied', 403)
    await refused(get(alice.s3(), 'absent'), 'NoSuchKey', 404)
  })

  it('is given by canned lists', async () => {
    const read = async (ACL: PutObjectCommandInput['ACL'] | string) => {
      await put(alice.s3(), 'canned', { ACL: ACL as 'private' })
      const readers: string[] = []
      for (const [name, who] of Object.entries({ anybody, bob: bob.s3() })) {
        if (await get(who, 'canned').catch(() => undefined)) readers.push(name)
      }
      return readers
    }
    assert.deepEqual(await read('private'), [])
    assert.deepEqual(await read('public-read'), ['anybody', 'bob'])
    assert.deepEqual(await read('authenticated-read'), ['bob'])
    assert.deepEqual(await read('aws-exec-read'), [])
    assert.deepEqual(await read('ec2-bundle-read'), [])
    assert.deepEqual(await read('ec2-bundled-image'), [])
    await refused(put(alice.s3(), 'canned', { ACL: 'everything' as 'private' }), 'InvalidArgument', 400)
  })

  it('of the image reader is what aws-exec-read and ec2-bundle-read give', async () => {
    const acl = async (ACL: string) => {
      await put(alice.s3(), 'image', { ACL: ACL as 'private' })
      return c.engine.read(tx => readForImages(tx, Bucket, 'image').bytes)
    }
    assert.equal(await acl('aws-exec-read'), 5)
    assert.equal(await acl('ec2-bundle-read'), 5)
    assert.equal(await acl('public-read'), 5)
    await assert.rejects(acl('private'), { code: 'AccessDenied' })
    const missing = (bucket: string, key: string) => () => c.engine.read(tx => readForImages(tx, bucket, key))
    assert.throws(missing(Bucket, 'no image'), { code: 'NoSuchKey' })
    assert.throws(missing('nowhere', 'image'), { code: 'NoSuchBucket' })
  })

  it('lists are shown with the owner first', async () => {
    await put(alice.s3(), 'shown', { ACL: 'aws-exec-read' })
    const acl = await alice.s3().send(new GetObjectAclCommand({ Bucket, Key: 'shown' }))
    assert.equal(acl.Owner?.DisplayName, 'alice')
    assert.deepEqual(grantsOf(acl.Grants), [
      ['alice', 'FULL_CONTROL'],
      [zateam, 'READ'],
    ])
  })

  it('is given by headers, to accounts and groups', async () => {
    const bobId = await canonicalId(bob)
    await put(alice.s3(), 'headers', { GrantRead: `id="${bobId}", uri="${zateam}"` })
    assert.equal(await get(bob.s3(), 'headers'), 'headers')
    await refused(get(anybody, 'headers'), 'AccessDenied', 403)
    const acl = await alice.s3().send(new GetObjectAclCommand({ Bucket, Key: 'headers' }))
    assert.deepEqual(grantsOf(acl.Grants), [
      ['bob', 'READ'],
      [zateam, 'READ'],
    ])
    const toBob = `id=${bobId}`
    await put(alice.s3(), 'all', { GrantFullControl: toBob, GrantWriteACP: toBob, GrantRead: toBob })
    const all = await alice.s3().send(new GetObjectAclCommand({ Bucket, Key: 'all' }))
    assert.deepEqual(
      grantsOf(all.Grants).map(([, permission]) => permission),
      ['READ', 'WRITE_ACP', 'FULL_CONTROL'],
    )
    const wrong = (GrantRead: string, more = {}) => put(alice.s3(), 'headers', { GrantRead, ...more })
    await wrong(`id=${bob.accountId}`)
    await refused(wrong('id="no account"'), 'InvalidArgument', 400)
    await refused(wrong('uri="http://nowhere"'), 'InvalidArgument', 400)
    await refused(wrong('emailAddress="a@b.c"'), 'UnresolvableGrantByEmailAddress', 400)
    await refused(wrong('everybody'), 'InvalidArgument', 400)
    await refused(wrong(`id=${bobId}`, { ACL: 'private' }), 'InvalidRequest', 400)
  })

  it('is given by whole lists, to buckets and objects', async () => {
    const [ID, aliceId] = [await canonicalId(bob), await canonicalId(alice)]
    const Owner = { ID: aliceId }
    const policy = (...Grants: Grant[]) => ({ Bucket, AccessControlPolicy: { Owner, Grants } })
    const toBob = (Permission: Grant['Permission']): Grant => ({
      Grantee: { Type: 'CanonicalUser', ID },
      Permission,
    })
    const toAll: Grant = { Grantee: { Type: 'Group', URI: allUsers }, Permission: 'READ' }
    await alice.s3().send(new PutBucketAclCommand(policy(toBob('WRITE'), toAll)))
    await put(bob.s3(), 'from bob')
    assert.equal((await anybody.send(new ListObjectsCommand({ Bucket }))).Name, Bucket)
    await refused(put(anybody, 'from anybody'), 'AccessDenied', 403)
    const acl = await alice.s3().send(new GetBucketAclCommand({ Bucket }))
    assert.deepEqual(grantsOf(acl.Grants), [
      ['bob', 'WRITE'],
      [allUsers, 'READ'],
    ])
    // The object is its writer's, and the bucket's owner can only delete it.
    await refused(get(alice.s3(), 'from bob'), 'AccessDenied', 403)
    const giving = { Bucket, Key: 'from bob', ACL: 'bucket-owner-full-control' as const }
    await bob.s3().send(new PutObjectAclCommand(giving))
    assert.equal(await get(alice.s3(), 'from bob'), 'from bob')
    await alice.s3().send(new DeleteObjectCommand({ Bucket, Key: 'from bob' }))

    const bad = (command: object) => alice.s3().send(new PutBucketAclCommand({ Bucket, ...command }))
    await refused(bad(policy({ Permission: 'READ' })), 'MalformedACLError', 400)
    await refused(bad(policy(...Array(101).fill(toAll))), 'MalformedACLError', 400)
    await refused(bad({ AccessControlPolicy: { Grants: [toAll] } }), 'MalformedACLError', 400)
    await refused(bad({ AccessControlPolicy: { Owner: { ID }, Grants: [] } }), 'AccessDenied', 403)
    await refused(bad({}), 'MissingSecurityHeader', 400)
    await alice.s3().send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
  })

  it('to lists is a permission of its own', async () => {
    const ID = await canonicalId(bob)
    await put(alice.s3(), 'acp', { GrantReadACP: `id=${ID}`, GrantWriteACP: `id=${ID}` })
    await refused(get(bob.s3(), 'acp'), 'AccessDenied', 403)
    await bob.s3().send(new GetObjectAclCommand({ Bucket, Key: 'acp' }))
    await bob.s3().send(new PutObjectAclCommand({ Bucket, Key: 'acp', ACL: 'public-read' }))
    assert.equal(await get(anybody, 'acp'), 'acp')
    await refused(
      bob.s3().send(new PutObjectAclCommand({ Bucket, Key: 'acp', ACL: 'private' })),
      'AccessDenied',
      403,
    )
  })

  it('of anybody stops at what is public', async () => {
    await refused(anybody.send(new ListBucketsCommand({})), 'AccessDenied', 403)
    await refused(anybody.send(new CreateBucketCommand({ Bucket: 'free' })), 'AccessDenied', 403)
    await put(alice.s3(), 'public', { ACL: 'public-read' })
    const override = new GetObjectCommand({ Bucket, Key: 'public', ResponseContentType: 'text/html' })
    await refused(anybody.send(override), 'InvalidRequest', 400)
    await alice.s3().send(new PutBucketAclCommand({ Bucket, ACL: 'public-read-write' }))
    await put(anybody, 'gift')
    const list = await alice.s3().send(new ListObjectsCommand({ Bucket, Prefix: 'gift' }))
    assert.equal(list.Contents?.[0]?.Owner?.DisplayName, 'anonymous')
    await alice.s3().send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
  })
})
