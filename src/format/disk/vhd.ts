// SPDX-License-Identifier: BSD-2-Clause
// Microsoft's virtual hard disks (Virtual Hard Disk Image Format Specification, 2006). All numbers are big-endian. A
// fixed disk is the disk and a footer. A dynamic one has a copy of the footer at its head, a header, a table of where
// blocks are, and before each block a map of its sectors that were ever written.
import { DiskFormatError } from './errors'
import { checkedSize, type DiskImage, type Extent, nonZero, sectorBytes, u64be } from './image'
import { Places } from './places'
import { rawExtents } from './raw'
import type { DiskSource } from './source'

const damaged = (what: string): never => {
  throw new DiskFormatError(`The VHD is damaged: ${what}`)
}

const headerBytes = 1024
const tableWindow = 16_384
const unused = 0xffff_ffff
const smallestBlock = 4096
const largestBlock = 2 ** 26

/** The complement of the sum of all bytes but the checksum's own. */
const checkSum = (bytes: Buffer, at: number, what: string): void => {
  let sum = 0
  for (const [index, byte] of bytes.entries()) if (index < at || index >= at + 4) sum += byte
  if (~sum >>> 0 !== bytes.readUInt32BE(at)) damaged(`the checksum of ${what} is wrong`)
}

interface Footer {
  readonly type: number
  readonly bytes: number
  readonly headerAt: number
  readonly uniqueId: string
}

const readFooter = async (source: DiskSource, at: number, what: string): Promise<Footer> => {
  const bytes = await source.read(at, sectorBytes)
  if (bytes.toString('latin1', 0, 8) !== 'conectix') {
    throw new DiskFormatError(`The image is no VHD, or is cut short: ${what} is missing`)
  }
  checkSum(bytes, 64, what)
  return {
    type: bytes.readUInt32BE(60),
    // The current size. Geometry rounds it down, and is for BIOSes.
    bytes: u64be(bytes, 48),
    headerAt: u64be(bytes, 16),
    uniqueId: bytes.toString('hex', 68, 84),
  }
}

interface Dynamic {
  readonly diskBytes: number
  readonly tableAt: number
  readonly blockBytes: number
  readonly headerAt: number
}

const readDynamic = async (source: DiskSource, footer: Footer): Promise<Dynamic> => {
  const copy = await readFooter(source, 0, 'the copy of the footer at its head')
  if (copy.uniqueId !== footer.uniqueId || copy.bytes !== footer.bytes || copy.type !== footer.type) {
    damaged('the footer and its copy at the head are not of the same disk')
  }
  const { headerAt } = footer
  const bytes = await source.read(headerAt, headerBytes)
  if (bytes.toString('latin1', 0, 8) !== 'cxsparse') damaged('the header of a dynamic disk is missing')
  checkSum(bytes, 36, 'the header')
  const blockBytes = bytes.readUInt32BE(32)
  const isPower = Number.isInteger(Math.log2(blockBytes))
  if (blockBytes < smallestBlock || blockBytes > largestBlock || !isPower) damaged('its blocks have no size')
  if (bytes.readUInt32BE(28) * blockBytes < footer.bytes) damaged('its table is too small for the disk')
  const tableAt = u64be(bytes, 16)
  return { diskBytes: footer.bytes, tableAt, blockBytes, headerAt }
}

class DynamicReader {
  readonly #source: DiskSource
  readonly #disk: Dynamic
  readonly #places: Places
  /** The map of a block's sectors fills whole sectors. */
  readonly #mapBytes: number

  constructor(source: DiskSource, disk: Dynamic) {
    this.#source = source
    this.#disk = disk
    this.#places = new Places(source.bytes)
    this.#mapBytes = Math.ceil(disk.blockBytes / sectorBytes / 8 / sectorBytes) * sectorBytes
  }

  async *extents(): AsyncGenerator<Extent> {
    const { diskBytes, tableAt, blockBytes, headerAt } = this.#disk
    const count = Math.ceil(diskBytes / blockBytes)
    this.#places.take(0, sectorBytes, 'the copy of the footer')
    this.#places.take(this.#source.bytes - sectorBytes, sectorBytes, 'the footer')
    this.#places.take(headerAt, headerBytes, 'the header')
    this.#places.take(tableAt, count * 4, 'the block table')
    for (let from = 0; from < count; from += tableWindow) {
      const some = Math.min(tableWindow, count - from)
      const entries = await this.#source.read(tableAt + from * 4, some * 4)
      for (let at = 0; at < some; at++) {
        const sector = entries.readUInt32BE(at * 4)
        if (sector !== unused) yield* this.#block((from + at) * blockBytes, sector * sectorBytes)
      }
    }
  }

  async *#block(offset: number, start: number): AsyncGenerator<Extent> {
    const { blockBytes, diskBytes } = this.#disk
    this.#places.take(start, this.#mapBytes + blockBytes, 'a block')
    const map = await this.#source.read(start, this.#mapBytes)
    for (const { first, end } of written(map, blockBytes / sectorBytes)) {
      const at = start + this.#mapBytes + first * sectorBytes
      const data = await this.#source.read(at, (end - first) * sectorBytes)
      yield* nonZero(offset + first * sectorBytes, data, diskBytes)
    }
  }
}

const runSectors = 2048

/** Runs of sectors whose bits are set, the highest bit first, of 1 MiB at most. Others are zero, whatever is there. */
function* written(map: Buffer, sectors: number): Generator<{ first: number; end: number }> {
  const isSet = (sector: number): boolean => ((map[sector >>> 3] ?? 0) & (0x80 >>> (sector & 7))) !== 0
  for (let first = 0; first < sectors; first++) {
    if (!isSet(first)) continue
    let end = first + 1
    while (end < sectors && end - first < runSectors && isSet(end)) end++
    yield { first, end }
    first = end - 1
  }
}

/** A fixed or dynamic disk. */
export const openVhd = async (source: DiskSource): Promise<DiskImage> => {
  if (source.bytes < sectorBytes) throw new DiskFormatError('The image is no VHD: it has less than 512 bytes')
  const footer = await readFooter(source, source.bytes - sectorBytes, 'its footer')
  const format = 'vhd'
  const virtualBytes = checkedSize(footer.bytes)
  switch (footer.type) {
    case 2:
      if (virtualBytes > source.bytes - sectorBytes) throw new DiskFormatError('The VHD is cut short')
      return { format, virtualBytes, extents: () => rawExtents(source, virtualBytes) }
    case 3: {
      const disk = await readDynamic(source, footer)
      return { format, virtualBytes, extents: () => new DynamicReader(source, disk).extents() }
    }
    case 4:
      throw new DiskFormatError(
        'The VHD is only what changed since another disk, which it needs and does not hold',
      )
    default:
      throw new DiskFormatError(`The VHD is of type ${footer.type}: fixed (2) and dynamic (3) ones are read`)
  }
}
