// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DeregisterImageCommand, RegisterImageCommand } from '@aws-sdk/client-ec2'
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { cacheEntryOf, countUse } from '../../../src/engine/ec2/image-cache'
import { Engine } from '../../../src/engine/engine'
import { type Cloud, cloud, repeatingEntropy } from '../../support/cloud'
import { sparseTar, type TinyBundle, type TinyOptions, tinyBundle, upload } from '../../support/tiny-bundle'

/** Bytes that do not compress, so that a bundle of them has several parts. */
const noise = (bytes: number): Buffer => {
  const blocks = Array.from({ length: bytes / 32 }, (_, i) => createHash('sha256').update(`${i}`).digest())
  return Buffer.concat(blocks)
}

describe('the image cache', () => {
  let c: Cloud
  const disk = Buffer.concat([noise(8192), Buffer.alloc(131_072), noise(8192)])

  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  let count = 0
  const register = async (location: string): Promise<string> => {
    const input = { Name: `name-${count++}`, ImageLocation: location, VirtualizationType: 'hvm' as const }
    return (await c.ec2().send(new RegisterImageCommand(input))).ImageId ?? ''
  }
  const entry = (location: string) => c.engine.read(tx => cacheEntryOf(tx, location))
  const log = () => readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')
  const put = (Key: string, Body: Buffer | string) =>
    c.s3().send(new PutObjectCommand({ Bucket: 'images', Key, Body, ACL: 'aws-exec-read' }))
  const blobFile = (id: string) => c.engine.around.blobs.path(id)

  /** Upload a bundle, spoil it, register it, and let the job run: the reason of its failure. */
  const failure = async (
    spoil: (bundle: TinyBundle) => Promise<unknown>,
    options: Partial<TinyOptions> = {},
  ): Promise<string> => {
    const bundle = tinyBundle(c, { disk, ...options })
    const location = await upload(c.s3(), 'images', bundle)
    await spoil(bundle)
    await register(location)
    await c.settle()
    const { state, reason, blob } = entry(location) ?? {}
    assert.equal(state, 'failed')
    assert.equal(blob, undefined)
    return reason ?? ''
  }

  it('a registered image is decrypted to the very bytes that were bundled, with its holes', async () => {
    const location = await upload(c.s3(), 'images', tinyBundle(c, { disk }))
    const id = await register(location)
    assert.equal(entry(location)?.state, 'decrypting')
    await c.settle()
    const { state, blob = '', bytes } = entry(location) ?? {}
    assert.equal(state, 'cached')
    assert.equal(bytes, disk.length)
    assert.ok(readFileSync(blobFile(blob)).equals(disk))
    assert.ok(statSync(blobFile(blob)).blocks * 512 < disk.length)
    assert.match(log(), new RegExp(`INFO \\d+ Images +\\| Triggering cache population in Walrus for: ${id}`))
    assert.match(
      log(),
      /WalrusImageManager +\| Successfully cached image images\/tiny\.img\.manifest\.xml size/,
    )
  })

  it('a corrupt part fails it, by name', async () => {
    const reason = await failure(async ({ parts }) => {
      const [, second] = parts
      const bytes = Buffer.from(second?.bytes ?? '')
      bytes[100] = (bytes[100] ?? 0) ^ 1
      await put(second?.name ?? '', bytes)
    })
    assert.match(reason, /^part tiny\.img\.part\.01 is corrupt/)
  })

  it('swapped parts fail it', async () => {
    const reason = await failure(async ({ parts: [first, second] }) => {
      await put(first?.name ?? '', second?.bytes ?? '')
      await put(second?.name ?? '', first?.bytes ?? '')
    })
    assert.match(reason, /^part tiny\.img\.part\.00 is corrupt/)
  })

  it('a truncated part fails it', async () => {
    const reason = await failure(({ parts: [, second] }) =>
      put(second?.name ?? '', (second?.bytes ?? Buffer.alloc(0)).subarray(0, 1000)),
    )
    assert.match(reason, /^part tiny\.img\.part\.01 is corrupt/)
  })

  it('a missing part fails it', async () => {
    const reason = await failure(({ parts: [, second] }) =>
      c.s3().send(new DeleteObjectCommand({ Bucket: 'images', Key: second?.name })),
    )
    assert.equal(reason, 'No such entity: images/tiny.img.part.01')
  })

  it('a manifest that was changed after it was signed fails it', async () => {
    const reason = await failure(({ manifest }) =>
      put('tiny.img.manifest.xml', manifest.replace('x86_64', 'i386')),
    )
    assert.equal(reason, 'Invalid signature')
  })

  it('an unsigned manifest fails it', async () => {
    assert.equal(await failure(async () => {}, { unsigned: true }), 'Invalid signature')
  })

  it('a signature of another account fails it', async () => {
    const alice = await c.account('alice')
    const options = { account: alice.accountId, user: c.accountId }
    assert.equal(await failure(async () => {}, options), 'Invalid signature')
  })

  it('a wrong digest of the whole, or a wrong size, fails it', async () => {
    const digest = `${'0'.repeat(39)}1`
    assert.match(await failure(async () => {}, { facts: { digest } }), /^the SHA-1 digest of the image's tar/)
    const facts = { size: disk.length - 1 }
    assert.match(await failure(async () => {}, { name: 'b.img', facts }), /^the image in the bundle is/)
  })

  it('a key that was wrapped for another cloud fails it', async () => {
    const facts = { encryptedKey: { ec2: '00'.repeat(256) } }
    assert.match(await failure(async () => {}, { facts }), /^the private key does not open this bundle/)
  })

  it('a failure is forgotten with the image, also when it comes after that', async () => {
    const location = await upload(c.s3(), 'images', tinyBundle(c, { disk, unsigned: true }))
    const id = await register(location)
    for (const _ of [1, 2]) await c.ec2().send(new DeregisterImageCommand({ ImageId: id }))
    await c.settle()
    assert.equal(entry(location), undefined)
  })

  it('a failed attempt leaves no file behind', async () => {
    await failure(async () => {}, { unsigned: true })
    await failure(({ parts: [first] }) => put(first?.name ?? '', 'x'), { name: 'b.img' })
    assert.deepEqual(readdirSync(join(c.home, 'staging')), [])
  })

  it('a second image of the same manifest shares the disk', async () => {
    const location = await upload(c.s3(), 'images', tinyBundle(c, { disk }))
    await register(location)
    await c.settle()
    const { blob } = entry(location) ?? {}
    await register(location)
    await c.settle()
    assert.equal(entry(location)?.blob, blob)
  })

  it('a replaced bundle keeps serving its old disk until the entry is flushed', async () => {
    const location = await upload(c.s3(), 'images', tinyBundle(c, { disk }))
    const first = await register(location)
    await c.settle()
    await upload(c.s3(), 'images', tinyBundle(c, { disk: Buffer.from('another disk') }))
    await register(location)
    await c.settle()
    assert.ok(readFileSync(blobFile(entry(location)?.blob ?? '')).equals(disk))
    await c.ec2().send(new DeregisterImageCommand({ ImageId: first }))
    assert.equal(entry(location), undefined)
    await register(location)
    await c.settle()
    assert.equal(readFileSync(blobFile(entry(location)?.blob ?? ''), 'latin1'), 'another disk')
  })

  it('deregistration flushes the disk, and its file goes a minute later', async () => {
    const location = await upload(c.s3(), 'images', tinyBundle(c, { disk }))
    const id = await register(location)
    await c.settle()
    const file = blobFile(entry(location)?.blob ?? '')
    await c.ec2().send(new DeregisterImageCommand({ ImageId: id }))
    assert.equal(entry(location), undefined)
    assert.ok(existsSync(file))
    await c.pass(60)
    assert.ok(!existsSync(file))
  })

  it('an image that was deregistered before its job ran is not kept', async () => {
    const location = await upload(c.s3(), 'images', tinyBundle(c, { disk }))
    const id = await register(location)
    await c.ec2().send(new DeregisterImageCommand({ ImageId: id }))
    await c.settle()
    assert.equal(entry(location), undefined)
  })

  describe('of 30 GiB', () => {
    const gib = 2 ** 30
    const huge = async (name: string, size: number) => {
      const tar = sparseTar(name, size * gib)
      const digest = createHash('sha1').update(tar).digest('hex')
      const facts = { size: size * gib, digest }
      return upload(c.s3(), 'images', tinyBundle(c, { disk: Buffer.alloc(0), name, tar, facts }))
    }

    it('makes room by dropping the least used disks', async () => {
      const used = await huge('used.img', 10)
      const unused = await huge('unused.img', 10)
      await register(used)
      await register(unused)
      await c.settle()
      c.engine.write(tx => countUse(tx, used))
      const third = await huge('third.img', 15)
      await register(third)
      await c.settle()
      assert.equal(entry(third)?.state, 'cached')
      assert.equal(entry(used)?.state, 'cached')
      assert.equal(entry(unused), undefined)
      assert.match(log(), /Flushing cached images to make space for/)
    })

    /** As if another process were unpacking so large a disk. */
    const beingUnpacked = (size: number) =>
      c.engine.write(tx =>
        tx.imageCache.put({
          bucket: 'images',
          key: 'other',
          state: 'expanding',
          account: c.accountId,
          generation: 1,
          uses: 0,
          bytes: size * gib,
        }),
      )

    it('waits 1, 2 and 4 seconds for room that others may let go, drops nothing, and gives up', async () => {
      const small = await huge('small.img', 1)
      await register(small)
      await c.settle()
      beingUnpacked(20)
      const large = await huge('large.img', 15)
      await register(large)
      await c.settle()
      assert.equal(entry(large)?.state, 'evicting')
      await c.pass(6)
      assert.equal(entry(large)?.state, 'evicting')
      await c.pass(1)
      assert.equal(entry(large)?.state, 'failed')
      assert.match(entry(large)?.reason ?? '', /^no space left in the image cache/)
      assert.equal(entry(small)?.state, 'cached')
    })

    it('goes on when there is room in time', async () => {
      beingUnpacked(20)
      const large = await huge('large.img', 15)
      await register(large)
      await c.pass(2)
      c.engine.write(tx => tx.imageCache.delete('images', 'other'))
      await c.pass(1)
      assert.equal(entry(large)?.state, 'cached')
    })
  })

  it('two processes on one folder decrypt an image once', async () => {
    const other = await Engine.open({
      home: c.home,
      clock: c.clock,
      entropy: repeatingEntropy('other'),
    })
    try {
      const location = await upload(c.s3(), 'images', tinyBundle(c, { disk }))
      await register(location)
      await Promise.all([c.settle(), other.work(new AbortController().signal)])
      assert.equal(entry(location)?.state, 'cached')
      assert.equal(log().match(/Decrypting image with manifest/g)?.length, 1)
    } finally {
      await other.close()
    }
  })

  it('a job whose process died begins anew and says so', async () => {
    const location = await upload(c.s3(), 'images', tinyBundle(c, { disk }))
    await register(location)
    c.engine.write(tx => {
      const found = cacheEntryOf(tx, location)
      assert.ok(found)
      tx.imageCache.put({ ...found, state: 'expanding' })
    })
    await c.settle()
    assert.equal(entry(location)?.state, 'cached')
    assert.match(log(), new RegExp(`WARN .*Cleaning failed cache entry: ${location}`))
  })
})
