// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeregisterImageCommand, GetConsoleOutputCommand } from '@aws-sdk/client-ec2'
import { DeleteObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { flushCached } from '../../../src/engine/ec2/image-cache'
import { beginFetch, claimRoom } from '../../../src/engine/node/cache'
import { removeEntry } from '../../../src/engine/node/cache-files'
import type { JobContext, Tx } from '../../../src/engine/operation'
import { ext4Disk } from '../../support/tiny-image'
import { disk, type Scene, scene } from './scene'

describe('a node’s image cache', () => {
  let s: Scene

  beforeEach(async () => {
    s = await scene()
  })
  afterEach(() => s.c.close())

  it('the next instance on the node uses the cached copy', async () => {
    await s.one()
    await s.c.pass(5)
    const id = await s.one()
    await s.c.pass(5)
    assert.equal((await s.instance(id))?.State?.Name, 'running')
    assert.equal(s.fetches(), 1)
  })

  it('another node fetches for itself', async () => {
    await s.one()
    await s.one({ Placement: { AvailabilityZone: 'PARTI01' } })
    await s.c.pass(10)
    assert.equal(s.fetches(), 2)
    assert.deepEqual(s.entries('PARTI01'), s.entries('PARTI00'))
  })

  it('what an operator changed in the cached copy is what the next instance starts from, and only that', async () => {
    const before = await s.one()
    await s.c.pass(5)
    const edited = ext4Disk('edited')
    s.edit(s.base(s.images.emi), edited)
    const after = await s.one()
    await s.c.pass(5)
    assert.ok(readFileSync(join(s.work(before), 'disk')).equals(disk))
    assert.ok(readFileSync(join(s.work(after), 'disk')).equals(edited))
    const { Output = '' } = await s.c.ec2().send(new GetConsoleOutputCommand({ InstanceId: after }))
    assert.match(Buffer.from(Output, 'base64').toString(), /mounted filesystem \S+ "edited"/)
    assert.match(s.log(), /was modified after it was fetched; using it as it is/)
  })

  it('a running instance’s disk is its own: writing to it does not reach the cache', async () => {
    const id = await s.one()
    await s.c.pass(5)
    writeFileSync(join(s.work(id), 'disk'), 'scribble')
    assert.ok(readFileSync(s.base(s.images.emi)).equals(disk))
  })

  it('a cached copy that somebody deleted is fetched again', async () => {
    await s.one()
    await s.c.pass(5)
    rmSync(s.base(s.images.emi))
    const id = await s.one()
    await s.c.pass(5)
    assert.equal((await s.instance(id))?.State?.Name, 'running')
    assert.equal(s.fetches(), 2)
  })

  it('the cached copy serves when neither the image cache nor the bucket has the image any more', async () => {
    await s.one()
    await s.c.pass(5)
    s.c.engine.write(tx => {
      for (const image of tx.images.list()) flushCached(tx, image.location)
    })
    const Bucket = `images-of-${s.c.accountId}`
    const { Contents = [] } = await s.c.s3().send(new ListObjectsV2Command({ Bucket }))
    const Delete = { Objects: Contents.map(({ Key }) => ({ Key })) }
    await s.c.s3().send(new DeleteObjectsCommand({ Bucket, Delete }))
    const id = await s.one()
    await s.c.pass(10)
    assert.equal((await s.instance(id))?.State?.Name, 'running')
  })

  it('many instances started at once bring their image once', async () => {
    await s.c.settle()
    const ids = await s.run({ MinCount: 12, MaxCount: 12 })
    await s.c.pass(5)
    for (const id of ids) assert.equal((await s.instance(id))?.State?.Name, 'running')
    assert.equal(s.fetches(), 1)
  })

  it('two removals of one entry do not reach what is fetched in its place', async () => {
    await s.one()
    await s.c.pass(5)
    const name = s.entryOf(s.images.emi)
    const entry = s.c.engine.write(tx => {
      const found = tx.nodeCache.get('PARTI00', name)
      return found && tx.nodeCache.put({ ...found, state: 'evicting' })
    })
    assert.ok(entry)
    const folder = join(s.node(), 'cache', 'entries', name)
    for (let count = 0; count < 500; count++) writeFileSync(join(folder, `more-${count}`), '')
    const { clock, blobs } = s.c.engine.around
    const context: JobContext = {
      clock,
      blobs,
      home: s.c.home,
      signal: new AbortController().signal,
      attempt: 1,
      transact: work => s.c.engine.write(work),
      sleep: () => Promise.reject(new Error('no')),
    }
    const fetchAnew = () => {
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'base'), 'new')
    }
    await Promise.all([
      removeEntry(context, entry),
      removeEntry(context, entry).then(fetchAnew),
      removeEntry(context, entry),
    ])
    assert.equal(readFileSync(join(folder, 'base'), 'utf8'), 'new')
    assert.equal(
      s.c.engine.read(tx => tx.nodeCache.get('PARTI00', name)),
      undefined,
    )
  })

  it('disks that are fetched side by side do not each find the same room', async () => {
    const claim = (tx: Tx, id: string) => claimRoom(tx, { node: 'PARTI01', id, bytes: 60 }, 100)
    s.c.engine.write(tx => {
      for (const id of ['emi-1', 'emi-2']) {
        beginFetch(tx, { node: 'PARTI01', id, imageId: id, manifestDigest: id, bytes: 60 }, `i-of-${id}`)
      }
      assert.deepEqual(claim(tx, 'emi-1'), [])
      assert.equal(claim(tx, 'emi-2'), 20)
    })
  })

  it('a fetch that a dead process began is begun anew, and those who waited go on', async () => {
    await s.c.settle()
    const [id = '', other = ''] = await s.run({ MinCount: 2, MaxCount: 2 })
    s.c.engine.write(tx => {
      // Who waits has no job of its own until it is woken.
      for (const job of tx.jobs.list()) if (job.target === other) tx.jobs.delete(job.id)
      tx.nodeCache.put({
        node: 'PARTI00',
        id: `${s.images.emi}-00000000`,
        imageId: s.images.emi,
        manifestDigest: '',
        state: 'fetching',
        fetchedFor: id,
        waiting: [other],
        bytes: 0,
        realBytes: 0,
        modified: false,
        createdAt: tx.now,
        usedAt: tx.now,
        purge: false,
      })
    })
    await s.c.pass(5)
    assert.equal((await s.instance(id))?.State?.Name, 'running')
    assert.equal((await s.instance(other))?.State?.Name, 'running')
    assert.equal(s.entries().length, 3)
  })

  describe('the cache pass', () => {
    it('removes a disk that no instance used for a day', async () => {
      const id = await s.one()
      await s.c.pass(5)
      await s.terminate(id)
      await s.c.pass(86_400 - 2400)
      assert.equal(s.entries().length, 3)
      await s.c.pass(4800)
      assert.deepEqual(s.entries(), [])
      assert.equal(
        s.c.engine.read(tx => tx.nodeCache.list().length),
        0,
      )
    })

    it('keeps a disk that an instance uses, however old', async () => {
      await s.one()
      await s.c.pass(3 * 86_400)
      assert.equal(s.entries().length, 3)
    })

    it('removes the disk of a deregistered image at its next round', async () => {
      const id = await s.one()
      await s.c.pass(5)
      await s.terminate(id)
      await s.c.pass(5)
      await s.c.ec2().send(new DeregisterImageCommand({ ImageId: s.images.emi }))
      await s.c.pass(2400)
      assert.deepEqual(
        s.entries().map(name => name.slice(0, -9)),
        [s.images.eki, s.images.eri].sort(),
      )
    })
  })
})
