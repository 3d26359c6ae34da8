// SPDX-License-Identifier: BSD-2-Clause
// Imports that do not go well: the task says why, and nothing is left behind.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { presignS3V4 } from '../../../src/clients/sign'
import { reportDisk, takeConversion } from '../../../src/engine/ec2/conversion-life'
import type { Conversion } from '../../../src/engine/ec2/schema/conversions'
import { volumeFile } from '../../../src/engine/node/volume-files'
import { someDisk } from '../../format/disk/disk-files'
import { dynamicVhd } from '../../format/disk/make-vhd'
import { streamOptimised } from '../../format/disk/make-vmdk'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { refused } from './expect'
import { haveWorkers, passDay } from './imaging-workers'
import { haveInstance } from './instance'
import { bytesOf, importVolume, stateOf, taskOf, Upload, type UploadOptions, type Wish } from './uploads'
import { haveVolume, writeAt } from './volume'

const disk = someDisk(500_224)
const unexpected = 'Import task failed unexpectedly'
const unconverted = 'Image conversion failed'

describe('imports that fail', () => {
  let c: Cloud
  /** Of those that the tests further below need. */
  let worker: string
  beforeEach(async () => {
    c = await cloud()
    worker = ''
  })
  afterEach(() => endTidy(c))

  const volumesOf = async () => (await c.ec2().send(new DescribeVolumesCommand({}))).Volumes ?? []

  /** Import a file: the task's id, half a minute later. */
  const imported = async (file: Buffer, options: UploadOptions = {}, wish: Wish = {}): Promise<string> => {
    const upload = await new Upload(c, file, options).all()
    const id = await importVolume(c, upload.url, wish)
    await c.pass(30)
    return id
  }

  it('a damaged image: the task looks cancelled and says why, and its volume goes with it', async () => {
    const file = streamOptimised(disk)
    file.writeUInt32LE(0, 4 * 512 + 8)
    const id = await imported(file, {}, { Format: 'VMDK' })
    const why = 'The VMDK is damaged: the grain for sector 0 has no size'
    assert.deepEqual(await stateOf(c, id), ['cancelled', `${unconverted}: ${why}`])
    const [volume] = await volumesOf()
    assert.equal(volume?.State, 'available')
    await passDay(c)
    assert.ok(!existsSync(volumeFile(c.home, volume?.VolumeId ?? '')))
    await c.pass(60)
    assert.deepEqual(await volumesOf(), [])
  })

  it('an image that was cut short', async () => {
    const file = dynamicVhd(disk)
    const id = await imported(file.subarray(0, file.length / 2), {}, { Format: 'VHD' })
    const why = 'The image is no VHD, or is cut short: its footer is missing'
    assert.deepEqual(await stateOf(c, id), ['cancelled', `${unconverted}: ${why}`])
  })

  it('an image of another format than was said', async () => {
    const id = await imported(disk, {}, { Format: 'qcow2' })
    const why = 'The image is no qcow2 image: it does not begin with QFI'
    assert.deepEqual(await stateOf(c, id), ['cancelled', `${unconverted}: ${why}`])
  })

  it('a disk that is larger than its volume', async () => {
    const small = dynamicVhd(disk, { diskBytes: 2n ** 31n, entries: 2 ** 20 })
    const id = await imported(small, {}, { Format: 'VHD' })
    const why = "The disk has 2147483648 bytes, more than the volume's 1073741824"
    assert.deepEqual(await stateOf(c, id), ['cancelled', `${unconverted}: ${why}`])
  })

  it('a manifest that is none', async () => {
    const upload = await new Upload(c, disk).makeBucket()
    await upload.put('disk.manifest.xml', '<manifest><version>1</version></manifest>')
    const id = await importVolume(c, upload.url)
    await c.pass(30)
    const [state, message] = await stateOf(c, id)
    assert.equal(state, 'cancelled')
    assert.match(message ?? '', /^Import task failed unexpectedly: .*manifest/)
    assert.deepEqual(await volumesOf(), [])
  })

  it('a manifest, or parts, that are elsewhere', async () => {
    for (const url of [
      'http://elsewhere.example.com/services/objectstorage/imports/disk.manifest.xml',
      'https://imports.s3.amazonaws.com/disk.manifest.xml',
      'http://cloud.test:8773/services/compute/imports/disk.manifest.xml',
      'http://cloud.test:8773/services/objectstorage/imports',
      'http://cloud.test:8773/services/objectstorage/imports/%zz',
    ]) {
      const id = await importVolume(c, url)
      await c.pass(10)
      const why = "The import manifest is not in this cloud's object storage"
      assert.deepEqual(await stateOf(c, id), ['cancelled', `${unexpected}: ${why}`], url)
    }
    const getUrl = 'http://elsewhere.example.com/imports/disk.part.0'
    const id = await imported(disk, {
      change: manifest => ({ ...manifest, parts: manifest.parts.map(part => ({ ...part, getUrl })) }),
    })
    const why = "Part 0 is not in this cloud's object storage"
    assert.deepEqual(await stateOf(c, id), ['cancelled', `${unexpected}: ${why}`])
  })

  it('a zone that has no room for the volume', async () => {
    for (let count = 0; count < 5; count++) await haveVolume(c, { Size: 100 })
    const id = await imported(disk)
    const [state, message] = await stateOf(c, id)
    assert.equal(state, 'cancelled')
    assert.match(message ?? '', /^Import task failed unexpectedly: Total Volume Size Limit Exceeded/)
    await c.ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI01', Size: 1 }))
  })

  // ---- whose objects -----------------------------------------------------------------------------------------------

  const signed = (who: Clients, url: string): string => {
    const { host, pathname } = new URL(url)
    const credentials = { accessKeyId: who.key.id, secretKey: who.key.secret }
    const now = new Date(c.clock.now())
    const query = presignS3V4('GET', { host, path: pathname } as never, 'eucalyptus', credentials, now, 3600)
    return `${url}?${query}`
  }

  it('objects of others are as good as missing, unless their addresses are signed by who may read them', async () => {
    const alice = await c.account('alice')
    const bob = await c.account('bob')
    const upload = new Upload(alice, disk, {
      change: manifest => ({
        ...manifest,
        parts: manifest.parts.map(part => ({ ...part, getUrl: signed(alice, part.getUrl) })),
      }),
    })
    await upload.all()
    const plain = await importVolume(bob, upload.url)
    const forged = await importVolume(bob, `${signed(alice, upload.url)}0`)
    const stranger = await importVolume(bob, signed(bob, upload.url))
    const good = await importVolume(bob, signed(alice, upload.url))
    await c.pass(30)
    for (const id of [plain, forged, stranger]) {
      assert.deepEqual(await stateOf(bob, id), ['active', 'Pending import-image upload'])
    }
    const { State, ImportVolume } = await taskOf(bob, good)
    assert.equal(State, 'completed')
    assert.ok(bytesOf(c, ImportVolume?.Volume?.Id ?? '', disk.length).equals(disk))
  })

  // ---- while it is converted -----------------------------------------------------------------------------------------

  /** A task that waits for a worker, which nobody has told of it. */
  const waiting = async (about: Partial<Conversion> = {}): Promise<{ id: string; volumeId: string }> => {
    worker ||= (await haveWorkers(c))[0] ?? ''
    const upload = await new Upload(c, disk).all()
    const volumeId = await haveVolume(c)
    const id = 'import-vol-00000001'
    c.engine.write(tx =>
      tx.conversions.put({
        ...{ id, account: c.accountId, userName: 'admin', state: 'PENDING', message: 'Pending conversion' },
        ...{ zone: 'PARTI00', endpoint: 'http://cloud.test:8773' },
        ...{ createdAt: tx.now, changedAt: tx.now, expiresAt: new Date(tx.now.getTime() + 168 * 3600_000) },
        disks: [
          {
            ...{ manifestUrl: upload.url, format: 'RAW', bytes: disk.length, volumeGib: 1 },
            ...{ volumeId, bytesConverted: 0, isConverted: false },
          },
        ],
        ...about,
      }),
    )
    return { id, volumeId }
  }

  const take = () => c.engine.write(tx => takeConversion(tx, worker))
  const begin = () => c.engine.write(tx => tx.start('imaging.work', worker))

  /** So much time in which the worker gives word of a task, and does nothing. */
  const workSlowly = async (id: string, seconds: number): Promise<void> => {
    for (let left = seconds; left > 0; left -= 300) {
      c.engine.write(tx => reportDisk(tx, tx.conversions.must(id), 0, {}))
      await c.pass(Math.min(300, left))
    }
  }

  it('a volume that a task writes to can be neither deleted nor attached', async () => {
    const { id, volumeId } = await waiting()
    haveInstance(c, { id: 'i-00000001' })
    const message = `Volume ${volumeId} is in use by the import task ${id}`
    const attachment = { VolumeId: volumeId, InstanceId: 'i-00000001', Device: '/dev/sdf' }
    await refused(c.ec2().send(new DeleteVolumeCommand({ VolumeId: volumeId })), 'VolumeInUse', message)
    await refused(c.ec2().send(new AttachVolumeCommand(attachment)), 'VolumeInUse', message)
    begin()
    await c.pass(1)
    await c.ec2().send(new DeleteVolumeCommand({ VolumeId: volumeId }))
    c.engine.write(tx => tx.instances.delete('i-00000001'))
  })

  it('a conversion of more than three hours is begun anew once', async () => {
    const { id, volumeId } = await waiting()
    take()
    writeAt(volumeFile(c.home, volumeId), 700_000, 'left by a worker that was too slow')
    await workSlowly(id, 180 * 60 - 1)
    assert.deepEqual(await stateOf(c, id), ['active', 'Converting images'])
    await c.pass(1)
    assert.deepEqual(await stateOf(c, id), ['completed', 'Import task finished successfully'])
    const written = bytesOf(c, volumeId, 2 ** 20)
    assert.ok(written.subarray(0, disk.length).equals(disk))
    assert.ok(written.subarray(disk.length).every(byte => byte === 0))
  })

  it('and is given up the second time', async () => {
    const { id } = await waiting({ isRequeued: true })
    take()
    await workSlowly(id, 180 * 60)
    assert.deepEqual(await stateOf(c, id), ['cancelled', 'Image conversion timed out'])
  })

  it('an upload that changes before it is read', async () => {
    const { id } = await waiting()
    const upload = new Upload(c, disk)
    await upload.put('disk.part.0', disk.subarray(1))
    begin()
    await c.pass(1)
    const why = `Part 0 has ${disk.length - 1} bytes instead of ${disk.length}`
    assert.deepEqual(await stateOf(c, id), ['cancelled', `${unconverted}: ${why}`])
  })

  it('an upload that is gone before it is read', async () => {
    for (const [key, why] of [
      ['disk.part.0', 'Part 0 is not there'],
      ['disk.manifest.xml', 'The import manifest is gone'],
    ] as const) {
      const { id } = await waiting()
      await c.s3().send(new DeleteObjectCommand({ Bucket: 'imports', Key: key }))
      begin()
      await c.pass(1)
      assert.deepEqual(await stateOf(c, id), ['cancelled', `${unconverted}: ${why}`])
    }
  })
})
