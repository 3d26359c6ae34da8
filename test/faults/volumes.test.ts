// SPDX-License-Identifier: BSD-2-Clause
// Volumes and snapshots whose makers die, or whose disk is full: what was finished keeps its bytes, what was not is
// taken over or says so, and nothing is left that belongs to nobody.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { blockBytes, blocksOf } from '../../src/engine/bytes/blocks'
import type { Engine } from '../../src/engine/engine'
import { chance, type ServedCloud, serveCloud, type Workplace, workplace } from '../support/built'
import '../support/cloud'
import { canMount, inspect, mountSmall, unmount } from './cloud-folder'

const clientOf = ({ endpoint, accessKeyId, secretAccessKey }: ServedCloud) =>
  new EC2Client({
    region: 'eucalyptus',
    endpoint: `${endpoint}/services/compute`,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  })

// Each reads some volumes of a GiB. For a campaign: MALLEE_ROUNDS=20.
const rounds = Number(process.env.MALLEE_ROUNDS ?? 3)

const mib = 2 ** 20
const fileOf = (home: string, id: string): string => join(home, 'volumes', `${id}.raw`)

const scribble = (path: string, places: readonly number[], bytes = mib): void => {
  const file = openSync(path, 'r+')
  for (const place of places) writeSync(file, randomBytes(bytes), 0, bytes, place)
  closeSync(file)
}

const zero = createHash('sha256').update(Buffer.alloc(blockBytes)).digest('hex')

/** What each block of a file of one GiB is, as the snapshot would name it. */
const namesOf = (path: string): string => {
  const hash = createHash('sha256')
  const data = Buffer.alloc(blockBytes)
  const file = openSync(path, 'r')
  for (let index = 0; index < 2048; index++) {
    readSync(file, data, 0, blockBytes, index * blockBytes)
    const name = createHash('sha256').update(data).digest('hex')
    if (name !== zero) hash.update(`${index} ${name}\n`)
  }
  closeSync(file)
  return hash.digest('hex')
}

/** The same of a snapshot, from the bytes that are on disk for it. */
const namesOfSnapshot = (engine: Engine, id: string): string => {
  const places = engine.read(tx =>
    [...blocksOf(tx, id)].map(place => ({ ...place, ...tx.blocks.must(place.hash), index: place.index })),
  )
  const hash = createHash('sha256')
  for (const { index, blob } of places) {
    const name = createHash('sha256')
      .update(readFileSync(engine.around.blobs.path(blob)))
      .digest('hex')
    hash.update(`${index} ${name}\n`)
  }
  return hash.digest('hex')
}

const quietly = async (work: Promise<unknown>): Promise<void> => {
  await work.catch(error => assert.match(String(error.code ?? error.name), /ECONNRE|EPIPE|socket|Error/))
}

describe('volumes and snapshots of a server that is killed', () => {
  let place: Workplace
  beforeEach(() => {
    place = workplace()
  })
  afterEach(() => place.close())

  it('are finished by the next, and what was finished keeps its bytes', async () => {
    const draw = chance(2010)
    let served = await serveCloud(place)
    const { VolumeId = '' } = await clientOf(served).send(
      new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', Size: 1 }),
    )
    await inspect(place.home, () => {})
    const finished = new Map<string, string>()
    const expected = new Map<string, string>()
    for (let round = 0; round < rounds; round++) {
      scribble(
        fileOf(place.home, VolumeId),
        Array.from({ length: 20 }, () => draw(1000) * mib),
      )
      const names = namesOf(fileOf(place.home, VolumeId))
      const ec2 = clientOf(served)
      const { SnapshotId = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId }))
      expected.set(SnapshotId, names)
      const [ready] = finished.keys()
      if (ready) {
        await quietly(ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', SnapshotId: ready })))
      }
      await pause(draw(250))
      served.server.child.kill('SIGKILL')
      await served.server.ended
      served = await serveCloud(place)
      await pause(draw(100))
      served.server.child.kill('SIGKILL')
      await served.server.ended
      await inspect(place.home, engine => {
        for (const [id, was] of [...finished, ...expected]) {
          assert.equal(
            engine.read(tx => tx.snapshots.must(id).state),
            'completed',
          )
          assert.equal(namesOfSnapshot(engine, id), was, `${id} in round ${round}`)
        }
        for (const volume of engine.read(tx => tx.volumes.list())) {
          assert.equal(volume.state, 'available')
          const was = volume.snapshotId && expected.get(volume.snapshotId)
          if (was) assert.equal(namesOf(fileOf(place.home, volume.id)), was)
        }
        for (const [id, was] of expected) finished.set(id, was)
      })
      served = await serveCloud(place)
    }
    const ec2 = clientOf(served)
    const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
    assert.equal(Snapshots.length, rounds)
    for (const { SnapshotId } of Snapshots) await ec2.send(new DeleteSnapshotCommand({ SnapshotId }))
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({}))
    assert.ok(Volumes.length > 1)
    for (const { VolumeId } of Volumes) await ec2.send(new DeleteVolumeCommand({ VolumeId }))
    await pause(draw(60))
    served.server.child.kill('SIGKILL')
    await served.server.ended
    await inspect(place.home, engine => {
      assert.equal(
        engine.read(tx => [...tx.blocks.scan()].length),
        0,
      )
      assert.deepEqual(
        engine.read(tx => tx.volumes.list()).filter(({ state }) => state !== 'deleted'),
        [],
      )
    })
  })
})

describe('volumes and snapshots on a full disk', () => {
  let place: Workplace
  before(function () {
    if (!canMount) this.skip()
  })
  beforeEach(() => {
    place = workplace()
    mountSmall(place, '48m')
  })
  afterEach(() => unmount(place))

  it('end in error with the reason, and leave no bytes', async () => {
    const tool = async (...words: string[]) => {
      const outcome = await place.run(words)
      assert.deepEqual([outcome.status, outcome.stderr], [0, ''], words.join(' '))
      return outcome.stdout.trim().split('\t')
    }
    const [, volume = ''] = await tool('euca-create-volume', '-s', '1', '-z', 'PARTI00')
    await inspect(place.home, () => {})
    scribble(fileOf(place.home, volume), [0, 300 * mib], 6 * mib)
    const [, kept = ''] = await tool('euca-create-snapshot', volume)
    const names = namesOf(fileOf(place.home, volume))
    await inspect(place.home, engine => assert.equal(namesOfSnapshot(engine, kept), names))
    writeFileSync(join(place.home, 'filler'), Buffer.alloc(8 * mib, 1))
    scribble(fileOf(place.home, volume), [700 * mib], 8 * mib)
    const [, lost = ''] = await tool('euca-create-snapshot', volume)
    await inspect(place.home, engine => {
      const snapshot = engine.read(tx => tx.snapshots.must(lost))
      assert.equal(snapshot.state, 'error')
      assert.match(snapshot.message ?? '', /no space left/i)
      assert.equal(namesOfSnapshot(engine, kept), names)
    })
    const [, second = ''] = await tool('euca-create-volume', '--snapshot', kept, '-z', 'PARTI00')
    await inspect(place.home, engine => {
      const volume = engine.read(tx => tx.volumes.must(second))
      assert.equal(volume.state, 'error')
      assert.match(volume.reason ?? '', /no space left/i)
    })
    await tool('euca-delete-volume', second)
    await tool('euca-delete-snapshot', lost)
    await inspect(place.home, engine => assert.equal(namesOfSnapshot(engine, kept), names))
  })
})
