// SPDX-License-Identifier: BSD-2-Clause
// Volumes, snapshots, images and instances that get in each other's way, and time that leaps.
import assert from 'node:assert/strict'
import {
  CreateImageCommand,
  CreateSnapshotCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { haveRootSnapshot, type Machines, machines, registerEbs } from './ebs-machine'
import { refused } from './expect'
import { fileOf, haveSnapshotOf, haveVolume, readAt, snapshotOf, volumeOf, writeAt } from './volume'

const halfAYear = 86_400 * 200

describe('volumes and instances together', () => {
  let c: Cloud
  let m: Machines
  let image: string

  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    image = await registerEbs(c, await haveRootSnapshot(c))
  })
  afterEach(() => endTidy(c, 60))

  const kept = { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 1, DeleteOnTermination: false } }
  const states = async () => {
    const { Volumes = [] } = await c.ec2().send(new DescribeVolumesCommand({}))
    return Volumes.map(({ State }) => State).sort()
  }
  /** Nobody makes volumes until this is called. */
  const holdVolumes = (): (() => void) => {
    const held = c.engine.read(tx => tx.jobs.list().filter(({ job }) => job === 'volume.fill'))
    c.engine.write(tx => {
      for (const { id } of held) tx.jobs.delete(id)
    })
    return () =>
      c.engine.write(tx => {
        for (const { target } of held) tx.start('volume.fill', target)
      })
  }
  const stoppedEarly = async () => {
    const [id = ''] = await m.run(image)
    const goOn = holdVolumes()
    await m.stop(id)
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'stopped')
    return { id, goOn }
  }

  it('an instance that ends while its volumes are made leaves those that were to stay', async () => {
    const [id = ''] = await m.run(image, { BlockDeviceMappings: [kept] })
    const goOn = holdVolumes()
    await m.terminate(id)
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'terminated')
    assert.deepEqual(await states(), ['available', 'creating', 'deleted'])
    goOn()
    await c.settle()
    assert.deepEqual(await states(), ['available', 'available', 'deleted'])
  })

  it('no image is made of an instance that was stopped before it had its volumes', async () => {
    const { id, goOn } = await stoppedEarly()
    const create = () => c.ec2().send(new CreateImageCommand({ InstanceId: id, Name: 'early' }))
    await refused(create(), 'IncorrectState', /^Volume vol-[0-9a-f]{8} not yet ready$/)
    goOn()
    await c.settle()
    const { ImageId = '' } = await create()
    await c.pass(30)
    assert.equal((await m.image(ImageId)).State, 'available')
  })

  it('an instance that was stopped before it had its volumes waits for them when it is started', async () => {
    const { id, goOn } = await stoppedEarly()
    await m.start(id)
    await c.pass(60)
    assert.equal(await m.stateOf(id), 'pending')
    goOn()
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'running')
  })

  it('a volume that failed outlives its instance when it was to, and can be deleted', async () => {
    const snapshot = await haveSnapshotOf(c, 'lost')
    const mapping = { ...kept, Ebs: { ...kept.Ebs, SnapshotId: snapshot } }
    const blocks = c.engine.read(tx =>
      [...tx.snapshotBlocks.scan({ under: [snapshot] })].map(({ hash }) => tx.blocks.must(hash)),
    )
    c.engine.write(tx => {
      for (const block of blocks) tx.blocks.put({ ...block, blob: 'gone' })
    })
    const [id = ''] = await m.run(image, { BlockDeviceMappings: [mapping] })
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'terminated')
    assert.deepEqual(await states(), ['available', 'available', 'deleted', 'error'])
    const failed = c.engine.read(tx => tx.volumes.list().find(({ state }) => state === 'error'))
    await c.ec2().send(new DeleteVolumeCommand({ VolumeId: failed?.id }))
    await refused(volumeOf(c, failed?.id ?? ''), 'InvalidVolume.NotFound')
    c.engine.write(tx => {
      for (const block of blocks) tx.blocks.put(block)
    })
  })

  it('two instances of one image have a root each', async () => {
    const ids = await m.run(image, { MinCount: 2, MaxCount: 2 })
    await c.pass(5)
    for (const id of ids) writeAt(m.device(id, 'sda'), 4096, id)
    for (const id of ids) assert.equal(readAt(m.device(id, 'sda'), 4096, 10), id)
    const roots = await Promise.all(ids.map(async id => (await m.volumesOf(id))['/dev/sda']))
    assert.equal(new Set(roots).size, 2)
  })

  it('an image can be made of an instance while a snapshot is taken of its root', async () => {
    const id = await m.running(image)
    const { '/dev/sda': VolumeId = '' } = await m.volumesOf(id)
    writeAt(fileOf(c, VolumeId), 4096, 'both')
    const { SnapshotId = '' } = await c.ec2().send(new CreateSnapshotCommand({ VolumeId }))
    const sent = { InstanceId: id, Name: 'both', NoReboot: true }
    const { ImageId = '' } = await c.ec2().send(new CreateImageCommand(sent))
    await c.pass(30)
    const { State, BlockDeviceMappings } = await m.image(ImageId)
    assert.equal(State, 'available')
    for (const snapshot of [SnapshotId, BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '']) {
      assert.equal((await snapshotOf(c, snapshot)).State, 'completed')
      const copy = await haveVolume(c, { SnapshotId: snapshot })
      assert.equal(readAt(fileOf(c, copy), 4096, 4), 'both')
    }
  })

  it('half a year later what runs still runs, what is kept is kept, and what ended is forgotten', async () => {
    const running = await m.running(image, { BlockDeviceMappings: [kept] })
    const stopped = await m.running(image)
    const ended = await m.running(image)
    await m.stop(stopped)
    await m.terminate(ended)
    const volumes = await m.volumesOf(running)
    await c.pass(halfAYear)
    assert.equal(await m.stateOf(running), 'running')
    assert.equal(await m.stateOf(stopped), 'stopped')
    await refused(m.instance(ended), 'InvalidInstanceID.NotFound')
    assert.deepEqual(await m.volumesOf(running), volumes)
    assert.deepEqual(await states(), ['available', 'in-use', 'in-use', 'in-use'])
    await m.start(stopped)
    await c.pass(5)
    assert.equal(await m.stateOf(stopped), 'running')
  })
})
