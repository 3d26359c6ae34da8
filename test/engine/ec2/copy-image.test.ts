// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CopyImageCommand,
  CreateTagsCommand,
  DescribeSnapshotsCommand,
  ModifyImageAttributeCommand,
} from '@aws-sdk/client-ec2'
import { snapshotFailed } from '../../../src/engine/ec2/volume-life'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { ext4Disk, registerTiny } from '../../support/tiny-image'
import { haveRootSnapshot, type Machines, machines, registerEbs } from './ebs-machine'
import { refused } from './expect'
import { readAt } from './volume'

describe('copying an image', () => {
  let c: Cloud
  let m: Machines
  let alice: Clients
  let snapshot: string
  let image: string

  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    alice = await c.account('alice')
    snapshot = await haveRootSnapshot(c)
    image = await registerEbs(c, snapshot, {
      Name: 'original',
      Description: 'the first',
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda', Ebs: { SnapshotId: snapshot, DeleteOnTermination: false } },
        { DeviceName: '/dev/sdb', Ebs: { SnapshotId: snapshot } },
        { DeviceName: '/dev/sdc', Ebs: { VolumeSize: 1 } },
      ],
    })
  })
  afterEach(() => endTidy(c, 60))

  const copy = async (input: object = {}, who: Clients = c): Promise<string> => {
    const sent = { SourceRegion: 'eucalyptus', SourceImageId: image, Name: 'a-copy', ...input }
    return (await who.ec2().send(new CopyImageCommand(sent))).ImageId ?? ''
  }
  const permit = (input: object) =>
    c.ec2().send(new ModifyImageAttributeCommand({ ImageId: image, LaunchPermission: { Add: [input] } }))

  it('gives it snapshots of its own, which share their blocks', async () => {
    const blocks = c.engine.read(tx => [...tx.blocks.scan()].length)
    const id = await copy()
    assert.equal((await m.image(id)).State, 'pending')
    await c.pass(10)
    const { State, BlockDeviceMappings = [], Description, ImageLocation, ...copied } = await m.image(id)
    assert.deepEqual([copied.SourceImageId, copied.SourceImageRegion], [image, 'eucalyptus'])
    assert.equal(State, 'available')
    assert.equal(Description, 'the first')
    assert.equal(ImageLocation, `${c.accountId}/a-copy`)
    const [root, second, third] = BlockDeviceMappings.map(({ Ebs }) => Ebs)
    assert.notEqual(root?.SnapshotId, snapshot)
    assert.equal(second?.SnapshotId, root?.SnapshotId)
    assert.equal(third?.SnapshotId, undefined)
    assert.deepEqual([root?.DeleteOnTermination, second?.DeleteOnTermination], [false, true])
    assert.equal(
      c.engine.read(tx => [...tx.blocks.scan()].length),
      blocks,
    )
    const machine = await m.running(id)
    assert.match(readAt(m.device(machine, 'sda'), 8192, 11), /^and some co/)
  })

  it('takes its name and its description from the request, else from the source', async () => {
    assert.equal((await m.image(await copy({ Description: 'the second' }))).Description, 'the second')
    await refused(copy({ Name: undefined }), 'InvalidAMIName.Duplicate')
    await refused(copy({ Name: 'a-copy' }), 'InvalidAMIName.Duplicate')
    await refused(copy({ Name: '?' }), 'InvalidAMIName.Malformed')
    await refused(copy({ Name: 'other', Description: 'x'.repeat(256) }), 'InvalidParameter')
  })

  it('stays within this cloud, and is not encrypted', async () => {
    await refused(copy({ SourceRegion: 'us-east-1' }), 'InvalidParameterValue')
    await refused(copy({ Encrypted: true }), 'UnsupportedOperation')
  })

  it('wants an image that is there and complete', async () => {
    await refused(copy({ SourceImageId: 'emi-00000000' }), 'InvalidAMIID.NotFound')
    await refused(copy({ SourceImageId: 'one' }), 'InvalidAMIID.Malformed')
    c.engine.write(tx => tx.images.put({ ...tx.images.must(image), state: 'pending' }))
    await refused(copy(), 'InvalidAMIID.Unavailable')
  })

  it('wants a right to the image and to its snapshots', async () => {
    await refused(copy({}, alice), 'InvalidAMIID.NotFound')
    await permit({ UserId: alice.accountId })
    await refused(copy({}, alice), 'InvalidRequest')
    c.engine.write(tx => tx.snapshots.put({ ...tx.snapshots.must(snapshot), isPublic: true }))
    const id = await copy({ Name: undefined }, alice)
    await c.pass(10)
    const hers = await machines(c, alice).image(id)
    assert.deepEqual([hers.OwnerId, hers.Name, hers.Public], [alice.accountId, 'original', false])
  })

  it('takes tags along when it is to, and gives some to the snapshots', async () => {
    const tags = (Value: string) => [{ Key: 'is', Value }]
    await c.ec2().send(new CreateTagsCommand({ Resources: [image], Tags: tags('original') }))
    assert.deepEqual((await m.image(await copy())).Tags, [])
    const kept = await m.image(await copy({ Name: 'second', CopyImageTags: true }))
    assert.deepEqual(kept.Tags, tags('original'))
    const TagSpecifications = ['image', 'snapshot'].map(type => ({ ResourceType: type, Tags: tags(type) }))
    const id = await copy({ Name: 'third', CopyImageTags: true, TagSpecifications })
    const own = await m.image(id)
    assert.deepEqual(own.Tags, tags('image'))
    const SnapshotIds = [own.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '']
    const { Snapshots } = await c.ec2().send(new DescribeSnapshotsCommand({ SnapshotIds }))
    assert.deepEqual(Snapshots?.[0]?.Tags, tags('snapshot'))
  })

  it('fails when a snapshot cannot be copied', async () => {
    const id = await copy()
    const own = (await m.image(id)).BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''
    c.engine.write(tx => snapshotFailed(tx, own, 'the disk is broken'))
    await c.pass(10)
    const { State, StateReason } = await m.image(id)
    assert.deepEqual([State, StateReason?.Message], ['failed', 'the disk is broken'])
  })

  it('of instance store is another record of the same bundle, for the bundle’s owner', async () => {
    const store = await registerTiny(c, { disk: ext4Disk('x') }, { VirtualizationType: 'hvm' })
    const id = await copy({ SourceImageId: store })
    const [original, other] = [await m.image(store), await m.image(id)]
    assert.equal(other.State, 'available')
    assert.equal(other.RootDeviceType, 'instance-store')
    assert.equal(other.ImageLocation, original.ImageLocation)
    await m.running(id)
    await c
      .ec2()
      .send(
        new ModifyImageAttributeCommand({ ImageId: store, LaunchPermission: { Add: [{ Group: 'all' }] } }),
      )
    await refused(copy({ SourceImageId: store }, alice), 'AuthFailure', 'Manifest is not accessible')
    const kernel = await registerTiny(c, { disk: Buffer.from('k'), type: 'kernel' })
    assert.match(await copy({ SourceImageId: kernel, Name: 'kernel' }), /^eki-/)
  })

  it('is answered once for one client token', async () => {
    const input = { ClientToken: 'once' }
    assert.equal(await copy(input), await copy(input))
  })
})
