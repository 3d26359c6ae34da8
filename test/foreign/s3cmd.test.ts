// SPDX-License-Identifier: BSD-2-Clause
// s3cmd, with the signatures of both versions.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { need, type Program, program } from '../support/programs'
import { noise, type ServedCloud, servedCloud } from './served-cloud'

describe('s3cmd as a user of buckets', () => {
  let cloud: ServedCloud
  let curl: Program

  before(async function () {
    need(this, 's3cmd', 'curl')
    cloud = await servedCloud()
    cloud.file('plain.txt', 'some text\n')
    curl = program('curl', { cwd: cloud.work }, { first: ['-sS'] })
  })
  after(() => cloud?.close())

  const s3cmd = (name: string, more: Record<string, string> = {}): Program => {
    const settings = {
      access_key: cloud.accessKey,
      secret_key: cloud.secretKey,
      host_base: `${cloud.host}:${cloud.port}`,
      // The same host for every bucket means path style.
      host_bucket: `${cloud.host}:${cloud.port}`,
      use_https: 'False',
      progress_meter: 'False',
      max_retries: '1',
      multipart_chunk_size_mb: '5',
      ...more,
    }
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`)
    const file = cloud.file(name, `[default]\n${lines.join('\n')}\n`)
    return program('s3cmd', { env: cloud.env, cwd: cloud.work }, { first: ['-c', file] })
  }

  const versions = [
    ['2', { signature_v2: 'True' }],
    ['4', {}],
  ] as const
  for (const [version, settings] of versions) {
    describe(`signing with version ${version}`, () => {
      let s3: Program
      const bucket = `s3://cmd${version}`

      before(async () => {
        s3 = s3cmd(`config${version}`, settings)
        assert.equal(await s3`mb ${bucket}`, `Bucket '${bucket}/' created`)
      })

      it('puts, lists, describes and gets objects', async () => {
        const key = 'dir/ä name+with %.txt'
        assert.match(
          await s3`put --add-header=x-amz-meta-colour:blue plain.txt ${bucket}/${key}`,
          /^upload: /,
        )
        assert.match(await s3`ls`, new RegExp(`^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d +${bucket}$`, 'm'))
        assert.match(await s3`ls ${bucket}`, new RegExp(`^ +DIR +${bucket}/dir/$`))
        const listed = await s3`ls --list-md5 --recursive ${bucket}`
        assert.match(listed, /^\S+ \S+ +10 +[0-9a-f]{32} /)
        assert.ok(listed.endsWith(`${bucket}/${key}`), listed)
        const info = await s3`info ${bucket}/${key}`
        assert.match(info, /File size: 10\n/)
        assert.match(info, /x-amz-meta-colour: blue/)
        assert.match(info, /MIME type: text\/plain/)
        await s3`get --force ${bucket}/${key} got.txt`
        assert.equal(readFileSync(join(cloud.work, 'got.txt'), 'utf8'), 'some text\n')
        assert.match(await s3`du ${bucket}`, /^ *10 +1 objects? /)
      })

      it('puts a large object in parts, and gets it back as it was', async () => {
        const content = noise(11 * 1024 * 1024 + 7, 2)
        cloud.file('large', content)
        await s3`put large ${bucket}/large`
        await s3`get --force ${bucket}/large large.back`
        assert.ok(readFileSync(join(cloud.work, 'large.back')).equals(content))
        assert.match(await s3`info ${bucket}/large`, new RegExp(`File size: ${content.length}\\n`))
      })

      it('copies, moves and changes objects', async () => {
        await s3`put plain.txt ${bucket}/one`
        await s3`cp ${bucket}/one ${bucket}/two`
        await s3`mv ${bucket}/two ${bucket}/three`
        await s3`modify --add-header=Content-Type:text/x-changed ${bucket}/three`
        assert.match(await s3`info ${bucket}/three`, /MIME type: text\/x-changed/)
        assert.match(await s3.fails`info ${bucket}/two`, /404 \(NoSuchKey\)/)
        assert.match(await s3.fails`get ${bucket}/two none`, /Source object '[^']*' does not exist/)
      })

      it('opens objects to the public and signs URLs', async () => {
        const url = `${cloud.endpoint}/cmd${version}/one`
        await s3`setacl --acl-public ${bucket}/one`
        assert.equal(await curl`${url}`, 'some text')
        assert.match(await s3`info ${bucket}/one`, /ACL: +\*anon\*: READ/)
        await s3`setacl --acl-private ${bucket}/one`
        assert.match(await curl`${url}`, /<Code>AccessDenied</)
        assert.equal(await curl`${await s3`signurl ${bucket}/one +60`}`, 'some text')
      })

      it('syncs a tree both ways', async () => {
        const tree = join(cloud.work, `tree${version}`)
        mkdirSync(join(tree, 'sub'), { recursive: true })
        writeFileSync(join(tree, 'a'), 'a')
        writeFileSync(join(tree, 'sub', 'b'), 'b')
        assert.match(await s3`sync ${tree}/ ${bucket}/tree/`, /Done. Uploaded 2 bytes/)
        assert.equal(await s3`sync ${tree}/ ${bucket}/tree/`, '')
        await s3`sync ${bucket}/tree/ ${`twin${version}/`}`
        assert.equal(readFileSync(join(cloud.work, `twin${version}`, 'sub', 'b'), 'utf8'), 'b')
        writeFileSync(join(tree, 'a'), 'changed')
        assert.match(await s3`sync ${tree}/ ${bucket}/tree/`, /upload: '[^']*\/a' /)
      })

      it('lists and aborts uploads, and deletes everything', async () => {
        assert.match(await s3`multipart ${bucket}`, /Initiated\tPath\tId/)
        assert.match(await s3.fails`rb ${bucket}`, /409 \(BucketNotEmpty\)/)
        assert.match(await s3`del ${bucket}/one`, /^delete: /)
        assert.equal((await s3`del --recursive --force ${bucket}`).split('\n').length, 5)
        assert.equal(await s3`rb ${bucket}`, `Bucket '${bucket}/' removed`)
        assert.match(await s3.fails`ls ${bucket}`, /404 \(NoSuchBucket\)/)
      })
    })
  }

  it('works below the path of the service', async () => {
    const below = s3cmd('below', {
      signature_v2: 'True',
      host_base: `${cloud.host}:${cloud.port}/services/objectstorage`,
      host_bucket: `${cloud.host}:${cloud.port}/services/objectstorage`,
    })
    await below`mb s3://below`
    await below`put plain.txt s3://below/key`
    assert.equal(await below`get s3://below/key -`, 'some text')
    await below`rb --recursive --force s3://below`
  })

  it('is told that its secret is wrong', async () => {
    for (const [version, settings] of versions) {
      const wrong = s3cmd(`wrong${version}`, { ...settings, secret_key: 'wrong' })
      assert.match(await wrong.fails`ls`, /403 \(SignatureDoesNotMatch\)/)
    }
  })

  it('keeps the rules of buckets', async () => {
    const s3 = s3cmd('rules')
    await s3`mb s3://rules`
    const rule =
      '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>'
    await s3`setcors ${cloud.file('cors.xml', rule)} s3://rules`
    assert.match(await s3`info s3://rules`, /CORS: [\s\S]*<AllowedOrigin>\*</)
    await s3`delcors s3://rules`
    await s3`expire --expiry-days=30 s3://rules`
    assert.match(
      await s3`info s3://rules`,
      /Expiration Rule: all objects in this bucket will expire in '30' day/,
    )
    await s3`dellifecycle s3://rules`
    await s3`rb s3://rules`
  })
})
