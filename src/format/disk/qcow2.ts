// SPDX-License-Identifier: BSD-2-Clause
// QEMU's disks, versions 2 and 3 (docs/interop/qcow2.txt of QEMU). All numbers are big-endian. A table of tables names
// clusters, each of which is plain, deflated, or zero. Snapshots inside of an image are passed over: what is read is the
// disk as a machine would find it now.
import { DiskFormatError } from './errors'
import { checkedSize, type DiskImage, type Extent, nonZero, sectorBytes, u64be } from './image'
import { inflated } from './inflate'
import { Places } from './places'
import type { DiskSource } from './source'

const refuse = (why: string): never => {
  throw new DiskFormatError(`The qcow2 image ${why}`)
}

const version2Bytes = 72
const version3Bytes = 104
const directoryWindow = 4096
const hugeMask = 0x00ff_ffff

interface Header {
  readonly diskBytes: number
  readonly clusterBits: number
  readonly directoryAt: number
  readonly hasZeroFlag: boolean
}

/** Bits of what a reader must understand: 0 says only that the reference counts may be wrong, which are not read. */
const checkFeatures = (bytes: Buffer): void => {
  const features = bytes.readBigUInt64BE(72)
  if (features & 2n) refuse('is marked as damaged')
  if (features & 4n) refuse('has its data in another file')
  if (features & 16n) refuse('has extended tables, which are not read: convert it without extended_l2')
  if (features & ~15n) refuse('needs features that are not known')
  const headerBytes = bytes.readUInt32BE(100)
  if (features & 8n && !(headerBytes > version3Bytes && bytes[version3Bytes] === 0)) {
    refuse('is not compressed by zlib: convert it with compression_type=zlib')
  }
}

const readHeader = async (source: DiskSource): Promise<Header> => {
  if (source.bytes < version2Bytes) throw new DiskFormatError('The image is no qcow2 image: it is too short')
  const bytes = Buffer.alloc(version3Bytes + 8)
  ;(await source.read(0, Math.min(source.bytes, bytes.length))).copy(bytes)
  if (bytes.toString('latin1', 0, 4) !== 'QFI\xfb') {
    throw new DiskFormatError('The image is no qcow2 image: it does not begin with QFI')
  }
  const version = bytes.readUInt32BE(4)
  if (version !== 2 && version !== 3) refuse(`has version ${version}; versions 2 and 3 are read`)
  if (version === 3) checkFeatures(bytes)
  if (u64be(bytes, 8) !== 0) refuse('has a backing file, which it needs and does not hold')
  if (bytes.readUInt32BE(32) !== 0) refuse('is encrypted')
  const clusterBits = bytes.readUInt32BE(20)
  if (clusterBits < 9 || clusterBits > 21) refuse('is damaged: its clusters have no size')
  const diskBytes = checkedSize(u64be(bytes, 24))
  const tables = Math.ceil(diskBytes / 2 ** (2 * clusterBits - 3))
  if (bytes.readUInt32BE(36) < tables) refuse('is damaged: its table is too small for the disk')
  return { diskBytes, clusterBits, directoryAt: u64be(bytes, 40), hasZeroFlag: version === 3 }
}

class Qcow2Reader {
  readonly #source: DiskSource
  readonly #header: Header
  readonly #places: Places
  readonly #clusterBytes: number
  /** Of deflated clusters, which may share sectors with each other. */
  #deflatedBytes = 0

  constructor(source: DiskSource, header: Header) {
    this.#source = source
    this.#header = header
    this.#places = new Places(source.bytes)
    this.#clusterBytes = 2 ** header.clusterBits
  }

  async *extents(): AsyncGenerator<Extent> {
    const { diskBytes } = this.#header
    const perTable = this.#clusterBytes / 8
    for await (const { index, start } of this.#tables()) {
      this.#places.take(start, this.#clusterBytes, 'a table')
      const table = await this.#source.read(start, this.#clusterBytes)
      for (let entry = 0; entry < perTable; entry++) {
        const high = table.readUInt32BE(entry * 8)
        const low = table.readUInt32BE(entry * 8 + 4)
        if (high === 0 && low === 0) continue
        const offset = (index * perTable + entry) * this.#clusterBytes
        if (offset >= diskBytes) break
        const data = await this.#cluster(high, low, offset)
        if (data) yield* nonZero(offset, data, diskBytes)
      }
    }
  }

  async *#tables(): AsyncGenerator<{ index: number; start: number }> {
    const { diskBytes, directoryAt } = this.#header
    const count = Math.ceil(diskBytes / this.#clusterBytes / (this.#clusterBytes / 8))
    this.#places.take(0, version2Bytes, 'the header')
    this.#places.take(directoryAt, count * 8, 'the table of tables')
    for (let from = 0; from < count; from += directoryWindow) {
      const some = Math.min(directoryWindow, count - from)
      const entries = await this.#source.read(directoryAt + from * 8, some * 8)
      for (let at = 0; at < some; at++) {
        const start = placeOf(entries.readUInt32BE(at * 8), entries.readUInt32BE(at * 8 + 4))
        if (start !== 0) yield { index: from + at, start }
      }
    }
  }

  /** A cluster's bytes; `undefined` when it is zero. */
  async #cluster(high: number, low: number, offset: number): Promise<Buffer | undefined> {
    if (high & 0x4000_0000) return this.#deflated(high, low, offset)
    if (low & 1 && this.#header.hasZeroFlag) return undefined
    const start = placeOf(high, low)
    if (start === 0) return undefined
    this.#places.take(start, this.#clusterBytes, 'a cluster')
    return this.#source.read(start, this.#clusterBytes)
  }

  async #deflated(high: number, low: number, offset: number): Promise<Buffer> {
    // The lower bits are the place, to the byte; those above count further sectors that the data touches.
    const placeBits = BigInt(62 - (this.#header.clusterBits - 8))
    const entry = (BigInt(high & 0x3fff_ffff) << 32n) | BigInt(low)
    const start = Number(entry & ((1n << placeBits) - 1n))
    const sectors = Number(entry >> placeBits) + 1
    const end = Math.min(this.#source.bytes, start - (start % sectorBytes) + sectors * sectorBytes)
    this.#deflatedBytes += Math.max(1, end - start - sectorBytes)
    const what = `the cluster for byte ${offset}`
    if (start >= end) refuse(`is damaged or cut short: ${what} is not inside of it`)
    if (this.#deflatedBytes > this.#source.bytes) refuse('is damaged: its clusters lie upon each other')
    const data = await this.#source.read(start, end - start)
    const cluster = await inflated('deflate', data, this.#clusterBytes, what)
    if (cluster.length < this.#clusterBytes) refuse(`is damaged: ${what} is too short`)
    return cluster
  }
}

/** Bits 9 to 55. */
const placeOf = (high: number, low: number): number =>
  (high & hugeMask) * 2 ** 32 + (low - (low % sectorBytes))

/** A disk that needs no other file. */
export const openQcow2 = async (source: DiskSource): Promise<DiskImage> => {
  const header = await readHeader(source)
  return {
    format: 'qcow2',
    virtualBytes: header.diskBytes,
    extents: () => new Qcow2Reader(source, header).extents(),
  }
}
