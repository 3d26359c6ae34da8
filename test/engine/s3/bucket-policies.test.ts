// SPDX-License-Identifier: BSD-2-Clause
// Policies of buckets: which are taken, who may set them, and what they open and close.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allow, clientOf, deny, document, haveSession, haveUser, type Person } from './people'
import { read, refused } from './support'

const Bucket = 'shared'
const arn = `arn:aws:s3:::${Bucket}`
const everybody = { Principal: '*' }

describe('Policies of buckets', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let carol: Person
  let dave: Person
  let anybody: sdk.S3Client
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
    carol = haveUser(c, alice.accountId, 'carol')
    dave = haveUser(c, bob.accountId, 'dave')
    anybody = clientOf(c, undefined)
    await alice.s3().send(new sdk.CreateBucketCommand({ Bucket }))
    for (const Key of ['public/a', 'private/a']) {
      await alice.s3().send(new sdk.PutObjectCommand({ Bucket, Key, Body: Key }))
    }
  })
  after(() => c.close())
  afterEach(() => {
    carol.may()
    dave.may()
  })

  const set = (Policy: string, who = alice.s3()) =>
    who.send(new sdk.PutBucketPolicyCommand({ Bucket, Policy }))
  const policy = (...statements: readonly object[]) => set(document(...statements))
  const get = async (who: sdk.S3Client, Key = 'public/a') =>
    read(await who.send(new sdk.GetObjectCommand({ Bucket, Key })))
  const denied = (request: Promise<unknown>) => refused(request, 'AccessDenied', 403)

  it('are kept as they were given, and taken away', async () => {
    const s3 = alice.s3()
    await refused(s3.send(new sdk.GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy', 404)
    await refused(s3.send(new sdk.GetBucketPolicyStatusCommand({ Bucket })), 'NoSuchBucketPolicy', 404)
    const Policy = ` ${document(allow('s3:GetObject', `${arn}/*`, everybody))}\n`
    const put = await set(Policy)
    assert.equal(put.$metadata.httpStatusCode, 204)
    assert.equal((await s3.send(new sdk.GetBucketPolicyCommand({ Bucket }))).Policy, Policy)
    await s3.send(new sdk.DeleteBucketPolicyCommand({ Bucket }))
    await refused(s3.send(new sdk.GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy', 404)
    await s3.send(new sdk.DeleteBucketPolicyCommand({ Bucket }))
  })

  it('go with their bucket', async () => {
    const s3 = alice.s3()
    const temporary = { Bucket: 'temporary' }
    await s3.send(new sdk.CreateBucketCommand(temporary))
    const Policy = document(allow('s3:GetObject', 'arn:aws:s3:::temporary/*', everybody))
    await s3.send(new sdk.PutBucketPolicyCommand({ ...temporary, Policy }))
    await s3.send(new sdk.DeleteBucketCommand(temporary))
    await s3.send(new sdk.CreateBucketCommand(temporary))
    await refused(s3.send(new sdk.GetBucketPolicyCommand(temporary)), 'NoSuchBucketPolicy', 404)
  })

  it('are refused when they are none', async () => {
    const objects = `${arn}/*`
    const good = allow('s3:GetObject', objects, everybody)
    const { Effect: _, ...noEffect } = good
    const noPrincipal = allow('s3:GetObject', objects)
    const { Action: ___, ...noAction } = good
    const { Resource: ____, ...noResource } = good
    const principal = (Principal: unknown) => document({ ...good, Principal })
    const wrong: readonly (readonly [policy: string, message: string | RegExp])[] = [
      ['[]', "Policies must be valid JSON and the first byte must be '{'"],
      ['{', 'This policy contains invalid Json'],
      ['{}', 'Missing required field Statement'],
      ['{"Statement":[]}', 'Could not parse the policy: Statement is empty!'],
      ['{"Statement":[1]}', 'Invalid policy syntax.'],
      [
        JSON.stringify({ Version: '2020-01-01', Statement: good }),
        'The policy must contain a valid version string',
      ],
      [document(noEffect), 'Missing required field Effect'],
      [document({ ...good, Effect: 'Limit' }), 'Invalid effect: Limit'],
      [document(noPrincipal), 'Missing required field Principal'],
      [principal({}), 'Missing required field Principal cannot be empty!'],
      [principal({ AWS: [] }), 'Missing required field Principal cannot be empty!'],
      [principal('alice'), 'Invalid principal in policy'],
      [principal({ AWS: 'arn:aws:iam::123456789012:root' }), 'Invalid principal in policy'],
      [principal({ AWS: '123456789012' }), 'Invalid principal in policy'],
      [principal({ AWS: `arn:aws:iam::${bob.accountId}:user/nobody` }), 'Invalid principal in policy'],
      [principal({ AWS: `arn:aws:iam::${bob.accountId}:user/*` }), 'Invalid principal in policy'],
      [principal({ AWS: 'AIDNOBODYATALL000000' }), 'Invalid principal in policy'],
      [principal({ CanonicalUser: 'f'.repeat(64) }), 'Invalid principal in policy'],
      [principal({ Everybody: '*' }), 'Invalid principal in policy'],
      [document(noAction), 'Missing required field Action'],
      [document({ ...good, Action: 's3:ReadObject' }), 'Policy has invalid action'],
      [document({ ...good, Action: 'ec2:*' }), 'Policy has invalid action'],
      [document({ ...good, Action: `s3:${'*?'.repeat(60)}z` }), 'Policy has invalid action'],
      [document(noResource), 'Missing required field Resource'],
      [document({ ...good, Resource: '*' }), 'Policy has invalid resource'],
      [document({ ...good, Resource: 'arn:aws:s3:::other/*' }), 'Policy has invalid resource'],
      [document({ ...good, Resource: `${arn}s/*` }), 'Policy has invalid resource'],
      [document({ ...good, Resource: arn }), 'Action does not apply to any resource(s) in statement'],
      [
        document({ ...good, Action: ['s3:GetObject', 's3:ListBucket'] }),
        'Action does not apply to any resource(s) in statement',
      ],
      [document({ ...good, Condition: { Sometimes: { 'aws:SourceIp': '10.0.0.0/8' } } }), /./],
      [
        document({ ...good, Sid: 'x'.repeat(20 * 1024) }),
        'Normalized policy document exceeds the maximum allowed size of 20480 bytes',
      ],
    ]
    for (const [text, message] of wrong) {
      const refusal = await refused(set(text), 'MalformedPolicy', 400)
      if (typeof message === 'string') assert.equal(refusal.message, message, text.slice(0, 200))
      else assert.match(refusal.message, message)
    }
    await refused(alice.s3().send(new sdk.GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy', 404)
    for (const Principal of [
      { AWS: bob.accountId },
      { AWS: [dave.arn, dave.userId] },
      { AWS: `arn:aws:iam::${bob.accountId}:root` },
      { Service: 'logging.s3.amazonaws.com' },
    ]) {
      await set(principal(Principal))
    }
    await policy(
      allow('s3:*', [arn, `${arn}/*`], everybody),
      deny('*', `${arn}*`, { Principal: { AWS: '*' } }),
    )
    await alice.s3().send(new sdk.DeleteBucketPolicyCommand({ Bucket }))
  })

  it('are for the account of the bucket to set, whatever they say', async () => {
    const all = allow('s3:*', [arn, `${arn}/*`], { Principal: { AWS: [carol.arn, bob.accountId] } })
    await denied(set(document(all), bob.s3()))
    await policy(all)
    dave.may(allow('s3:*'))
    for (const who of [dave.s3(), bob.s3()]) {
      await refused(who.send(new sdk.GetBucketPolicyCommand({ Bucket })), 'MethodNotAllowed', 405)
      await refused(set(document(all), who), 'MethodNotAllowed', 405)
      await refused(who.send(new sdk.DeleteBucketPolicyCommand({ Bucket })), 'MethodNotAllowed', 405)
    }
    await denied(set(document(all), anybody))
    await set(document(all, deny('s3:*', [arn, `${arn}/*`], everybody)), carol.s3())
    await denied(set(document(all), carol.s3()))
    // The account's administrator cannot be shut out of the policy, but of all else.
    await denied(get(alice.s3()))
    await alice.s3().send(new sdk.GetBucketPolicyCommand({ Bucket }))
    await alice.s3().send(new sdk.DeleteBucketPolicyCommand({ Bucket }))
    assert.equal(await get(alice.s3()), 'public/a')
  })

  it('open one prefix to another account, whose users need leave of their own', async () => {
    await policy(
      allow('s3:GetObject', `${arn}/public/*`, { Principal: { AWS: bob.accountId } }),
      allow('s3:ListBucket', arn, {
        ...{ Principal: { AWS: `arn:aws:iam::${bob.accountId}:root` } },
        Condition: { StringLike: { 's3:prefix': 'public/*' } },
      }),
    )
    assert.equal(await get(bob.s3()), 'public/a')
    await denied(get(bob.s3(), 'private/a'))
    await denied(get(dave.s3()))
    dave.may(allow('s3:GetObject', `${arn}/*`))
    assert.equal(await get(dave.s3()), 'public/a')
    await denied(get(dave.s3(), 'private/a'))
    await denied(get(anybody))
    const list = (Prefix?: string) => bob.s3().send(new sdk.ListObjectsV2Command({ Bucket, Prefix }))
    assert.deepEqual(
      (await list('public/')).Contents?.map(({ Key }) => Key),
      ['public/a'],
    )
    await denied(list('private/'))
    await denied(list())
  })

  it('open something to everybody', async () => {
    await policy(allow('s3:GetObject', `${arn}/public/*`, everybody))
    assert.equal(await get(anybody), 'public/a')
    await denied(get(anybody, 'private/a'))
    // Who signs is held against his own policies, but in the account of the bucket.
    await denied(get(dave.s3()))
    assert.equal(await get(carol.s3()), 'public/a')
    const status = await alice.s3().send(new sdk.GetBucketPolicyStatusCommand({ Bucket }))
    assert.deepEqual(status.PolicyStatus, { IsPublic: true })
  })

  it('say whether they are public', async () => {
    const isPublic = async (...statements: readonly object[]) => {
      await policy(...statements)
      const status = await alice.s3().send(new sdk.GetBucketPolicyStatusCommand({ Bucket }))
      return status.PolicyStatus?.IsPublic
    }
    const one = (more: object) => allow('s3:GetObject', `${arn}/*`, more)
    const when = (Condition: object) => one({ ...everybody, Condition })
    assert.equal(await isPublic(one({ Principal: { AWS: bob.accountId } })), false)
    assert.equal(await isPublic(one({ Principal: { AWS: ['*'] } })), true)
    assert.equal(await isPublic(deny('s3:GetObject', `${arn}/*`, everybody)), false)
    assert.equal(await isPublic(when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })), false)
    assert.equal(await isPublic(when({ IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } })), true)
    assert.equal(await isPublic(when({ StringLike: { 'aws:UserId': 'AID*' } })), true)
    assert.equal(await isPublic(when({ StringLike: { 'aws:Referer': 'http://here/*' } })), true)
    assert.equal(await isPublic(when({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })), true)
    assert.equal(await isPublic(one({ NotPrincipal: { AWS: bob.accountId } })), true)
  })

  it('give a user of the bucket’s account what he is named for, and leave the account to its own policies', async () => {
    await policy(allow('s3:GetObject', `${arn}/*`, { Principal: { AWS: alice.accountId } }))
    await denied(get(carol.s3()))
    await policy(allow('s3:GetObject', `${arn}/*`, { Principal: { AWS: carol.arn } }))
    assert.equal(await get(carol.s3()), 'public/a')
    carol.may(deny('s3:GetObject', `${arn}/private/*`))
    await denied(get(carol.s3(), 'private/a'))
  })

  it('deny above all else: own policies, lists, the administrator of the account', async () => {
    const put = { Bucket, Key: 'private/open', Body: 'open', ACL: 'public-read' as const }
    await alice.s3().send(new sdk.PutObjectCommand(put))
    carol.may(allow('s3:*'))
    await policy(deny('s3:GetObject', `${arn}/private/*`, everybody))
    for (const who of [anybody, carol.s3(), bob.s3(), alice.s3()]) await denied(get(who, 'private/open'))
    await policy(
      deny('s3:GetObject', `${arn}/private/*`, { NotPrincipal: { AWS: [carol.arn, alice.accountId] } }),
    )
    await denied(get(anybody, 'private/open'))
    await denied(get(bob.s3(), 'private/open'))
    assert.equal(await get(carol.s3(), 'private/open'), 'open')
  })

  it('give away nothing that is another account’s, but may keep it closed', async () => {
    dave.may(allow('s3:*'))
    const objects = `${arn}/*`
    await policy(allow(['s3:PutObject', 's3:GetObject'], objects, { Principal: { AWS: bob.accountId } }))
    await dave.s3().send(new sdk.PutObjectCommand({ Bucket, Key: 'public/daves', Body: 'd' }))
    await policy(allow('s3:GetObject', objects, everybody))
    await denied(get(anybody, 'public/daves'))
    await denied(get(alice.s3(), 'public/daves'))
    assert.equal(await get(dave.s3(), 'public/daves'), 'd')
    await policy(deny('s3:GetObject', objects, everybody))
    await denied(get(dave.s3(), 'public/daves'))
    await alice.s3().send(new sdk.DeleteObjectCommand({ Bucket, Key: 'public/daves' }))
  })

  it('hold for sessions of roles, within what the session is left', async () => {
    const role = `arn:aws:iam::${bob.accountId}:role/reader`
    const all = allow('s3:GetObject', `${arn}/*`)
    haveSession(c, { account: bob.accountId, role: 'reader' })
    await policy(allow('s3:GetObject', `${arn}/public/*`, { Principal: { AWS: role } }))
    const session = haveSession(c, { account: bob.accountId, role: 'reader' })
    await denied(get(clientOf(c, session)))
    c.engine.write(tx =>
      tx.heldPolicies.in(bob.accountId).put({
        ...{ account: bob.accountId, holder: 'role/reader', attached: [] },
        inline: [{ name: 'p', document: document(all) }],
      }),
    )
    assert.equal(await get(clientOf(c, session)), 'public/a')
    await denied(get(clientOf(c, session), 'private/a'))
    const narrowed = haveSession(c, {
      ...{ account: bob.accountId, role: 'reader' },
      policies: [document(allow('s3:ListBucket'))],
    })
    await denied(get(clientOf(c, narrowed)))
  })

  it('and all others tell that something is missing to those who may list the bucket', async () => {
    await alice.s3().send(new sdk.DeleteBucketPolicyCommand({ Bucket }))
    carol.may(allow('s3:GetObject', `${arn}/*`))
    await denied(get(carol.s3(), 'nothing'))
    carol.may(allow('s3:GetObject', `${arn}/*`), allow('s3:ListBucket', arn))
    await refused(get(carol.s3(), 'nothing'), 'NoSuchKey', 404)
    await refused(carol.s3().send(new sdk.HeadObjectCommand({ Bucket, Key: 'nothing' })), undefined, 404)
    await refused(
      carol.s3().send(new sdk.GetObjectCommand({ Bucket: 'nowhere', Key: 'x' })),
      'NoSuchBucket',
      404,
    )
  })
})
