// SPDX-License-Identifier: BSD-2-Clause
// The AWS CLI's `s3api` commands: what an object store has beside put and get.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allFail, need, type Program, program } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

describe('the AWS CLI as a user of the S3 API', () => {
  let cloud: ServedCloud
  let aws: Program
  let curl: Program

  const withEnv = (env: Record<string, string>): Program =>
    program(
      'aws',
      { env: { ...cloud.env, ...env }, cwd: cloud.work },
      { first: ['s3api'], last: ['--endpoint-url', cloud.endpoint] },
    )

  before(async function () {
    need(this, 'aws', 'curl')
    cloud = await servedCloud()
    aws = withEnv({})
    curl = program('curl', { env: cloud.env, cwd: cloud.work }, { first: ['-sS'] })
    cloud.file('hello.txt', 'hello world\n')
    await aws`create-bucket --bucket box`
    await aws`put-object --bucket box --key hello --body hello.txt --content-type text/plain --metadata colour=blue`
  })
  after(() => cloud?.close())

  const get = async (...more: string[]): Promise<string> => {
    await aws`get-object --bucket box --key hello ${more} got`
    return readFileSync(join(cloud.work, 'got'), 'utf8')
  }

  it('puts an object with metadata and reads it back', async () => {
    const head = await aws.json`head-object --bucket box --key hello`
    assert.equal(head.ContentLength, 12)
    assert.equal(head.ContentType, 'text/plain')
    assert.deepEqual(head.Metadata, { colour: 'blue' })
    assert.equal(head.ETag, `"${createHash('md5').update('hello world\n').digest('hex')}"`)
    assert.equal(await get(), 'hello world\n')
  })

  it('gets ranges and conditional answers', async () => {
    assert.equal(await get('--range', 'bytes=0-4'), 'hello')
    assert.equal(await get('--range', 'bytes=-6'), 'world\n')
    const part = await aws.json`head-object --bucket box --key hello --range bytes=6-`
    assert.equal(part.ContentLength, 6)
    const { ETag } = part
    const hello = ['--bucket', 'box', '--key', 'hello']
    await allFail([
      [/\(InvalidRange\)/, aws.fails`get-object ${hello} --range bytes=50- x`],
      [/\(304\)/, aws.fails`head-object ${hello} --if-none-match ${ETag}`],
      [/\(PreconditionFailed\)/, aws.fails`get-object ${hello} --if-match ${'"other"'} x`],
    ])
  })

  it('sends checksums, which are checked, kept and told', async () => {
    const told = async (algorithm: string) => {
      const name = `Checksum${algorithm}`
      const key = `sum-${algorithm}`
      const put =
        await aws.json`put-object --bucket box --key ${key} --body hello.txt --checksum-algorithm ${algorithm}`
      const head = await aws.json`head-object --bucket box --key ${key} --checksum-mode ENABLED`
      assert.ok(put[name], `${algorithm}: ${JSON.stringify(put)}`)
      assert.equal(head[name], put[name])
    }
    await Promise.all(['CRC32', 'SHA1', 'SHA256'].map(told))
    const sha = createHash('sha256').update('hello world\n').digest('base64')
    const right = await aws.json`put-object --bucket box --key sum --body hello.txt --checksum-sha256 ${sha}`
    assert.equal(right.ChecksumSHA256, sha)
    const wrong = createHash('sha256').update('other').digest('base64')
    const md5 = createHash('md5').update('other').digest('base64')
    const bad = ['put-object', '--bucket', 'box', '--key', 'bad', '--body', 'hello.txt']
    await allFail([
      [/\((BadDigest|InvalidRequest)\)/, aws.fails`${bad} --checksum-sha256 ${wrong}`],
      [/\(BadDigest\)/, aws.fails`${bad} --content-md5 ${md5}`],
    ])
    assert.match(await aws.fails`head-object --bucket box --key bad`, /\(404\)/)
  })

  it('keeps versions, and gives each of them', async () => {
    await aws`create-bucket --bucket old`
    await aws`put-bucket-versioning --bucket old --versioning-configuration Status=Enabled`
    assert.deepEqual(await aws.json`get-bucket-versioning --bucket old`, { Status: 'Enabled' })
    cloud.file('second.txt', 'second')
    const first = await aws.json`put-object --bucket old --key k --body hello.txt`
    const second = await aws.json`put-object --bucket old --key k --body second.txt`
    const marker = await aws.json`delete-object --bucket old --key k`
    assert.equal(marker.DeleteMarker, true)
    assert.match(await aws.fails`get-object --bucket old --key k got`, /\(NoSuchKey\)/)
    const { Versions, DeleteMarkers } = await aws.json`list-object-versions --bucket old`
    assert.deepEqual(
      Versions.map((version: { VersionId: string }) => version.VersionId),
      [second.VersionId, first.VersionId],
    )
    assert.equal(DeleteMarkers[0].VersionId, marker.VersionId)
    await aws`get-object --bucket old --key k --version-id ${first.VersionId} got`
    assert.equal(readFileSync(join(cloud.work, 'got'), 'utf8'), 'hello world\n')
    const page = await aws.json`list-object-versions --bucket old --page-size 1 --max-items 1`
    assert.equal(page.Versions.length, 1)
    const ids = [first.VersionId, second.VersionId, marker.VersionId]
    const Objects = ids.map(VersionId => ({ Key: 'k', VersionId }))
    const { Deleted } = await aws.json`delete-objects --bucket old --delete ${JSON.stringify({ Objects })}`
    assert.equal(Deleted.length, 3)
    await aws`delete-bucket --bucket old`
  })

  it('deletes many keys, whether they are there or not', async () => {
    await aws`put-object --bucket box --key ${'odd & <key>'} --body hello.txt`
    const Objects = [{ Key: 'odd & <key>' }, { Key: 'never there' }]
    const { Deleted } = await aws.json`delete-objects --bucket box --delete ${JSON.stringify({ Objects })}`
    assert.deepEqual(Deleted.map((one: { Key: string }) => one.Key).sort(), ['never there', 'odd & <key>'])
    const quiet = await aws`delete-objects --bucket box --delete ${JSON.stringify({ Objects, Quiet: true })}`
    assert.equal(quiet, '')
  })

  it('opens an object to the public and closes it again', async () => {
    const url = `${cloud.endpoint}/box/hello`
    assert.match(await curl`${url}`, /<Code>AccessDenied<\/Code>/)
    await aws`put-object-acl --bucket box --key hello --acl public-read`
    assert.equal(await curl`${url}`, 'hello world')
    const { Grants, Owner } = await aws.json`get-object-acl --bucket box --key hello`
    assert.equal(Grants.length, 2)
    const everybody = 'http://acs.amazonaws.com/groups/global/AllUsers'
    assert.ok(Grants.some((one: { Grantee: { URI?: string } }) => one.Grantee.URI === everybody))
    await aws`put-object-acl --bucket box --key hello --grant-full-control ${`id=${Owner.ID}`}`
    assert.match(await curl`${url}`, /<Code>AccessDenied<\/Code>/)
    assert.equal((await aws.json`get-bucket-acl --bucket box`).Grants[0].Permission, 'FULL_CONTROL')
  })

  it('tags buckets and objects', async () => {
    const tagging = JSON.stringify({ TagSet: [{ Key: 'team', Value: 'trees + shrubs' }] })
    await aws`put-bucket-tagging --bucket box --tagging ${tagging}`
    assert.deepEqual(await aws.json`get-bucket-tagging --bucket box`, JSON.parse(tagging))
    await aws`delete-bucket-tagging --bucket box`
    assert.match(await aws.fails`get-bucket-tagging --bucket box`, /\(NoSuchTagSet\)/)
    await aws`put-object --bucket box --key tagged --body hello.txt --tagging ${'a=1&b=2'}`
    assert.equal((await aws.json`get-object-tagging --bucket box --key tagged`).TagSet.length, 2)
    assert.equal((await aws.json`get-object --bucket box --key tagged got`).TagCount, 2)
    await aws`put-object-tagging --bucket box --key tagged --tagging ${tagging}`
    const { TagSet } = await aws.json`get-object-tagging --bucket box --key tagged`
    assert.deepEqual(TagSet, [{ Key: 'team', Value: 'trees + shrubs' }])
  })

  it('sets cross-origin rules that browsers are then told', async () => {
    assert.match(await aws.fails`get-bucket-cors --bucket box`, /\(NoSuchCORSConfiguration\)/)
    const rules = {
      CORSRules: [
        {
          AllowedOrigins: ['http://*.example.org'],
          AllowedMethods: ['GET', 'PUT'],
          AllowedHeaders: ['*'],
          MaxAgeSeconds: 60,
        },
      ],
    }
    await aws`put-bucket-cors --bucket box --cors-configuration ${JSON.stringify(rules)}`
    assert.deepEqual(await aws.json`get-bucket-cors --bucket box`, rules)
    const ask = [
      '-H',
      'Access-Control-Request-Method: PUT',
      '-H',
      'Access-Control-Request-Headers: x-amz-acl',
    ]
    const preflight = program('curl', { env: cloud.env }, { first: ['-sSi', '-X', 'OPTIONS', ...ask] })
    const answer = await preflight`-H ${'Origin: http://app.example.org'} ${cloud.endpoint}/box/hello`
    assert.match(answer, /^HTTP\/1\.1 200 /)
    assert.match(answer, /^access-control-allow-origin: http:\/\/app\.example\.org\r$/im)
    assert.match(answer, /^access-control-max-age: 60\r$/im)
    const refused = await preflight`-H ${'Origin: http://example.com'} ${cloud.endpoint}/box/hello`
    assert.match(refused, /^HTTP\/1\.1 403 /)
    const simple = await curl`-i -H ${'Origin: http://app.example.org'} ${cloud.endpoint}/box/hello`
    assert.match(simple, /^access-control-allow-origin: http:\/\/app\.example\.org\r$/im)
    await aws`delete-bucket-cors --bucket box`
  })

  it('uploads in parts by hand, and lists what is under way', async () => {
    const { UploadId } = await aws.json`create-multipart-upload --bucket box --key parts`
    const upload = ['--bucket', 'box', '--key', 'parts', '--upload-id', UploadId]
    cloud.file('part1', Buffer.alloc(5 * 1024 * 1024, 'a'))
    const one = await aws.json`upload-part ${upload} --part-number 1 --body part1`
    const two = await aws.json`upload-part-copy ${upload} --part-number 2 --copy-source box/hello`
    const { Uploads } = await aws.json`list-multipart-uploads --bucket box`
    assert.equal(Uploads[0].UploadId, UploadId)
    const { Parts } = await aws.json`list-parts ${upload}`
    assert.deepEqual(
      Parts.map((part: { Size: number }) => part.Size),
      [5 * 1024 * 1024, 12],
    )
    const list = {
      Parts: [
        { PartNumber: 1, ETag: one.ETag },
        { PartNumber: 2, ETag: two.CopyPartResult.ETag },
      ],
    }
    const done =
      await aws.json`complete-multipart-upload ${upload} --multipart-upload ${JSON.stringify(list)}`
    assert.match(done.ETag, /-2"$/)
    assert.equal((await aws.json`head-object --bucket box --key parts`).ContentLength, 5 * 1024 * 1024 + 12)
    assert.match(await aws.fails`abort-multipart-upload ${upload}`, /\(NoSuchUpload\)/)
  })

  it('lists by prefix, by delimiter and by pages', async () => {
    await aws`create-bucket --bucket many`
    const put = (key: string) => aws`put-object --bucket many --key ${key} --body hello.txt`
    await Promise.all(['a/1', 'a/2', 'b', 'c'].map(put))
    const whole = await aws.json`list-objects-v2 --bucket many --delimiter /`
    assert.deepEqual(whole.CommonPrefixes, [{ Prefix: 'a/' }])
    assert.equal(whole.Contents.length, 2)
    const keys = (listing: string) => aws.json`${listing} --bucket many --page-size 1 --query Contents[].Key`
    for (const listed of await Promise.all(['list-objects', 'list-objects-v2'].map(keys)))
      assert.deepEqual(listed, ['a/1', 'a/2', 'b', 'c'])
    const first = await aws.json`list-objects-v2 --bucket many --max-items 3 --page-size 2`
    assert.equal(first.Contents.length, 3)
    const rest = await aws.json`list-objects-v2 --bucket many --starting-token ${first.NextToken}`
    assert.deepEqual(
      rest.Contents.map((one: { Key: string }) => one.Key),
      ['c'],
    )
  })

  it('tells which credentials are wrong', async () => {
    const noKey = withEnv({ AWS_ACCESS_KEY_ID: 'AKIANOBODYNOBODYNOBO' })
    const noSecret = withEnv({ AWS_SECRET_ACCESS_KEY: 'wrong' })
    await allFail([
      [/\(InvalidAccessKeyId\)/, noKey.fails`list-buckets`],
      [/\(SignatureDoesNotMatch\)/, noSecret.fails`list-buckets`],
      [/\(NoSuchBucket\)/, aws.fails`list-objects --bucket nowhere`],
      [/\(AccessDenied\)/, aws.fails`list-objects --bucket box --no-sign-request`],
    ])
  })

  it('is told what this object store does not have', async () => {
    assert.match(await aws.fails`get-bucket-policy --bucket box`, /\(NoSuchBucketPolicy\)/)
    assert.match(await aws.fails`put-bucket-policy --bucket box --policy ${'{}'}`, /\(MalformedPolicy\)/)
    assert.equal((await aws.json`get-bucket-location --bucket box`).LocationConstraint, null)
  })
})
