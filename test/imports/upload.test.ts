// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { openObjectStore } from '../../src/clients'
import { loadSettings } from '../../src/config'
import { parseImportManifest } from '../../src/format/import/manifest'
import { deleteImport } from '../../src/imports/delete-import'
import type { ImportBucket } from '../../src/imports/object-store'
import { type ImportPlan, partBytesFor } from '../../src/imports/plan-import'
import { fetchManifest, fetchOrStoreManifest, type PartProgress, uploadParts } from '../../src/imports/upload'
import { importBucket } from '../../src/install/import-bucket'
import { type Cloud, cloud } from '../support/cloud'

const mebibyte = 1 << 20
const image = randomBytes(2 * mebibyte + 7)
const manifestKey = 'folder/uuid/./disk.img.manifest.xml'
const parts = ['0', '1', '2'].map(index => `folder/uuid/./disk.img.part.${index}`)

describe('an import', () => {
  let c: Cloud
  let folder: string
  let file: string
  let asked: string[]
  let bucket: ImportBucket
  beforeEach(async () => {
    c = await cloud()
    await c.s3().send(new CreateBucketCommand({ Bucket: 'imports' }))
    folder = mkdtempSync(join(tmpdir(), 'mallee-import-'))
    file = join(folder, 'disk.img')
    writeFileSync(file, image)
    asked = []
    bucket = await bucketOf()
  })
  afterEach(async () => {
    await c.close()
    rmSync(folder, { recursive: true })
  })

  const bucketOf = async (changed: { readonly s3ForceSigv4?: boolean } = {}): Promise<ImportBucket> => {
    const env = { MALLEE_HOME: c.home, EUCA_CONFIG_PATH: '' }
    const settings = { ...loadSettings({ env, home: folder, cwd: folder }), ...changed }
    const store = await openObjectStore(settings, {
      now: () => c.clock.now(),
      door: request => {
        asked.push(`${request.method} ${request.path.split('/').at(-1)}`)
        return c.engine.handle(request)
      },
    })
    return importBucket(store, 'imports')
  }

  const plan = (changed: Partial<ImportPlan> = {}): ImportPlan => ({
    bucket,
    manifestKey,
    filename: 'disk.img',
    fileBytes: image.length,
    disk: { format: 'RAW', bytes: image.length, volumeGib: 1 },
    partBytes: mebibyte,
    validSeconds: 3600,
    importer: { name: 'euca2ools', version: '3.4.1', release: '0' },
    ...changed,
  })
  const stored = async (Key: string): Promise<Buffer> => {
    const { Body } = await c.s3().send(new GetObjectCommand({ Bucket: 'imports', Key }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }
  const keys = async (): Promise<(string | undefined)[]> => {
    const { Contents = [] } = await c.s3().send(new ListObjectsCommand({ Bucket: 'imports' }))
    return Contents.map(({ Key }) => Key)
  }
  const upload = async (onProgress?: (progress: PartProgress) => void): Promise<number> =>
    uploadParts({ bucket, manifest: await fetchOrStoreManifest(plan()), file, onProgress })

  it('consists of the parts of its file, beside a manifest that tells where they are', async () => {
    assert.equal(await upload(), 3)
    assert.deepEqual(await keys(), [manifestKey, ...parts].sort())
    const bytes = Buffer.concat(await Promise.all(parts.map(stored)))
    assert.ok(bytes.equals(image))
    const manifest = parseImportManifest(await stored(manifestKey))
    assert.deepEqual(
      manifest.parts.map(({ start, end, key }) => [start, end, key]),
      [
        [0, mebibyte - 1, parts[0]],
        [mebibyte, 2 * mebibyte - 1, parts[1]],
        [2 * mebibyte, image.length - 1, parts[2]],
      ],
    )
    assert.deepEqual([manifest.imageBytes, manifest.volumeGib, manifest.fileFormat], [image.length, 1, 'RAW'])
  })

  for (const s3ForceSigv4 of [false, true])
    it(`has addresses that need no key, signed by version ${s3ForceSigv4 ? 4 : 2}, until they expire`, async () => {
      bucket = await bucketOf({ s3ForceSigv4 })
      await upload()
      const manifest = parseImportManifest(await stored(manifestKey))
      const part = manifest.parts[0] ?? assert.fail('no part')
      const status = async (method: string, address: string): Promise<number> => {
        const [url = '', query = ''] = address.split('?')
        const { host } = new URL(url)
        const path = url.slice(url.indexOf('/', 7))
        return (await c.engine.handle({ method, path, query, headers: { host } })).status
      }
      assert.equal(await status('HEAD', part.headUrl), 200)
      assert.equal(await status('GET', part.getUrl), 200)
      assert.equal(await status('GET', part.deleteUrl), 403)
      assert.equal(await status('DELETE', part.deleteUrl), 204)
      assert.equal(await status('GET', part.getUrl), 404)
      await c.pass(3601)
      assert.equal(await status('DELETE', manifest.selfDestructUrl), 403)
    })

  it('that was interrupted goes on with the parts that are missing', async () => {
    await upload()
    await c.s3().send(new DeleteObjectCommand({ Bucket: 'imports', Key: parts[1] }))
    asked.length = 0
    const progress: PartProgress[] = []
    assert.equal(await upload(step => progress.push(step)), 1)
    assert.deepEqual(asked, [
      'GET disk.img.manifest.xml',
      'HEAD disk.img.part.0',
      'HEAD disk.img.part.1',
      'PUT disk.img.part.1',
      'HEAD disk.img.part.2',
    ])
    assert.ok((await stored(parts[1] ?? '')).equals(image.subarray(mebibyte, 2 * mebibyte)))
    const what = { filename: 'disk.img.part.1', index: 1, count: 3, totalBytes: mebibyte }
    assert.deepEqual(progress[0], { ...what, bytes: 0 })
    assert.deepEqual(progress.at(-1), { ...what, bytes: mebibyte })
  })

  it('keeps what arrived when it is told to end', async () => {
    const manifest = await fetchOrStoreManifest(plan())
    const interruption = new AbortController()
    const onProgress = ({ index }: PartProgress) => {
      if (index === 1) interruption.abort(new Error('enough'))
    }
    const { signal } = interruption
    await assert.rejects(uploadParts({ bucket, manifest, file, onProgress, signal }), /enough/)
    assert.ok(!(await keys()).includes(parts[2]))
    assert.equal(await upload(), 1)
  })

  it('takes no object of another size for a part', async () => {
    await c.s3().send(new PutObjectCommand({ Bucket: 'imports', Key: parts[0], Body: 'short' }))
    assert.equal(await upload(), 3)
  })

  it('sends nothing that was not in the file', async () => {
    const manifest = await fetchOrStoreManifest(plan())
    truncateSync(file, mebibyte + 1)
    await assert.rejects(uploadParts({ bucket, manifest, file }), /has become shorter/)
    assert.deepEqual(await keys(), [manifestKey, parts[0]])
  })

  it('goes on with the manifest that is there, whatever the plan', async () => {
    await upload()
    const manifest = await fetchOrStoreManifest(plan({ partBytes: 5 * mebibyte, fileBytes: 1 }))
    assert.equal(manifest.parts.length, 3)
  })

  it('is refused when its manifest is none', async () => {
    await c.s3().send(new PutObjectCommand({ Bucket: 'imports', Key: manifestKey, Body: 'no xml' }))
    await assert.rejects(upload(), { name: 'ManifestError' })
  })

  it('tells a manifest that is not there from a bucket that cannot be read', async () => {
    assert.equal(await fetchManifest(bucket, 'none'), undefined)
    const { key } = await c.account('alice')
    const env = {
      MALLEE_HOME: c.home,
      MALLEE_SESSION: key.id,
      AWS_ACCESS_KEY_ID: key.id,
      AWS_SECRET_ACCESS_KEY: key.secret,
      EUCA_CONFIG_PATH: '',
    }
    const hers = await openObjectStore(loadSettings({ env, home: folder, cwd: folder }), {
      now: () => c.clock.now(),
      door: request => c.engine.handle(request),
    })
    await assert.rejects(fetchManifest(importBucket(hers, 'imports'), 'k'), { code: 'AccessDenied' })
  })

  it('is deleted with its manifest last, and again when that was interrupted', async () => {
    await upload()
    const manifest = parseImportManifest(await stored(manifestKey))
    await c.s3().send(new DeleteObjectCommand({ Bucket: 'imports', Key: parts[0] }))
    asked.length = 0
    await deleteImport({ bucket, manifestKey, manifest })
    assert.deepEqual(await keys(), [])
    assert.equal(asked.at(-1), 'DELETE disk.img.manifest.xml')
  })

  it('has parts of 10 MiB, and larger ones where there would be too many', () => {
    assert.equal(partBytesFor(1), 10 * mebibyte)
    assert.equal(partBytesFor(100_000 * mebibyte), 10 * mebibyte)
    assert.equal(partBytesFor(100_000 * mebibyte + 1), 11 * mebibyte)
    assert.equal(partBytesFor(1, 64 * mebibyte), 64 * mebibyte)
  })

  it('is checked by the service, part by part', async () => {
    const wrong = createHash('md5').update('something else').digest('base64')
    await assert.rejects(bucket.put('k', { file, start: 0, size: 10 }, { md5: wrong }), { code: 'BadDigest' })
  })
})
