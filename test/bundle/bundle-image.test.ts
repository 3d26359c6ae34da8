// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { bundleImage } from '../../src/bundle/bundle-image'
import { BundleError, BundleKeyError } from '../../src/format/bundle/errors'
import { unwrapKeys, verifyManifestSignature } from '../../src/format/bundle/keys'
import { parseManifest } from '../../src/format/bundle/manifest-reader'
import {
  bundleOptions,
  encIv,
  encKey,
  inDirectory,
  makeBundle,
  mixedImage,
  namesIn,
  people,
  sha1,
} from './bundling'

describe('a bundle', () => {
  it('has a manifest that tells the truth about its parts', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, mixedImage(3_000_000), {
        partBytes: 400_000,
        kernel: 'eki-11111111',
        ramdisk: 'eri-22222222',
        blockDeviceMappings: [{ virtual: 'ami', device: 'sda1' }],
        productCodes: ['ABC'],
      })
      const { manifest } = made
      assert.equal(await readFile(made.manifestPath, 'utf8'), made.manifestXml)
      assert.deepEqual(
        await namesIn(made.directory),
        [...manifest.parts.map(part => part.filename), 'disk.manifest.xml'].sort(),
      )
      let total = 0
      for (const [i, part] of manifest.parts.entries()) {
        const bytes = await readFile(join(made.directory, part.filename))
        assert.equal(sha1(bytes), part.digest)
        if (i < manifest.parts.length - 1) assert.equal(bytes.length, 400_000)
        total += bytes.length
      }
      assert.equal(manifest.bundledSize, total)
      assert.equal(manifest.size, 3_000_000)
      assert.equal(manifest.user, '123456789012')
      assert.deepEqual([manifest.kernelId, manifest.ramdiskId], ['eki-11111111', 'eri-22222222'])
      assert.deepEqual(manifest.bundler, { name: 'euca2ools', version: '3.4.1', release: '0' })
      assert.ok(verifyManifestSignature(made.manifestXml, [people().user.certificate]))
    }))

  it('is encrypted with a new key each time, which the owner and the cloud can unwrap', () =>
    inDirectory(async directory => {
      const one = await makeBundle(join(directory), Buffer.from('same'))
      const other = await makeBundle(join(directory), Buffer.from('same'))
      const keys = unwrapKeys(one.manifest, people().user.privateKey)
      assert.deepEqual(unwrapKeys(one.manifest, people().cloud.privateKey), keys)
      assert.notEqual(unwrapKeys(other.manifest, people().user.privateKey).key, keys.key)
    }))

  it('of a kernel or ramdisk says so, and has neither kernel, ramdisk nor mappings of its own', () =>
    inDirectory(async directory => {
      for (const type of ['kernel', 'ramdisk'] as const) {
        const made = await makeBundle(directory, randomBytes(10), { type })
        assert.equal(made.manifest.type, type)
        assert.equal(made.manifest[`${type}Id`], 'true')
        const refusals = [
          { kernel: 'eki-1' },
          { ramdisk: 'eri-1' },
          { blockDeviceMappings: [{ virtual: 'ami', device: 'sda' }] },
          { productCodes: ['A'] },
        ]
        for (const refusal of refusals)
          await assert.rejects(
            makeBundle(directory, randomBytes(10), { type, ...refusal }),
            /bundle cannot have/,
          )
      }
    }))

  it('without private key and certificate is unsigned, with nothing wrapped for the user', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, randomBytes(10), {
        userCertificate: undefined,
        privateKey: undefined,
      })
      assert.equal(made.manifest.signature, 'UNSIGNED')
      assert.match(made.manifestXml, /<user_encrypted_key algorithm="AES-128-CBC"\/>.*<user_encrypted_iv\/>/)
    }))

  it('ends with an empty part when its length is a multiple of the part size', () =>
    inDirectory(async directory => {
      const image = randomBytes(100)
      const whole = await makeBundle(directory, image, { encKey, encIv })
      const length = whole.manifest.bundledSize
      assert.equal(length % 16, 0)
      const made = await makeBundle(directory, image, { encKey, encIv, partBytes: length / 2 })
      assert.deepEqual(
        made.parts.map(part => part.bytes),
        [length / 2, length / 2, 0],
      )
      assert.equal(made.manifest.parts[2]?.digest, sha1(Buffer.alloc(0)))
      assert.equal(made.manifest.bundledSize, length)
    }))

  it('has more than a hundred parts if need be', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, randomBytes(105_000), { partBytes: 1000 })
      assert.equal(made.manifest.parts[100]?.filename, 'disk.part.100')
    }))

  it('is made of a stream of the right size', () =>
    inDirectory(async directory => {
      const image = mixedImage(2_500_000)
      const pieces = Array.from({ length: 25 }, (_, i) => image.subarray(i * 100_000, (i + 1) * 100_000))
      const options = bundleOptions(Readable.from(pieces), join(directory, 'out'))
      const { manifestXml } = await bundleImage({ ...options, imageSize: image.length })
      const file = await makeBundle(directory, image)
      assert.equal(parseManifest(manifestXml).digest, file.manifest.digest)
    }))

  it('may be of an empty image', () =>
    inDirectory(async directory => {
      assert.equal((await makeBundle(directory, Buffer.alloc(0))).manifest.size, 0)
    }))

  it('replaces an older one of the same name as a whole', () =>
    inDirectory(async directory => {
      await makeBundle(directory, randomBytes(1000))
      const made = await makeBundle(directory, randomBytes(2000))
      assert.deepEqual(await namesIn(made.directory), ['disk.manifest.xml', 'disk.part.00'])
      assert.equal(sha1(await readFile(join(made.directory, 'disk.part.00'))), made.manifest.parts[0]?.digest)
    }))

  it('tells its progress, and that it is ready before that', () =>
    inDirectory(async directory => {
      const told: (string | number)[] = []
      await makeBundle(directory, randomBytes(2_500_000), {
        onReady: async () => void told.push('ready'),
        onProgress: bytes => told.push(bytes),
      })
      assert.deepEqual(told, ['ready', 1_048_576, 2_097_152, 2_500_000])
    }))
})

