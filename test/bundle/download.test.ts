// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  checkBucketName,
  deleteBundle,
  downloadAndUnbundle,
  downloadBundle,
  parsePlace,
  uploadBundle,
} from '../../src/bundle/transfer'
import { BundleError, ManifestError } from '../../src/format/bundle/errors'
import { Collector, ciphertext, inDirectory, type MadeBundle, makeBundle, namesIn, people } from './bundling'
import { MemoryStore } from './memory-store'

const place = parsePlace('images/fedora')
const source = { object: 'disk.manifest.xml' }

/** A bundle of several parts, in a store of its own. */
const uploaded = (
  run: (made: MadeBundle, store: MemoryStore, directory: string) => Promise<void>,
): Promise<void> =>
  inDirectory(async directory => {
    const made = await makeBundle(directory, randomBytes(300_000), { partBytes: 100_000 })
    const store = new MemoryStore()
    await uploadBundle({ store, place, manifestPath: made.manifestPath })
    const target = join(directory, 'got')
    await mkdir(target)
    await run(made, store, target)
  })

describe('downloading a bundle', () => {
  it('brings the parts and the manifest as they were', () =>
    uploaded(async (made, store, destination) => {
      const path = await downloadBundle({ store, place, source, destination })
      assert.equal(path, join(destination, 'disk.manifest.xml'))
      assert.deepEqual(await namesIn(destination), await namesIn(made.directory))
      for (const name of await namesIn(destination))
        assert.deepEqual(await readFile(join(destination, name)), await readFile(join(made.directory, name)))
    }))

  it('writes the parts one after the other to a stream', () =>
    uploaded(async (made, store) => {
      const stream = new Collector()
      assert.equal(await downloadBundle({ store, place, source, destination: stream }), undefined)
      assert.deepEqual(Buffer.concat(stream.pieces), await ciphertext(made))
    }))

  it('with a local manifest fetches the parts alone', () =>
    uploaded(async (made, store, destination) => {
      store.log.length = 0
      const local = { file: made.manifestPath }
      assert.equal(await downloadBundle({ store, place, source: local, destination }), undefined)
      assert.deepEqual(
        await namesIn(destination),
        made.manifest.parts.map(part => part.filename),
      )
      assert.ok(!store.log.some(line => line.includes('manifest')))
    }))

  it('says so when there is no manifest, or no bucket', () =>
    uploaded(async (_, store, destination) => {
      const missing = { store, place, source: { object: 'other.manifest.xml' }, destination }
      const message = (path: string): object => ({
        message: `manifest '${path}' does not exist on the server`,
      })
      await assert.rejects(downloadBundle(missing), message('images/fedora/other.manifest.xml'))
      const nowhere = { ...missing, place: parsePlace('nowhere') }
      await assert.rejects(downloadBundle(nowhere), message('nowhere/other.manifest.xml'))
    }))

  it('refuses parts that are corrupt or cut short, and leaves no half part', () =>
    uploaded(async (_, store, destination) => {
      const bucket = store.buckets.get('images')
      const key = 'fedora/disk.part.01'
      const part = bucket?.get(key)
      assert.ok(part)
      const fails = async (message: RegExp): Promise<void> => {
        await assert.rejects(downloadBundle({ store, place, source, destination }), message)
        assert.deepEqual(await namesIn(destination), ['disk.part.00'])
      }
      const spoilt = Buffer.from(part)
      spoilt.writeUInt8(spoilt.readUInt8(spoilt.length - 1) ^ 1, spoilt.length - 1)
      bucket?.set(key, spoilt)
      await fails(/part disk\.part\.01 is corrupt/)
      bucket?.set(key, part)
      const get = store.get.bind(store)
      const withAnswer = (change: object): void => {
        store.get = async (from, name) => ({ ...(await get(from, name)), ...(name === key ? change : {}) })
      }
      withAnswer({ body: Readable.from([part.subarray(0, 5000)], { objectMode: false }) })
      await fails(/disk\.part\.01 ended after 5000 of 100000 bytes/)
      withAnswer({ etag: `"${'0'.repeat(32)}"` })
      await fails(/disk\.part\.01 was corrupted in transit/)
      const lost = (async function* () {
        yield part.subarray(0, 5000)
        throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
      })()
      withAnswer({ body: Readable.from(lost, { objectMode: false }) })
      await fails(/reset/)
      withAnswer({ etag: '"abc-2"' })
      await downloadBundle({ store, place, source, destination })
    }))

  it('can be interrupted, and leaves no half part', () =>
    uploaded(async (_, store, destination) => {
      const controller = new AbortController()
      const { signal } = controller
      const onProgress = (): void => controller.abort(new Error('interrupted'))
      await assert.rejects(
        downloadBundle({ store, place, source, destination, signal, onProgress }),
        /interrupted/,
      )
      assert.deepEqual(await namesIn(destination), [])
    }))

  it('refuses a manifest that is too large to be one, without reading it all', () =>
    uploaded(async (_, store, destination) => {
      let read = 0
      const endless = async function* (): AsyncGenerator<Buffer> {
        for (;;) {
          read += 65_536
          yield Buffer.alloc(65_536, ' ')
        }
      }
      store.get = async () => ({ body: Readable.from(endless(), { objectMode: false }) })
      await assert.rejects(downloadBundle({ store, place, source, destination }), ManifestError)
      assert.ok(read < 6_000_000, `${read} bytes`)
    }))

  it('needs a directory that exists', () =>
    uploaded(async (made, store, destination) => {
      const download = (path: string): Promise<unknown> =>
        downloadBundle({ store, place, source, destination: path })
      await assert.rejects(download(join(destination, 'none')), /ENOENT/)
      await assert.rejects(download(made.manifestPath), /is not a directory/)
    }))
})

