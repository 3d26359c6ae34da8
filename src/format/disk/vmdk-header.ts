// SPDX-License-Identifier: BSD-2-Clause
// The header of a sparse extent of VMware's virtual disk format (Virtual Disk Format 5.0, "Hosted Sparse Extent Header").
// All numbers are little-endian, all places in sectors of 512 bytes.
import { DiskFormatError } from './errors'
import { sectorBytes, u64le } from './image'
import { type DiskSource, fileSource } from './source'

export const vmdkFlags = {
  /** The four bytes that show whether line ends were changed are valid. */
  newlineTest: 0x1,
  /** A grain table entry of 1 is a grain of zeros. */
  zeroedGrains: 0x4,
  compressed: 0x10000,
  markers: 0x20000,
} as const

export interface VmdkHeader {
  readonly version: number
  readonly flags: number
  readonly capacitySectors: number
  readonly grainSectors: number
  readonly descriptorSector: number
  readonly descriptorSectors: number
  readonly entriesPerTable: number
  readonly directorySector: number
  /** All ones: a footer tells where the directory is. */
  readonly isDirectoryAtEnd: boolean
  readonly isUnclean: boolean
  readonly newlines: string
  /** 1 is deflate. */
  readonly compression: number
}

/** The footer of a stream-optimised extent is a header again, followed by the last marker. */
export const footerFromEnd = 1024

/** Read a header or footer; `DiskFormatError` when it is none. */
export const readVmdkHeader = async (source: DiskSource, at: number): Promise<VmdkHeader> => {
  const bytes = await source.read(at, sectorBytes)
  if (bytes.toString('latin1', 0, 4) !== 'KDMV') {
    throw new DiskFormatError('The image is no VMDK, or no sparse one: its header does not begin with KDMV')
  }
  return {
    version: bytes.readUInt32LE(4),
    flags: bytes.readUInt32LE(8),
    capacitySectors: u64le(bytes, 12),
    grainSectors: u64le(bytes, 20),
    descriptorSector: u64le(bytes, 28),
    descriptorSectors: u64le(bytes, 36),
    entriesPerTable: bytes.readUInt32LE(44),
    directorySector: u64le(bytes, 56),
    isDirectoryAtEnd: bytes.readBigUInt64LE(56) === 0xffff_ffff_ffff_ffffn,
    isUnclean: bytes.readUInt8(72) !== 0,
    newlines: bytes.toString('latin1', 73, 77),
    compression: bytes.readUInt16LE(77),
  }
}

/** Refuse what is not stream-optimised, or was not closed. */
export const checkStreamOptimised = ({ flags, isUnclean, compression }: VmdkHeader): void => {
  const missing = [
    flags & vmdkFlags.compressed ? '' : 'its grains are not compressed',
    flags & vmdkFlags.markers ? '' : 'its grains have no markers',
    isUnclean ? 'it was not closed in order' : '',
    compression === 1 ? '' : `its compression algorithm is ${compression}`,
  ].filter(text => text !== '')
  if (missing.length > 0) {
    throw new DiskFormatError(`The VMDK is not stream-optimised: ${missing.join(', ')}`)
  }
}

/**
 * The size in bytes of the disk in a stream-optimised VMDK file, read as the import tools read it (bundle-format §9.1):
 * from the header, or from the footer when the header names no grain directory. The format's own mark for a directory at
 * the end, all ones, is not looked for; the header's capacity holds then. `DiskFormatError` for every other file.
 */
export const vmdkCapacity = async (path: string): Promise<number> => {
  const source = await fileSource(path)
  try {
    if (source.bytes < footerFromEnd) {
      throw new DiskFormatError('The image is no VMDK: it has less than 1024 bytes')
    }
    const head = await readVmdkHeader(source, 0)
    const header =
      head.directorySector === 0 ? await readVmdkHeader(source, source.bytes - footerFromEnd) : head
    checkStreamOptimised(header)
    const bytes = header.capacitySectors * sectorBytes
    if (!Number.isSafeInteger(bytes))
      throw new DiskFormatError('The capacity in the VMDK is no size of a disk')
    return bytes
  } finally {
    await source.close()
  }
}
