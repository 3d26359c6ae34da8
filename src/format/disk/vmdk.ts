// SPDX-License-Identifier: BSD-2-Clause
// VMware's virtual disks in one file: stream-optimised ones, which are what programs export and OVA files hold, and
// monolithic sparse ones. A grain directory names grain tables, and those the grains; a stream-optimised file has a
// marker before each grain that says where on the disk it belongs, and deflates it.
import { DiskFormatError } from './errors'
import { checkedSize, type DiskImage, type Extent, nonZero, sectorBytes } from './image'
import { inflated } from './inflate'
import { Places } from './places'
import type { DiskSource } from './source'
import {
  checkStreamOptimised,
  footerFromEnd,
  readVmdkHeader,
  type VmdkHeader,
  vmdkFlags,
} from './vmdk-header'

const damaged = (what: string): never => {
  throw new DiskFormatError(`The VMDK is damaged: ${what}`)
}

const directoryWindow = 4096
const maxDescriptorBytes = 65_536
const markerBytes = 12

/** What a file says that is not a sparse extent, so that its owner knows what to do. */
const checkKind = async (source: DiskSource): Promise<void> => {
  const head = (await source.read(0, Math.min(source.bytes, sectorBytes))).toString('latin1')
  if (/^\s*#\s*disk descriptorfile/i.test(head)) {
    throw new DiskFormatError(
      'The VMDK is only the description of a disk, whose data is in other files: export it as one stream-optimised file',
    )
  }
  if (head.startsWith('COWD')) {
    throw new DiskFormatError(
      'The VMDK is a sparse disk of an ESX host: export it as a stream-optimised file',
    )
  }
  if (source.bytes < footerFromEnd)
    throw new DiskFormatError('The image is no VMDK: it has less than 1024 bytes')
}

/** The header, or the footer where the header leaves it to that. */
const openHeader = async (source: DiskSource): Promise<VmdkHeader> => {
  const head = await readVmdkHeader(source, 0)
  if (head.directorySector !== 0 && !head.isDirectoryAtEnd) return head
  const last = await source.read(source.bytes - sectorBytes, sectorBytes)
  const isEndMarker = last.subarray(0, 16).every(byte => byte === 0)
  if (!isEndMarker) throw new DiskFormatError('The VMDK is cut short: its footer is missing')
  return readVmdkHeader(source, source.bytes - footerFromEnd)
}

const checkHeader = (header: VmdkHeader): void => {
  const { version, flags, grainSectors, entriesPerTable } = header
  if (version < 1 || version > 3) {
    throw new DiskFormatError(`The VMDK has version ${version}; versions 1 to 3 are read`)
  }
  if (flags & vmdkFlags.newlineTest && header.newlines !== '\n \r\n') {
    damaged('its line ends were changed, as by a transfer in text mode')
  }
  if (flags & (vmdkFlags.compressed | vmdkFlags.markers)) checkStreamOptimised(header)
  else if (header.isUnclean) throw new DiskFormatError('The VMDK was not closed in order')
  checkedSize(header.capacitySectors * sectorBytes)
  const isPower = (value: number) => Number.isInteger(Math.log2(value))
  if (!(grainSectors >= 8 && grainSectors <= 32_768 && isPower(grainSectors)))
    damaged('its grains have no size')
  if (entriesPerTable < 1 || entriesPerTable > 4096) damaged('its grain tables have no size')
}

const readableTypes = ['streamoptimized', 'monolithicsparse']

/** The text of the description inside of the file, if there is one. */
const readDescriptor = async (source: DiskSource, header: VmdkHeader): Promise<string> => {
  const { descriptorSector, descriptorSectors } = header
  if (descriptorSector === 0) return ''
  const bytes = Math.min(descriptorSectors * sectorBytes, maxDescriptorBytes)
  return (await source.read(descriptorSector * sectorBytes, bytes)).toString('latin1')
}

