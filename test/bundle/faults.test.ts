// SPDX-License-Identifier: BSD-2-Clause

// Disks that fill up and users who interrupt. A limit on the size of files (RLIMIT_FSIZE) stands for the full disk: the
// write fails in the kernel just as it would there, in a process of its own.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { bundleImage } from '../../src/bundle/bundle-image'
import { partsInDirectory, unbundle, unbundleDirectory } from '../../src/bundle/unbundle'
import { bundleOptions, inDirectory, makeBundle, namesIn, people } from './bundling'

const room = resolve(__dirname, '../..')

/** Runs a script where no file may grow beyond `limitBytes`, and returns what it printed. */
function runLimited(directory: string, limitBytes: number, script: string): Promise<string> {
  const path = join(directory, 'script.cts')
  return writeFile(path, script).then(() => {
    const limit = `ulimit -f ${Math.floor(limitBytes / 512)}; exec "$0" "$@"`
    const args = ['-c', limit, process.execPath, '--require', require.resolve('tsx/cjs'), path]
    const { stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8', cwd: room })
    return `${stdout}${stderr}`
  })
}

describe('a disk that fills up', () => {
  it('ends bundling with the name of the file, and nothing of the bundle is left', () =>
    inDirectory(async directory => {
      const image = join(directory, 'disk.img')
      await writeFile(image, randomBytes(3_000_000))
      const options = JSON.stringify(bundleOptions(image, join(directory, 'out')))
      const printed = await runLimited(
        directory,
        1_000_448,
        `const { bundleImage } = require(${JSON.stringify(join(room, 'src/bundle/bundle-image'))})
        bundleImage(${options}).then(() => console.log('done'), e => console.log(e.code, e.path))`,
      )
      assert.equal(printed, `EFBIG ${join(directory, 'out', 'disk.part.00')}\n`)
      assert.deepEqual(await namesIn(directory), ['disk.img', 'script.cts'])
    }))

  it('ends unbundling with the name of the file, and nothing of the image is left', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, randomBytes(3_000_000))
      const options = JSON.stringify({
        manifest: made.manifest,
        privateKey: people().user.privateKey,
        source: made.directory,
        destination: directory,
      })
      const printed = await runLimited(
        directory,
        1_000_448,
        `const { unbundleDirectory } = require(${JSON.stringify(join(room, 'src/bundle/unbundle'))})
        unbundleDirectory(${options}).then(() => console.log('done'), e => console.log(e.code, e.path))`,
      )
      assert.equal(printed, `EFBIG ${join(directory, 'disk')}\n`)
      assert.deepEqual(await namesIn(directory), ['bundle', 'disk.img', 'script.cts'])
    }))

  it('ends unbundling to a full device', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, randomBytes(3_000_000))
      const destination = createWriteStream('/dev/full')
      const options = { manifest: made.manifest, privateKey: people().user.privateKey, destination }
      await assert.rejects(unbundle({ ...options, openPart: partsInDirectory(made.directory) }), /ENOSPC/)
    }))
})

describe('an interruption', () => {
  it('in the middle of bundling leaves nothing, and the reason is the error', () =>
    inDirectory(async directory => {
      const controller = new AbortController()
      const bundling = makeBundle(directory, randomBytes(8_000_000), {
        partBytes: 1_000_000,
        signal: controller.signal,
        onProgress: bytes => bytes > 4_000_000 && controller.abort(new Error('interrupted')),
      })
      await assert.rejects(bundling, /^Error: interrupted$/)
      assert.deepEqual(await namesIn(directory), ['disk.img'])
    }))

  it('before bundling does not even look at the image', () =>
    inDirectory(async directory => {
      const options = bundleOptions('/nonexistent', join(directory, 'out'))
      const signal = AbortSignal.abort(new Error('interrupted'))
      await assert.rejects(bundleImage({ ...options, signal }), /interrupted/)
    }))

  it('while the image is still being typed ends bundling at once', () =>
    inDirectory(async directory => {
      const controller = new AbortController()
      const image = new PassThrough()
      image.write(randomBytes(1_500_000))
      const bundling = bundleImage({
        ...bundleOptions(image, join(directory, 'out')),
        imageSize: 5_000_000,
        signal: controller.signal,
        onReady: async () => void setImmediate(() => controller.abort(new Error('interrupted'))),
      })
      await assert.rejects(bundling, /^Error: interrupted$/)
      assert.deepEqual(await namesIn(directory), [])
    }))

  it('in the middle of unbundling leaves nothing', () =>
    inDirectory(async directory => {
      const { manifest, directory: source } = await makeBundle(directory, randomBytes(3_000_000))
      const controller = new AbortController()
      const unbundling = unbundleDirectory({
        manifest,
        privateKey: people().user.privateKey,
        source,
        destination: directory,
        signal: controller.signal,
        onProgress: bytes => bytes > 1_000_000 && controller.abort(new Error('interrupted')),
      })
      await assert.rejects(unbundling, /^Error: interrupted$/)
      assert.deepEqual(await namesIn(directory), ['bundle', 'disk.img'])
    }))
})
