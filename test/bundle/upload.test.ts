// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isTimeout, putChecked } from '../../src/bundle/object-store'
import { bundleAndUpload, parsePlace, uploadBundle } from '../../src/bundle/transfer'
import { ManifestError } from '../../src/format/bundle/errors'
import { bundleOptions, inDirectory, makeBundle, namesIn } from './bundling'
import { MemoryStore, StoreError } from './memory-store'

const place = parsePlace('images/fedora')

describe('uploading a bundle', () => {
  it('makes the bucket, then sends the parts in order and the manifest', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, randomBytes(150_000), { partBytes: 100_000 })
      const store = new MemoryStore()
      const told: string[] = []
      const { manifestPath } = made
      const onUploaded = (location: string): void => void told.push(location)
      const options = { store, place, manifestPath, location: 'EU', onUploaded }
      assert.equal(await uploadBundle(options), 'images/fedora/disk.manifest.xml')
      const keys = ['part.00', 'part.01', 'manifest.xml'].map(end => `images/fedora/disk.${end}`)
      const sent = keys.map(key => `PUT ${key} aws-exec-read`)
      assert.deepEqual(store.log, ['HEAD images', 'PUT images in EU', ...sent])
      assert.deepEqual(told, keys)
      const bucket = store.buckets.get('images')
      assert.equal(bucket?.get('fedora/disk.manifest.xml')?.toString(), made.manifestXml)
    }))

  it('asks nothing about the bucket under an upload policy, and leaves the manifest out when told to', () =>
    inDirectory(async directory => {
      const { manifestPath } = await makeBundle(directory, randomBytes(10))
      const store = new MemoryStore()
      await store.createBucket('images')
      const options = {
        store,
        place: parsePlace('images'),
        manifestPath,
        ensureBucket: false,
        acl: 'public-read',
      }
      assert.equal(await uploadBundle({ ...options, skipManifest: true }), undefined)
      assert.deepEqual(store.log.slice(1), ['PUT images/disk.part.00 public-read'])
    }))

  it('takes back what was stored when it fails, and says what it could not take back', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, randomBytes(250_000), { partBytes: 100_000 })
      const store = new MemoryStore()
      const put = store.put.bind(store)
      store.put = (bucket, key, ...rest) =>
        key.endsWith('02') ? Promise.reject(new StoreError('AccessDenied', 403)) : put(bucket, key, ...rest)
      const options = { store, place, manifestPath: made.manifestPath }
      await assert.rejects(uploadBundle({ ...options, eraser: async () => store }), /^Error: AccessDenied$/)
      assert.deepEqual([...(store.buckets.get('images')?.keys() ?? [])], [])
      const broken = () => Promise.reject(new StoreError('ServiceUnavailable', 503))
      await assert.rejects(
        uploadBundle({ ...options, eraser: async () => ({ get: broken, delete: broken }) }),
        /^Error: AccessDenied \(left behind: images\/fedora\/disk\.part\.00, images\/fedora\/disk\.part\.01\)$/,
      )
    }))

  it('deletes nothing of a bundle that was there before', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, randomBytes(150_000), { partBytes: 100_000 })
      const store = new MemoryStore()
      const options = { store, place, manifestPath: made.manifestPath, eraser: async () => store }
      await uploadBundle(options)
      const put = store.put.bind(store)
      store.put = (bucket, key, ...rest) =>
        key.endsWith('01') ? Promise.reject(new Error('lost')) : put(bucket, key, ...rest)
      await assert.rejects(uploadBundle(options), /^Error: lost$/)
      assert.equal(store.buckets.get('images')?.size, 3)
    }))

  it('sends nothing when a part is missing', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, randomBytes(300_000), { partBytes: 100_000 })
      await rm(join(made.directory, 'disk.part.02'))
      const store = new MemoryStore()
      await assert.rejects(
        uploadBundle({ store, place, manifestPath: made.manifestPath }),
        /ENOENT.*disk\.part\.02/,
      )
      assert.deepEqual(store.log, [])
    }))

  it('refuses a manifest that is none, is missing, or is huge', () =>
    inDirectory(async directory => {
      const store = new MemoryStore()
      const manifestPath = join(directory, 'm.xml')
      await assert.rejects(uploadBundle({ store, place, manifestPath }), /ENOENT.*m\.xml/)
      await writeFile(manifestPath, 'no xml')
      await assert.rejects(uploadBundle({ store, place, manifestPath }), ManifestError)
      await writeFile(manifestPath, Buffer.alloc(5_242_881, ' '))
      await assert.rejects(uploadBundle({ store, place, manifestPath }), /larger than 5242880 bytes/)
      await assert.rejects(uploadBundle({ store, place, manifestPath: directory }), /is a directory/)
      assert.deepEqual(store.log, [])
    }))

  it('is corrupt when the service names another MD5, or none', () =>
    inDirectory(async directory => {
      const { manifestPath } = await makeBundle(directory, randomBytes(10))
      for (const etag of ['"d41d8cd98f00b204e9800998ecf8427e"', undefined]) {
        const store = new MemoryStore()
        store.put = async () => ({ etag })
        const upload = uploadBundle({ store, place, manifestPath })
        await assert.rejects(upload, /upload of images\/fedora\/disk\.part\.00 was corrupted in transit/)
      }
    }))

  it('passes the errors of the service on untouched', () =>
    inDirectory(async directory => {
      const { manifestPath } = await makeBundle(directory, randomBytes(10))
      const store = new MemoryStore()
      const refusal = new StoreError('AccessDenied', 403)
      store.bucketExists = async () => {
        throw refusal
      }
      await assert.rejects(uploadBundle({ store, place, manifestPath }), error => error === refusal)
    }))

  it('tries again up to five times, after time-outs only, and only when asked to', async () => {
    const attempt = async (error: Error, failures: number, retry: boolean): Promise<number> => {
      const store = new MemoryStore()
      await store.createBucket('b')
      const put = store.put.bind(store)
      let tries = 0
      store.put = async (...args) => {
        if (tries++ < failures) throw error
        return await put(...args)
      }
      await putChecked(store, 'b', 'k', Buffer.from('x'), { acl: 'private', retry }).catch(thrown => {
        assert.equal(thrown, error)
        tries = -tries
      })
      return tries
    }
    const timeout = Object.assign(new Error('late'), { code: 'ETIMEDOUT' })
    assert.equal(await attempt(timeout, 5, true), 6)
    assert.equal(await attempt(timeout, 6, true), -6)
    assert.equal(await attempt(timeout, 1, false), -1)
    assert.equal(await attempt(new StoreError('SlowDown', 503), 1, true), -1)
    assert.ok(isTimeout(Object.assign(new Error('late'), { reason: 'timeout' })))
  })
})

