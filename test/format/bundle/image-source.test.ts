// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { endOf } from '../../../src/format/bundle/image-source'
import { inDirectory } from '../../bundle/bundling'

describe('the end of a device', () => {
  it('is found by halving', () =>
    inDirectory(async directory => {
      const path = join(directory, 'file')
      for (const bytes of [0, 1, 2, 511, 512, 513, 100_000]) {
        await writeFile(path, Buffer.alloc(bytes, 1))
        const file = await open(path)
        assert.equal(await endOf(file), bytes)
        await file.close()
      }
    }))
})
