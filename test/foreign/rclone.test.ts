// SPDX-License-Identifier: BSD-2-Clause
// rclone, which compares trees by checksum and time.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { need, type Program, program } from '../support/programs'
import { noise, type ServedCloud, servedCloud } from './served-cloud'

describe('rclone as a user of buckets', () => {
  let cloud: ServedCloud
  let rclone: Program

  const withSettings = (settings: Record<string, string>): Program => {
    const lines = Object.entries({
      type: 's3',
      provider: 'Other',
      access_key_id: cloud.accessKey,
      secret_access_key: cloud.secretKey,
      endpoint: cloud.endpoint,
      chunk_size: '5M',
      upload_cutoff: '6M',
      ...settings,
    }).map(([key, value]) => `${key} = ${value}`)
    const name = `rclone-${Object.values(settings).join('-')}.conf`
    const file = cloud.file(name.replaceAll('/', '_').replaceAll(':', '_'), `[box]\n${lines.join('\n')}\n`)
    const first = ['--config', file, '--retries', '1', '--low-level-retries', '1']
    return program('rclone', { env: cloud.env, cwd: cloud.work }, { first })
  }

  before(async function () {
    need(this, 'rclone')
    cloud = await servedCloud()
    rclone = withSettings({})
    const tree = join(cloud.work, 'tree')
    mkdirSync(join(tree, 'deep', 'er'), { recursive: true })
    writeFileSync(join(tree, 'one'), 'one')
    writeFileSync(join(tree, 'deep', 'zwei ü+%&.txt'), 'two')
    writeFileSync(join(tree, 'deep', 'er', 'empty'), '')
    writeFileSync(join(tree, 'large'), noise(12 * 1024 * 1024 + 1, 3))
  })
  after(() => cloud?.close())

  it('makes a bucket and syncs a tree to it, parts and all', async () => {
    await rclone`mkdir box:tree`
    await rclone`sync tree box:tree`
    await rclone`check --download tree box:tree`
    const outcome = await rclone.outcome`check tree box:tree`
    assert.match(outcome.stderr, /0 differences found/)
    assert.match(outcome.stderr, /4 matching files/)
    const again = await rclone.outcome`sync -v tree box:tree`
    assert.match(again.stderr, /There was nothing to transfer/)
  })

  it('lists what it put, with times and checksums', async () => {
    const files = await rclone.json`lsjson --recursive --hash --files-only box:tree`
    const byPath = new Map<string, Record<string, unknown>>(
      files.map((file: { Path: string }) => [file.Path, file]),
    )
    assert.deepEqual([...byPath.keys()].sort(), ['deep/er/empty', 'deep/zwei ü+%&.txt', 'large', 'one'])
    assert.deepEqual(byPath.get('one')?.Hashes, { md5: 'f97c5d29941bfb1b2fdab0874906ab82' })
    assert.equal(byPath.get('large')?.Size, 12 * 1024 * 1024 + 1)
    assert.match(await rclone`lsd box:`, / tree$/)
    assert.equal(await rclone`size --json box:tree`.then(text => JSON.parse(text).count), 4)
  })

  it('reads whole objects and ranges of them', async () => {
    assert.equal(await rclone`cat ${'box:tree/deep/zwei ü+%&.txt'}`, 'two')
    assert.equal(await rclone`cat --offset 1 --count 1 box:tree/one`, 'n')
    await rclone`copyto box:tree/large back --multi-thread-cutoff 5M --multi-thread-streams 3`
    assert.ok(readFileSync(join(cloud.work, 'back')).equals(readFileSync(join(cloud.work, 'tree', 'large'))))
  })

  it('copies within the cloud, large objects in parts', async () => {
    const copying = withSettings({ copy_cutoff: '5M' })
    await copying`copy box:tree box:twin`
    const outcome = await rclone.outcome`check --download box:tree box:twin`
    assert.match(outcome.stderr, /0 differences found/)
    await rclone`moveto box:twin/one box:twin/eins`
    assert.equal(await rclone`cat box:twin/eins`, 'one')
  })

  it('streams from standard input, touches, and signs links', async () => {
    const piping = program(
      'rclone',
      { env: cloud.env, input: 'piped' },
      {
        first: ['--config', join(cloud.work, 'rclone-.conf')],
      },
    )
    await piping`rcat box:tree/piped`
    await rclone`touch --timestamp 2014-02-16T12:13:16 box:tree/piped`
    assert.match(await rclone`lsl box:tree/piped`, /^ +5 2014-02-16 12:13:16\.0+ piped$/)
    const link = await rclone`link --expire 1m box:tree/piped`
    assert.equal(await (await fetch(link)).text(), 'piped')
  })

  it('deletes what is gone, one object, and everything', async () => {
    rmSync(join(cloud.work, 'tree', 'one'))
    await rclone`sync tree box:tree`
    assert.equal(await rclone`lsf --recursive --files-only box:tree`.then(text => text.split('\n').length), 3)
    await rclone`deletefile box:tree/deep/er/empty`
    assert.match(
      await rclone.fails`deletefile box:tree/none`,
      /object not found|doesn't exist|is a directory or/i,
    )
    assert.match(await rclone.fails`rmdir box:tree`, /BucketNotEmpty|not empty/i)
    await rclone`purge box:tree`
    await rclone`purge box:twin`
    assert.equal(await rclone`lsd box:`, '')
  })

  it('signs with version 2 below the path of the service', async () => {
    const old = withSettings({ v2_auth: 'true', endpoint: `${cloud.endpoint}/services/Walrus` })
    await old`mkdir box:old`
    await old`copy --ignore-times tree box:old`
    assert.match((await old.outcome`check tree box:old`).stderr, /0 differences found/)
    await old`purge box:old`
  })

  it('says which of its settings are wrong', async () => {
    assert.match(await withSettings({ secret_access_key: 'wrong' }).fails`lsd box:`, /SignatureDoesNotMatch/)
    assert.match(await rclone.fails`ls box:nowhere`, /directory not found|NoSuchBucket/)
  })
})
