// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import {
  blockBytes,
  clearBlock,
  clearBlocks,
  placeBlocks,
  shareBlocks,
  someBlocks,
} from '../../../src/engine/bytes/blocks'
import { type Cloud, cloud } from '../../support/cloud'

const hashOf = (data: Buffer): string => createHash('sha256').update(data).digest('hex')

describe('blocks', () => {
  let c: Cloud

  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const stage = (fill: number) => {
    const data = Buffer.alloc(blockBytes, fill)
    const staged = c.engine.around.blobs.stage()
    writeFileSync(staged.path, data)
    return { hash: hashOf(data), staged }
  }

  /** Place a block as a job does. */
  const place = (snapshotId: string, index: number, fill: number): string => {
    const { hash, staged } = stage(fill)
    const missing = c.engine.write(tx => placeBlocks(tx, snapshotId, [{ index, hash, staged }]))
    c.engine.around.blobs.drop(staged)
    assert.deepEqual(missing, [])
    return hash
  }

  const references = (hash: string): number => c.engine.read(tx => tx.blocks.get(hash)?.references ?? 0)

  it('are kept once, however many places have them', async () => {
    const hash = place('snap-a', 0, 1)
    place('snap-a', 7, 1)
    place('snap-b', 0, 1)
    assert.equal(references(hash), 3)
    assert.equal(
      c.engine.read(tx => [...tx.blobs.scan()].length),
      1,
    )
  })

  it('go with their last place, a minute later', async () => {
    const hash = place('snap-a', 0, 1)
    place('snap-b', 0, 1)
    const file = c.engine.around.blobs.path(c.engine.read(tx => tx.blocks.must(hash).blob))
    c.engine.write(tx => clearBlock(tx, 'snap-a', 0))
    await c.pass(120)
    assert.equal(existsSync(file), true)
    c.engine.write(tx => clearBlocks(tx, 'snap-b', 10))
    assert.equal(references(hash), 0)
    assert.equal(existsSync(file), true)
    await c.pass(120)
    assert.equal(existsSync(file), false)
  })

  it('give way to others in their place', () => {
    const first = place('snap-a', 0, 1)
    const second = place('snap-a', 0, 2)
    assert.deepEqual([references(first), references(second)], [0, 1])
  })

  it('are counted once when they are placed again where they are', () => {
    const hash = place('snap-a', 0, 1)
    place('snap-a', 0, 1)
    assert.equal(references(hash), 1)
  })

  it('that nobody has are told of, and leave the place as it was', () => {
    const before = place('snap-a', 0, 1)
    const missing = c.engine.write(tx => placeBlocks(tx, 'snap-a', [{ index: 0, hash: 'f'.repeat(64) }]))
    assert.deepEqual(
      missing.map(({ index }) => index),
      [0],
    )
    assert.equal(references(before), 1)
  })

  it('of one snapshot are shared with another in portions', () => {
    for (const index of [0, 3, 900_000]) place('snap-a', index, 1 + (index % 5))
    let next: number | undefined = 0
    let portions = 0
    while (next !== undefined) {
      const from: number = next
      next = c.engine.write(tx => shareBlocks(tx, 'snap-a', 'snap-b', from, 2))
      portions++
    }
    assert.equal(portions, 2)
    assert.deepEqual(
      c.engine.read(tx => someBlocks(tx, 'snap-b', 0, 10)).map(({ index }) => index),
      [0, 3, 900_000],
    )
  })

  it('of a transaction that is undone leave nothing', () => {
    const { hash, staged } = stage(9)
    assert.throws(() =>
      c.engine.write(tx => {
        placeBlocks(tx, 'snap-a', [{ index: 0, hash, staged }])
        throw new Error('undone')
      }),
    )
    assert.equal(references(hash), 0)
    assert.equal(existsSync(c.engine.around.blobs.path(staged.id)), false)
    assert.equal(existsSync(staged.path), false)
  })
})
