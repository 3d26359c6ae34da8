// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
} from '@aws-sdk/client-ec2'
import { RegisterImageWithPlatform$ } from '../../../src/schemas/extended-operations'
import { type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { registerTiny } from '../../support/tiny-image'
import { send } from './command'
import { haveRootSnapshot, type Machines, machines, registerEbs } from './ebs-machine'
import { refused } from './expect'

describe('an image of a snapshot', () => {
  let c: Cloud
  let m: Machines
  let snapshot: string

  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    snapshot = await haveRootSnapshot(c)
  })
  afterEach(() => endTidy(c, 60))

  it('an image of a snapshot is shown with its devices', async () => {
    const id = await registerEbs(c, snapshot, { Name: 'fedora', Description: 'with a root' })
    const image = await m.image(id)
    assert.match(id, /^emi-[0-9A-F]{8}$/)
    assert.equal(image.ImageLocation, `${c.accountId}/fedora`)
    assert.equal(image.RootDeviceType, 'ebs')
    assert.equal(image.RootDeviceName, '/dev/sda')
    assert.equal(image.State, 'available')
    assert.equal(image.Architecture, 'i386')
    assert.equal(image.VirtualizationType, 'hvm')
    assert.equal(image.Platform, undefined)
    assert.equal(image.Description, 'with a root')
    assert.deepEqual(image.BlockDeviceMappings, [
      {
        DeviceName: '/dev/sda',
        Ebs: {
          SnapshotId: snapshot,
          VolumeSize: 1,
          DeleteOnTermination: true,
          Encrypted: false,
          VolumeType: 'standard',
        },
      },
    ])
  })

  it('what is registered as a partition is the disk, by default and by name', async () => {
    const mapped = { BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { SnapshotId: snapshot } }] }
    for (const input of [mapped, { ...mapped, RootDeviceName: '/dev/sda1' }]) {
      const image = await m.image(await registerEbs(c, snapshot, input))
      assert.equal(image.RootDeviceName, '/dev/sda')
      assert.equal(image.BlockDeviceMappings?.[0]?.DeviceName, '/dev/sda')
    }
  })

  it('a root has the name that the request gives it, and needs a snapshot there', async () => {
    const BlockDeviceMappings = [{ DeviceName: '/dev/vda', Ebs: { SnapshotId: snapshot } }]
    const id = await registerEbs(c, snapshot, { RootDeviceName: '/dev/vda', BlockDeviceMappings })
    assert.equal((await m.image(id)).RootDeviceName, '/dev/vda')
    for (const mapping of [{ Ebs: { VolumeSize: 1 } }, { VirtualName: 'ephemeral0' }]) {
      const other = { BlockDeviceMappings: [{ DeviceName: '/dev/sda', ...mapping }] }
      await refused(registerEbs(c, snapshot, other), 'MissingParameter')
    }
    await refused(registerEbs(c, snapshot, { RootDeviceName: '/dev/sdb' }), 'MissingParameter')
  })

  it('platform, architecture, virtualization, kernel and ramdisk are the request’s', async () => {
    const windows = await m.image(await registerEbs(c, snapshot, { KernelId: 'windows' }))
    assert.equal(windows.Platform as string, 'windows')
    const { ImageId } = await send<{ ImageId: string }>(c.ec2(), RegisterImageWithPlatform$, {
      ...{ Name: 'windows-by-platform', Platform: 'windows' },
      BlockDeviceMappings: [{ DeviceName: '/dev/sda', Ebs: { SnapshotId: snapshot } }],
    })
    assert.equal((await m.image(ImageId)).Platform as string, 'windows')
    const other = await m.image(await registerEbs(c, snapshot, { Architecture: 'x86_64' }))
    assert.equal(other.Architecture, 'x86_64')
    await refused(registerEbs(c, snapshot, { Architecture: 'vax' }), 'InvalidParameterValue')
    await refused(registerEbs(c, snapshot, { VirtualizationType: 'jails' }), 'InvalidParameterValue')
    await refused(
      registerEbs(c, snapshot, { VirtualizationType: 'paravirtual' }),
      'MissingParameter',
      'Kernel ID must be specified',
    )
  })

  it('the network drivers that the request gives it are kept, and found', async () => {
    const plain = await m.image(await registerEbs(c, snapshot))
    assert.deepEqual([plain.SriovNetSupport, plain.EnaSupport], [undefined, undefined])
    const given = { SriovNetSupport: 'simple', EnaSupport: true }
    const id = await registerEbs(c, snapshot, { Name: 'driven', ...given })
    const { SriovNetSupport, EnaSupport } = await m.image(id)
    assert.deepEqual({ SriovNetSupport, EnaSupport }, given)
    for (const [Name, value] of [
      ['sriov-net-support', 'simple'],
      ['ena-support', 'true'],
    ]) {
      const { Images } = await c
        .ec2()
        .send(new DescribeImagesCommand({ Filters: [{ Name, Values: [value ?? ''] }] }))
      assert.deepEqual(
        Images?.map(({ ImageId }) => ImageId),
        [id],
      )
    }
    await refused(registerEbs(c, snapshot, { SriovNetSupport: 'double' }), 'InvalidParameterValue')
  })

  it('names are checked as those of all images', async () => {
    await registerEbs(c, snapshot, { Name: 'fedora' })
    await refused(registerEbs(c, snapshot, { Name: 'fedora' }), 'InvalidAMIName.Duplicate')
    await refused(registerEbs(c, snapshot, { Name: 'f' }), 'InvalidAMIName.Malformed')
    await refused(registerEbs(c, snapshot, { Description: 'x'.repeat(256) }), 'InvalidParameter')
  })

  it('filters know the devices of images', async () => {
    const id = await registerEbs(c, snapshot)
    const found = async (Name: string, value: string) => {
      const { Images = [] } = await c
        .ec2()
        .send(new DescribeImagesCommand({ Filters: [{ Name, Values: [value] }] }))
      return Images.map(image => image.ImageId)
    }
    for (const [name, yes, no] of [
      ['root-device-type', 'ebs', 'instance-store'],
      ['block-device-mapping.snapshot-id', snapshot, 'snap-00000000'],
      ['block-device-mapping.volume-size', '1', '2'],
      ['block-device-mapping.volume-type', 'standard', 'gp2'],
      ['block-device-mapping.delete-on-termination', 'true', 'false'],
      ['block-device-mapping.device-name', '/dev/sda', '/dev/sdb'],
      ['block-device-mapping.encrypted', 'false', 'true'],
    ] as const) {
      assert.deepEqual(await found(name, yes), [id], name)
      assert.deepEqual(await found(name, no), [], name)
    }
  })

  it('the attribute of its mappings has the root twice, volumes by number and ephemeral disks', async () => {
    const id = await registerEbs(c, snapshot, {
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda', Ebs: { SnapshotId: snapshot } },
        { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
        { DeviceName: '/dev/sdc', Ebs: { VolumeSize: 2 } },
      ],
    })
    const { BlockDeviceMappings } = await c
      .ec2()
      .send(new DescribeImageAttributeCommand({ ImageId: id, Attribute: 'blockDeviceMapping' }))
    assert.deepEqual(
      BlockDeviceMappings?.map(({ VirtualName, DeviceName }) => `${VirtualName} ${DeviceName}`),
      ['emi /dev/sda', 'root /dev/sda', 'ephemeral0 /dev/sdb', 'ebs1 /dev/sdc'],
    )
  })

  it('a snapshot goes only when no image needs it any more', async () => {
    const id = await registerEbs(c, snapshot)
    const remove = () => c.ec2().send(new DeleteSnapshotCommand({ SnapshotId: snapshot }))
    await refused(remove(), 'InvalidSnapshot.InUse')
    await c.ec2().send(new DeregisterImageCommand({ ImageId: id }))
    await remove()
  })

  it('an image that is deregistered flushes no cache, even of a bundle at the place that its location names', async () => {
    const emi = await registerTiny(c, { disk: Buffer.from('cached') }, { VirtualizationType: 'hvm' })
    await c.settle()
    const { location } = c.engine.read(tx => tx.images.must(emi))
    const id = await registerEbs(c, snapshot)
    c.engine.write(tx => tx.images.put({ ...tx.images.must(id), location }))
    await c.ec2().send(new DeregisterImageCommand({ ImageId: id }))
    await c.pass(1300)
    assert.equal(
      c.engine.read(tx => tx.imageCache.list().length),
      1,
    )
  })
})
