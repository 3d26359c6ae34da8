// SPDX-License-Identifier: BSD-2-Clause
// A cloud that was saved and loaded is the same cloud, and goes on.
import assert from 'node:assert/strict'
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateVolumeCommand,
  DescribeInstancesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { open as openRecords } from 'lmdb'
import { DisturbedError } from '../../../src/engine/archive/errors'
import { takeMoment } from '../../../src/engine/archive/moment'
import { isPart, recordsFile } from '../../../src/engine/archive/parts'
import { archiveOf } from '../../../src/engine/archive/write-archive'
import { Engine } from '../../../src/engine/engine'
import { thisProcess } from '../../../src/engine/processes'
import { forged } from '../../support/archives'
import type { Cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import {
  attach,
  fileOf,
  haveSnapshot,
  haveVolume,
  readAt,
  snapshotOf,
  volumeOf,
  writeAt,
} from '../ec2/volume'
import { type Scene, scene } from '../node/scene'
import { loaded, loadInto, savedBytes, savedFile } from './saved'

const bucket = { Bucket: 'archive' }
const read = async (c: Cloud, Key: string) => {
  const { Body } = await c.s3().send(new GetObjectCommand({ ...bucket, Key }))
  return Body?.transformToString()
}

describe('A cloud that is saved and loaded', () => {
  let s: Scene
  let c: Cloud
  const others: Cloud[] = []
  const open = async (bytes: Buffer, laterSeconds = 0, seed?: string): Promise<Cloud> => {
    const other = await loaded(bytes, c, laterSeconds, seed)
    others.push(other)
    return other
  }
  beforeEach(async () => {
    s = await scene()
    c = s.c
    await c.s3().send(new CreateBucketCommand(bucket))
    await c.s3().send(new PutObjectCommand({ ...bucket, Key: 'key', Body: 'some text' }))
  })
  afterEach(async () => {
    for (const other of others.splice(0)) await other.close()
    await c.close()
  })

  it('has its instances, images, disks, snapshots and objects, and belongs to the same people', async () => {
    const id = await s.one()
    await c.pass(10)
    const volume = await haveVolume(c)
    writeAt(fileOf(c, volume), 700_000_000, 'far inside')
    const snapshot = await haveSnapshot(c, volume)
    await attach(c, volume, id)
    await c.pass(5)
    const other = await open(await savedBytes(c))
    assert.equal(other.key.secret, c.key.secret)
    assertNoOrphans(other.engine, other.home)
    assert.equal(await read(other, 'key'), 'some text')
    const of = async (one: Cloud) => (await one.ec2().send(new DescribeInstancesCommand({}))).Reservations
    assert.deepEqual(await of(other), await of(c))
    assert.equal((await snapshotOf(other, snapshot)).State, 'completed')
    const file = fileOf(other, volume)
    assert.equal(readAt(file, 700_000_000, 10), 'far inside')
    const { size, blocks } = statSync(file)
    assert.deepEqual([size, blocks * 512 < 1_000_000], [2 ** 30, true])
    const device = join(other.home, 'nodes/PARTI00/work', c.accountId, id, 'dev/sdf')
    assert.equal(readlinkSync(device), `../../../../../../volumes/${volume}.raw`)
    // A volume from the snapshot, of blocks that were loaded.
    const made = await haveVolume(other, { SnapshotId: snapshot })
    assert.equal(readAt(fileOf(other, made), 700_000_000, 10), 'far inside')
  })

  it('starts further instances from its cache, which nobody has edited', async () => {
    await s.one()
    await c.pass(10)
    const other = await open(await savedBytes(c))
    const base = join(other.home, 'nodes/PARTI00/cache/entries', s.entryOf(s.images.emi), 'base')
    assert.equal(statSync(base).mode & 0o777, 0o400)
    await other.ec2().send(new RunInstancesCommand({ ImageId: s.images.emi, MinCount: 1, MaxCount: 1 }))
    await other.pass(10)
    const entries = other.engine.read(tx => tx.nodeCache.list())
    assert.deepEqual(
      [...new Set(entries.map(({ modified, state }) => `${modified} ${state}`))],
      ['false ready'],
    )
  })

  it('goes on where it was: what was due is done, also what came due meanwhile', async () => {
    const id = await s.one()
    await c.ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', Size: 1 }))
    const bytes = await savedBytes(c)
    const other = await open(bytes, 60)
    await other.pass(30)
    const { Reservations } = await other.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    assert.equal(Reservations?.[0]?.Instances?.[0]?.State?.Name, 'running')
    const [volume] = other.engine.read(tx => tx.volumes.list())
    assert.equal((await volumeOf(other, volume?.id ?? '')).State, 'available')
    await other.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await other.pass(10)
    assertNoOrphans(other.engine, other.home)
  })

  it('takes no process of the other machine for alive', async () => {
    await c.ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', Size: 1 }))
    // The parent of this process stands for whoever has that number here.
    const holder = { pid: process.ppid, started: '' }
    c.engine.write(tx => {
      for (const job of tx.jobs.list()) tx.jobs.put({ ...job, holder, run: 'over' })
      tx.workers.put(holder)
    })
    const other = await open(await savedBytes(c))
    const held = other.engine.read(tx => [
      ...tx.jobs.list().filter(({ holder }) => holder),
      ...tx.workers.list(),
    ])
    assert.deepEqual(held, [])
    await other.settle()
    assert.deepEqual(
      other.engine.read(tx => [...tx.jobs.list()]),
      [],
    )
  })

  it('has copies of an object as one file', async () => {
    await c.s3().send(new CopyObjectCommand({ ...bucket, Key: 'copy', CopySource: 'archive/key' }))
    const other = await open(await savedBytes(c))
    assert.equal(await read(other, 'copy'), 'some text')
    const ids = other.engine.read(tx =>
      [...tx.blobs.scan()].filter(({ bytes }) => bytes === 9).map(({ id }) => id),
    )
    const inodes = new Set(ids.map(id => statSync(other.engine.around.blobs.path(id)).ino))
    assert.deepEqual([ids.length, inodes.size], [2, 1])
    await other.s3().send(new DeleteObjectCommand({ ...bucket, Key: 'key' }))
    await other.pass(120)
    assert.equal(await read(other, 'copy'), 'some text')
  })

  it('is two clouds when it is loaded twice', async () => {
    const bytes = await savedBytes(c)
    const [one, two] = [await open(bytes, 0, 'one'), await open(bytes, 0, 'two')]
    await one.s3().send(new PutObjectCommand({ ...bucket, Key: 'key', Body: 'other text' }))
    assert.deepEqual([await read(one, 'key'), await read(two, 'key')], ['other text', 'some text'])
    await assert.rejects(loadInto(one.home, bytes, c), /holds a cloud already; --replace puts this one/)
  })

  it('is whole however much was written and deleted while it was saved', async () => {
    let isOver = false
    const write = async (number: number): Promise<void> => {
      for (let round = 0; !isOver; round++) {
        const Key = `${number}/${round % 7}`
        await c.s3().send(new PutObjectCommand({ ...bucket, Key, Body: `${Key} ${round}`.repeat(100) }))
        if (round % 3 === 0) await c.s3().send(new DeleteObjectCommand({ ...bucket, Key }))
        // Removed bodies go at once.
        c.clock.advance(61)
        await c.engine.drain()
      }
    }
    const writing = [write(1), write(2)]
    const archives: Buffer[] = []
    for (let round = 0; round < 2; round++) archives.push(await savedBytes(c))
    isOver = true
    await Promise.all(writing)
    for (const [number, bytes] of archives.entries()) {
      const other = await open(bytes, 3600, `busy ${number}`)
      await other.settle()
      assertNoOrphans(other.engine, other.home)
      const { Contents = [] } = await other.s3().send(new ListObjectsV2Command(bucket))
      for (const { Key = '', Size } of Contents) assert.equal((await read(other, Key))?.length, Size)
    }
    assert.deepEqual(
      readdirSync(c.home).filter(name => !isPart(name)),
      [],
    )
  })

  it('consists of parts that are kept and parts that are known to be left out', async () => {
    await s.one()
    await c.pass(10)
    assert.deepEqual(
      readdirSync(c.home).filter(name => !isPart(name)),
      [],
    )
  })

  it('is brought up to date when an older release saved it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mallee-older-'))
    try {
      c.engine.write(() => copyFileSync(join(c.home, recordsFile), join(folder, 'data.mdb')))
      const format = async (path: string, older?: number): Promise<number | undefined> => {
        const records = openRecords<number, string[]>({ path, noSubdir: false, maxDbs: 1 })
        if (older !== undefined) records.putSync(['~format'], older)
        const found = records.get(['~format'])
        await records.close()
        return found
      }
      await format(folder, 1)
      const files = [
        { path: recordsFile, content: readFileSync(join(folder, 'data.mdb')) },
        { path: 'secrets.key', content: readFileSync(join(c.home, 'secrets.key')) },
      ]
      const home = join(folder, 'cloud')
      await loadInto(home, forged({ head: { records: 1 }, files }), c)
      assert.equal(await format(join(home, 'records')), 2)
      assert.ok(readdirSync(join(home, 'credentials')).includes('eucarc'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  describe('while somebody writes to a disk', () => {
    let volume: string
    let file: number
    beforeEach(async () => {
      volume = await haveVolume(c)
      writeAt(fileOf(c, volume), 0, 'before')
      file = openSync(fileOf(c, volume), 'r+')
    })
    afterEach(() => closeSync(file))

    it('has the disk as it was at one moment', async () => {
      writeSync(file, 'after!', 0)
      const other = await open(await savedBytes(c))
      assert.equal(readAt(fileOf(other, volume), 0, 6), 'after!')
    })

    it('is not saved as a stream when the disk is disturbed after all; a file is begun anew', async function () {
      closeSync(file)
      const signal = new AbortController().signal
      const moment = await takeMoment(c.engine, c.home, signal)
      try {
        const kept = moment.files.find(({ path }) => path.endsWith('.raw'))
        file = openSync(fileOf(c, volume), 'r+')
        // With reflinks nothing disturbs it.
        if (!kept?.isWatched) this.skip()
        truncateSync(fileOf(c, volume), 2 ** 30)
        writeSync(file, 'after!', 0)
        const facts = { records: 2, mallee: '0.1.0', savedAt: '2014-02-16T12:13:16.000Z' }
        const reading = async (files: typeof moment.files): Promise<void> => {
          for await (const _ of archiveOf(files, facts, { signal, onProgress: () => {} }));
        }
        await assert.rejects(reading(moment.files), (error: Error) => {
          assert.ok(error instanceof DisturbedError)
          assert.equal(error.message, `volumes/${volume}.raw was written to while it was read; try again`)
          return true
        })
        const calm = await moment.calm(`volumes/${volume}.raw`)
        await reading(calm.files)
      } finally {
        await moment.release()
      }
    })
  })

  it('leaves nothing when saving is interrupted, and the older file', async () => {
    const to = join(c.home, 'archive.tar.gz')
    await savedFile(c, to)
    const before = statSync(to).ino
    const ending = new AbortController()
    ending.abort(new Error('interrupted'))
    await assert.rejects(savedFile(c, to, ending.signal), /interrupted/)
    assert.equal(statSync(to).ino, before)
    assert.deepEqual(
      readdirSync(c.home).filter(name => !isPart(name)),
      ['archive.tar.gz'],
    )
  })

  it('is cleared away when its saver or loader was killed, and not while that lives', async () => {
    const dead = ['saving.999999999.1.00000000', 'loading.999999999.1.00000000']
    const alive = `saving.${thisProcess.pid}.${thisProcess.started}.00000000`
    for (const name of [...dead, alive]) mkdirSync(join(c.home, name, 'new/bytes'), { recursive: true })
    await (await Engine.open({ home: c.home, clock: c.clock })).close()
    assert.deepEqual(
      readdirSync(c.home).filter(name => !isPart(name)),
      [alive],
    )
    await assert.rejects(
      loadInto(c.home, Buffer.alloc(0), c, true),
      /is saving the cloud in .*; wait until it has ended/,
    )
    rmSync(join(c.home, alive), { recursive: true })
  })
})
