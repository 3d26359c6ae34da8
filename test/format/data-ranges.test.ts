// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataRanges } from '../../src/format/data-ranges'

describe('the data of a sparse file', () => {
  let folder: string
  const mib = 2 ** 20

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mallee-ranges-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  const sparse = (name: string, bytes: number, ...offsets: number[]): string => {
    const path = join(folder, name)
    const file = openSync(path, 'w')
    ftruncateSync(file, bytes)
    for (const offset of offsets) writeSync(file, Buffer.alloc(mib, 1), 0, mib, offset)
    closeSync(file)
    return path
  }

  const covers = async (path: string, offset: number): Promise<boolean> => {
    const ranges = (await dataRanges(path)) ?? assert.fail('GNU tar is there')
    return ranges.some(run => run.offset <= offset && run.offset + run.bytes > offset)
  }

  it('is found also in the last gigabyte of a large one, and little else', async () => {
    const path = sparse('large', 100 * 2 ** 30, 0, 99 * 2 ** 30)
    assert.equal(await covers(path, 5), true)
    assert.equal(await covers(path, 99 * 2 ** 30 + mib - 1), true)
    const ranges = (await dataRanges(path)) ?? []
    const sum = ranges.reduce((total, { bytes }) => total + bytes, 0)
    assert.ok(sum >= 2 * mib && sum <= 4 * mib, `${sum} bytes`)
  })

  it('is found in many pieces', async () => {
    const offsets = Array.from({ length: 200 }, (_, number) => number * 5 * mib)
    const path = sparse('pieces', 2 ** 30, ...offsets)
    for (const offset of offsets) assert.equal(await covers(path, offset + 1000), true)
    assert.equal(await covers(path, 3 * mib), false)
  })

  it('is none where nothing was written', async () => {
    const ranges = await dataRanges(sparse('blank', 2 ** 30))
    assert.equal(
      ranges?.reduce((sum, { bytes }) => sum + bytes, 0),
      0,
    )
  })

  it('may be everything', async () => {
    const path = join(folder, '-full')
    writeFileSync(path, Buffer.alloc(mib, 7))
    const ranges = await dataRanges(path)
    assert.ok(ranges === undefined || ranges[0]?.bytes === mib)
  })

  it('is unknown of a file that is not there', async () => {
    assert.equal(await dataRanges(join(folder, 'missing')), undefined)
  })
})
