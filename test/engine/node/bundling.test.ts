// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createCipheriv, createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { RegisterImageCommand } from '@aws-sdk/client-ec2'
import { GetObjectAclCommand, GetObjectCommand } from '@aws-sdk/client-s3'
import { cancelTask } from '../../../src/engine/ec2/bundle-tasks-life'
import { workOnBundleTask } from '../../../src/engine/node/bundling'
import { unwrapKeys, verifyManifestSignature } from '../../../src/format/bundle/keys'
import { parseManifest } from '../../../src/format/bundle/manifest-reader'
import { ext4Disk, registerTiny } from '../../support/tiny-image'
import { type BundlingScene, bundlingScene, policyText } from '../ec2/bundling'
import { disk } from './scene'

describe('bundling an instance gives a bundle', () => {
  let b: BundlingScene

  beforeEach(async () => {
    b = await bundlingScene()
  })
  afterEach(() => b.c.close())

  const text = async (Key: string) =>
    (await b.c.s3().send(new GetObjectCommand({ Bucket: 'bundles', Key }))).Body?.transformToString() ?? ''
  const register = async (input: object = {}): Promise<string> => {
    const ImageLocation = 'bundles/mine.manifest.xml'
    const { ImageId = '' } = await b.c
      .ec2()
      .send(new RegisterImageCommand({ Name: 'bundled', ImageLocation, ...input }))
    return ImageId
  }

  it('that has what the instance wrote, and can be registered and run', async () => {
    const written = Buffer.from(disk)
    written.write('written by the instance', 30_000, 'latin1')
    writeFileSync(join(b.s.work(b.current.id), 'disk'), written)
    await b.bundle()
    await b.c.settle()
    assert.deepEqual(await b.keys(), ['mine.manifest.xml', 'mine.part.00'])
    const image = await register()
    const other = await b.s.one({ ImageId: image })
    await b.c.pass(10)
    const made = await b.s.instance(other)
    assert.equal(made?.State?.Name, 'running')
    assert.deepEqual([made?.KernelId, made?.RamdiskId], [b.s.images.eki, b.s.images.eri])
    assert.ok(readFileSync(join(b.s.work(other), 'disk')).equals(written))
    assert.deepEqual(b.staged(), [])
  })

  it('whose manifest is for the account and the cloud, and signed by the cloud', async () => {
    await b.bundle()
    await b.c.settle()
    const xml = await text('mine.manifest.xml')
    const manifest = parseManifest(xml)
    const { architecture, name, user, type, size, kernelId, ramdiskId, blockDeviceMappings } = manifest
    assert.deepEqual(
      { architecture, name, user, type, size, kernelId, ramdiskId, blockDeviceMappings },
      {
        ...{ architecture: 'x86_64', name: 'mine', user: b.c.accountId, type: 'machine' },
        ...{ size: disk.length, kernelId: b.s.images.eki, ramdiskId: b.s.images.eri },
        blockDeviceMappings: [{ virtual: 'ami', device: 'sda1' }],
      },
    )
    const { identity, certificate } = b.c.engine.read(tx => ({
      identity: tx.cloudIdentity.must('cloud'),
      certificate: tx.signingCertificates.in(b.c.accountId).list()[0],
    }))
    assert.ok(verifyManifestSignature(xml, [identity.certificate]))
    const { encryptedKey, encryptedIv } = manifest
    const forCloud = { encryptedKey: { ec2: encryptedKey.ec2 }, encryptedIv: { ec2: encryptedIv.ec2 } }
    const forUser = { encryptedKey: { user: encryptedKey.user }, encryptedIv: { user: encryptedIv.user } }
    const secret = unwrapKeys(forCloud, identity.privateKey)
    assert.deepEqual(unwrapKeys(forUser, certificate?.privateKey ?? ''), secret)
  })

  it('for the cloud alone when the account has no certificate', async () => {
    b.c.engine.write(tx => {
      for (const one of tx.signingCertificates.in(b.c.accountId).list()) {
        tx.signingCertificates.put({ ...one, active: false })
      }
    })
    await b.bundle()
    await b.c.settle()
    assert.equal(parseManifest(await text('mine.manifest.xml')).encryptedKey.user, undefined)
  })

  it('that belongs to whoever signed the policy, with the list ec2-bundle-read', async () => {
    const alice = await b.c.account('alice')
    await b.bundle(b.storage({}, policyText(), alice))
    await b.c.settle()
    assert.deepEqual(await b.keys('bundles', alice), ['mine.manifest.xml', 'mine.part.00'])
    const { Owner, Grants } = await alice
      .s3()
      .send(new GetObjectAclCommand({ Bucket: 'bundles', Key: 'mine.part.00' }))
    assert.equal(Owner?.DisplayName, 'alice')
    assert.deepEqual(
      Grants?.map(({ Grantee, Permission }) => [Grantee?.DisplayName ?? Grantee?.URI, Permission]),
      [
        ['alice', 'FULL_CONTROL'],
        ['http://acs.amazonaws.com/groups/s3/ec2-bundle', 'READ'],
      ],
    )
    assert.equal((await b.tasks())[0]?.State, 'complete')
  })

  it('of a whole disk without the zeros that were added to it, unless a partition has them', async () => {
    const image = await registerTiny(b.c, { disk: ext4Disk('whole') }, { VirtualizationType: 'hvm' })
    b.current.id = await b.s.one({ ImageId: image })
    await b.c.pass(10)
    const file = await open(join(b.s.work(b.current.id), 'disk'), 'r+')
    try {
      assert.equal((await file.stat()).size, 5 * 2 ** 30)
      await file.write(Buffer.from('far away'), 0, 8, 3_000_000)
      // One partition, of 8,000 sectors from sector 0.
      await file.write(Buffer.from([0, 0, 0, 0, 0x40, 0x1f, 0, 0]), 0, 8, 446 + 8)
      // One that stands for another kind of table, and claims 2 TiB.
      await file.write(Buffer.from([0xee, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), 0, 12, 462 + 4)
      await file.write(Buffer.from([0x55, 0xaa]), 0, 2, 510)
    } finally {
      await file.close()
    }
    await b.bundle()
    await b.c.settle()
    assert.equal(parseManifest(await text('mine.manifest.xml')).size, 8000 * 512)
    const other = await b.s.one({ ImageId: await register({ VirtualizationType: 'hvm' }) })
    await b.c.pass(10)
    assert.equal((await b.s.instance(other))?.State?.Name, 'running')
    const copy = await open(join(b.s.work(other), 'disk'))
    try {
      assert.equal((await copy.stat()).size, 5 * 2 ** 30)
      const { buffer } = await copy.read(Buffer.alloc(8), 0, 8, 3_000_000)
      assert.equal(buffer.toString(), 'far away')
    } finally {
      await copy.close()
    }
  })

  describe('of a disk with several parts', () => {
    const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
      Buffer.alloc(22 * 2 ** 20),
    )
    beforeEach(() => writeFileSync(join(b.s.work(b.current.id), 'disk'), noise))

    /** Run the job as a process would, with something that happens before its transaction of this number. */
    const runWith = async (number: number, happens: () => void, signal = new AbortController().signal) => {
      const { clock, blobs } = b.c.engine.around
      let count = 0
      await workOnBundleTask(
        {
          ...{ clock, blobs, signal, home: b.c.home, attempt: 1, sleep: () => Promise.reject(new Error()) },
          transact: work => {
            count += 1
            if (count === number) happens()
            return b.c.engine.write(work)
          },
        },
        b.taskId(),
      )
      return count
    }

    it('with all of its bytes', async () => {
      await b.bundle()
      await b.c.settle()
      assert.deepEqual(await b.keys(), ['mine.manifest.xml', 'mine.part.00', 'mine.part.01', 'mine.part.02'])
      const other = await b.s.one({ ImageId: await register() })
      await b.c.pass(10)
      assert.ok(readFileSync(join(b.s.work(other), 'disk')).equals(noise))
      const part = await b.c.s3().send(new GetObjectCommand({ Bucket: 'bundles', Key: 'mine.part.01' }))
      const bytes = await part.Body?.transformToByteArray()
      assert.equal(
        part.ETag,
        `"${createHash('md5')
          .update(bytes ?? '')
          .digest('hex')}"`,
      )
    })

    it('or, cancelled at any moment, nothing', async () => {
      for (let number = 1; ; number += 1) {
        await b.bundle()
        const transactions = await runWith(number, () =>
          b.c.engine.write(tx => cancelTask(tx, tx.bundleTasks.must(b.taskId()))),
        )
        const [task] = await b.tasks()
        assert.deepEqual(b.staged(), [])
        if (number > transactions) {
          assert.equal(task?.State, 'complete')
          assert.ok(number > 4)
          return
        }
        assert.equal(task?.State, 'cancelled', `before transaction ${number}`)
        assert.equal(await b.hasBucket(), false)
        await b.c.settle()
      }
    })

    it('also when it was interrupted at any moment before', async () => {
      await b.bundle()
      for (let number = 1; number < 4; number += 1) {
        const interruption = new AbortController()
        const run = runWith(number, () => interruption.abort(new Error('interrupted')), interruption.signal)
        await assert.rejects(run, /^Error: interrupted$/, `before transaction ${number}`)
        assert.deepEqual(await b.keys(), [])
        assert.deepEqual(b.staged(), [])
      }
      await b.c.settle()
      assert.equal((await b.tasks())[0]?.State, 'complete')
      assert.equal((await b.keys()).length, 4)
    })

    it('and tells how far it has come', async () => {
      await b.bundle()
      const told: string[] = []
      const look = () => {
        const { state, progress } = b.c.engine.read(tx => tx.bundleTasks.must(b.taskId()))
        told.push(`${state} ${progress}%`)
      }
      for (const number of [2, 3, 4, 5]) {
        await runWith(number, () => {
          look()
          throw new Error('once more')
        }).catch(() => {})
        b.record(task => ({ ...task, state: 'bundling' }))
      }
      assert.deepEqual(told, ['bundling 0%', 'bundling 36%', 'bundling 72%', 'storing 72%'])
    })
  })
})
