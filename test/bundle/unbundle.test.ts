// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { partsInDirectory, unbundle, unbundleDirectory } from '../../src/bundle/unbundle'
import { BundleError, BundleKeyError } from '../../src/format/bundle/errors'
import { certificateKey, wrapText } from '../../src/format/bundle/keys'
import type { BundleManifest } from '../../src/format/bundle/manifest'
import { parseManifest } from '../../src/format/bundle/manifest-reader'
import { writeManifest } from '../../src/format/bundle/manifest-writer'
import {
  Collector,
  encIv,
  encKey,
  inDirectory,
  type MadeBundle,
  makeBundle,
  mixedImage,
  namesIn,
  people,
  sha1,
} from './bundling'

async function unbundled(made: MadeBundle, manifest: BundleManifest = made.manifest): Promise<Buffer> {
  const destination = join(made.directory, 'out')
  await mkdir(destination, { recursive: true })
  const { privateKey } = people().user
  const path = await unbundleDirectory({ manifest, privateKey, source: made.directory, destination })
  return await readFile(path)
}

/** Asserts that unbundling fails so, and that nothing at all is left of the image. */
async function fails(made: MadeBundle, message: RegExp, manifest?: BundleManifest): Promise<void> {
  await assert.rejects(unbundled(made, manifest), message)
  assert.deepEqual(await namesIn(join(made.directory, 'out')), [])
}

describe('unbundling', () => {
  it('gives the image byte for byte, to the owner and to the cloud', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, mixedImage(4_321_000), { partBytes: 500_000 })
      assert.deepEqual(await unbundled(made), made.image)
      assert.deepEqual(await namesIn(join(made.directory, 'out')), ['disk'])
      const collected = new Collector()
      await unbundle({
        manifest: made.manifest,
        privateKey: people().cloud.privateKey,
        openPart: partsInDirectory(made.directory),
        destination: collected,
      })
      assert.deepEqual(Buffer.concat(collected.pieces), made.image)
    }))

  it('gives images of awkward sizes and long names back', () =>
    inDirectory(async directory => {
      for (const bytes of [0, 1, 511, 512, 513, 1_048_576, 1_048_577])
        assert.equal((await unbundled(await makeBundle(directory, randomBytes(bytes)))).length, bytes)
      const prefix = 'n'.repeat(150)
      const made = await makeBundle(directory, randomBytes(99), { prefix })
      assert.deepEqual(await unbundled(made), made.image)
    }))

  it('makes holes of zeros', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, Buffer.concat([Buffer.alloc(8_000_000), Buffer.from('end')]))
      assert.deepEqual(await unbundled(made), made.image)
      assert.ok((await stat(join(made.directory, 'out', 'disk'))).blocks * 512 < 1_000_000)
    }))

  it('reads what tar, gzip and openssl made, sparse archives of old tools included', () =>
    inDirectory(async directory => {
      const image = Buffer.concat([randomBytes(300_000), Buffer.alloc(3_000_000), randomBytes(100_000)])
      const path = join(directory, 'disk')
      await writeFile(path, image)
      execFileSync('cp', ['--sparse=always', path, `${path}.sparse`])
      await rename(`${path}.sparse`, path)
      for (const options of [['--format=gnu'], ['--format=gnu', '-S'], ['--format=ustar']]) {
        const tar = execFileSync('tar', ['ch', ...options, '-C', directory, 'disk'], {
          maxBuffer: 16_000_000,
        })
        const gzipped = execFileSync('gzip', ['-c'], { input: tar, maxBuffer: 16_000_000 })
        const args = ['enc', '-e', '-aes-128-cbc', '-K', encKey, '-iv', encIv]
        const encrypted = execFileSync('openssl', args, { input: gzipped, maxBuffer: 16_000_000 })
        const cut = Math.floor(encrypted.length / 2)
        const pieces = [encrypted.subarray(0, cut), encrypted.subarray(cut)]
        const key = certificateKey(people().user.certificate, 'user')
        const parts = pieces.map((piece, index) => ({
          index,
          filename: `disk.part.0${index}`,
          digest: sha1(piece),
        }))
        for (const [i, piece] of pieces.entries()) await writeFile(join(directory, `disk.part.0${i}`), piece)
        const manifestXml = writeManifest({
          bundler: { name: 'shell', version: '1', release: '0' },
          architecture: 'x86_64',
          blockDeviceMappings: [],
          productCodes: [],
          name: 'disk.out',
          user: '1',
          type: 'machine',
          digest: sha1(tar),
          size: image.length,
          bundledSize: encrypted.length,
          encryptedKey: { user: wrapText(encKey, key) },
          encryptedIv: { user: wrapText(encIv, key) },
          parts,
        })
        const manifest = parseManifest(manifestXml)
        const { privateKey } = people().user
        const out = await unbundleDirectory({
          manifest,
          privateKey,
          source: directory,
          destination: directory,
        })
        assert.deepEqual(await readFile(out), image)
      }
    }))

  it('replaces a file only when all is well', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, randomBytes(1000))
      await unbundled(made)
      const target = join(made.directory, 'out', 'disk')
      await writeFile(target, 'older')
      await assert.rejects(unbundled(made, { ...made.manifest, digest: 'abc' }), BundleError)
      assert.equal(await readFile(target, 'utf8'), 'older')
      assert.deepEqual(await unbundled(made), made.image)
    }))

  it('writes to a device where it is, and not into a directory', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, mixedImage(1_000_000))
      const options = {
        manifest: made.manifest,
        privateKey: people().user.privateKey,
        openPart: partsInDirectory(made.directory),
      }
      await unbundle({ ...options, destination: '/dev/null' })
      assert.ok((await stat('/dev/null')).isCharacterDevice())
      await assert.rejects(unbundle({ ...options, destination: '/dev/full' }), /ENOSPC/)
      await assert.rejects(unbundle({ ...options, destination: directory }), /is a directory/)
    }))

  it('fails when the destination or the source is missing', () =>
    inDirectory(async directory => {
      const { manifest } = await makeBundle(directory, randomBytes(10))
      const { privateKey } = people().user
      const options = {
        manifest,
        privateKey,
        source: join(directory, 'bundle'),
        destination: join(directory, 'no'),
      }
      await assert.rejects(unbundleDirectory(options), /ENOENT.*no/)
      await assert.rejects(
        unbundleDirectory({ ...options, destination: join(directory, 'disk.img') }),
        /not a directory/,
      )
      await assert.rejects(
        unbundleDirectory({ ...options, source: directory, destination: directory }),
        /ENOENT.*part.00/,
      )
    }))
})

