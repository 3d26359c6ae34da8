// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { DeregisterImageCommand } from '@aws-sdk/client-ec2'
import { DeleteObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { beginFetch } from '../../../src/engine/node/cache'
import { registerTiny } from '../../support/tiny-image'
import { disk, type Scene, scene } from './scene'

describe('staging an instance', () => {
  let s: Scene

  beforeEach(async () => {
    s = await scene()
  })
  afterEach(() => s.c.close())

  it('the image, its kernel and its ramdisk are brought to the node, and the disk is a copy of the image', async () => {
    await s.c.settle()
    const id = await s.one()
    await s.c.pass(5)
    assert.equal((await s.instance(id))?.State?.Name, 'running')
    assert.deepEqual(
      s.entries().map(name => name.slice(0, -9)),
      [s.images.eki, s.images.emi, s.images.eri].sort(),
    )
    for (const name of s.entries()) assert.match(name, /^e[kmr]i-[0-9A-F]{8}-[0-9a-f]{8}$/)
    assert.ok(readFileSync(s.base(s.images.emi)).equals(disk))
    assert.ok(readFileSync(join(s.work(id), 'disk')).equals(disk))
    const meta = JSON.parse(readFileSync(join(s.base(s.images.emi), '..', 'meta.json'), 'utf8'))
    assert.equal(meta.imageId, s.images.emi)
    assert.equal(meta.bytes, disk.length)
  })

  it('a partition image gets swap and an ephemeral disk beside it, which take no room', async () => {
    const id = await s.one({ InstanceType: 'm1.small' })
    await s.c.pass(5)
    const sizes = ['disk', 'ephemeral0', 'swap'].map(name => statSync(join(s.work(id), name)))
    const swap = 512 * 2 ** 20
    assert.deepEqual(
      sizes.map(({ size }) => size),
      [disk.length, 5 * 2 ** 30 - disk.length - swap, swap],
    )
    assert.ok(sizes.every(({ blocks }) => blocks * 512 <= disk.length))
  })

  it('a whole disk grows to the size of its type, with the image at its beginning', async () => {
    const emi = await registerTiny(s.c, { disk }, { VirtualizationType: 'hvm' })
    const id = await s.one({ ImageId: emi })
    await s.c.pass(5)
    assert.deepEqual(readdirSync(s.work(id)), ['disk'])
    const file = join(s.work(id), 'disk')
    assert.equal(statSync(file).size, 5 * 2 ** 30)
    assert.ok(statSync(file).blocks * 512 <= disk.length)
    const handle = await open(file)
    const { buffer } = await handle.read(Buffer.alloc(disk.length), 0, disk.length, 0)
    await handle.close()
    assert.ok(buffer.equals(disk))
  })

  it('an instance that comes before its image is decrypted tries again after 2 s', async () => {
    const id = await s.one()
    await s.c.settle()
    await s.c.pass(5)
    assert.equal((await s.instance(id))?.State?.Name, 'running')
    assert.match(s.log(), /WARN .* download attempt 2 of 9 will commence in 2 sec for walrus:\/\//)
  })

  it('attempts are spaced 2, 4, 8 … 256 s apart, and the ninth is the last', async () => {
    await s.c.settle()
    s.c.engine.write(tx => {
      // The image cache says for ever that it is busy.
      for (const entry of tx.imageCache.list()) {
        const { blob: _, manifestDigest: __, ...rest } = entry
        tx.imageCache.put({ ...rest, state: 'expanding' })
      }
    })
    const id = await s.one()
    await s.c.pass(2 + 4 + 8 + 16 + 32 + 64 + 128 + 255)
    assert.equal((await s.instance(id))?.State?.Name, 'pending')
    await s.c.pass(1)
    const ended = await s.instance(id)
    assert.equal(ended?.State?.Name, 'terminated')
    assert.match(ended?.StateReason?.Message ?? '', /failed after 9 attempts$/)
    const waits = [...s.log().matchAll(/download attempt (\d) of 9 will commence in (\d+) sec/g)]
    assert.deepEqual(
      waits.map(([, number, seconds]) => `${number}:${seconds}`),
      ['2:2', '3:4', '4:8', '5:16', '6:32', '7:64', '8:128', '9:256'],
    )
  })

  it('an instance of an image that cannot be decrypted ends, and says why', async () => {
    const emi = await registerTiny(s.c, { disk, unsigned: true }, { VirtualizationType: 'hvm' })
    await s.c.settle()
    const id = await s.one({ ImageId: emi })
    await s.c.pass(10)
    const ended = await s.instance(id)
    assert.equal(ended?.State?.Name, 'terminated')
    assert.equal(ended?.StateTransitionReason, 'The instance failed to start on the NC.')
    assert.equal(ended?.StateReason?.Code, 'Server.InternalError')
    assert.match(ended?.StateReason?.Message ?? '', /Caching failure: .*: Invalid signature$/)
    assert.ok(!existsSync(s.work(id)))
    assert.equal(
      s.c.engine.read(tx => tx.addresses.list().length),
      0,
    )
  })

  it('an instance whose image lost a part ends the same way', async () => {
    const emi = await registerTiny(s.c, { disk }, { VirtualizationType: 'hvm' })
    const bucket = `images-of-${s.c.accountId}`
    const { Contents = [] } = await s.c.s3().send(new ListObjectsV2Command({ Bucket: bucket }))
    const parts = Contents.filter(({ Key = '' }) => Key.includes('.part.'))
    const Delete = { Objects: parts.map(({ Key }) => ({ Key })) }
    await s.c.s3().send(new DeleteObjectsCommand({ Bucket: bucket, Delete }))
    const id = await s.one({ ImageId: emi })
    await s.c.pass(10)
    assert.match((await s.instance(id))?.StateReason?.Message ?? '', /No such entity: /)
  })

  it('termination removes the disks, the account’s folder with the last', async () => {
    const [id = '', other = ''] = await s.run({ MinCount: 2, MaxCount: 2 })
    await s.c.pass(5)
    await s.terminate(id)
    await s.c.pass(5)
    assert.ok(!existsSync(s.work(id)))
    assert.ok(existsSync(s.work(other)))
    await s.terminate(other)
    await s.c.pass(5)
    assert.deepEqual(readdirSync(join(s.node(), 'work')), [])
  })

  it('an instance that is hidden as soon as it has ended leaves no disks', async () => {
    const id = await s.one()
    await s.c.pass(5)
    await s.terminate(id)
    s.c.clock.advance(3)
    await s.terminate(id)
    await s.c.settle()
    assert.ok(!existsSync(s.work(id)))
  })

  it('an image that is deregistered while its instance is pending is still there for it', async () => {
    await s.c.settle()
    const id = await s.one()
    await s.c.ec2().send(new DeregisterImageCommand({ ImageId: s.images.emi }))
    await s.c.pass(5)
    assert.equal((await s.instance(id))?.State?.Name, 'running')
    await s.terminate(id)
    await s.c.pass(1300)
    assert.ok(!s.c.engine.read(tx => tx.images.get(s.images.emi)))
    assert.equal(
      s.c.engine.read(tx => tx.imageCache.list().length),
      2,
    )
  })

  it('an instance that is terminated before its job ran gets no disks', async () => {
    await s.c.settle()
    const id = await s.one()
    await s.terminate(id)
    await s.c.pass(10)
    assert.equal((await s.instance(id))?.State?.Name, 'terminated')
    assert.ok(!existsSync(s.work(id)))
  })

  it('an instance that a dead process left waiting is started by one job, not by two', async () => {
    await s.c.settle()
    const [id = '', other = ''] = await s.run({ MinCount: 2, MaxCount: 2 })
    s.c.engine.write(tx => {
      // The other's job wrote its name on the list of those who wait, and its process died before the job could end.
      for (const job of tx.jobs.list()) {
        if (job.target === other) tx.jobs.put({ ...job, holder: { pid: 999_999_999, started: '1' } })
      }
      const entry = {
        ...{ node: 'PARTI00', id: `${s.images.emi}-00000000`, imageId: s.images.emi, manifestDigest: '' },
        bytes: 0,
      }
      tx.nodeCache.put({ ...beginFetch(tx, entry, id), waiting: [other] })
    })
    await s.c.settle()
    const boots = s.c.engine.read(tx => [...tx.due.scan()].filter(due => due.task === 'instance.booted'))
    assert.deepEqual(boots.map(due => due.target).sort(), [id, other].sort())
  })

  it('a job that is repeated after it started its instance leaves the disks alone', async () => {
    await s.c.settle()
    const id = await s.one()
    await s.c.settle()
    assert.equal((await s.instance(id))?.State?.Name, 'pending')
    writeFileSync(join(s.work(id), 'disk'), 'what the guest wrote')
    s.c.engine.write(tx => tx.start('instance.stage', id))
    await s.c.pass(5)
    assert.equal((await s.instance(id))?.State?.Name, 'running')
    assert.equal(readFileSync(join(s.work(id), 'disk'), 'utf8'), 'what the guest wrote')
  })
})
