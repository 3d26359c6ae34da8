// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CancelConversionTaskCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  DeleteSnapshotCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2'
import { deviceFile } from '../../../src/engine/node/volume-files'
import { ImportInstanceWithKey$ } from '../../../src/schemas/extended-operations'
import { someDisk } from '../../format/disk/disk-files'
import { streamOptimised } from '../../format/disk/make-vmdk'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { send } from './command'
import { machines, registerEbs } from './ebs-machine'
import { refused } from './expect'
import { isNotTheirs, isNoWorker, passDay } from './imaging-workers'
import { diskImage, firstBytes, importInstance, stateOf, taskOf, Upload } from './uploads'

const disk = someDisk(1_000_448)
const launch = { Architecture: 'x86_64' as const, InstanceType: 'm1.small' as const }

describe('imports of instances', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => endTidy(c))

  const upload = async (who: Clients = c, bucket = 'imports', file = disk) =>
    (await new Upload(who, file, { bucket, partBytes: 300_000 }).all()).url
  const imagesOf = async (who: Clients) =>
    ((await who.ec2().send(new DescribeImagesCommand({ Owners: ['self'] }))).Images ?? []).filter(isNotTheirs)
  const instancesOf = async (who: Clients) =>
    (await who.ec2().send(new DescribeInstancesCommand({}))).Reservations?.flatMap(({ Instances = [] }) =>
      Instances.filter(isNoWorker),
    ) ?? []
  const snapshotsOf = async (who: Clients) =>
    (await who.ec2().send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots ?? []

  it('a disk becomes a running instance of the account that asked for it', async () => {
    const alice = await c.account('alice')
    const url = await upload(alice)
    const id = await importInstance(alice, [url], { Description: 'from a rack' })
    assert.match(id, /^import-i-[0-9a-f]{8}$/)
    const { ImportInstance, ImportVolume, State } = await taskOf(alice, id)
    assert.deepEqual([State, ImportVolume], ['active', undefined])
    assert.deepEqual(ImportInstance, {
      Platform: 'Linux',
      Description: 'from a rack',
      Volumes: [
        {
          ...{ AvailabilityZone: 'PARTI00', BytesConverted: 0, Status: 'active', StatusMessage: 'pending' },
          Image: { Format: 'RAW', Size: 1000, ImportManifestUrl: url },
          Volume: { Size: 1 },
        },
      ],
    })
    await c.pass(60)
    const done = await taskOf(alice, id)
    assert.deepEqual([done.State, done.StatusMessage], ['completed', 'Import task finished successfully'])
    const [volume] = done.ImportInstance?.Volumes ?? []
    assert.deepEqual([volume?.Status, volume?.BytesConverted], ['completed', disk.length])
    const [image] = await imagesOf(alice)
    const { Name, RootDeviceType, Architecture, Description } = image ?? {}
    assert.deepEqual(
      [Name, RootDeviceType, Architecture, Description],
      [`image-${id}`, 'ebs', 'x86_64', 'from a rack'],
    )
    const [instance] = await instancesOf(alice)
    assert.equal(instance?.InstanceId, done.ImportInstance?.InstanceId)
    assert.deepEqual([instance?.State?.Name, instance?.ImageId], ['running', image?.ImageId])
    assert.deepEqual([await imagesOf(c), await instancesOf(c)], [[], []])
    const record = c.engine.read(tx => tx.instances.must(instance?.InstanceId ?? ''))
    const root = firstBytes(deviceFile(c.home, record, '/dev/sda'), disk.length)
    assert.ok(root.equals(disk))
  })

  it('it is launched as it was asked for', async () => {
    await c.ec2().send(new CreateKeyPairCommand({ KeyName: 'mine' }))
    await c.ec2().send(new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'web' }))
    const input = {
      Platform: 'Windows',
      LaunchSpecification: {
        ...{ ...launch, InstanceType: 'm1.medium', GroupNames: ['web'], KeyName: 'mine' },
        ...{ Placement: { AvailabilityZone: 'PARTI01' }, InstanceInitiatedShutdownBehavior: 'terminate' },
        ...{ MonitoringSetting: { Enabled: true }, UserDataText: 'aGVsbG8=' },
      },
      DiskImages: [diskImage(await upload())],
    }
    await send(c.ec2(), ImportInstanceWithKey$, input)
    await c.pass(60)
    const [instance] = await instancesOf(c)
    const { InstanceType, KeyName, Placement, Platform, SecurityGroups, Monitoring, State } = instance ?? {}
    assert.deepEqual(
      [InstanceType, KeyName, Placement?.AvailabilityZone, Platform, Monitoring?.State, State?.Name],
      ['m1.medium', 'mine', 'PARTI01', 'windows', 'enabled', 'running'],
    )
    assert.deepEqual(
      SecurityGroups?.map(({ GroupName }) => GroupName),
      ['web'],
    )
    const record = c.engine.read(tx => tx.instances.must(instance?.InstanceId ?? ''))
    assert.deepEqual([record.userData, record.shutdownBehavior], ['aGVsbG8=', 'terminate'])
  })

  it('a key pair that is not there is refused at once', async () => {
    const input = {
      LaunchSpecification: { ...launch, KeyName: 'nobodys' },
      DiskImages: [diskImage('http://x/y')],
    }
    await refused(
      send(c.ec2(), ImportInstanceWithKey$, { Platform: 'Linux', ...input }),
      'InvalidKeyPair.NotFound',
      /nobodys/,
    )
  })

  it('several disks are the devices of the instance, in their order', async () => {
    const second = streamOptimised(someDisk(200_192))
    const url = await upload()
    const other = await upload(c, 'others', second)
    const id = await importInstance(c, [], { DiskImages: [diskImage(url), diskImage(other, 'VMDK')] })
    await c.pass(60)
    assert.equal((await taskOf(c, id)).State, 'completed')
    const [instance] = await instancesOf(c)
    assert.deepEqual(
      instance?.BlockDeviceMappings?.map(({ DeviceName }) => DeviceName),
      ['/dev/sda', '/dev/sdb'],
    )
    const record = c.engine.read(tx => tx.instances.must(instance?.InstanceId ?? ''))
    const bytes = firstBytes(deviceFile(c.home, record, '/dev/sdb'), 200_192)
    assert.ok(bytes.equals(someDisk(200_192)))
  })

  it('one disk that cannot be read ends all of it', async () => {
    const url = await upload()
    const id = await importInstance(c, [], { DiskImages: [diskImage(url), diskImage(url, 'VMDK')] })
    await c.pass(60)
    const { State, StatusMessage, ImportInstance } = await taskOf(c, id)
    assert.equal(State, 'cancelled')
    assert.match(StatusMessage ?? '', /^Image conversion failed: The image is no VMDK/)
    assert.deepEqual(
      ImportInstance?.Volumes?.map(({ Status, StatusMessage }) => [Status, StatusMessage]),
      [
        ['cancelled', 'failed (internal server error)'],
        ['cancelled', 'failed (internal server error)'],
      ],
    )
    await passDay(c)
    const { Volumes } = await c.ec2().send(new DescribeVolumesCommand({}))
    assert.deepEqual(Volumes, [])
  })

  it('an image that cannot be run is left registered, and the task says so', async () => {
    // Room for the imported volume, and for nothing more.
    c.engine.write(tx => {
      for (const at of [1, 2, 3, 4, 5]) {
        tx.volumes.put({
          ...{ id: `vol-0000000${at}`, account: c.accountId, zone: 'PARTI00', state: 'creating' },
          ...{ sizeGib: at === 5 ? 99 : 100, volumeType: 'standard', createdAt: tx.now },
        })
      }
    })
    const id = await importInstance(c, [await upload()])
    await c.pass(60)
    const [image] = await imagesOf(c)
    const message = `Image registered: ${image?.ImageId}, but run instance failed`
    assert.deepEqual(await stateOf(c, id), ['completed', message])
    assert.deepEqual(await instancesOf(c), [])
    await passDay(c)
    assert.equal((await snapshotsOf(c)).length, 1)
  })

  it('a snapshot that cannot be taken ends it', async () => {
    c.engine.write(tx => {
      tx.snapshots.put({
        ...{ id: 'snap-00000001', account: c.accountId, volumeId: 'vol-ffffffff', sizeGib: 50 },
        ...{ state: 'completed', progress: 100, startedAt: tx.now, isPublic: false },
        ...{ volumeAccounts: [], productCodes: [] },
      })
    })
    const id = await importInstance(c, [await upload()])
    await c.pass(60)
    const [state, message] = await stateOf(c, id)
    assert.equal(state, 'cancelled')
    assert.match(message ?? '', /^Failed to create snapshot: Total Snapshot Size Limit Exceeded/)
  })

  /** The clock is moved until a task says this of itself. */
  const until = async (id: string, text: string): Promise<void> => {
    for (let seconds = 0; seconds < 120; seconds++) {
      if ((await stateOf(c, id))[1] === text) return
      await c.pass(1)
    }
    assert.fail(`it never came to ${text}`)
  }

  it('it can be cancelled while its snapshots are taken, and leaves none', async () => {
    const id = await importInstance(c, [await upload()])
    await until(id, 'Launching instance')
    await c.ec2().send(new CancelConversionTaskCommand({ ConversionTaskId: id }))
    const { State, ImportInstance } = await taskOf(c, id)
    assert.deepEqual([State, ImportInstance?.Volumes?.[0]?.Status], ['cancelling', 'cancelling'])
    await c.pass(120)
    assert.deepEqual(await stateOf(c, id), ['cancelled', 'Cancelled by user'])
    await passDay(c)
    assert.deepEqual(await snapshotsOf(c), [])
    assert.deepEqual((await c.ec2().send(new DescribeVolumesCommand({}))).Volumes, [])
    assert.deepEqual([await imagesOf(c), await instancesOf(c)], [[], []])
  })

  it('what it leaves is kept when somebody made an image of it', async () => {
    const id = await importInstance(c, [await upload()])
    await until(id, 'Launching instance')
    await c.ec2().send(new CancelConversionTaskCommand({ ConversionTaskId: id }))
    await c.pass(120)
    const [snapshot] = await snapshotsOf(c)
    const SnapshotId = snapshot?.SnapshotId ?? ''
    const image = await registerEbs(c, SnapshotId)
    await passDay(c)
    assert.deepEqual(
      (await snapshotsOf(c)).map(one => one.SnapshotId),
      [SnapshotId],
    )
    const m = machines(c)
    assert.equal(await m.stateOf(await m.running(image)), 'running')
  })

  it('a snapshot that somebody deletes meanwhile ends it', async () => {
    const id = await importInstance(c, [await upload()])
    await until(id, 'Launching instance')
    const [snapshot] = await snapshotsOf(c)
    await c.ec2().send(new DeleteSnapshotCommand({ SnapshotId: snapshot?.SnapshotId }))
    await c.pass(10)
    const message = `Failed to create snapshot: The snapshot ${snapshot?.SnapshotId} is gone`
    assert.deepEqual(await stateOf(c, id), ['cancelled', message])
  })
})
