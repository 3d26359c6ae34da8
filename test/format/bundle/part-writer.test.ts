// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PartWriter } from '../../../src/format/bundle/part-writer'
import { inDirectory, sha1 } from '../../bundle/bundling'

describe('cutting into parts', () => {
  it('counts every byte once however the stream is cut', () =>
    inDirectory(async directory => {
      const bytes = randomBytes(100)
      for (const step of [1, 7, 50, 100]) {
        const target = join(directory, String(step))
        await mkdir(target)
        const options = { prefix: 'p', partBytes: 30, maxPendingParts: 2, discardParts: false }
        const place = (filename: string) => ({ path: join(target, filename), shown: filename })
        const writer = new PartWriter({ place, ...options })
        for (let at = 0; at < 100; at += step) await writer.write(bytes.subarray(at, at + step))
        await writer.finish()
        const files = await Promise.all(writer.parts.map(part => readFile(part.path)))
        assert.deepEqual(Buffer.concat(files), bytes)
        assert.deepEqual(
          files.map(file => file.length),
          [30, 30, 30, 10],
        )
      }
    }))

  it('gives parts an MD5 only when it is asked for one', () =>
    inDirectory(async directory => {
      const bytes = randomBytes(50)
      for (const md5 of [true, false]) {
        const place = (filename: string) => ({ path: join(directory, `${md5}-${filename}`), shown: filename })
        const options = { prefix: 'p', partBytes: 30, maxPendingParts: 2, discardParts: false, md5 }
        const writer = new PartWriter({ place, ...options })
        await writer.write(bytes)
        await writer.finish()
        for (const part of writer.parts) {
          const file = await readFile(part.path)
          assert.equal(part.digest, sha1(file))
          assert.equal(part.md5, md5 ? createHash('md5').update(file).digest('hex') : undefined)
        }
      }
    }))
})