describe('downloading and unbundling at once', () => {
  it('makes the image in a directory, under a file name, or on a stream', () =>
    uploaded(async (made, store, directory) => {
      const options = { store, place, source, privateKey: people().user.privateKey }
      const file = join(directory, 'mine.img')
      assert.equal(await downloadAndUnbundle({ ...options, destination: directory }), join(directory, 'disk'))
      assert.equal(await downloadAndUnbundle({ ...options, destination: file }), file)
      const stream = new Collector()
      assert.equal(await downloadAndUnbundle({ ...options, destination: stream }), undefined)
      for (const image of [
        await readFile(join(directory, 'disk')),
        await readFile(file),
        Buffer.concat(stream.pieces),
      ])
        assert.deepEqual(image, made.image)
    }))

  it('leaves nothing when a part is corrupt or missing', () =>
    uploaded(async (_, store, destination) => {
      const bucket = store.buckets.get('images')
      bucket?.set('fedora/disk.part.01', randomBytes(100_000))
      const { privateKey } = people().user
      const attempt = (): Promise<unknown> =>
        downloadAndUnbundle({ store, place, source, privateKey, destination })
      await assert.rejects(attempt(), /part disk\.part\.01 is corrupt/)
      bucket?.delete('fedora/disk.part.01')
      await assert.rejects(attempt(), { code: 'NoSuchKey' })
      assert.deepEqual(await namesIn(destination), [])
    }))
})

describe('deleting a bundle', () => {
  it('deletes the parts, then the manifest, then with clear the bucket', () =>
    uploaded(async (made, store) => {
      store.log.length = 0
      await deleteBundle({ store, place, source, clear: true })
      const names = [...made.manifest.parts.map(part => part.filename), 'disk.manifest.xml']
      const deleted = names.map(name => `DELETE images/fedora/${name}`)
      assert.deepEqual(store.log, ['GET images/fedora/disk.manifest.xml', ...deleted, 'DELETE images'])
      assert.equal(store.buckets.size, 0)
    }))

  it('fails with the service when the bucket has more in it, the bundle being gone', () =>
    uploaded(async (_, store) => {
      store.buckets.get('images')?.set('other', Buffer.alloc(0))
      await assert.rejects(deleteBundle({ store, place, source, clear: true }), { code: 'BucketNotEmpty' })
      assert.deepEqual(store.objects('images'), ['other'])
    }))

  it('keeps the manifest on the service when it was given as a file', () =>
    uploaded(async (made, store) => {
      await deleteBundle({ store, place, source: { file: made.manifestPath } })
      assert.deepEqual(store.objects('images'), ['fedora/disk.manifest.xml'])
    }))

  it('removes an empty bucket although there is no manifest, but only when asked to', () =>
    uploaded(async (_, store) => {
      await deleteBundle({ store, place, source })
      await assert.rejects(deleteBundle({ store, place, source }), BundleError)
      assert.equal(store.buckets.size, 1)
      await deleteBundle({ store, place, source, clear: true })
      assert.equal(store.buckets.size, 0)
    }))

  it('tells of the missing manifest when the bucket cannot be removed either', () =>
    uploaded(async (_, store) => {
      const missing = { store, place, source: { object: 'x.manifest.xml' }, clear: true }
      await assert.rejects(deleteBundle(missing), /manifest 'images\/fedora\/x.manifest.xml' does not exist/)
      assert.equal(store.buckets.size, 1)
    }))
})

describe('the place of a bundle', () => {
  it('is a bucket and what follows it', () => {
    assert.deepEqual(parsePlace('b'), { bucket: 'b', prefix: '' })
    assert.deepEqual(parsePlace('b/'), { bucket: 'b', prefix: '' })
    assert.deepEqual(parsePlace('b/c/d/'), { bucket: 'b', prefix: 'c/d' })
    assert.throws(() => parsePlace('/'), BundleError)
  })

  it('has a bucket with a name of up to 255 plain characters when it is made or removed', () => {
    for (const name of ['a', 'A-b_c.9', 'x'.repeat(255)]) checkBucketName(name)
    for (const name of ['', 'ä', 'a b', 'x'.repeat(256)])
      assert.throws(() => checkBucketName(name), BundleError)
  })
})
