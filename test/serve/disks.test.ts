// SPDX-License-Identifier: BSD-2-Clause
// What `mallee volume-path` and `mallee status` tell of disks.
import assert from 'node:assert/strict'
import { closeSync, lstatSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { blockBytes } from '../../src/engine/bytes/blocks'
import type { Attachment, Volume, VolumeState } from '../../src/engine/ec2/schema/volumes'
import { newSnapshot } from '../../src/engine/ec2/snapshots'
import { newVolume } from '../../src/engine/ec2/volumes'
import { statusOf } from '../../src/serve/status'
import { volumePathOf } from '../../src/serve/volume-path'
import { loader } from '../cli/process'
import { haveInstance } from '../engine/ec2/instance'
import { type Cloud, cloud } from '../support/cloud'

const gib = 1024 ** 3

describe('The disks of a cloud', () => {
  let c: Cloud
  before(() => loader)
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const haveVolume = async (sizeGib = 1): Promise<Volume> => {
    const { id } = c.engine.write(tx => newVolume(tx, { zone: 'PARTI00', sizeGib, volumeType: 'standard' }))
    await c.settle()
    return c.engine.read(tx => tx.volumes.must(id))
  }

  const change = (volume: Volume, changes: Partial<Volume>): void => {
    c.engine.write(tx => tx.volumes.put({ ...volume, ...changes }))
  }

  const attached = (state: Attachment['state']): Attachment => ({
    instanceId: 'i-00000001',
    device: '/dev/sdf',
    state,
    attachedAt: new Date(c.clock.now()),
    deleteOnTermination: false,
  })

  const write = (path: string, bytes: Buffer, places: readonly number[]): void => {
    const file = openSync(path, 'r+')
    for (const place of places) writeSync(file, bytes, 0, bytes.length, place)
    closeSync(file)
  }

  const read = (path: string, count: number): string => {
    const file = openSync(path, 'r')
    const bytes = Buffer.alloc(count)
    readSync(file, bytes, 0, count, 0)
    closeSync(file)
    return bytes.toString()
  }

  const path = (id: string) => volumePathOf(c.home, id, c.clock)

  it('a free volume is a sparse file of its size', async () => {
    const { id } = await haveVolume()
    const { size, blocks } = statSync(await path(id))
    assert.equal(size, gib)
    assert.equal(blocks, 0)
    assert.equal(await path(id), join(c.home, 'volumes', `${id}.raw`))
  })

  it('a volume of a running instance is a device in its folder, which is the same file', async () => {
    const volume = await haveVolume()
    haveInstance(c, { id: 'i-00000001' })
    change(volume, { attachment: attached('attaching') })
    c.engine.write(tx => tx.start('volume.show', volume.id))
    await c.settle()
    const device = await path(volume.id)
    assert.match(device, /\/i-00000001\/dev\/sdf$/)
    assert.ok(lstatSync(device).isSymbolicLink())
    write(device, Buffer.from('written'), [0])
    assert.equal(read(join(c.home, 'volumes', `${volume.id}.raw`), 7), 'written')
  })

  it('it is its own file again while that is being undone, and while the instance is stopped', async () => {
    const volume = await haveVolume()
    haveInstance(c, { id: 'i-00000001', state: 'stopped' })
    for (const state of ['attaching', 'attached', 'detaching'] as const) {
      change(volume, { attachment: attached(state) })
      assert.equal(await path(volume.id), join(c.home, 'volumes', `${volume.id}.raw`))
    }
  })

  it('a volume that has no bytes is told from one that does not exist', async () => {
    const volume = await haveVolume()
    for (const state of ['creating', 'deleting', 'deleted', 'error'] satisfies VolumeState[]) {
      change(volume, { state })
      await assert.rejects(path(volume.id), {
        name: 'NoDiskError',
        message: `The volume '${volume.id}' is ${state}.`,
      })
    }
    await assert.rejects(path('vol-00000000'), (error: Error) =>
      error.message.endsWith(`'vol-00000000' does not exist in ${c.home}.`),
    )
  })

  it('status counts each of their bytes once, and says what identical blocks saved', async () => {
    const volume = await haveVolume()
    haveInstance(c, { id: 'i-00000001' })
    change(volume, { attachment: attached('attaching') })
    c.engine.write(tx => tx.start('volume.show', volume.id))
    await c.settle()
    // Two blocks alike, taken twice: four places, one block.
    write(await path(volume.id), Buffer.alloc(blockBytes, 7), [0, 10 * blockBytes])
    for (let taken = 0; taken < 2; taken++) {
      c.engine.write(tx => newSnapshot(tx, volume))
      await c.settle()
    }
    const gone = await haveVolume(5)
    change(gone, { state: 'deleted' })
    const { counts, disks, folders } = (await statusOf(c.home, c.clock)) ?? assert.fail()
    assert.equal(counts.volumes, 1)
    assert.equal(counts.snapshots, 2)
    assert.deepEqual(disks.snapshots, { logical: 2 * gib, real: blockBytes, shared: 3 * blockBytes })
    assert.deepEqual(disks.volumes, { logical: gib, real: 2 * blockBytes, shared: 0 })
    assert.equal(folders.volumes?.real, 2 * blockBytes)
    assert.ok((folders.nodes?.logical ?? 0) < gib, 'the link to the volume was followed')
  })
})
