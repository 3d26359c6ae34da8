// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blankDisk, copyAndDigest, copyDisk } from '../../../src/engine/node/disk-copy'
import { diskLayout } from '../../../src/engine/node/instance-disks'
import { downloadPause } from '../../../src/engine/node/properties'

describe('copies of disks', () => {
  let folder: string
  const never = new AbortController().signal
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mallee-disks-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const path = (name: string) => join(folder, name)

  it('have the same bytes and size, and zeros take no room', async () => {
    const bytes = Buffer.concat([Buffer.from('start'), Buffer.alloc(8 * 2 ** 20), Buffer.from('end')])
    writeFileSync(path('a'), bytes)
    truncateSync(path('a'), 64 * 2 ** 20)
    await copyDisk(path('a'), path('b'), never)
    const digest = await copyAndDigest(path('a'), path('c'), never)
    for (const name of ['b', 'c']) {
      assert.equal(statSync(path(name)).size, 64 * 2 ** 20)
      assert.ok(readFileSync(path(name)).subarray(0, bytes.length).equals(bytes))
    }
    assert.ok(statSync(path('c')).blocks * 512 <= statSync(path('a')).blocks * 512)
    assert.equal(
      digest,
      createHash('sha256')
        .update(readFileSync(path('a')))
        .digest('hex'),
    )
  })

  it('never overwrite a file', async () => {
    writeFileSync(path('a'), 'a')
    writeFileSync(path('b'), 'b')
    await assert.rejects(copyDisk(path('a'), path('b'), never), { code: 'EEXIST' })
    await assert.rejects(blankDisk(path('b'), 1), { code: 'EEXIST' })
    assert.equal(readFileSync(path('b'), 'latin1'), 'b')
  })

  it('of a file that is not there fail by its name', async () => {
    await assert.rejects(copyAndDigest(path('none'), path('b'), never), /ENOENT.*none/)
  })
})

describe('the layout of an instance’s disks', () => {
  const gib = 2 ** 30
  const on = (instanceType: string, mappings: { deviceName: string; virtualName?: string }[] = []) => ({
    instanceType,
    mappings,
  })

  it('never exceeds what the type has', () => {
    const image = { bytes: 5 * gib - 1, format: 'partitioned' as const }
    assert.deepEqual(diskLayout(on('m1.small'), image), {
      rootBytes: image.bytes,
      ephemeralBytes: 0,
      swapBytes: 1,
    })
  })

  it('has no ephemeral disk when it was suppressed', () => {
    const image = { bytes: gib, format: 'partitioned' as const }
    assert.equal(diskLayout(on('m1.small', [{ deviceName: '/dev/sdb' }]), image).ephemeralBytes, 0)
    assert.ok(diskLayout(on('m1.small'), image).ephemeralBytes > 0)
  })

  it('leaves a whole disk as it is when an ephemeral one takes the rest', () => {
    const image = { bytes: gib, format: 'fulldisk' as const }
    const mapping = { deviceName: 'sdb', virtualName: 'ephemeral0' }
    assert.deepEqual(diskLayout(on('m1.small', [mapping]), image), {
      rootBytes: gib,
      ephemeralBytes: 4 * gib,
      swapBytes: 0,
    })
  })
})

describe('pauses between downloads', () => {
  it('double from 2 seconds, up to 300, and end with the ninth attempt', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(number => downloadPause(number, 9))
    assert.deepEqual(pauses, [2, 4, 8, 16, 32, 64, 128, 256, undefined])
  })
})
