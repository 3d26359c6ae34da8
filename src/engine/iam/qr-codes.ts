// SPDX-License-Identifier: BSD-2-Clause
// QR codes (ISO/IEC 18004): a text as a picture, from which a telephone reads what nobody likes to type. Texts are coded as
// bytes, with the least error correction, in the smallest of the first twenty versions, under the first mask.
import { crc32, deflateSync } from 'node:zlib'

// Of the standard's tables for level L: check bytes of a block, and blocks, by version.
const checkBytes = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28]
const blockCounts = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8]
/** What the format information is for level L and the first mask. */
const formatBits = 0x77c4

interface Version {
  readonly number: number
  readonly size: number
  readonly totalBytes: number
  readonly blockCheckBytes: number
  readonly blocks: number
  readonly dataBytes: number
}

const versionAt = (blocks: number, index: number): Version => {
  const number = index + 1
  const aligned = number === 1 ? 0 : Math.floor(number / 7) + 2
  const free =
    (16 * number + 128) * number +
    64 -
    (aligned ? (25 * aligned - 10) * aligned - 55 : 0) -
    (number >= 7 ? 36 : 0)
  const totalBytes = Math.floor(free / 8)
  const blockCheckBytes = checkBytes[index] ?? 0
  const dataBytes = totalBytes - blocks * blockCheckBytes
  return { number, size: 17 + 4 * number, totalBytes, blockCheckBytes, blocks, dataBytes }
}

const versions = blockCounts.map(versionAt)

/** Bits before the text: what it is, and how long. */
const headBits = ({ number }: Version): number => (number < 10 ? 12 : 20)

const dataOf = (text: Buffer, version: Version): Buffer => {
  const bits = `0100${text.length.toString(2).padStart(headBits(version) - 4, '0')}${[...text]
    .map(byte => byte.toString(2).padStart(8, '0'))
    .join('')}0000`
  const used = (bits.slice(0, version.dataBytes * 8).match(/.{1,8}/g) ?? []).map(eight =>
    Number.parseInt(eight.padEnd(8, '0'), 2),
  )
  const padding = Array.from({ length: version.dataBytes - used.length }, (_, index) =>
    index % 2 === 0 ? 0xec : 0x11,
  )
  return Buffer.from([...used, ...padding])
}

/** Product in the field of 256 elements that the standard has, where 285 is zero. */
const times = (a: number, b: number): number => {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ (product & 0x80 ? 0x11d : 0)
    if ((b >> bit) & 1) product ^= a
  }
  return product
}

/** The polynomial whose zeros are the first powers of two, without its leading one. */
const divisorOf = (degree: number): number[] => {
  let divisor = [...Array<number>(degree - 1).fill(0), 1]
  let root = 1
  for (let count = 0; count < degree; count++) {
    divisor = divisor.map((one, index) => times(one, root) ^ (divisor[index + 1] ?? 0))
    root = times(root, 2)
  }
  return divisor
}

const checkOf = (block: Buffer, divisor: readonly number[]): number[] => {
  let rest: number[] = divisor.map(() => 0)
  for (const byte of block) {
    const [first = 0, ...others] = rest
    rest = divisor.map((one, index) => times(one, byte ^ first) ^ (others[index] ?? 0))
  }
  return rest
}

/** The blocks and what checks them, byte by byte in turn. */
const codewordsOf = (data: Buffer, { blocks, blockCheckBytes, dataBytes }: Version): number[] => {
  const shorter = Math.floor(dataBytes / blocks)
  const firstLonger = blocks - (dataBytes % blocks)
  const parts = Array.from({ length: blocks }, (_, index) => {
    const start = index * shorter + Math.max(0, index - firstLonger)
    return data.subarray(start, start + shorter + (index >= firstLonger ? 1 : 0))
  })
  const divisor = divisorOf(blockCheckBytes)
  const checks = parts.map(part => checkOf(part, divisor))
  const inTurn = (lists: readonly (readonly number[] | Buffer)[], length: number): number[] =>
    Array.from({ length }, (_, index) => lists.flatMap(list => list[index] ?? [])).flat()
  return [...inTurn(parts, shorter + 1), ...inTurn(checks, blockCheckBytes)]
}

/** Rows of modules, dark or not; undefined where nothing has been put. */
type Grid = (boolean | undefined)[][]

const set = (grid: Grid, x: number, y: number, isDark: boolean): void => {
  const row = grid[y]
  if (row && x >= 0 && x < row.length) row[x] = isDark
}

