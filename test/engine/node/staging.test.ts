// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import {
  DeregisterImageCommand,
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { DeleteObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { flushCached } from '../../../src/engine/ec2/image-cache'
import { type Cloud, cloud } from '../../support/cloud'
import { ext4Disk, registerTiny, registerTrio, type TinyTrio } from '../../support/tiny-image'

describe('staging an instance', () => {
  let c: Cloud
  let images: TinyTrio
  const disk = ext4Disk('original')

  beforeEach(async () => {
    c = await cloud()
    images = await registerTrio(c, disk)
  })
  afterEach(() => c.close())

  const run = async (input: object = {}): Promise<string[]> => {
    const sent = { ImageId: images.emi, MinCount: 1, MaxCount: 1, ...input }
    const { Instances = [] } = await c.ec2().send(new RunInstancesCommand(sent))
    return Instances.map(instance => instance.InstanceId ?? '')
  }
  const one = async (input: object = {}): Promise<string> => (await run(input))[0] ?? ''
  const terminate = (...InstanceIds: string[]) => c.ec2().send(new TerminateInstancesCommand({ InstanceIds }))
  const instance = async (id: string) => {
    const answer = await c.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    return answer.Reservations?.[0]?.Instances?.[0]
  }
  const log = () => readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')
  const node = (zone = 'PARTI00') => join(c.home, 'nodes', zone)
  const work = (id: string, zone?: string) => join(node(zone), 'work', c.accountId, id)
  const entries = (zone?: string) => {
    const folder = join(node(zone), 'cache', 'entries')
    return existsSync(folder) ? readdirSync(folder).sort() : []
  }
  const entryOf = (image: string) => entries().find(name => name.startsWith(image)) ?? ''
  const base = (image: string) => join(node(), 'cache', 'entries', entryOf(image), 'base')
  const fetches = () => log().match(/Fetching emi-/g)?.length ?? 0
  const edit = (file: string, bytes: Buffer) => {
    chmodSync(file, 0o600)
    writeFileSync(file, bytes)
  }

  it('the image, its kernel and its ramdisk are brought to the node, and the disk is a copy of the image', async () => {
    await c.settle()
    const id = await one()
    await c.pass(5)
    assert.equal((await instance(id))?.State?.Name, 'running')
    assert.deepEqual(
      entries().map(name => name.slice(0, -9)),
      [images.eki, images.emi, images.eri].sort(),
    )
    for (const name of entries()) assert.match(name, /^e[kmr]i-[0-9a-f]{8}-[0-9a-f]{8}$/)
    assert.ok(readFileSync(base(images.emi)).equals(disk))
    assert.ok(readFileSync(join(work(id), 'disk')).equals(disk))
    const meta = JSON.parse(readFileSync(join(base(images.emi), '..', 'meta.json'), 'utf8'))
    assert.equal(meta.imageId, images.emi)
    assert.equal(meta.bytes, disk.length)
  })

  it('a partition image gets swap and an ephemeral disk beside it, which take no room', async () => {
    const id = await one({ InstanceType: 'm1.small' })
    await c.pass(5)
    const sizes = ['disk', 'ephemeral0', 'swap'].map(name => statSync(join(work(id), name)))
    const swap = 512 * 2 ** 20
    assert.deepEqual(
      sizes.map(({ size }) => size),
      [disk.length, 5 * 2 ** 30 - disk.length - swap, swap],
    )
    assert.ok(sizes.every(({ blocks }) => blocks * 512 <= disk.length))
  })

  it('a whole disk grows to the size of its type, with the image at its beginning', async () => {
    const emi = await registerTiny(c, { disk }, { VirtualizationType: 'hvm' })
    const id = await one({ ImageId: emi })
    await c.pass(5)
    assert.deepEqual(readdirSync(work(id)), ['disk'])
    const file = join(work(id), 'disk')
    assert.equal(statSync(file).size, 5 * 2 ** 30)
    assert.ok(statSync(file).blocks * 512 <= disk.length)
    const handle = await open(file)
    const { buffer } = await handle.read(Buffer.alloc(disk.length), 0, disk.length, 0)
    await handle.close()
    assert.ok(buffer.equals(disk))
  })

  it('an instance that comes before its image is decrypted tries again after 2 s', async () => {
    const id = await one()
    await c.settle()
    await c.pass(5)
    assert.equal((await instance(id))?.State?.Name, 'running')
    assert.match(log(), /WARN .* download attempt 2 of 9 will commence in 2 sec for walrus:\/\//)
  })

  it('attempts are spaced 2, 4, 8 … 256 s apart, and the ninth is the last', async () => {
    await c.settle()
    c.engine.write(tx => {
      // The image cache says for ever that it is busy.
      for (const entry of tx.imageCache.list()) {
        const { blob: _, manifestDigest: __, ...rest } = entry
        tx.imageCache.put({ ...rest, state: 'expanding' })
      }
    })
    const id = await one()
    await c.pass(2 + 4 + 8 + 16 + 32 + 64 + 128 + 255)
    assert.equal((await instance(id))?.State?.Name, 'pending')
    await c.pass(1)
    const ended = await instance(id)
    assert.equal(ended?.State?.Name, 'terminated')
    assert.match(ended?.StateReason?.Message ?? '', /failed after 9 attempts$/)
    const waits = [...log().matchAll(/download attempt (\d) of 9 will commence in (\d+) sec/g)]
    assert.deepEqual(
      waits.map(([, number, seconds]) => `${number}:${seconds}`),
      ['2:2', '3:4', '4:8', '5:16', '6:32', '7:64', '8:128', '9:256'],
    )
  })

  it('an instance of an image that cannot be decrypted ends, and says why', async () => {
    const emi = await registerTiny(c, { disk, unsigned: true }, { VirtualizationType: 'hvm' })
    await c.settle()
    const id = await one({ ImageId: emi })
    await c.pass(10)
    const ended = await instance(id)
    assert.equal(ended?.State?.Name, 'terminated')
    assert.equal(ended?.StateTransitionReason, 'The instance failed to start on the NC.')
    assert.equal(ended?.StateReason?.Code, 'Server.InternalError')
    assert.match(ended?.StateReason?.Message ?? '', /Caching failure: .*: Invalid signature$/)
    assert.ok(!existsSync(work(id)))
    assert.equal(
      c.engine.read(tx => tx.addresses.list().length),
      0,
    )
  })

  it('an instance whose image lost a part ends the same way', async () => {
    const emi = await registerTiny(c, { disk }, { VirtualizationType: 'hvm' })
    const bucket = `images-of-${c.accountId}`
    const { Contents = [] } = await c.s3().send(new ListObjectsV2Command({ Bucket: bucket }))
    const parts = Contents.filter(({ Key = '' }) => Key.includes('.part.'))
    const Delete = { Objects: parts.map(({ Key }) => ({ Key })) }
    await c.s3().send(new DeleteObjectsCommand({ Bucket: bucket, Delete }))
    const id = await one({ ImageId: emi })
    await c.pass(10)
    assert.match((await instance(id))?.StateReason?.Message ?? '', /No such entity: /)
  })

  it('the next instance on the node uses the cached copy', async () => {
    await one()
    await c.pass(5)
    const id = await one()
    await c.pass(5)
    assert.equal((await instance(id))?.State?.Name, 'running')
    assert.equal(fetches(), 1)
  })

  it('another node fetches for itself', async () => {
    await one()
    await one({ Placement: { AvailabilityZone: 'PARTI01' } })
    await c.pass(10)
    assert.equal(fetches(), 2)
    assert.deepEqual(entries('PARTI01'), entries('PARTI00'))
  })

  it('what an operator changed in the cached copy is what the next instance starts from, and only that', async () => {
    const before = await one()
    await c.pass(5)
    const edited = ext4Disk('edited')
    edit(base(images.emi), edited)
    const after = await one()
    await c.pass(5)
    assert.ok(readFileSync(join(work(before), 'disk')).equals(disk))
    assert.ok(readFileSync(join(work(after), 'disk')).equals(edited))
    const { Output = '' } = await c.ec2().send(new GetConsoleOutputCommand({ InstanceId: after }))
    assert.match(Buffer.from(Output, 'base64').toString(), /mounted filesystem \S+ "edited"/)
    assert.match(log(), /was modified after it was fetched; using it as it is/)
  })

  it('a running instance’s disk is its own: writing to it does not reach the cache', async () => {
    const id = await one()
    await c.pass(5)
    writeFileSync(join(work(id), 'disk'), 'scribble')
    assert.ok(readFileSync(base(images.emi)).equals(disk))
  })

  it('a cached copy that somebody deleted is fetched again', async () => {
    await one()
    await c.pass(5)
    rmSync(base(images.emi))
    const id = await one()
    await c.pass(5)
    assert.equal((await instance(id))?.State?.Name, 'running')
    assert.equal(fetches(), 2)
  })

  it('the cached copy serves when neither the image cache nor the bucket has the image any more', async () => {
    await one()
    await c.pass(5)
    c.engine.write(tx => {
      for (const image of tx.images.list()) flushCached(tx, image.location)
    })
    const Bucket = `images-of-${c.accountId}`
    const { Contents = [] } = await c.s3().send(new ListObjectsV2Command({ Bucket }))
    const Delete = { Objects: Contents.map(({ Key }) => ({ Key })) }
    await c.s3().send(new DeleteObjectsCommand({ Bucket, Delete }))
    const id = await one()
    await c.pass(10)
    assert.equal((await instance(id))?.State?.Name, 'running')
  })

  it('many instances started at once bring their image once', async () => {
    await c.settle()
    const ids = await run({ MinCount: 12, MaxCount: 12 })
    await c.pass(5)
    for (const id of ids) assert.equal((await instance(id))?.State?.Name, 'running')
    assert.equal(fetches(), 1)
  })

  it('a fetch that a dead process began is begun anew, and those who waited go on', async () => {
    await c.settle()
    const [id = '', other = ''] = await run({ MinCount: 2, MaxCount: 2 })
    c.engine.write(tx => {
      // Who waits has no job of its own until it is woken.
      for (const job of tx.jobs.list()) if (job.target === other) tx.jobs.delete(job.id)
      tx.nodeCache.put({
        node: 'PARTI00',
        id: `${images.emi}-00000000`,
        imageId: images.emi,
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
    await c.pass(5)
    assert.equal((await instance(id))?.State?.Name, 'running')
    assert.equal((await instance(other))?.State?.Name, 'running')
    assert.equal(entries().length, 3)
  })

  it('termination removes the disks, the account’s folder with the last', async () => {
    const [id = '', other = ''] = await run({ MinCount: 2, MaxCount: 2 })
    await c.pass(5)
    await terminate(id)
    await c.pass(5)
    assert.ok(!existsSync(work(id)))
    assert.ok(existsSync(work(other)))
    await terminate(other)
    await c.pass(5)
    assert.deepEqual(readdirSync(join(node(), 'work')), [])
  })

  it('an instance that is terminated before its job ran gets no disks', async () => {
    await c.settle()
    const id = await one()
    await terminate(id)
    await c.pass(10)
    assert.equal((await instance(id))?.State?.Name, 'terminated')
    assert.ok(!existsSync(work(id)))
  })

  describe('the cache pass', () => {
    it('removes a disk that no instance used for a day', async () => {
      const id = await one()
      await c.pass(5)
      await terminate(id)
      await c.pass(86_400 - 2400)
      assert.equal(entries().length, 3)
      await c.pass(4800)
      assert.deepEqual(entries(), [])
      assert.equal(
        c.engine.read(tx => tx.nodeCache.list().length),
        0,
      )
    })

    it('keeps a disk that an instance uses, however old', async () => {
      await one()
      await c.pass(3 * 86_400)
      assert.equal(entries().length, 3)
    })

    it('removes the disk of a deregistered image at its next round', async () => {
      const id = await one()
      await c.pass(5)
      await terminate(id)
      await c.pass(5)
      await c.ec2().send(new DeregisterImageCommand({ ImageId: images.emi }))
      await c.pass(2400)
      assert.deepEqual(
        entries().map(name => name.slice(0, -9)),
        [images.eki, images.eri].sort(),
      )
    })
  })
})
