// SPDX-License-Identifier: BSD-2-Clause
// What a disk or a kernel file is, by its first bytes. The simulated machine starts no guest, but its console tells what
// a guest would have met: the image's own file system, or that there is none.
import { open } from 'node:fs/promises'

/** What would be found at boot. Names and ids are the image's own. */
export type DiskFacts =
  | { readonly kind: 'file-system'; readonly type: string; readonly label: string; readonly uuid: string }
  | { readonly kind: 'boot-sector' }
  | { readonly kind: 'unknown' }

const readStart = async (path: string, bytes: number): Promise<Buffer> => {
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(bytes)
    const { bytesRead } = await file.read(buffer, 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

const textOf = (bytes: Buffer): string => bytes.toString('latin1').replace(/\0.*$/s, '')

// The superblock of ext2 and its successors is 1024 bytes from the start; the offsets are within it.
const superblock = 1024
const journalFeature = 0x4
const extentsFeature = 0x40

const extFacts = (start: Buffer): DiskFacts | undefined => {
  const block = start.subarray(superblock, superblock + 1024)
  if (block.length < 1024 || block.readUInt16LE(0x38) !== 0xef53) return undefined
  const hasExtents = (block.readUInt32LE(0x60) & extentsFeature) !== 0
  const hasJournal = (block.readUInt32LE(0x5c) & journalFeature) !== 0
  return {
    kind: 'file-system',
    type: hasExtents ? 'ext4' : hasJournal ? 'ext3' : 'ext2',
    label: textOf(block.subarray(0x78, 0x88)),
    uuid: uuidOf(block.subarray(0x68, 0x78)),
  }
}

const xfsFacts = (start: Buffer): DiskFacts | undefined =>
  start.length >= 512 && start.toString('latin1', 0, 4) === 'XFSB'
    ? {
        kind: 'file-system',
        type: 'xfs',
        label: textOf(start.subarray(108, 120)),
        uuid: uuidOf(start.subarray(32, 48)),
      }
    : undefined

export const probeDisk = async (path: string): Promise<DiskFacts> => {
  const start = await readStart(path, 4096)
  const known = extFacts(start) ?? xfsFacts(start)
  if (known) return known
  return start.length >= 512 && start.readUInt16LE(510) === 0xaa55
    ? { kind: 'boot-sector' }
    : { kind: 'unknown' }
}

/** The version text of a Linux kernel image (boot protocol 2.00 and later), such as `3.11.10-301.fc20.x86_64 (…) #1 SMP`. */
export const kernelVersion = async (path: string): Promise<string | undefined> => {
  const start = await readStart(path, 65_536)
  if (start.length < 0x210 || start.toString('latin1', 0x202, 0x206) !== 'HdrS') return undefined
  const at = start.readUInt16LE(0x20e) + 0x200
  const text = textOf(start.subarray(at, at + 256))
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined
}