describe('bundling and uploading at once', () => {
  const options = async (directory: string, bytes = 300_000) => {
    const image = join(directory, 'disk.img')
    await writeFile(image, randomBytes(bytes))
    const store = new MemoryStore()
    return { ...bundleOptions(image, join(directory, 'out')), partBytes: 100_000, target: { store, place } }
  }

  it('leaves the bundle on the service and nothing in the directory', () =>
    inDirectory(async directory => {
      const given = await options(directory)
      const { location, parts } = await bundleAndUpload(given)
      assert.equal(location, 'images/fedora/disk.manifest.xml')
      assert.deepEqual(given.target.store.objects('images'), [
        ...parts.map(part => `fedora/${part.filename}`),
        'fedora/disk.manifest.xml',
      ])
      assert.deepEqual(await namesIn(given.destination), [])
    }))

  it('keeps the bundle in the directory when told to', () =>
    inDirectory(async directory => {
      const given = await options(directory)
      const { parts } = await bundleAndUpload({ ...given, preserve: true })
      const names = ['disk.manifest.xml', ...parts.map(part => part.filename)]
      assert.deepEqual(await namesIn(given.destination), names)
    }))

  it('does not touch the service when the image cannot be bundled', () =>
    inDirectory(async directory => {
      const given = await options(directory)
      await assert.rejects(bundleAndUpload({ ...given, image: join(directory, 'none') }), /ENOENT/)
      assert.deepEqual(given.target.store.log, [])
    }))

  it('sends no manifest, and leaves no files, when a part is refused', () =>
    inDirectory(async directory => {
      const given = await options(directory)
      const { store } = given.target
      const put = store.put.bind(store)
      store.put = async (bucket, key, ...rest) => {
        if (key.endsWith('.02')) throw new StoreError('QuotaExceeded', 403)
        return await put(bucket, key, ...rest)
      }
      await assert.rejects(bundleAndUpload(given), { code: 'QuotaExceeded' })
      assert.deepEqual(store.objects('images'), ['fedora/disk.part.00', 'fedora/disk.part.01'])
      assert.deepEqual(await namesIn(directory), ['disk.img'])
    }))
})
