// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CancelConversionTaskCommand,
  DescribeConversionTasksCommand,
  ImportInstanceCommand,
  ImportVolumeCommand,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from './expect'
import { diskImage, importInstance, importVolume, taskOf, urlOf } from './uploads'

const url = urlOf('imports', 'disk.manifest.xml')

describe('what imports are refused for', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const volume = { AvailabilityZone: 'PARTI00', ...diskImage(url) }

  const refusesVolume = (change: object, message: string) =>
    refused(c.ec2().send(new ImportVolumeCommand({ ...volume, ...change } as never)), '400', message)

  const withImage = (change: object) => ({ Image: { ...volume.Image, ...change } })

  it('a zone that is missing or not known', async () => {
    await refusesVolume({ AvailabilityZone: undefined }, 'Availability zone is required')
    const message = 'The availability zone nowhere is not configured for import'
    await refusesVolume({ AvailabilityZone: 'nowhere' }, message)
  })

  it('a format that is missing or not known', async () => {
    await refusesVolume(withImage({ Format: undefined }), 'Image format is required')
    await refusesVolume({ Image: undefined }, 'Image format is required')
    for (const Format of ['VHDX', 'PARTITION', 'KERNEL', 'RAMDISK', 'constructor']) {
      await refusesVolume(withImage({ Format }), 'Unsupported image format')
    }
  })

  it('a manifest address that is missing, or no address', async () => {
    await refusesVolume(withImage({ ImportManifestUrl: undefined }), 'Import manifest url is required')
    for (const ImportManifestUrl of ['imports/disk.manifest.xml', 'file:///etc/passwd', 'http://']) {
      await refusesVolume(withImage({ ImportManifestUrl }), 'Import manifest url is invalid')
    }
    const long = `${url}?${'x'.repeat(5000)}`
    await refusesVolume(withImage({ ImportManifestUrl: long }), 'Import manifest url is invalid')
  })

  it('sizes that are missing, nothing, too small or too large', async () => {
    await refusesVolume(withImage({ Bytes: undefined }), 'Image size is required')
    await refusesVolume(withImage({ Bytes: 0 }), 'Image size must be greater than zero')
    await refusesVolume({ Volume: undefined }, 'Volume size is required')
    await refusesVolume({ Volume: { Size: 0 } }, 'Volume size must be greater than zero')
    const small = 'Requested volume size is not enough to hold the image'
    await refusesVolume(withImage({ Bytes: 2 ** 30 + 1 }), small)
    const large = 'Requested volume size exceeds max allowed volume size'
    await refusesVolume({ Volume: { Size: 101 } }, large)
  })

  it('nothing, when the volume is exactly as large as it may be and has to be', async () => {
    await importVolume(c, url, { Bytes: 100 * 2 ** 30, Size: 100, zone: 'parti01' })
  })

  const launch = { Architecture: 'x86_64' as const, InstanceType: 'm1.small' as const }

  const refusesLaunch = (change: object, code: string, message: string | RegExp) =>
    refused(importInstance(c, [url], { LaunchSpecification: { ...launch, ...change } }), code, message)

  it('instances without a launch specification, or with one that cannot be launched', async () => {
    const command = { Platform: 'Windows' as const, DiskImages: [diskImage(url)] }
    const bare = c.ec2().send(new ImportInstanceCommand(command))
    await refused(bare, '400', 'Launch specification is required')
    await refusesLaunch({ Architecture: undefined }, '400', 'Architecture is required')
    await refusesLaunch({ Architecture: 'arm64' }, '400', 'Unsupported architecture: arm64')
    await refusesLaunch({ InstanceType: undefined }, '400', 'Instance type is required')
    await refusesLaunch({ InstanceType: 'm9.huge' }, 'InvalidParameterValue', /m9\.huge/)
    await refusesLaunch({ GroupNames: ['none'] }, 'InvalidGroup.NotFound', /none/)
    await refusesLaunch({ SubnetId: 'subnet-12345678' }, 'InvalidSubnetID.NotFound', /subnet-12345678/)
    await refusesLaunch({ PrivateIpAddress: '10.0.0.1' }, 'UnsupportedOperation', /in a VPC only/)
    await refusesLaunch({ UserData: { Data: '!' } }, 'InvalidParameterValue', /BASE64/)
    const where = { Placement: { AvailabilityZone: 'x' } }
    await refusesLaunch(where, '400', 'The availability zone x is not configured for import')
    const behavior = { InstanceInitiatedShutdownBehavior: 'explode' }
    await refusesLaunch(behavior, '400', /instanceInitiatedShutdownBehavior is invalid/)
  })

  it('instances without disks, with too many, or with one that cannot be imported', async () => {
    await refused(importInstance(c, []), '400', 'Disk image is required')
    const many = Array.from({ length: 17 }, () => url)
    await refused(importInstance(c, many), '400', 'No more than 16 disk images can be imported at once')
    const DiskImages = [diskImage(url), { Image: diskImage(url).Image }]
    await refused(importInstance(c, [], { DiskImages }), '400', 'Volume size is required')
    const other = [diskImage(url, 'VHDX')]
    await refused(importInstance(c, [], { DiskImages: other }), '400', 'Unsupported image format')
  })

  it('leaves no task behind', async () => {
    await refusesVolume({ Volume: { Size: 0 } }, 'Volume size must be greater than zero')
    const { ConversionTasks } = await c.ec2().send(new DescribeConversionTasksCommand({}))
    assert.deepEqual(ConversionTasks, [])
  })

  const cancel = (id: string, who: Clients = c) =>
    who.ec2().send(new CancelConversionTaskCommand({ ConversionTaskId: id }))

  it('tasks that never were, and those of others, are unknown', async () => {
    const alice = await c.account('alice')
    const bob = await c.account('bob')
    const id = await importVolume(alice, url)
    for (const [unknown, who] of [
      ['import-vol-00000000', alice],
      ['', alice],
      ['x'.repeat(5000), alice],
      [id, bob],
    ] as const) {
      if (unknown) await refused(cancel(unknown, who), 'InvalidConversionTaskId', /does not exist$/)
      if (unknown) await refused(taskOf(who, unknown), 'InvalidConversionTaskId', /does not exist$/)
    }
    const all = async (who: Clients, ...ConversionTaskIds: string[]) =>
      (await who.ec2().send(new DescribeConversionTasksCommand({ ConversionTaskIds }))).ConversionTasks?.map(
        ({ ConversionTaskId }) => ConversionTaskId,
      )
    assert.deepEqual(await all(bob), [])
    await refused(all(bob, 'verbose'), 'InvalidConversionTaskId')
    assert.deepEqual([await all(c), await all(c, 'verbose'), await all(c, id)], [[], [id], [id]])
    assert.deepEqual(await all(alice), [id])
    await cancel(id.toUpperCase(), alice)
  })
})