describe('a bundle that is not whole', () => {
  const withParts = (
    run: (made: MadeBundle, path: (index: number) => string) => Promise<void>,
  ): Promise<void> =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, mixedImage(2_000_000), { partBytes: 200_000 })
      await run(made, index => join(made.directory, made.manifest.parts[index]?.filename ?? 'none'))
    })

  it('lacks a part', () =>
    withParts(async (made, path) => {
      await rm(path(2))
      await fails(made, /ENOENT.*disk\.part\.02/)
    }))

  for (const index of [0, 1, 3])
    it(`has part ${index} corrupted by one bit, and the part is named`, () =>
      withParts(async (made, path) => {
        const bytes = await readFile(path(index))
        bytes.writeUInt8(bytes.readUInt8(1000) ^ 1, 1000)
        await writeFile(path(index), bytes)
        await fails(made, new RegExp(`part disk\\.part\\.0${index} is corrupt: its SHA-1 digest is`))
      }))

  it('has a part truncated, or emptied', () =>
    withParts(async (made, path) => {
      await truncate(path(1), 100_000)
      await fails(made, /part disk\.part\.01 is corrupt/)
      await truncate(path(1), 0)
      await fails(made, /part disk\.part\.01 is corrupt/)
    }))

  it('has a part with more behind it', () =>
    withParts(async (made, path) => {
      const last = made.manifest.parts.length - 1
      await writeFile(path(last), Buffer.concat([await readFile(path(last)), randomBytes(1000)]))
      await fails(made, /is longer than the manifest says|is corrupt/)
    }))

  it('has two parts swapped', () =>
    withParts(async (made, path) => {
      await rename(path(0), `${path(0)}.other`)
      await rename(path(1), path(0))
      await rename(`${path(0)}.other`, path(1))
      await fails(made, /part disk\.part\.00 is corrupt/)
    }))

  it('has a manifest that swaps, forgets or misjudges', () =>
    withParts(async made => {
      const { manifest } = made
      const [first, second, ...rest] = manifest.parts
      assert.ok(first && second)
      await fails(made, /does not decrypt/, { ...manifest, parts: [second, first, ...rest] })
      await fails(made, /does not decrypt|not \d+ as the/, {
        ...manifest,
        parts: manifest.parts.slice(0, -1),
      })
      await fails(made, /image in the bundle is 2000000 bytes, not 1999999/, { ...manifest, size: 1_999_999 })
      await fails(made, /SHA-1 digest of the image's tar archive/, { ...manifest, digest: sha1(made.image) })
      await fails(made, /not \d+ as the manifest says/, {
        ...manifest,
        bundledSize: manifest.bundledSize + 1,
      })
      await fails(made, /longer than the manifest says/, {
        ...manifest,
        bundledSize: manifest.bundledSize - 1,
      })
    }))

  it('was made for another key', () =>
    withParts(async made => {
      const options = { manifest: made.manifest, source: made.directory, destination: made.directory }
      const { privateKey } = people().stranger
      await assert.rejects(unbundleDirectory({ ...options, privateKey }), BundleKeyError)
    }))
})
