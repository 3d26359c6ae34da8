// SPDX-License-Identifier: BSD-2-Clause
// What conditions of policies, of users and of buckets, may look at of a request to S3.

import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allow, clientOf, document, haveUser, type Person } from './people'
import { read, refused } from './support'

const Bucket = 'shared'
const arn = `arn:aws:s3:::${Bucket}`
const everybody = { Principal: '*' }

describe('Conditions of policies of S3', () => {
  let c: Cloud
  let alice: Clients
  let carol: Person
  let anybody: sdk.S3Client
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    carol = haveUser(c, alice.accountId, 'carol')
    anybody = clientOf(c, undefined)
    await alice.s3().send(new sdk.CreateBucketCommand({ Bucket }))
    for (const Key of ['public/a', 'private/a']) {
      await alice.s3().send(new sdk.PutObjectCommand({ Bucket, Key, Body: Key }))
    }
  })
  after(() => c.close())

  const policy = (...statements: readonly object[]) =>
    alice.s3().send(new sdk.PutBucketPolicyCommand({ Bucket, Policy: document(...statements) }))
  const get = async (who: sdk.S3Client, Key = 'public/a') =>
    read(await who.send(new sdk.GetObjectCommand({ Bucket, Key })))
  const denied = (request: Promise<unknown>) => refused(request, 'AccessDenied', 403)

  it('look at the request: its address, its page, its transport, its signature', async () => {
    const one = (Condition: object) => policy(allow('s3:GetObject', `${arn}/*`, { ...everybody, Condition }))
    const from = (remoteAddress: string, more = {}) =>
      clientOf(c, undefined, request => ({ ...request, remoteAddress, ...more }))
    await one({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })
    assert.equal(await get(from('10.1.2.3')), 'public/a')
    await denied(get(from('11.1.2.3')))
    await one({ Bool: { 'aws:SecureTransport': 'true' } })
    assert.equal(await get(from('10.1.2.3', { secure: true })), 'public/a')
    await denied(get(from('10.1.2.3', { secure: false })))
    await one({ StringLike: { 'aws:Referer': 'http://here/*' } })
    const referring = (referer: string) =>
      clientOf(c, undefined, request => ({ ...request, headers: { ...request.headers, referer } }))
    assert.equal(await get(referring('http://here/page')), 'public/a')
    await denied(get(referring('http://there/page')))
    await denied(get(anybody))
    await one({ StringEquals: { 's3:authType': 'REST-HEADER', 's3:signatureversion': 'AWS4-HMAC-SHA256' } })
    await denied(get(anybody))
    assert.equal(await get(carol.s3()), 'public/a')
    await one({ NumericLessThan: { 's3:signatureAge': '60000' } })
    assert.equal(await get(carol.s3()), 'public/a')
    const late = carol.s3(request => {
      c.clock.advance(120)
      return request
    })
    await denied(get(late))
  })

  it('look at what is asked for: lists, storage classes, tags, versions, sources', async () => {
    const who = carol.s3()
    const put = (more: Partial<sdk.PutObjectCommandInput>) =>
      who.send(new sdk.PutObjectCommand({ Bucket, Key: 'public/put', Body: 'x', ...more }))
    const only = (Condition: object) => carol.may(allow('s3:*', '*', { Condition }))
    await alice.s3().send(new sdk.DeleteBucketPolicyCommand({ Bucket }))
    only({ StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } })
    await denied(put({}))
    await denied(put({ ACL: 'public-read' }))
    await put({ ACL: 'bucket-owner-full-control' })
    only({ StringEquals: { 's3:x-amz-storage-class': 'STANDARD_IA' } })
    await denied(put({}))
    await put({ StorageClass: 'STANDARD_IA' })
    only({ StringEquals: { 's3:RequestObjectTag/project': 'x' } })
    await denied(put({ Tagging: 'project=y' }))
    await put({ Tagging: 'project=x' })
    only({ StringEquals: { 's3:ExistingObjectTag/project': 'x' } })
    assert.equal(await get(who, 'public/put'), 'x')
    await denied(get(who))
    only({ NumericLessThanEquals: { 's3:max-keys': '10' } })
    const list = (more: object) => who.send(new sdk.ListObjectsCommand({ Bucket, ...more }))
    await list({ MaxKeys: 10 })
    await denied(list({ MaxKeys: 11 }))
    only({ StringEquals: { 's3:prefix': ['', 'public/'], 's3:delimiter': '/' } })
    await list({ Prefix: '', Delimiter: '/' })
    await denied(list({ Delimiter: '/' }))
    await denied(list({ Prefix: 'private/', Delimiter: '/' }))
    carol.may(
      allow('s3:GetObject'),
      allow('s3:PutObject', '*', {
        Condition: { StringLike: { 's3:x-amz-copy-source': `${Bucket}/public/*` } },
      }),
    )
    const copy = (from: string) =>
      who.send(new sdk.CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `/${Bucket}/${from}` }))
    await copy('public/a')
    await denied(copy('private/a'))
    await denied(put({}))
    carol.may(
      allow('s3:CreateBucket', '*', { Condition: { StringEquals: { 's3:LocationConstraint': 'here' } } }),
    )
    const make = (location: string) =>
      who.send(
        new sdk.CreateBucketCommand({
          Bucket: 'located',
          CreateBucketConfiguration: { LocationConstraint: location as 'EU' },
        }),
      )
    await denied(make('there'))
    await make('here')
  })
})