/** Squares in one another, to be found by. */
const putSquares = (grid: Grid, x: number, y: number, reach: number, light: readonly number[]): void => {
  for (let down = -reach; down <= reach; down++) {
    for (let right = -reach; right <= reach; right++) {
      set(grid, x + right, y + down, !light.includes(Math.max(Math.abs(right), Math.abs(down))))
    }
  }
}

const putAlignment = (grid: Grid, { number, size }: Version): void => {
  if (number === 1) return
  const count = Math.floor(number / 7) + 2
  const step = Math.ceil((4 * number + 4) / (2 * count - 2)) * 2
  const places = [
    6,
    ...Array.from({ length: count - 1 }, (_, index) => size - 7 - (count - 2 - index) * step),
  ]
  const last = size - 7
  for (const y of places) {
    for (const x of places) {
      const isCorner = (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6)
      if (!isCorner) putSquares(grid, x, y, 2, [1])
    }
  }
}

const putFormat = (grid: Grid, size: number): void => {
  for (let bit = 0; bit < 15; bit++) {
    const isDark = ((formatBits >> bit) & 1) === 1
    if (bit < 8) set(grid, 8, bit < 6 ? bit : bit + 1, isDark)
    else set(grid, bit === 8 ? 7 : 14 - bit, 8, isDark)
    if (bit < 8) set(grid, size - 1 - bit, 8, isDark)
    else set(grid, 8, size - 15 + bit, isDark)
  }
  set(grid, 8, size - 8, true)
}

const putVersion = (grid: Grid, { number, size }: Version): void => {
  if (number < 7) return
  let check = number
  for (let count = 0; count < 12; count++) check = (check << 1) ^ ((check >> 11) * 0x1f25)
  const bits = (number << 12) | check
  for (let bit = 0; bit < 18; bit++) {
    const [near, far] = [Math.floor(bit / 3), size - 11 + (bit % 3)]
    set(grid, near, far, ((bits >> bit) & 1) === 1)
    set(grid, far, near, ((bits >> bit) & 1) === 1)
  }
}

const frameOf = (version: Version): Grid => {
  const { size } = version
  const grid: Grid = Array.from({ length: size }, () => Array<undefined>(size).fill(undefined))
  for (let place = 0; place < size; place++) {
    set(grid, 6, place, place % 2 === 0)
    set(grid, place, 6, place % 2 === 0)
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    putSquares(grid, x, y, 4, [2, 4])
  }
  putAlignment(grid, version)
  putFormat(grid, size)
  putVersion(grid, version)
  return grid
}

/** Into what is free, two columns at a time from the right, up and down. */
const fill = (grid: Grid, codewords: readonly number[]): void => {
  const size = grid.length
  let bit = 0
  let isUp = true
  for (let right = size - 1; right > 0; right -= 2) {
    // The column of the timing pattern belongs to no pair.
    if (right === 6) right = 5
    for (let step = 0; step < size; step++) {
      const y = isUp ? size - 1 - step : step
      for (const x of [right, right - 1]) {
        if (grid[y]?.[x] !== undefined) continue
        const isOne = (((codewords[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1
        bit++
        set(grid, x, y, isOne !== ((x + y) % 2 === 0))
      }
    }
    isUp = !isUp
  }
}

/** The modules of a code: rows of what is dark. A text that is too long for one has none. */
export const qrCode = (text: string): readonly (readonly boolean[])[] | undefined => {
  const bytes = Buffer.from(text)
  const version = versions.find(one => headBits(one) + bytes.length * 8 <= one.dataBytes * 8)
  if (!version) return undefined
  const grid = frameOf(version)
  fill(grid, codewordsOf(dataOf(bytes, version), version))
  return grid.map(row => row.map(isDark => isDark === true))
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

const pixels = 4
const margin = 4

/** A picture of a code, in PNG: grey, with the light edge that readers need. */
export const pngOf = (modules: readonly (readonly boolean[])[]): Buffer => {
  const side = (modules.length + 2 * margin) * pixels
  const rows: Buffer[] = []
  for (let y = 0; y < side; y++) {
    const row = modules[Math.floor(y / pixels) - margin]
    // Before the row stands how it is filtered: not at all.
    const line = Buffer.alloc(side + 1, 0xff)
    line[0] = 0
    for (let x = 0; x < side; x++) if (row?.[Math.floor(x / pixels) - margin]) line[x + 1] = 0
    rows.push(line)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 8
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
