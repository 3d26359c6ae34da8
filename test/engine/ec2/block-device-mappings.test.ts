// SPDX-License-Identifier: BSD-2-Clause
// What each kind of request may map, and what it is told otherwise.
import assert from 'node:assert/strict'
import {
  type BlockDeviceMapping,
  CreateImageCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { ext4Disk, registerTiny } from '../../support/tiny-image'
import { haveRootSnapshot, type Machines, machines, registerEbs } from './ebs-machine'
import { refused } from './expect'
import { snapshotOf } from './volume'

type Map = (...mappings: BlockDeviceMapping[]) => Promise<unknown>

describe('block device mappings', () => {
  let c: Cloud
  let m: Machines
  let snapshot: string
  let image: string
  let store: string
  let running: string
  let count = 0

  before(async () => {
    c = await cloud()
    m = machines(c)
    snapshot = await haveRootSnapshot(c)
    image = await registerEbs(c, snapshot)
    store = await registerTiny(c, { disk: ext4Disk('x') }, { VirtualizationType: 'hvm' })
    running = await m.running(image)
  })
  after(() => c.close())

  const root = () => ({ DeviceName: '/dev/sda', Ebs: { SnapshotId: snapshot } })
  // Each has the code that all of its refusals have, and the way to ask.
  const requests: Readonly<Record<string, { readonly code: string; readonly map: Map }>> = {
    'RegisterImage from a manifest': {
      code: 'InvalidBlockDeviceMapping',
      map: (...BlockDeviceMappings) =>
        registerTiny(c, { disk: ext4Disk('x') }, { VirtualizationType: 'hvm', BlockDeviceMappings }),
    },
    'RegisterImage from a snapshot': {
      code: 'InvalidBlockDeviceMapping',
      map: (...more) => registerEbs(c, snapshot, { BlockDeviceMappings: [root(), ...more] }),
    },
    CreateImage: {
      code: 'InvalidBlockDeviceMapping',
      map: async (...BlockDeviceMappings) => {
        const input = { InstanceId: running, Name: `made-${count++}`, NoReboot: true, BlockDeviceMappings }
        await c.ec2().send(new CreateImageCommand(input))
        await c.pass(10)
      },
    },
    'RunInstances of an EBS image': {
      code: 'InvalidParameterValue',
      map: (...BlockDeviceMappings) => m.run(image, { BlockDeviceMappings }),
    },
    'RunInstances of an instance-store image': {
      code: 'InvalidParameterValue',
      map: (...BlockDeviceMappings) => m.run(store, { BlockDeviceMappings }),
    },
  }
  const each = async (work: (name: string, code: string, map: Map) => Promise<void>): Promise<void> => {
    for (const [name, { code, map }] of Object.entries(requests)) await work(name, code, map)
  }
  const withVolumes = ['RegisterImage from a snapshot', 'CreateImage', 'RunInstances of an EBS image']

  it('devices have names that kernels give, each once, and are no partitions', async () => {
    await each(async (_, code, map) => {
      for (const DeviceName of ['/dev/null', 'sd', '/dev/sdB', '/dev/sdb0', 'sdb/', '']) {
        const text = `Device name ${DeviceName} is invalid`
        await refused(map({ DeviceName, VirtualName: 'ephemeral0' }), code, text)
      }
      const twice = [
        { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
        { DeviceName: 'sdb', VirtualName: 'ephemeral1' },
      ]
      await refused(map(...twice), code, 'sdb is assigned multiple times')
      await refused(
        map({ DeviceName: '/dev/sdb1', VirtualName: 'ephemeral0' }),
        code,
        '/dev/sdb1 is not supported. Device name cannot be a partition',
      )
    })
  })

  it('ephemeral disks are 0 to 3', async () => {
    await each((_, code, map) =>
      refused(
        map({ DeviceName: 'sdb', VirtualName: 'ephemeral4' }),
        code,
        /^Virtual device name must be of the form/,
      ),
    )
  })

  it('a mapping says something', async () => {
    await each((_, code, map) =>
      refused(map({ DeviceName: 'sdb' }), code, /^Incorrectly constructed block device mapping for sdb/),
    )
    await each((_, code, map) =>
      refused(map({ DeviceName: 'sdb', NoDevice: 'false' }), code, /^Incorrectly constructed/),
    )
  })

  it('one ephemeral disk is enough for an image; further ones are dropped at run', async () => {
    const two = [
      { DeviceName: 'sdb', VirtualName: 'ephemeral0' },
      { DeviceName: 'sdc', VirtualName: 'ephemeral1' },
    ]
    await each(async (name, code, map) => {
      if (!name.startsWith('Run'))
        return refused(map(...two), code, /^Only one ephemeral device is supported/)
      const [id = ''] = (await map(...two)) as string[]
      assert.deepEqual(
        c.engine.read(tx => tx.instances.must(id).mappings),
        [{ deviceName: 'sdb', virtualName: 'ephemeral0' }],
      )
    })
  })

  it('volumes are mapped where the root is one', async () => {
    await each(async (name, code, map) => {
      const mapping = { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 1 } }
      if (withVolumes.includes(name)) await map(mapping)
      else await refused(map(mapping), code, 'Ebs block device mappings are not supported')
    })
  })

  it('devices are suppressed everywhere but in an image of a snapshot', async () => {
    await each(async (name, code, map) => {
      const mapping = { DeviceName: '/dev/sdb', NoDevice: '' }
      if (name !== 'RegisterImage from a snapshot') await map(mapping)
      else await refused(map(mapping), code, 'Block device mapping for /dev/sdb cannot be suppressed')
    })
  })

  it('/dev/sda1 is a partition, but where it is the root', async () => {
    const partition = /^\/dev\/sda1 is not supported/
    const register = requests['RegisterImage from a snapshot']
    const sda1 = { DeviceName: '/dev/sda1', Ebs: { SnapshotId: snapshot } }
    await refused(register?.map(sda1) ?? Promise.resolve(), 'InvalidBlockDeviceMapping', partition)
    await refused(
      m.run(store, { BlockDeviceMappings: [{ DeviceName: '/dev/sda1', VirtualName: 'ephemeral0' }] }),
      'InvalidParameterValue',
      partition,
    )
    const both = [{ DeviceName: '/dev/sda', Ebs: { VolumeSize: 1 } }, sda1]
    await refused(m.run(image, { BlockDeviceMappings: both }), 'InvalidParameterValue', partition)
    await m.run(image, { BlockDeviceMappings: [sda1] })
  })

  it('a snapshot must be there, for the one who asks, and complete', async () => {
    for (const name of withVolumes) {
      const { code = '', map } = requests[name] ?? {}
      const Ebs = { SnapshotId: 'snap-00000000' }
      await refused(
        map?.({ DeviceName: '/dev/sdb', Ebs }) ?? Promise.resolve(),
        name.startsWith('Register') ? 'InvalidSnapshot.NotFound' : code,
        'Unable to find snapshot snap-00000000 for /dev/sdb',
      )
    }
    const alice = await c.account('alice')
    await refused(registerEbs(c, snapshot, {}, alice), 'InvalidSnapshot.NotFound')
    const CreateVolumePermission = { Add: [{ UserId: alice.accountId }] }
    await c.ec2().send(new ModifySnapshotAttributeCommand({ SnapshotId: snapshot, CreateVolumePermission }))
    await registerEbs(c, snapshot, {}, alice)
    const other = await haveRootSnapshot(c)
    c.engine.write(tx => tx.snapshots.put({ ...tx.snapshots.must(other), state: 'pending' }))
    await refused(registerEbs(c, other), 'IncorrectState')
    c.engine.write(tx => tx.snapshots.put({ ...tx.snapshots.must(other), state: 'completed' }))
  })

  it('a volume is not smaller than its snapshot, and not empty', async () => {
    c.engine.write(tx => tx.snapshots.put({ ...tx.snapshots.must(snapshot), sizeGib: 3 }))
    for (const name of withVolumes) {
      const { code = '', map } = requests[name] ?? {}
      const volume = (Ebs: object) => map?.({ DeviceName: '/dev/sdb', Ebs }) ?? Promise.resolve()
      await refused(
        volume({ SnapshotId: snapshot, VolumeSize: 2 }),
        code,
        'Size of the volume cannot be smaller than the source snapshot for /dev/sdb',
      )
      await refused(volume({ VolumeSize: 0 }), code, 'Volume size for /dev/sdb cannot be 0')
      await refused(volume({ VolumeSize: 1, VolumeType: 'floppy' }), 'InvalidParameterValue')
      await refused(volume({ VolumeSize: 1, Encrypted: true }), 'UnsupportedOperation')
    }
    c.engine.write(tx => tx.snapshots.put({ ...tx.snapshots.must(snapshot), sizeGib: 1 }))
    assert.equal((await snapshotOf(c, snapshot)).VolumeSize, 1)
  })

  it('the root of an instance is the image’s: no other snapshot, no ephemeral disk, nothing, no less', async () => {
    const other = await haveRootSnapshot(c)
    const large = await registerEbs(c, snapshot, {
      BlockDeviceMappings: [{ DeviceName: '/dev/sda', Ebs: { SnapshotId: snapshot, VolumeSize: 3 } }],
    })
    for (const DeviceName of ['/dev/sda', 'sda', '/dev/sda1']) {
      const map = (mapping: object) => m.run(large, { BlockDeviceMappings: [{ DeviceName, ...mapping }] })
      const no = 'InvalidParameterValue'
      await refused(map({ Ebs: { SnapshotId: other } }), no, /^Snapshot ID cannot be modified for the root/)
      await refused(map({ VirtualName: 'ephemeral0' }), no, /cannot become an ephemeral device$/)
      await refused(map({ NoDevice: '' }), no, `The root device ${DeviceName} cannot be suppressed`)
      const small = 'Root device volume cannot be smaller than the image size'
      await refused(map({ Ebs: { VolumeSize: 2 } }), no, small)
      await refused(map({ Ebs: { SnapshotId: snapshot, VolumeSize: 2 } }), no, small)
    }
    const NoDevice = ''
    await refused(
      m.run(store, { BlockDeviceMappings: [{ DeviceName: '/dev/sda', NoDevice }] }),
      'InvalidParameterValue',
      /^The root device/,
    )
  })

  it('what the request maps wins over the image, device by device', async () => {
    const id = await registerEbs(c, snapshot, {
      BlockDeviceMappings: [
        root(),
        { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 2 } },
        { DeviceName: '/dev/sdc', Ebs: { VolumeSize: 3 } },
        { DeviceName: '/dev/sdd', VirtualName: 'ephemeral0' },
      ],
    })
    const [instance = ''] = await m.run(id, {
      BlockDeviceMappings: [
        { DeviceName: 'sdb', NoDevice: '' },
        { DeviceName: 'sdc', Ebs: { VolumeSize: 4, VolumeType: 'io1', Iops: 200 } },
        { DeviceName: 'sde', VirtualName: 'ephemeral1' },
      ],
    })
    await c.settle()
    assert.deepEqual(Object.keys(await m.volumesOf(instance)), ['/dev/sda', 'sdc'])
    const volumes = c.engine.read(tx =>
      tx.volumes.list().filter(({ attachment }) => attachment?.instanceId === instance),
    )
    assert.deepEqual(
      volumes.map(({ sizeGib, volumeType, iops }) => [sizeGib, volumeType, iops].join(' ')).sort(),
      ['1 standard ', '4 io1 200'],
    )
    assert.deepEqual(
      c.engine.read(tx => tx.instances.must(instance).mappings),
      [{ deviceName: 'sdb' }, { deviceName: 'sde', virtualName: 'ephemeral1' }],
    )
  })
})
