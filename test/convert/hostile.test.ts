// SPDX-License-Identifier: BSD-2-Clause
// Images with damage anywhere: whatever is on a disk, it is edited or refused in words, soon, and nothing else happens.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { need } from '../support/programs'
import { Disks, fstabText, gptPieces, mib, tableSector } from './disks'
import { alone } from './editing'

/** The same small numbers each time. */
const chance = (seed: number) => {
  let state = seed >>> 0
  return (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('images that are damaged anywhere', () => {
  let disks: Disks
  before(function () {
    need(this, 'mke2fs')
  })
  beforeEach(() => {
    disks = new Disks()
  })
  afterEach(() => disks.close())

  /** Damage a copy in a few of the places that matter, many times. Returns how often it was refused. */
  const damage = async (intact: Buffer, places: readonly number[], rounds: number): Promise<number> => {
    const draw = chance(intact.length)
    const path = disks.path('damaged')
    const ends = [0, 1, 0x7f, 0x80, 0xfe, 0xff]
    let refusals = 0
    for (let round = 0; round < rounds; round++) {
      const image = Buffer.from(intact)
      for (let count = 1 + draw(8); count > 0; count--)
        image[places[draw(places.length)] ?? 0] = draw(2) ? draw(256) : (ends[draw(ends.length)] ?? 0)
      writeFileSync(path, image)
      await alone(path).catch(error => {
        assert.equal(error.name, 'ConversionError', `round ${round}: ${error.stack}`)
        refusals += 1
      })
    }
    return refusals
  }

  const range = (start: number, end: number): number[] =>
    Array.from({ length: end - start }, (_, index) => start + index)

  /** All bytes that are not zero, in the first 512 KiB. */
  const written = (image: Buffer): number[] => range(0, 524_288).filter(at => image[at] !== 0)

  it('has file systems edited or refused', async () => {
    for (const features of [
      '^extents,^64bit,^metadata_csum',
      '^metadata_csum',
      '^metadata_csum,meta_bg,^resize_inode',
    ]) {
      const intact = readFileSync(await disks.fs({ args: ['-b', '1024', '-O', features], bytes: mib }))
      const refusals = await damage(intact, written(intact), 120)
      assert.ok(refusals > 2, `${features}: ${refusals}`)
    }
  })

  it('has partition tables read or refused', async () => {
    const fs = readFileSync(await disks.fs({ type: 'ext2', bytes: mib, files: { 'etc/fstab': fstabText } }))
    const logical = tableSector([[0x83, 64, 2048]])
    const mbr = tableSector([
      [0x0f, 1024, 6000],
      [0x83, 3072, 2048],
    ])
    const tables: [[number, Buffer][], number[]][] = [
      [
        [
          [0, mbr],
          [1024 * 512, logical],
          [3072 * 512, fs],
        ],
        [...range(446, 512), ...range(524_734, 524_800)],
      ],
      [
        [...gptPieces(4 * mib, [[2048, 4095]]), [mib, fs]],
        [...range(446, 512), ...range(512, 604)],
      ],
    ]
    for (const [pieces, places] of tables) {
      const intact = readFileSync(await disks.file(4 * mib, pieces))
      const refusals = await damage(intact, places, 100)
      assert.ok(refusals > 2, String(refusals))
    }
  })

  it('has a tree of extents that leads to itself refused, at once', async () => {
    const intact = readFileSync(await disks.fs({ args: ['-b', '1024', '-O', '^metadata_csum'], bytes: mib }))
    // The root directory, which is not in the journal or a backup: inode 2 of the first table.
    const table = intact.readUInt32LE(2048 + 8) * 1024
    const map = table + 256 + 0x28
    assert.equal(intact.readUInt16LE(map), 0xf30a)
    const block = intact.readUInt32LE(map + 12 + 8)
    // Every node has as many entries as fit, all of them itself, five levels deep.
    const node = (at: number, entries: number, depth: number): void => {
      intact.writeUInt16LE(0xf30a, at)
      intact.writeUInt16LE(entries, at + 2)
      intact.writeUInt16LE(entries, at + 4)
      intact.writeUInt16LE(depth, at + 6)
      for (let index = 0; index < entries; index++) {
        intact.writeUInt32LE(index, at + 12 + 12 * index)
        intact.writeUInt32LE(block, at + 16 + 12 * index)
        intact.writeUInt32LE(0, at + 20 + 12 * index)
      }
    }
    intact.writeUInt32LE(60_000_000, table + 256 + 4)
    for (const depth of [0, 1, 2, 3, 4, 5]) {
      node(block * 1024, 84, depth)
      node(map, 4, 5)
      const path = disks.path('circle')
      writeFileSync(path, intact)
      await assert.rejects(alone(path), /has a damaged extent tree/)
    }
  })
})