/** The description names other files that the disk depends on, if there are any. */
const checkDescriptor = async (source: DiskSource, header: VmdkHeader): Promise<void> => {
  const text = await readDescriptor(source, header)
  const settingOf = (name: string): string | undefined =>
    text.match(new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*"?([^"\\s]*)`, 'im'))?.[1]
  const parent = settingOf('parentCID')?.toLowerCase() ?? 'ffffffff'
  if (parent !== 'ffffffff') {
    throw new DiskFormatError(
      'The VMDK is only what changed since another disk, which it needs and does not hold',
    )
  }
  const type = settingOf('createType')
  if (type !== undefined && !readableTypes.includes(type.toLowerCase())) {
    throw new DiskFormatError(
      `The VMDK is of the type ${type.slice(0, 40)}: export it as one stream-optimised file`,
    )
  }
  // The files of a disk in several have the description of none. Exports to a stream may leave it out.
  if (type === undefined && !(header.flags & vmdkFlags.compressed)) {
    throw new DiskFormatError(
      'The VMDK is one of several files of a disk: export it as one stream-optimised file',
    )
  }
}

class VmdkReader {
  readonly #source: DiskSource
  readonly #header: VmdkHeader
  readonly #places: Places
  readonly #grainBytes: number
  readonly virtualBytes: number

  constructor(source: DiskSource, header: VmdkHeader) {
    this.#source = source
    this.#header = header
    this.#places = new Places(source.bytes)
    this.#grainBytes = header.grainSectors * sectorBytes
    this.virtualBytes = header.capacitySectors * sectorBytes
  }

  async *extents(): AsyncGenerator<Extent> {
    const { entriesPerTable } = this.#header
    for await (const { index, sector } of this.#tables()) {
      const start = sector * sectorBytes
      this.#places.take(start, entriesPerTable * 4, 'a grain table')
      const table = await this.#source.read(start, entriesPerTable * 4)
      for (let entry = 0; entry < entriesPerTable; entry++) {
        const grain = table.readUInt32LE(entry * 4)
        if (grain === 0 || (grain === 1 && this.#header.flags & vmdkFlags.zeroedGrains)) continue
        const offset = (index * entriesPerTable + entry) * this.#grainBytes
        if (offset >= this.virtualBytes) damaged('it has a grain behind the end of the disk')
        yield* nonZero(offset, await this.#grain(grain * sectorBytes, offset), this.virtualBytes)
      }
    }
  }

  /** The grain tables that there are. */
  async *#tables(): AsyncGenerator<{ index: number; sector: number }> {
    const { entriesPerTable, directorySector, descriptorSector, descriptorSectors } = this.#header
    const count = Math.ceil(this.virtualBytes / this.#grainBytes / entriesPerTable)
    const start = directorySector * sectorBytes
    this.#places.take(0, sectorBytes, 'the header')
    this.#places.take(descriptorSector * sectorBytes, descriptorSectors * sectorBytes, 'the description')
    this.#places.take(start, count * 4, 'the grain directory')
    for (let from = 0; from < count; from += directoryWindow) {
      const some = Math.min(directoryWindow, count - from)
      const entries = await this.#source.read(start + from * 4, some * 4)
      for (let at = 0; at < some; at++) {
        const sector = entries.readUInt32LE(at * 4)
        if (sector !== 0) yield { index: from + at, sector }
      }
    }
  }

  async #grain(start: number, offset: number): Promise<Buffer> {
    if (!(this.#header.flags & vmdkFlags.compressed)) {
      this.#places.take(start, this.#grainBytes, 'a grain')
      return this.#source.read(start, this.#grainBytes)
    }
    const marker = await this.#source.read(start, markerBytes)
    const bytes = marker.readUInt32LE(8)
    if (marker.readBigUInt64LE(0) !== BigInt(offset / sectorBytes)) {
      damaged(`the grain for sector ${offset / sectorBytes} says that it belongs elsewhere`)
    }
    // Data that does not compress grows a little.
    if (bytes === 0 || bytes > this.#grainBytes + this.#grainBytes / 8 + sectorBytes) {
      damaged(`the grain for sector ${offset / sectorBytes} has no size`)
    }
    this.#places.take(start, markerBytes + bytes, 'a grain')
    const what = `the grain for sector ${offset / sectorBytes}`
    const data = await this.#source.read(start + markerBytes, bytes)
    const grain = await inflated('zlib', data, this.#grainBytes, what)
    if (grain.length < Math.min(this.#grainBytes, this.virtualBytes - offset)) damaged(`${what} is too short`)
    return grain
  }
}

/** A sparse disk in one file. */
export const openVmdk = async (source: DiskSource): Promise<DiskImage> => {
  await checkKind(source)
  const header = await openHeader(source)
  checkHeader(header)
  await checkDescriptor(source, header)
  const { virtualBytes } = new VmdkReader(source, header)
  return { format: 'vmdk', virtualBytes, extents: () => new VmdkReader(source, header).extents() }
}
