// SPDX-License-Identifier: BSD-2-Clause
// Archives that are whole, of records that no cloud would write: none of them leads out of the cloud's folder.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AttachVolumeCommand, CreateVolumeCommand } from '@aws-sdk/client-ec2'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { pathPart } from '../../../src/engine/path-part'
import { type Cloud, cloud } from '../../support/cloud'
import { haveInstance } from '../ec2/instance'
import { loaded, loadInto, savedBytes } from './saved'

describe('A saved cloud with forged records', () => {
  let c: Cloud
  let outside: string
  beforeEach(async () => {
    c = await cloud()
    outside = mkdtempSync(join(tmpdir(), 'mallee-outside-'))
    writeFileSync(join(outside, 'secret'), 'secret')
  })
  afterEach(async () => {
    await c.close()
    rmSync(outside, { recursive: true })
  })

  /** From the folder of a loaded cloud, which is below the folder for temporary files. */
  const out = () => `${'../'.repeat(12)}${outside.slice(1)}`

  it('neither reads nor takes away files beside its own', async () => {
    const object = { Bucket: 'forged', Key: 'object' }
    await c.s3().send(new CreateBucketCommand({ Bucket: 'forged' }))
    await c.s3().send(new PutObjectCommand({ ...object, Body: 'x'.repeat(100_000) }))
    c.engine.write(tx => {
      const blob = `${out()}/secret`
      for (const one of tx.blobs.list()) tx.blobs.put({ ...one, id: blob })
      for (const one of tx.objects.list()) {
        tx.objects.put({ ...one, bytes: 6, slices: [{ blob, start: 0, end: 6 }] } as typeof one)
      }
    })
    const other = await loaded(await savedBytes(c), c)
    await assert.rejects(other.s3().send(new GetObjectCommand(object)))
    await other
      .s3()
      .send(new DeleteObjectCommand(object))
      .catch(() => {})
    await other.settle().catch(() => {})
    assert.ok(existsSync(join(outside, 'secret')))
    assert.ok(other.bugs.length > 0)
    other.bugs.length = 0
    await other.close()
  })

  it('makes no links beside its own', async () => {
    const AvailabilityZone = 'PARTI00'
    const { VolumeId = '' } = await c.ec2().send(new CreateVolumeCommand({ Size: 1, AvailabilityZone }))
    await c.pass(60)
    haveInstance(c, { id: 'i-0000c0c0' })
    await c.ec2().send(new AttachVolumeCommand({ VolumeId, InstanceId: 'i-0000c0c0', Device: '/dev/sdf' }))
    await c.pass(60)
    c.engine.write(tx => {
      tx.instances.put({ ...tx.instances.must('i-0000c0c0'), account: `${out()}/made` })
    })
    const home = join(outside, 'cloud')
    await assert.rejects(loadInto(home, await savedBytes(c), c))
    assert.deepEqual(readdirSync(outside), ['secret'])
  })

  it('has names for files that stay in their folders', () => {
    for (const name of ['', '.', '..', '../x', '/etc/passwd', 'a/b', 'a\0b']) {
      assert.throws(() => pathPart(name), /is no name of a file of the cloud/)
    }
    for (const name of ['i-0000aaaa', '...', '1.json', 'a b']) assert.equal(pathPart(name), name)
  })
})
