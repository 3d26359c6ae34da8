// SPDX-License-Identifier: BSD-2-Clause
// Snapshots that are written block by block, as EC2 sees them.
import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2'
import { blockBytes } from '../../../src/engine/bytes/blocks'
import { volumeFile } from '../../../src/engine/node/volume-files'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import { blockOf, complete, contentsOf, put, refusedAs, start, written } from './direct'

describe('EC2 and snapshots that are written block by block', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
  })
  afterEach(() => c.close())

  const shown = async (id: string, who: Clients = c) => {
    const { Snapshots } = await who.ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))
    return Snapshots?.[0]
  }

  it('shows one from its beginning, as of no volume', async () => {
    const id = await start(c, { Description: 'mine', Tags: [{ Key: 'k', Value: 'v' }] })
    await put(c, id, 0, blockOf(1), { Progress: 30 })
    const { State, Progress, VolumeId, VolumeSize, Description, OwnerId, Tags, Encrypted } =
      (await shown(id)) ?? {}
    assert.deepEqual(
      { State, Progress, VolumeId, VolumeSize, Description, OwnerId, Tags, Encrypted },
      {
        ...{ State: 'pending', Progress: '30%', VolumeId: 'vol-ffffffff', VolumeSize: 1, Encrypted: false },
        ...{ Description: 'mine', OwnerId: c.accountId, Tags: [{ Key: 'k', Value: 'v' }] },
      },
    )
    await complete(c, id, 1)
    assert.deepEqual([(await shown(id))?.State, (await shown(id))?.Progress], ['completed', '100%'])
  })

  it('says why one failed', async () => {
    const id = await start(c, { Timeout: 10 })
    await c.pass(601)
    const { State, StateMessage } = (await shown(id)) ?? {}
    assert.deepEqual([State, /10 minutes/.test(StateMessage ?? '')], ['error', true])
  })

  it('makes volumes of one, and snapshots of those have the same blocks', async () => {
    const id = await written(c, { 1: blockOf(1), 2047: blockOf(2) })
    const ec2 = c.ec2()
    const { VolumeId = '' } = await ec2.send(
      new CreateVolumeCommand({ SnapshotId: id, AvailabilityZone: 'PARTI00' }),
    )
    await c.pass(30)
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId] }))
    assert.equal(Volumes?.[0]?.State, 'available')
    const file = await open(volumeFile(c.home, VolumeId), 'r+')
    const { buffer } = await file.read(Buffer.alloc(blockBytes), 0, blockBytes, 2047 * blockBytes)
    assert.ok(buffer.equals(blockOf(2)))
    await file.write(blockOf(3), 0, blockBytes, 5 * blockBytes)
    await file.utimes(new Date(0), new Date(0))
    await file.close()
    const { SnapshotId = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId }))
    await c.pass(30)
    assert.deepEqual(await contentsOf(c, SnapshotId), { 1: blockOf(1), 5: blockOf(3), 2047: blockOf(2) })
  })

  it('lets others read one, who then may write what descends from it', async () => {
    const id = await written(alice, { 0: blockOf(1) })
    const carol = await c.account('carol')
    await refusedAs(start(carol, { ParentSnapshotId: id }), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
    await alice.ec2().send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: id,
        CreateVolumePermission: { Add: [{ Group: 'all' }] },
      }),
    )
    const child = await start(carol, { ParentSnapshotId: id })
    await complete(carol, child, 0)
    await c.settle()
    assert.deepEqual(await contentsOf(carol, child), { 0: blockOf(1) })
  })

  it('deletes one before it is complete, and all that was written', async () => {
    const id = await start(c)
    await put(c, id, 0, blockOf(1))
    await c.ec2().send(new DeleteSnapshotCommand({ SnapshotId: id }))
    await refusedAs(put(c, id, 1, blockOf(2)), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
    await c.pass(61)
    assert.deepEqual(
      c.engine.read(tx => [[...tx.blocks.scan()], [...tx.directWrites.scan()]]),
      [[], []],
    )
    assertNoOrphans(c.engine, c.home)
  })
})
