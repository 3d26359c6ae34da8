// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan } from '../../src/convert/plan'
import { ConversionRecord, type ConversionRequest } from '../../src/convert/record'

const request: ConversionRequest = {
  imageId: 'emi-00000001',
  via: 'direct',
  keepFstab: false,
  source: 'here',
  target: 'there',
}

const now = new Date('2014-02-16T12:00:00Z')

const plan: Plan = {
  imageId: 'emi-00000001',
  location: 'bucket/image.manifest.xml',
  digest: '00',
  bytes: 1,
  bundledBytes: 1,
  partCount: 1,
  editsFstab: true,
  sizeGib: 1,
  name: 'image-ebs',
  architecture: 'x86_64',
  rootDeviceName: '/dev/sda',
  mappings: [],
  tags: [],
}

describe('the record of a conversion', () => {
  let parent: string
  let folder: string
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'mallee-record-'))
    folder = join(parent, 'work')
  })
  afterEach(() => rmSync(parent, { recursive: true, force: true }))

  const open = (asked = request) => ConversionRecord.open(folder, asked, now, async () => plan)
  const planned = async (): Promise<Plan> => assert.fail('there is a plan already')

  it('has what was saved when it is opened again, and plans once', async () => {
    const first = await open()
    await first.save({ fetched: '00', snapshotId: 'snap-1' })
    await first.save({ snapshotId: undefined, blocksDone: 7 })
    await first.close()
    const second = await ConversionRecord.open(folder, request, now, planned)
    assert.deepEqual(second.progress, { fetched: '00', blocksDone: 7 })
    assert.deepEqual([second.plan, second.token], [plan, first.token])
    await second.close()
  })

  it('removes what a process that was killed left half written, and nothing else', async () => {
    await (await open()).close()
    for (const name of ['.0123456789abcdef.part', 'mine.part', '.mine']) writeFileSync(join(folder, name), '')
    await (await open()).close()
    assert.deepEqual(readdirSync(folder).sort(), ['.mine', 'conversion.json', 'mine.part'])
  })

  it('is for one conversion: other options are refused, by the first that differs', async () => {
    const first = await open()
    await first.save({ fetched: '00', snapshotId: 'snap-1' })
    await first.close()
    await assert.rejects(open({ ...request, sizeGib: 9 }), {
      name: 'ConversionError',
      message: `${folder} holds an unfinished conversion with another size: finish it as it was begun, choose another work folder, or remove this one`,
    })
    await (await open()).close()
  })

  it('takes other options while nothing is made in the cloud, and keeps the image that it has', async () => {
    const first = await open()
    await first.save({ fetched: '00' })
    await first.close()
    const second = await open({ ...request, keepFstab: true })
    assert.deepEqual(second.progress, { fetched: '00' })
    await second.save({ editing: true })
    await second.close()
    await assert.rejects(open(), /with another \/etc\/fstab/)
    await assert.rejects(open({ ...request, keepFstab: true, source: 'else' }), /with another source region/)
  })

  it('takes another name until the image is registered, for the one before may have been refused', async () => {
    const first = await open()
    await first.save({ fetched: '00', snapshotId: 'snap-1', isSnapshotComplete: true, registering: true })
    await first.close()
    const second = await open({ ...request, name: 'another' })
    assert.equal(second.progress.snapshotId, 'snap-1')
    await second.save({ newImageId: 'emi-2' })
    await second.close()
    await assert.rejects(open({ ...request, name: 'third' }), /with another name/)
  })

  it('is for one process at a time, until that is gone', async () => {
    await (await open()).close()
    writeFileSync(join(folder, 'lock'), String(process.ppid))
    await assert.rejects(open(), new RegExp(`process ${process.ppid} is at this conversion`))
    // Larger than any process id on Linux.
    writeFileSync(join(folder, 'lock'), '4194305')
    await (await open()).close()
    assert.equal(existsSync(join(folder, 'lock')), false)
  })

  it('leaves no folder behind when nothing could be planned', async () => {
    const failing = ConversionRecord.open(folder, request, now, () =>
      Promise.reject(new Error('no such image')),
    )
    await assert.rejects(failing, /no such image/)
    assert.equal(existsSync(folder), false)
  })

  it('refuses folders that others can write to, links, and records that are none', async () => {
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    await assert.rejects(open(), /is not yours alone to write to/)
    rmSync(folder, { recursive: true })
    mkdirSync(join(parent, 'elsewhere'))
    symlinkSync(join(parent, 'elsewhere'), folder)
    await assert.rejects(open(), /is not a directory/)
    rmSync(folder)
    for (const text of ['{', '{"version":2}', 'null']) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(join(folder, 'conversion.json'), text)
      await assert.rejects(open(), /is no record of a conversion that this release can go on with/)
    }
  })

  it('takes its folder away at the end, but not the only copy of a file or what is not its own', async () => {
    const first = await open()
    writeFileSync(first.image, 'x')
    await first.finish()
    await first.close()
    assert.equal(existsSync(folder), false)
    const edit = {
      how: 'in-place',
      lines: ['x'],
      before: 'caf\xe9',
      isKeptInImage: false,
      notes: [],
    } as const
    const second = await open()
    await second.save({ edit })
    await second.finish()
    await second.close()
    assert.deepEqual(readFileSync(join(folder, 'fstab.before')), Buffer.from('caf\xe9', 'latin1'))
    assert.deepEqual(readdirSync(folder), ['fstab.before'])
    const third = await open()
    await third.save({ edit: { ...edit, isKeptInImage: true } })
    await third.finish()
    await third.close()
    assert.deepEqual(readdirSync(folder), ['fstab.before'])
  })
})
