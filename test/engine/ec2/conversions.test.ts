// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { CancelConversionTaskCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2'
import { volumeFile } from '../../../src/engine/node/volume-files'
import { someDisk } from '../../format/disk/disk-files'
import { qcow2 } from '../../format/disk/make-qcow2'
import { dynamicVhd, fixedVhd } from '../../format/disk/make-vhd'
import { monolithicSparse, streamOptimised } from '../../format/disk/make-vmdk'
import { type Cloud, cloud } from '../../support/cloud'
import { passDay } from './imaging-workers'
import { bytesOf, importVolume, stateOf, taskOf, Upload } from './uploads'

const disk = someDisk(2_500_608)

describe('imports of volumes', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const volumesOf = async () => (await c.ec2().send(new DescribeVolumesCommand({}))).Volumes ?? []

  it('an upload in parts becomes a volume of the same bytes', async () => {
    const upload = await new Upload(c, disk).all()
    const id = await importVolume(c, upload.url, { Bytes: disk.length })
    assert.match(id, /^import-vol-[0-9a-f]{8}$/)
    assert.deepEqual(await stateOf(c, id), ['active', 'Pending import-image upload'])
    await c.pass(30)
    const { ConversionTaskId, ExpirationTime, State, StatusMessage, ImportVolume } = await taskOf(c, id)
    assert.deepEqual([ConversionTaskId, State], [id, 'completed'])
    assert.equal(StatusMessage, 'Import task finished successfully')
    assert.equal(ExpirationTime, 'Sun Feb 23 12:13:16 UTC 2014')
    const [volume] = await volumesOf()
    assert.deepEqual(ImportVolume, {
      BytesConverted: disk.length,
      AvailabilityZone: 'PARTI00',
      Image: { Format: 'RAW', Size: disk.length, ImportManifestUrl: upload.url },
      Volume: { Size: 1, Id: volume?.VolumeId },
    })
    assert.deepEqual([volume?.State, volume?.Size, volume?.AvailabilityZone], ['available', 1, 'PARTI00'])
    assert.ok(bytesOf(c, volume?.VolumeId ?? '', disk.length).equals(disk))
    const { size, blocks } = statSync(volumeFile(c.home, volume?.VolumeId ?? ''))
    assert.equal(size, 2 ** 30)
    assert.ok(blocks * 512 < disk.length, 'zeros take no room')
  })

  const images: Readonly<Record<string, readonly [format: string, file: Buffer]>> = {
    'a fixed VHD': ['VHD', fixedVhd(disk)],
    'a dynamic VHD': ['VHD', dynamicVhd(disk)],
    'a stream-optimised VMDK': ['VMDK', streamOptimised(disk)],
    'a sparse VMDK': ['vmdk', monolithicSparse(disk)],
    'a qcow2 image': ['qcow2', qcow2(disk)],
    'a compressed qcow2 image': ['QCOW2', qcow2(disk, { compressed: true })],
  }
  for (const [name, [Format, file]] of Object.entries(images)) {
    it(`${name} becomes a volume with the bytes of its disk`, async () => {
      const upload = await new Upload(c, file, { partBytes: 100_000, format: Format }).all()
      const id = await importVolume(c, upload.url, { Format, Bytes: disk.length })
      await c.pass(30)
      const { State, ImportVolume } = await taskOf(c, id)
      assert.deepEqual([State, ImportVolume?.Image?.Format], ['completed', Format])
      assert.equal(ImportVolume?.BytesConverted, disk.length)
      assert.ok(bytesOf(c, ImportVolume?.Volume?.Id ?? '', disk.length).equals(disk))
    })
  }

  it('a task waits for its manifest, then for its last part', async () => {
    const upload = new Upload(c, disk)
    const id = await importVolume(c, upload.url)
    await c.pass(600)
    assert.deepEqual(await stateOf(c, id), ['active', 'Pending import-image upload'])
    await upload.makeBucket()
    await upload.putManifest()
    await upload.putPart(0)
    await upload.putPart(1)
    await c.pass(3600)
    assert.deepEqual(await stateOf(c, id), ['active', 'Pending import-image upload'])
    assert.equal((await volumesOf()).length, 0)
    await upload.put('disk.part.2', 'not all of it')
    await c.pass(300)
    assert.deepEqual(await stateOf(c, id), ['active', 'Pending import-image upload'])
    await upload.putPart(2)
    await c.pass(300)
    assert.deepEqual(await stateOf(c, id), ['completed', 'Import task finished successfully'])
  })

  it('an upload that is never complete expires after a week', async () => {
    const id = await importVolume(c, new Upload(c, disk).url)
    c.clock.advance(168 * 3600 - 1)
    await c.settle()
    assert.deepEqual(await stateOf(c, id), ['active', 'Pending import-image upload'])
    await c.pass(1)
    assert.deepEqual(await stateOf(c, id), ['cancelled', 'Import task is expired'])
    await passDay(c)
    await assert.rejects(taskOf(c, id), { name: 'InvalidConversionTaskId' })
  })

  it('tasks of a zone are done one after the other, the oldest first', async () => {
    const upload = await new Upload(c, disk).all()
    const ids = []
    for (let count = 0; count < 3; count++) {
      ids.push(await importVolume(c, upload.url))
      c.clock.advance(1)
    }
    await c.pass(60)
    for (const id of ids) assert.equal((await taskOf(c, id)).State, 'completed')
  })

  it('a finished task is listed for a day, and its volume stays', async () => {
    const upload = await new Upload(c, disk).all()
    const id = await importVolume(c, upload.url)
    await c.pass(30)
    assert.equal((await taskOf(c, id)).State, 'completed')
    await passDay(c)
    await assert.rejects(taskOf(c, id), { name: 'InvalidConversionTaskId' })
    assert.deepEqual(
      (await volumesOf()).map(({ State }) => State),
      ['available'],
    )
  })

  const cancel = (ConversionTaskId: string) =>
    c.ec2().send(new CancelConversionTaskCommand({ ConversionTaskId, ReasonMessage: 'changed my mind' }))

  it('a task that waits is cancelled within two minutes, and forgotten after a day', async () => {
    const id = await importVolume(c, new Upload(c, disk).url)
    await cancel(id)
    assert.deepEqual(await stateOf(c, id), ['cancelling', 'Cancelled by user'])
    await cancel(id)
    await c.pass(119)
    assert.deepEqual(await stateOf(c, id), ['cancelling', 'Cancelled by user'])
    await c.pass(1)
    assert.deepEqual(await stateOf(c, id), ['cancelled', 'Cancelled by user'])
    await cancel(id)
    await passDay(c)
    await assert.rejects(taskOf(c, id), { name: 'InvalidConversionTaskId' })
  })

  it('a finished task cannot be cancelled', async () => {
    const upload = await new Upload(c, disk).all()
    const id = await importVolume(c, upload.url)
    await c.pass(30)
    await assert.rejects(cancel(id), { name: 'IncorrectState', message: /is completed and cannot be canc/ })
  })
})
