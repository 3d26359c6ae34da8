// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateBucketCommand,
  ListObjectsCommand,
  type ListObjectsCommandInput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { s3Tables } from '../../../src/engine/s3/schema'
import { walk } from '../../../src/engine/s3/walk'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from './support'

const Bucket = 'list'

describe('S3 listings', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
    await c.s3().send(new CreateBucketCommand({ Bucket }))
    for (const Key of keys) await c.s3().send(new PutObjectCommand({ Bucket, Key, Body: Key }))
  })
  after(() => c.close())

  // Orders differ between UTF-8 and UTF-16 from U+E000 on, and in the store's own encoding below U+0006.
  const keys = [
    'a',
    'a b&<c>',
    'a\u0001',
    'a\u0005',
    'a\u0006',
    'b/1',
    'b/2/x',
    'b/2/y',
    'b/3',
    'c/',
    'z\u{1f600}',
    'z\ufb00',
    `long/${'\u0002'.repeat(70)}`,
  ]
  const inOrder = [...keys].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)))

  const v1 = (more: Partial<ListObjectsCommandInput> = {}) =>
    c.s3().send(new ListObjectsCommand({ Bucket, EncodingType: 'url', ...more }))
  const v2 = (more: Partial<ListObjectsV2CommandInput> = {}) =>
    c.s3().send(new ListObjectsV2Command({ Bucket, EncodingType: 'url', ...more }))
  const names = (page: { Contents?: { Key?: string }[]; CommonPrefixes?: { Prefix?: string }[] }) => [
    ...(page.Contents ?? []).map(({ Key = '' }) => decodeURIComponent(Key)),
    ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => decodeURIComponent(Prefix)),
  ]

  it('are in the order of UTF-8 bytes', async () => {
    assert.deepEqual(names(await v1()), inOrder)
    assert.deepEqual(names(await v2()), inOrder)
  })

  it('tell of each object its size, tag, time, class and owner', async () => {
    const [first] = (await v1({ Prefix: 'b/1' })).Contents ?? []
    assert.equal(first?.Size, 3)
    assert.match(first?.ETag ?? '', /^"[0-9a-f]{32}"$/)
    assert.equal(first?.StorageClass, 'STANDARD')
    assert.equal(first?.LastModified?.getTime(), c.clock.now())
    assert.equal(first?.Owner?.DisplayName, 'eucalyptus')
    const [second] = (await v2({ Prefix: 'b/1' })).Contents ?? []
    assert.equal(second?.Owner, undefined)
    const [third] = (await v2({ Prefix: 'b/1', FetchOwner: true })).Contents ?? []
    assert.equal(third?.Owner?.DisplayName, 'eucalyptus')
  })

  it('gather keys under common prefixes', async () => {
    const top = await v2({ Delimiter: '/' })
    assert.deepEqual(
      top.CommonPrefixes?.map(({ Prefix }) => Prefix),
      ['b/', 'c/', 'long/'],
    )
    assert.equal(top.KeyCount, 10)
    assert.deepEqual(names(await v2({ Delimiter: '/', Prefix: 'b/' })), ['b/1', 'b/3', 'b/2/'])
    assert.deepEqual(names(await v2({ Delimiter: '2/', Prefix: 'b' })), ['b/1', 'b/3', 'b/2/'])
    assert.deepEqual(names(await v2({ Delimiter: '/', Prefix: 'c/' })), ['c/'])
    assert.deepEqual(names(await v2({ Prefix: 'nothing' })), [])
    assert.deepEqual(names(await v2({ Prefix: 'p'.repeat(3000) })), [])
  })

  for (const Delimiter of [undefined, '/']) {
    it(`come in pages that leave nothing out${Delimiter ? ', with a delimiter' : ''}`, async () => {
      const whole = names(await v1({ Delimiter })).sort()
      const byMarker: string[] = []
      let Marker: string | undefined
      do {
        const page = await v1({ Delimiter, MaxKeys: 2, Marker })
        assert.ok(names(page).length <= 2)
        byMarker.push(...names(page))
        Marker = page.IsTruncated
          ? decodeURIComponent(page.NextMarker ?? page.Contents?.at(-1)?.Key ?? '')
          : undefined
      } while (Marker)
      assert.deepEqual(byMarker.sort(), whole)
      const byToken: string[] = []
      let ContinuationToken: string | undefined
      do {
        const page = await v2({ Delimiter, MaxKeys: 3, ContinuationToken })
        assert.equal(page.KeyCount, names(page).length)
        byToken.push(...names(page))
        ContinuationToken = page.NextContinuationToken
        assert.equal(page.IsTruncated, ContinuationToken !== undefined)
      } while (ContinuationToken)
      assert.deepEqual(byToken.sort(), whole)
    })
  }

  it('begin behind a key, present or not', async () => {
    assert.deepEqual(names(await v1({ Marker: 'b/2/x', Prefix: 'b/' })), ['b/2/y', 'b/3'])
    assert.deepEqual(names(await v2({ StartAfter: 'b/2/', Prefix: 'b/' })), ['b/2/x', 'b/2/y', 'b/3'])
    assert.deepEqual(names(await v2({ StartAfter: '\u{10ffff}' })), [])
    assert.deepEqual(names(await v2({ StartAfter: '\u{10ffff}'.repeat(500) })), [])
  })

  it('have at most 1000 entries, and none when none are asked for', async () => {
    assert.equal((await v1({ MaxKeys: 5000 })).MaxKeys, 1000)
    const none = await v2({ MaxKeys: 0 })
    assert.deepEqual([names(none), none.IsTruncated], [[], false])
    await refused(v1({ MaxKeys: -1 }), 'InvalidArgument', 400)
    await refused(v2({ ContinuationToken: 'nonsense' }), 'InvalidArgument', 400)
    await refused(v2({ EncodingType: 'base64' as 'url' }), 'InvalidArgument', 400)
  })

  it('name keys as they are when no encoding is asked for', async () => {
    const page = await c.s3().send(new ListObjectsV2Command({ Bucket, Prefix: 'a ' }))
    assert.deepEqual(names(page), ['a b&<c>'])
  })

  it('jump over what they do not show', () => {
    c.engine.write(tx => {
      const [model] = [...tx.objects.scan({ under: [Bucket] })]
      assert.ok(model)
      for (const folder of ['f1', 'f2', 'f3']) {
        for (let n = 0; n < 2000; n++) tx.objects.put({ ...model, bucket: 'big', key: `${folder}/${n}` })
      }
    })
    const counted = c.engine.read(tx => {
      let read = 0
      const scan: typeof tx.objects.scan = function* (options) {
        for (const record of tx.objects.scan(options)) {
          read++
          yield record
        }
      }
      const options = { bucket: 'big', prefix: '', delimiter: '/', after: '', limit: 1000, firstOnly: true }
      const { entries } = walk({ ...tx.objects, scan }, { ...options, isShown: () => true })
      return { entries, read }
    })
    assert.deepEqual(counted.entries, [
      { commonPrefix: 'f1/' },
      { commonPrefix: 'f2/' },
      { commonPrefix: 'f3/' },
    ])
    assert.ok(counted.read < 100, `${counted.read} records were read`)
    assert.equal(s3Tables.objects.large, true)
  })
})
