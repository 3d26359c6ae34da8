// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { Engine } from '../../../src/engine/engine'
import { type Cloud, cloud } from '../../support/cloud'

// No process has this number.
const nobody = '999999999.1'

describe('blobs', () => {
  let c: Cloud
  const blobs = () => c.engine.around.blobs
  const staging = () => readdirSync(join(c.home, 'staging'))
  const stage = (text: string) => {
    const staged = blobs().stage()
    writeFileSync(staged.path, text)
    return staged
  }
  const reopen = async () => (await Engine.open({ home: c.home, clock: c.clock })).close()

  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  it('are in their place before anybody can know of them', () => {
    const staged = stage('bytes')
    c.engine.write(tx => {
      const { id } = tx.adopt(staged, 5)
      assert.equal(readFileSync(blobs().path(id), 'utf8'), 'bytes')
    })
    assert.deepEqual(staging(), [])
    assert.equal(readFileSync(blobs().path(staged.id), 'utf8'), 'bytes')
  })

  it('of an undone transaction are gone, copies included', () => {
    const kept = stage('kept')
    c.engine.write(tx => tx.adopt(kept, 4))
    const staged = stage('bytes')
    let copy = ''
    assert.throws(() =>
      c.engine.write(tx => {
        tx.adopt(staged, 5)
        copy = tx.copyBlob(kept.id).id
        throw new Error('no')
      }),
    )
    assert.deepEqual(staging(), [])
    assert.ok(!existsSync(blobs().path(staged.id)) && !existsSync(blobs().path(copy)))
    assert.ok(existsSync(blobs().path(kept.id)))
  })

  it('of a dead process are kept where their record was committed, and gone where it was not', async () => {
    const [kept, lost] = [stage('kept'), stage('lost')]
    for (const staged of [kept, lost]) blobs().adopt(staged)
    for (const { id, path } of [kept, lost]) {
      writeFileSync(join(c.home, 'staging', `${id}.${nobody}`), readFileSync(path))
      rmSync(path)
    }
    writeFileSync(join(c.home, 'staging', `${'0'.repeat(32)}.${nobody}`), 'never adopted')
    c.engine.write(tx => tx.blobs.put({ id: kept.id, bytes: 4 }))
    await Promise.all([reopen(), reopen()])
    assert.deepEqual(staging(), [])
    assert.equal(readFileSync(blobs().path(kept.id), 'utf8'), 'kept')
    assert.ok(!existsSync(blobs().path(lost.id)))
  })

  it('that are removed are gone at once, and their bytes at the next opening at the latest', async () => {
    const [one, other] = [stage('one'), stage('other')]
    c.engine.write(tx => [one, other].forEach(staged => void tx.adopt(staged, 5)))
    blobs().remove(one.id)
    blobs().remove(one.id)
    assert.ok(!existsSync(blobs().path(one.id)))
    // As a process leaves it that is killed before the bytes are freed.
    renameSync(blobs().path(other.id), join(c.home, 'gone', other.id))
    await reopen()
    while (readdirSync(join(c.home, 'gone')).length > 0) await new Promise(setImmediate)
  })

  it('of a process that lives are left alone', async () => {
    const staged = stage('bytes')
    await reopen()
    assert.ok(existsSync(staged.path))
  })

  it('are acknowledged and kept when the log cannot be written', async () => {
    rmSync(join(c.home, 'log'), { recursive: true, force: true })
    writeFileSync(join(c.home, 'log'), 'a file where a folder should be')
    const staged = stage('bytes')
    c.engine.write(tx => {
      tx.event('Test', 'INFO', 'committed')
      return tx.adopt(staged, 5)
    })
    assert.ok(c.engine.read(tx => tx.blobs.get(staged.id)))
    assert.equal(readFileSync(blobs().path(staged.id), 'utf8'), 'bytes')
    assert.equal(c.bugs.splice(0).length, 1)
  })

  it('that cannot be put in their place are refused, and what was there before stays', async () => {
    const s3 = c.s3()
    const put = (Body: string) => s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body }))
    await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }))
    await put('old')
    const moved = join(c.home, 'bytes')
    const before = readdirSync(moved)
    // Files stand where the folders of new blobs would be.
    for (let byte = 0; byte < 256; byte++) {
      const name = byte.toString(16).padStart(2, '0')
      if (!before.includes(name)) writeFileSync(join(moved, name), '')
    }
    let refused = 0
    for (let round = 0; round < 8; round++) await put('new').catch(() => refused++)
    assert.ok(refused > 0)
    assert.equal(c.bugs.splice(0).length, refused)
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }))
    assert.ok(['old', 'new'].includes((await Body?.transformToString()) ?? ''))
    assert.deepEqual(staging(), [])
  })
})
