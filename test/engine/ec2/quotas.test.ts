// SPDX-License-Identifier: BSD-2-Clause
// Quotas: what policies let an account, or a user, have of EC2.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { ext4Disk, registerTiny } from '../../support/tiny-image'
import { start } from '../ebs/direct'
import { havePolicy } from '../sts/people'
import { refused } from './expect'
import { documentOf, gate, type Person, person, type Statement } from './people'
import { haveVolume } from './volume'

/** `{"Effect":"Limit", …}` beside leave for everything. */
const limited = (quotas: Readonly<Record<string, number>>, Action = '*'): readonly Statement[] => [
  { Action: '*' },
  ...Object.entries(quotas).map(([key, most]) => ({
    ...{ Effect: 'Limit' as const, Action },
    Condition: { NumericLessThanEquals: { [`ec2:quota-${key}`]: String(most) } },
  })),
]

type Who = Pick<Clients, 'ec2' | 'ebs'>

describe('quotas of EC2', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person
  let image: string

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    carl = person(c, alice, 'carl')
    image = await registerTiny(c, { disk: ext4Disk('hers') }, { VirtualizationType: 'hvm' }, alice)
  })
  afterEach(() => c.close())

  const makeVolume = (who: Who, Size = 1) =>
    who.ec2().send(new sdk.CreateVolumeCommand({ AvailabilityZone: 'PARTI00', Size }))

  const run = (who: Who, more: Partial<sdk.RunInstancesCommandInput> = {}) =>
    who.ec2().send(new sdk.RunInstancesCommand({ ImageId: image, MinCount: 1, MaxCount: 1, ...more }))

  const counts = () =>
    c.engine.read(tx => [
      ...[tx.instances, tx.volumes, tx.snapshots, tx.images, tx.addresses, tx.securityGroups].map(
        table => table.list().length,
      ),
      tx.jobs.list().length,
    ])

  /** Refused, and nothing made. */
  const exceeds = async (call: () => Promise<unknown>, code: string): Promise<void> => {
    await c.settle()
    const was = counts()
    await refused(call(), code)
    assert.deepEqual(counts(), was)
  }

  let number = 0
  const register = (who: Clients) =>
    registerTiny(c, { disk: ext4Disk('more') }, { VirtualizationType: 'hvm', Name: `image-${number++}` }, who)
  const makeGroup = (who: Who) =>
    who.ec2().send(new sdk.CreateSecurityGroupCommand({ GroupName: `q${number++}`, Description: 'q' }))
  const allocate = (who: Who) => who.ec2().send(new sdk.AllocateAddressCommand({}))

  describe('of an account', () => {
    it('hold for its administrator', async () => {
      gate(c, alice, ...limited({ volumenumber: 2 }))
      await makeVolume(alice)
      await makeVolume(alice)
      await exceeds(() => makeVolume(alice), 'VolumeLimitExceeded')
    })

    it('count what all its users have', async () => {
      gate(c, alice, ...limited({ volumenumber: 2 }))
      carl.may({ Action: '*' })
      await makeVolume(alice)
      const { VolumeId } = await makeVolume(carl)
      await exceeds(() => makeVolume(carl), 'VolumeLimitExceeded')
      await c.settle()
      await alice.ec2().send(new sdk.DeleteVolumeCommand({ VolumeId }))
      await c.settle()
      await makeVolume(carl)
      const bob = await c.account('bob')
      for (let made = 0; made < 3; made++) await makeVolume(bob)
    })

    it('hold not for the cloud’s administrators', async () => {
      gate(c, c, ...limited({ volumenumber: 0 }))
      await makeVolume(c)
    })
  })

  describe('of a user', () => {
    it('count what he made himself', async () => {
      await makeVolume(alice)
      carl.may(...limited({ volumenumber: 1 }))
      await makeVolume(carl)
      await exceeds(() => makeVolume(carl), 'VolumeLimitExceeded')
      await makeVolume(alice)
    })

    it('hold together with those of his account', async () => {
      gate(c, alice, ...limited({ volumenumber: 2 }))
      carl.may(...limited({ volumenumber: 10 }))
      await makeVolume(alice)
      await makeVolume(carl)
      await exceeds(() => makeVolume(carl), 'VolumeLimitExceeded')
    })

    it('hold for the actions that they name', async () => {
      carl.may(...limited({ volumenumber: 0 }, 'ec2:CreateVolume'))
      await exceeds(() => makeVolume(carl), 'VolumeLimitExceeded')
      carl.may(...limited({ volumenumber: 0 }, 'ec2:RunInstances'))
      await makeVolume(carl)
    })
  })

  it('of a group hold for nobody, as in Eucalyptus', async () => {
    c.engine.write(tx => {
      const user = tx.users.in(alice.accountId).must('carl')
      tx.users.in(alice.accountId).put({ ...user, groups: ['team'] })
    })
    havePolicy(c, alice.accountId, 'group/team', documentOf(limited({ volumenumber: 0 })))
    await makeVolume(carl)
  })

  it('limit the size of volumes, also of those that grow', async () => {
    carl.may(...limited({ volumetotalsize: 5 }))
    await exceeds(() => makeVolume(carl, 6), 'VolumeLimitExceeded')
    const { VolumeId } = await makeVolume(carl, 3)
    await exceeds(() => makeVolume(carl, 3), 'VolumeLimitExceeded')
    await c.settle()
    const grow = (Size: number) => carl.ec2().send(new sdk.ModifyVolumeCommand({ VolumeId, Size }))
    await exceeds(() => grow(6), 'VolumeLimitExceeded')
    await grow(4)
    await makeVolume(carl, 1)
    await exceeds(() => makeVolume(carl, 1), 'VolumeLimitExceeded')
  })

  it('limit snapshots, however they are made', async () => {
    const VolumeId = await haveVolume(c, {}, alice)
    carl.may(...limited({ snapshotnumber: 1 }))
    const take = () => carl.ec2().send(new sdk.CreateSnapshotCommand({ VolumeId }))
    const { SnapshotId } = await take()
    await c.settle()
    await exceeds(take, 'SnapshotLimitExceeded')
    const copy = { SourceRegion: 'eucalyptus', SourceSnapshotId: SnapshotId }
    await exceeds(() => carl.ec2().send(new sdk.CopySnapshotCommand(copy)), 'SnapshotLimitExceeded')
    await exceeds(() => start({ ...alice, ...carl }), 'ServiceQuotaExceededException')
    await carl.ec2().send(new sdk.DeleteSnapshotCommand({ SnapshotId }))
    await c.settle()
    await start({ ...alice, ...carl })
    await exceeds(take, 'SnapshotLimitExceeded')
  })

  it('limit images, however they are made', async () => {
    gate(c, alice, ...limited({ imagenumber: 2 }))
    await register(alice)
    await exceeds(() => register(alice), 'ResourceLimitExceeded')
    const copy = { SourceRegion: 'eucalyptus', SourceImageId: image, Name: 'copy' }
    await exceeds(() => alice.ec2().send(new sdk.CopyImageCommand(copy)), 'ResourceLimitExceeded')
    await alice.ec2().send(new sdk.DeregisterImageCommand({ ImageId: image }))
    await register(alice)
  })

  it('limit images of volumes and of machines that boot from one', async () => {
    const VolumeId = await haveVolume(c, {}, alice)
    const { SnapshotId } = await alice.ec2().send(new sdk.CreateSnapshotCommand({ VolumeId }))
    await c.settle()
    const registration = (Name: string) =>
      new sdk.RegisterImageCommand({
        ...{ Name, RootDeviceName: '/dev/sda' },
        BlockDeviceMappings: [{ DeviceName: '/dev/sda', Ebs: { SnapshotId } }],
      })
    const { ImageId } = await alice.ec2().send(registration('ebs'))
    const { Instances } = await run(alice, { ImageId })
    await c.pass(30)
    const InstanceId = Instances?.[0]?.InstanceId
    gate(c, alice, ...limited({ imagenumber: 2 }))
    await exceeds(() => alice.ec2().send(registration('more')), 'ResourceLimitExceeded')
    const create = () => alice.ec2().send(new sdk.CreateImageCommand({ InstanceId, Name: 'made' }))
    await exceeds(create, 'ResourceLimitExceeded')
    gate(c, alice, ...limited({ snapshotnumber: 1 }))
    await exceeds(create, 'SnapshotLimitExceeded')
    gate(c, alice, ...limited({ volumenumber: 2 }))
    await exceeds(() => run(alice, { ImageId }), 'VolumeLimitExceeded')
    gate(c, alice, ...limited({ imagenumber: 3, snapshotnumber: 2, volumenumber: 3 }))
    await create()
    await run(alice, { ImageId })
  })

  it('limit addresses and security groups', async () => {
    carl.may(...limited({ addressnumber: 1, securitygroupnumber: 1 }))
    await allocate(carl)
    await exceeds(() => allocate(carl), 'AddressLimitExceeded')
    await makeGroup(carl)
    await exceeds(() => makeGroup(carl), 'SecurityGroupLimitExceeded')
    // The account's own first group counts for the account.
    gate(c, alice, ...limited({ securitygroupnumber: 3 }))
    await makeGroup(alice)
    await exceeds(() => makeGroup(alice), 'SecurityGroupLimitExceeded')
  })

  it('limit instances: all or those that run, and what their types have', async () => {
    const each: readonly (readonly [string, number])[] = [
      ['vminstancenumber', 2],
      ['vminstanceactivenumber', 2],
      ['cputotalsize', 2],
      ['memorytotalsize', 600],
      ['disktotalsize', 14],
    ]
    for (const [key, most] of each) {
      carl.may(...limited({ [key]: most }))
      const { Instances } = await run(carl, { MinCount: 1, MaxCount: 5 })
      assert.equal(Instances?.length, 2, key)
      await exceeds(() => run(carl), 'InstanceLimitExceeded')
      const InstanceIds = Instances.map(({ InstanceId = '' }) => InstanceId)
      await carl.ec2().send(new sdk.TerminateInstancesCommand({ InstanceIds }))
      await c.pass(60)
      await exceeds(() => run(carl, { MinCount: 3, MaxCount: 3 }), 'InstanceLimitExceeded')
    }
  })

  it('count stopped instances by their number alone, and hold when one is started', async () => {
    const VolumeId = await haveVolume(c, {}, alice)
    const { SnapshotId } = await alice.ec2().send(new sdk.CreateSnapshotCommand({ VolumeId }))
    await c.settle()
    const BlockDeviceMappings = [{ DeviceName: '/dev/sda', Ebs: { SnapshotId } }]
    const { ImageId } = await alice
      .ec2()
      .send(new sdk.RegisterImageCommand({ Name: 'ebs', RootDeviceName: '/dev/sda', BlockDeviceMappings }))
    carl.may(...limited({ vminstanceactivenumber: 1, vminstancenumber: 2 }))
    const { Instances } = await run(carl, { ImageId })
    await c.pass(30)
    const InstanceIds = [Instances?.[0]?.InstanceId ?? '']
    await carl.ec2().send(new sdk.StopInstancesCommand({ InstanceIds }))
    await c.pass(60)
    await run(carl)
    await exceeds(() => run(carl), 'InstanceLimitExceeded')
    const again = () => carl.ec2().send(new sdk.StartInstancesCommand({ InstanceIds }))
    await exceeds(again, 'InstanceLimitExceeded')
    carl.may(...limited({ vminstanceactivenumber: 2 }))
    await again()
  })

  it('hold for what is made later for whoever ordered it', async () => {
    const id = 'import-vol-0000ca71'
    c.engine.write(tx => {
      tx.conversions.put({
        ...{ id, account: alice.accountId, userName: 'carl', state: 'INSTANTIATING', message: '' },
        ...{ zone: 'PARTI00', endpoint: '', createdAt: tx.now, changedAt: tx.now, expiresAt: tx.now },
        disks: [],
        launch: {
          ...{ platform: '', architecture: 'x86_64', instanceType: 'm1.small', groupIds: [] },
          monitoring: false,
        },
        imageId: image,
      })
      tx.start('conversion.advance', id)
    })
    carl.may(...limited({ vminstancenumber: 0 }))
    await c.settle()
    const task = c.engine.read(tx => tx.conversions.must(id))
    assert.equal(task.message, `Image registered: ${image}, but run instance failed`)
    assert.equal(
      c.engine.read(tx => tx.instances.list().length),
      0,
    )
  })
})
