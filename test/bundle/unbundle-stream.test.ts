// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { unbundleStream } from '../../src/bundle/unbundle'
import { BundleError } from '../../src/format/bundle/errors'
import {
  Collector,
  ciphertext,
  encIv,
  encKey,
  inDirectory,
  type MadeBundle,
  makeBundle,
  mixedImage,
  namesIn,
} from './bundling'

const secret = { key: encKey, iv: encIv }

describe('unbundling a stream', () => {
  const encrypted = async (directory: string): Promise<{ made: MadeBundle; bytes: Buffer }> => {
    const made = await makeBundle(directory, mixedImage(1_000_000), {
      ...{ encKey, encIv },
      partBytes: 100_000,
    })
    return { made, bytes: await ciphertext(made) }
  }

  it('gives the image, its size and the digest', () =>
    inDirectory(async directory => {
      const { made, bytes } = await encrypted(directory)
      const destination = new Collector()
      const { size, digest } = made.manifest
      const source = Readable.from([bytes])
      const result = await unbundleStream({
        source,
        secret,
        destination,
        imageSize: size,
        sha1Digest: digest,
      })
      assert.deepEqual(result, { size, digest })
      assert.deepEqual(Buffer.concat(destination.pieces), made.image)
    }))

  it('with a wrong key is an error and writes nothing', () =>
    inDirectory(async directory => {
      const { bytes } = await encrypted(directory)
      const destination = new Collector()
      const wrong = { key: encIv, iv: encIv }
      const stream = unbundleStream({ source: Readable.from([bytes]), secret: wrong, destination })
      await assert.rejects(stream, /the key is wrong or the data is corrupt/)
      assert.equal(destination.pieces.length, 0)
      const unhex = unbundleStream({
        source: Readable.from([bytes]),
        secret: { key: 'x', iv: 'y' },
        destination,
      })
      await assert.rejects(unhex, /32 hex digits/)
    }))

  it('fails on a wrong size or digest, and on a stream that ends early or is empty', () =>
    inDirectory(async directory => {
      const { bytes } = await encrypted(directory)
      const run = (source: Buffer[], more: object = {}): Promise<unknown> =>
        unbundleStream({
          source: Readable.from(source),
          secret,
          destination: join(directory, 'out'),
          ...more,
        })
      await assert.rejects(run([bytes], { imageSize: 5 }), /is 1000000 bytes, not 5/)
      await assert.rejects(run([bytes], { sha1Digest: 'abcdef' }), /not abcdef/)
      await assert.rejects(run([bytes.subarray(0, 320_000)]), BundleError)
      await assert.rejects(run([bytes.subarray(0, bytes.length - 16)]), BundleError)
      await assert.rejects(run([]), BundleError)
      assert.deepEqual(await namesIn(directory), ['bundle', 'disk.img'])
    }))

  it('stops at the size of the image, whatever else inflates from the stream', () =>
    inDirectory(async directory => {
      // Sixty-four MiB of zeros behind a file header of one hundred bytes.
      const made = await makeBundle(directory, randomBytes(100), { encKey, encIv })
      const args = (mode: string): string[] => ['enc', mode, '-aes-128-cbc', '-K', encKey, '-iv', encIv]
      const gzipped = execFileSync('openssl', args('-d'), { input: await ciphertext(made) })
      const bomb = Buffer.concat([gzipped, gzipSync(Buffer.alloc(64 * 1_048_576))])
      const bytes = execFileSync('openssl', args('-e'), { input: bomb })
      const source = Readable.from([bytes])
      await assert.rejects(
        unbundleStream({ source, secret, destination: new Collector() }),
        /goes on after the image/,
      )
    }))

  it('fails with the error of the stream it writes to', () =>
    inDirectory(async directory => {
      const { bytes } = await encrypted(directory)
      const destination = new Writable({ write: (_chunk, _encoding, done) => done(new Error('closed pipe')) })
      await assert.rejects(
        unbundleStream({ source: Readable.from([bytes]), secret, destination }),
        /closed pipe/,
      )
    }))

  it('fails when the stream it writes to is closed, and can be aborted while nobody reads that', () =>
    inDirectory(async directory => {
      const { bytes } = await encrypted(directory)
      const closing = new Writable({
        write() {
          this.destroy()
        },
      })
      const closed = unbundleStream({ source: Readable.from([bytes]), secret, destination: closing })
      await assert.rejects(closed, /was closed/)
      const controller = new AbortController()
      const stuck = new Writable({
        write() {
          setImmediate(() => controller.abort(new Error('interrupted')))
        },
      })
      const { signal } = controller
      const aborted = unbundleStream({ source: Readable.from([bytes]), secret, destination: stuck, signal })
      await assert.rejects(aborted, /^Error: interrupted$/)
    }))

  it('ends when it is aborted, while the source has nothing to say', () =>
    inDirectory(async directory => {
      const { bytes } = await encrypted(directory)
      const controller = new AbortController()
      const source = new PassThrough()
      source.write(bytes.subarray(0, 200_000))
      const { signal } = controller
      const onProgress = (): void => controller.abort(new Error('interrupted'))
      const stream = unbundleStream({
        source,
        secret,
        destination: join(directory, 'out'),
        signal,
        onProgress,
      })
      await assert.rejects(stream, /interrupted/)
      assert.deepEqual(await namesIn(directory), ['bundle', 'disk.img'])
    }))
})
