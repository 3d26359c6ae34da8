// SPDX-License-Identifier: BSD-2-Clause
// The AWS CLI's `s3` commands.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { need, type Program, program } from '../support/programs'
import { noise, type ServedCloud, servedCloud } from './served-cloud'

describe('the AWS CLI as a user of buckets', () => {
  let cloud: ServedCloud
  let aws: Program
  let curl: Program

  before(async function () {
    need(this, 'aws', 'curl')
    cloud = await servedCloud()
    const options = { env: cloud.env, cwd: cloud.work }
    aws = program('aws', options, { last: ['--endpoint-url', cloud.endpoint] })
    curl = program('curl', options, { first: ['-sS'] })
  })
  after(() => cloud?.close())

  it('makes a bucket and copies a file both ways', async () => {
    assert.equal(await aws`s3 mb s3://box`, 'make_bucket: box')
    cloud.file('greeting.txt', 'hello\n')
    assert.match(await aws`s3 cp --no-progress greeting.txt s3://box/dir/greeting.txt`, /^upload: /)
    assert.equal(await aws`s3 cp s3://box/dir/greeting.txt -`, 'hello')
    assert.match(await aws`s3 ls`, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d box$/)
    assert.match(await aws`s3 ls s3://box`, /^ +PRE dir\/$/)
    assert.match(await aws`s3 ls --recursive s3://box`, /^\d{4}-\S+ \S+ +6 dir\/greeting\.txt$/)
  })

  it('copies a large file in parts, and gets it back as it was', async () => {
    const content = noise(20 * 1024 * 1024 + 3)
    cloud.file('large', content)
    await aws`s3 cp --no-progress large s3://box/large`
    const { ETag, ContentLength } = await aws.json`s3api head-object --bucket box --key large`
    assert.match(ETag, /^"[0-9a-f]{32}-3"$/)
    assert.equal(ContentLength, content.length)
    await aws`s3 cp --no-progress s3://box/large back`
    assert.ok(readFileSync(join(cloud.work, 'back')).equals(content))
  })

  it('copies a large object within the cloud in parts', async () => {
    await aws`s3 cp --no-progress s3://box/large s3://box/copy`
    const { ContentLength } = await aws.json`s3api head-object --bucket box --key copy`
    assert.equal(ContentLength, 20 * 1024 * 1024 + 3)
  })

  it('streams from and to its own standard streams', async () => {
    const streaming = program(
      'aws',
      { env: cloud.env, input: 'streamed' },
      {
        last: ['--endpoint-url', cloud.endpoint],
      },
    )
    await streaming`s3 cp - s3://box/stream`
    assert.equal(await aws`s3 cp s3://box/stream -`, 'streamed')
  })

  it('syncs a tree, changes only what changed, and deletes what is gone', async () => {
    const tree = join(cloud.work, 'tree')
    mkdirSync(join(tree, 'a b'), { recursive: true })
    writeFileSync(join(tree, 'one'), '1')
    writeFileSync(join(tree, 'a b', 'zwölf+%.txt'), '12')
    // S3's times are whole seconds: a file written in the second of its upload would look newer than its object.
    const aMinuteAgo = new Date(Date.now() - 60_000)
    for (const file of ['one', 'a b/zwölf+%.txt']) utimesSync(join(tree, file), aMinuteAgo, aMinuteAgo)
    const first = await aws`s3 sync --no-progress tree s3://box/tree`
    assert.equal(first.split('\n').length, 2, first)
    assert.equal(await aws`s3 sync --no-progress tree s3://box/tree`, '')
    await aws`s3 sync --no-progress s3://box/tree twin`
    assert.equal(readFileSync(join(cloud.work, 'twin', 'a b', 'zwölf+%.txt'), 'utf8'), '12')
    writeFileSync(join(tree, 'one'), 'one')
    assert.match(await aws`s3 sync --no-progress tree s3://box/tree`, /^upload: tree\/one to [^\n]*$/)
    rmSync(join(tree, 'one'))
    const gone = await aws`s3 sync --no-progress --delete --exclude ${'a b/*'} tree s3://box/tree`
    assert.equal(gone, 'delete: s3://box/tree/one')
  })

  it('moves an object', async () => {
    assert.match(await aws`s3 mv --no-progress s3://box/stream s3://box/moved`, /^move: /)
    assert.match(await aws.fails`s3 cp s3://box/stream -`, /\(404\)[^\n]*Not Found/)
    assert.equal(await aws`s3 cp s3://box/moved -`, 'streamed')
  })

  it('makes URLs that anybody can fetch until they expire', async () => {
    const url = await aws`s3 presign s3://box/moved --expires-in 60`
    assert.equal(await curl`${url}`, 'streamed')
    const tampered = url.replace('/moved', '/large')
    assert.match(await curl`${tampered}`, /<Code>SignatureDoesNotMatch<\/Code>/)
    const short = await aws`s3 presign s3://box/moved --expires-in 1`
    const date = /X-Amz-Date=(\d{8}T\d{6}Z)/.exec(short)?.[1] ?? ''
    const old = short.replace(date, '20200101T000000Z').replace(date.slice(0, 8), '20200101')
    assert.match(await curl`${old}`, /<Code>AccessDenied<\/Code><Message>Cannot process request\. Expired\./)
  })

  it('is told that a bucket with objects stays', async () => {
    const message = await aws.fails`s3 rb s3://box`
    assert.match(
      message,
      /\(BucketNotEmpty\) when calling the DeleteBucket operation.*: The bucket you tried/,
    )
  })

  it('removes objects one by one and all at once, and then the bucket', async () => {
    assert.equal(await aws`s3 rm s3://box/moved`, 'delete: s3://box/moved')
    assert.match(await aws`s3 rm --recursive s3://box/tree`, /^delete: [^\n]*zwölf[^\n]*$/)
    await aws`s3 rb --force s3://box`
    assert.equal(await aws`s3 ls`, '')
    assert.match(await aws.fails`s3 ls s3://box`, /\(NoSuchBucket\)/)
  })

  it('works below the path of the service too', async () => {
    for (const path of ['objectstorage', 'Walrus']) {
      const below = program(
        'aws',
        { env: cloud.env, cwd: cloud.work },
        {
          last: ['--endpoint-url', `${cloud.endpoint}/services/${path}`],
        },
      )
      await below`s3 mb s3://below`
      await below`s3 cp greeting.txt s3://below/${'a key+with ümläuts&%=?.txt'}`
      assert.equal(await below`s3 cp s3://below/${'a key+with ümläuts&%=?.txt'} -`, 'hello')
      await below`s3 rb --force s3://below`
    }
  })
})
