// SPDX-License-Identifier: BSD-2-Clause
import type { DiskFormat, DiskImage } from './image'
import { openQcow2 } from './qcow2'
import { openRaw } from './raw'
import type { DiskSource } from './source'
import { openVhd } from './vhd'
import { openVmdk } from './vmdk'

const openers: Readonly<Record<DiskFormat, (source: DiskSource) => Promise<DiskImage>>> = {
  raw: openRaw,
  vhd: openVhd,
  vmdk: openVmdk,
  qcow2: openQcow2,
}

/**
 * A disk image of a format that its owner named; what the bytes look like is not asked, since a guest can write anything
 * into a raw disk. Throws `DiskFormatError` for what is not such an image. The source stays the caller's to close.
 */
export const openDisk = (source: DiskSource, format: DiskFormat): Promise<DiskImage> =>
  openers[format](source)