describe('handing parts on while bundling', () => {
  it('keeps at most so many parts on disk, in order, and removes them when they are done with', () =>
    inDirectory(async directory => {
      const seen: string[] = []
      let most = 0
      const made = await makeBundle(directory, randomBytes(100_000), {
        partBytes: 10_000,
        maxPendingParts: 2,
        discardParts: true,
        onPart: async part => {
          const [workshop = ''] = await namesIn(join(directory, 'bundle'))
          most = Math.max(most, (await namesIn(join(directory, 'bundle', workshop))).length)
          assert.equal(sha1(await readFile(part.path)), part.digest)
          seen.push(part.filename)
        },
      })
      assert.deepEqual(
        seen,
        made.parts.map(part => part.filename),
      )
      assert.ok(most <= 2, `${most} parts`)
      assert.deepEqual(await namesIn(made.directory), ['disk.manifest.xml'])
    }))

  it('fails with the error of whoever takes them, and then leaves nothing', () =>
    inDirectory(async directory => {
      const failing = makeBundle(directory, randomBytes(100_000), {
        partBytes: 10_000,
        onPart: async ({ index }) => {
          if (index === 3) throw new Error('the service is gone')
        },
      })
      await assert.rejects(failing, /the service is gone/)
      assert.deepEqual(await namesIn(directory), ['disk.img'])
    }))
})

describe('what cannot be bundled', () => {
  const refusal = async (
    change: object,
    expected: RegExp | typeof BundleError,
    image: Buffer = randomBytes(100),
  ): Promise<void> =>
    inDirectory(async directory => {
      await assert.rejects(makeBundle(directory, image, change), expected)
      assert.deepEqual(await namesIn(directory), ['disk.img'])
    })

  it('is an image that is missing, a directory or a device', async () => {
    await refusal({ image: '/nonexistent/disk.img' }, /ENOENT.*\/nonexistent\/disk.img/)
    await refusal({ image: '/' }, /\/ is a directory; an image must be/)
    await refusal({ image: '/dev/zero' }, /is a character device/)
  })

  it('is a FIFO, which is not waited for', () =>
    inDirectory(async directory => {
      const image = join(directory, 'fifo')
      execFileSync('mkfifo', [image])
      await assert.rejects(bundleImage(bundleOptions(image, join(directory, 'out'))), /is a FIFO/)
    }))

  it('is an image of another size than announced', async () => {
    await refusal({ imageSize: 99 }, /more bytes than the 99 bytes/)
    await refusal({ imageSize: 101 }, /fewer bytes than the 101 bytes/)
    await refusal({ image: Readable.from([Buffer.alloc(10)]), imageSize: 9 }, /more bytes/)
    await refusal({ image: Readable.from([Buffer.alloc(10)]), imageSize: 11 }, /fewer bytes/)
    await refusal({ image: Readable.from([Buffer.alloc(10)]) }, /size of an image that is read from a stream/)
  })

  it('is one without a proper prefix, part size, key or certificate', async () => {
    for (const prefix of ['', '..', 'a/b']) await refusal({ prefix }, /prefix of a bundle/)
    for (const partBytes of [0, -1, 1.5]) await refusal({ partBytes }, /part size/)
    await refusal({ maxPendingParts: 0 }, /pending/)
    await refusal({ encKey: 'short' }, BundleKeyError)
    await refusal({ cloudCertificate: 'none' }, /cloud certificate is not an X.509 certificate/)
    await refusal(
      { userCertificate: people().user.privateKey },
      /user certificate is not an X.509 certificate/,
    )
    await refusal({ privateKey: people().user.certificate }, /private key is not/)
    await refusal({ kernel: 'eki-\u0007' }, /cannot hold the characters/)
  })

  it('leaves an older bundle as it was', () =>
    inDirectory(async directory => {
      const old = await makeBundle(directory, randomBytes(1000))
      await assert.rejects(makeBundle(directory, randomBytes(1000), { imageSize: 1001 }), BundleError)
      assert.deepEqual(await namesIn(old.directory), ['disk.manifest.xml', 'disk.part.00'])
      assert.equal(await readFile(old.manifestPath, 'utf8'), old.manifestXml)
      assert.equal(sha1(await readFile(join(old.directory, 'disk.part.00'))), old.manifest.parts[0]?.digest)
    }))

  it('does not go into a destination that is a file or two levels away', () =>
    inDirectory(async directory => {
      const file = join(directory, 'file')
      await writeFile(file, '')
      await assert.rejects(makeBundle(directory, randomBytes(1), { destination: file }), /ENOTDIR/)
      const deep = join(directory, 'not', 'there')
      await assert.rejects(makeBundle(directory, randomBytes(1), { destination: deep }), /ENOENT/)
      await assert.rejects(access(join(directory, 'not')))
    }))
})

describe('a name as long as names can be', () => {
  it('is a prefix like any other', () =>
    inDirectory(async directory => {
      const prefix = 'p'.repeat(255 - '.manifest.xml'.length)
      assert.equal((await makeBundle(directory, randomBytes(10), { prefix })).manifest.name, prefix)
    }))
})
