// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { openDisk } from '../../src/convert/disk'
import { partitionsOf } from '../../src/convert/partitions'
import { Disks, gptPieces, mib, tableSector } from './disks'

const bytes = 8 * mib

describe('partition tables', () => {
  let disks: Disks
  beforeEach(() => {
    disks = new Disks()
  })
  afterEach(() => disks.close())

  const read = async (pieces: readonly (readonly [number, Buffer])[], size = bytes) => {
    const disk = await openDisk(await disks.file(size, pieces), 'r')
    try {
      return await partitionsOf(disk)
    } finally {
      await disk.close()
    }
  }

  it('primary partitions are found where the table says', async () => {
    const table = tableSector([
      [0x83, 2048, 4096],
      [0, 0, 0],
      [0x82, 8192, 1024],
    ])
    assert.deepEqual(await read([[0, table]]), [
      { number: 1, offset: mib, bytes: 2 * mib },
      { number: 3, offset: 4 * mib, bytes: mib / 2 },
    ])
  })

  it('logical partitions are counted from 5, each from its own table', async () => {
    const table = tableSector([
      [0x83, 64, 64],
      [0x0f, 1024, 8192],
    ])
    const first = tableSector([
      [0x83, 64, 100],
      [0x05, 2048, 200],
    ])
    const second = tableSector([[0x83, 32, 50]])
    assert.deepEqual(
      await read([
        [0, table],
        [1024 * 512, first],
        [3072 * 512, second],
      ]),
      [
        { number: 1, offset: 64 * 512, bytes: 64 * 512 },
        { number: 5, offset: 1088 * 512, bytes: 100 * 512 },
        { number: 6, offset: 3104 * 512, bytes: 50 * 512 },
      ],
    )
  })

  it('logical partitions that follow each other in a circle are refused', async () => {
    const table = tableSector([[0x05, 1024, 8192]])
    const first = tableSector([
      [0x83, 64, 100],
      [0x05, 2048, 200],
    ])
    const back = tableSector([
      [0x83, 32, 50],
      [0x05, 0, 200],
    ])
    const pieces = [
      [0, table],
      [1024 * 512, first],
      [3072 * 512, back],
    ] as const
    await assert.rejects(read(pieces), /has logical partitions that follow each other in a circle/)
  })

  it('more logical partitions than there can be are refused', async () => {
    const pieces: [number, Buffer][] = [[0, tableSector([[0x05, 64, 16_000]])]]
    for (let index = 0; index < 300; index++)
      pieces.push([
        (64 + index) * 512,
        tableSector([
          [0, 0, 0],
          [0x05, index + 1, 10],
        ]),
      ])
    await assert.rejects(read(pieces), /has more than 256 logical partitions/)
  })

  it('a partition that leads outside, or to the table itself, is refused', async () => {
    await assert.rejects(
      read([[0, tableSector([[0x83, 2048, 1_000_000]])]]),
      /beyond the end at byte 8388608/,
    )
    await assert.rejects(read([[0, tableSector([[0x83, 0, 100]])]]), /begin at the table itself/)
    await assert.rejects(read([[0, tableSector([[0x05, 99_999_999, 100]])]]), /beyond the end/)
    await assert.rejects(read([[0, tableSector([[0x05, 2048, 100]])]]), /lacks its signature/)
  })

  it('what is no table is none: zeros, a boot sector of FAT, a few bytes', async () => {
    const fat = tableSector([])
    fat.write('Non-system disk or disk error, replace and press any key', 440, 'latin1')
    assert.equal(await read([]), undefined)
    assert.equal(await read([[0, fat]]), undefined)
    assert.equal(await read([], 100), undefined)
  })

  it('a GPT is found behind its protective MBR', async () => {
    const pieces = gptPieces(bytes, [
      [2048, 4095],
      [4096, 8191],
    ])
    assert.deepEqual(await read(pieces), [
      { number: 1, offset: mib, bytes: mib },
      { number: 2, offset: 2 * mib, bytes: 2 * mib },
    ])
  })

  it('the second copy of a GPT counts when the first is damaged, and none does when both are', async () => {
    const pieces = gptPieces(bytes, [[2048, 4095]])
    const scratch = [1024 + 20, Buffer.from('scratch')] as const
    assert.deepEqual(await read([...pieces, scratch]), [{ number: 1, offset: mib, bytes: mib }])
    const header = [512 + 40, Buffer.from('scratch')] as const
    assert.deepEqual(await read([...pieces, header]), [{ number: 1, offset: mib, bytes: mib }])
    const second = [bytes - 33 * 512 + 20, Buffer.from('scratch')] as const
    await assert.rejects(read([...pieces, header, second]), /entries with a wrong checksum/)
    await assert.rejects(read([[0, tableSector([[0xee, 1, 100]])]]), /has no signature/)
  })

  it('a GPT whose numbers lead outside is refused, checksums or not', async () => {
    await assert.rejects(read(gptPieces(bytes, [[2048, 900_000]])), /beyond the end at byte 8388608/)
    await assert.rejects(read(gptPieces(bytes, [[4096, 2048]])), /has partition 1 end before it begins/)
  })
})
