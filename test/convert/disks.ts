// SPDX-License-Identifier: BSD-2-Clause
// Disk images for tests: file systems by mke2fs, and partition tables by hand.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { run, succeeded } from '../support/programs'

export const mib = 1_048_576

/** A table as images of that time had it. */
export const fstabText = [
  '# /etc/fstab: static file system information.',
  '/dev/sda1   /      ext3    defaults,errors=remount-ro   0 1',
  '/dev/sda2   /mnt   ext3    defaults                     0 0',
  '/dev/sda3   none   swap    sw                           0 0',
  'proc        /proc  proc    defaults                     0 0',
  '',
].join('\n')

export const editedText = fstabText.replace('/dev/sda2', '#/dev/sda2')

export type Files = Readonly<Record<string, string | { readonly link: string } | { readonly bytes: Buffer }>>

export class Disks {
  readonly folder = mkdtempSync(join(tmpdir(), 'mallee-convert-'))
  #count = 0

  path(name = `disk-${this.#count++}.img`): string {
    return join(this.folder, name)
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A file with these pieces at these places, and holes between. */
  async file(bytes: number, pieces: readonly (readonly [number, Buffer])[]): Promise<string> {
    const path = this.path()
    const file = await open(path, 'w')
    await file.truncate(bytes)
    for (const [offset, data] of pieces) await file.write(data, 0, data.length, offset)
    await file.close()
    return path
  }

  /** A file system of `mke2fs -t type …args`. /etc/fstab has mode 0640 unless its folder is something else. */
  async fs(
    options: {
      readonly type?: 'ext2' | 'ext3' | 'ext4'
      readonly args?: readonly string[]
      readonly files?: Files
      readonly bytes?: number
    } = {},
  ): Promise<string> {
    const { type = 'ext4', args = [], files = { 'etc/fstab': fstabText }, bytes = 8 * mib } = options
    const image = await this.file(bytes, [])
    const root = mkdtempSync(join(this.folder, 'root-'))
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, join(root, name))
      else {
        writeFileSync(join(root, name), typeof content === 'string' ? content : content.bytes)
        chmodSync(join(root, name), 0o640)
      }
    }
    succeeded(await run('mke2fs', ['-q', '-F', '-t', type, '-d', root, ...args, image]), 'mke2fs')
    return image
  }
}

/** What debugfs says to a request. */
export const debugfs = async (image: string, request: string, offset = 0): Promise<string> =>
  (await run('debugfs', ['-R', request, `${image}?offset=${offset}`])).stdout

/** Requests that change the image. */
export const change = async (image: string, requests: readonly string[], offset = 0): Promise<void> => {
  const options = { input: `${requests.join('\n')}\n` }
  succeeded(await run('debugfs', ['-w', '-f', '-', `${image}?offset=${offset}`], options), 'debugfs')
}

/** What is wrong with a file system in e2fsck's eyes; empty when nothing is. */
export const faultsOf = async (image: string, offset = 0): Promise<string> => {
  const { status, stdout, stderr } = await run('e2fsck', ['-fn', `${image}?offset=${offset}`])
  return status === 0 ? '' : `${stdout}${stderr}`
}

const entry = (type: number, start: number, sectors: number): Buffer => {
  const bytes = Buffer.from('00feffff00feffff0000000000000000', 'hex')
  bytes.writeUInt8(type, 4)
  bytes.writeUInt32LE(start, 8)
  bytes.writeUInt32LE(sectors, 12)
  return bytes
}

/** A sector with a table; type, first sector and number of sectors of each entry. */
export const tableSector = (entries: readonly (readonly [number, number, number])[]): Buffer => {
  const sector = Buffer.alloc(512)
  for (const [index, [type, start, sectors]] of entries.entries())
    entry(type, start, sectors).copy(sector, 446 + 16 * index)
  sector.writeUInt16LE(0xaa55, 510)
  return sector
}

const typeGuid = Buffer.from('af3dc60f838472478e793d69d8477de4', 'hex')

/** A GPT's header and entries, for one copy. `at` and `other` are the sectors of the headers. */
const gptCopy = (entries: Buffer, at: number, other: number, entriesAt: number, sectors: number): Buffer => {
  const header = Buffer.alloc(512)
  header.write('EFI PART', 0, 'latin1')
  header.writeUInt32LE(0x1_0000, 8)
  header.writeUInt32LE(92, 12)
  header.writeBigUInt64LE(BigInt(at), 24)
  header.writeBigUInt64LE(BigInt(other), 32)
  header.writeBigUInt64LE(34n, 40)
  header.writeBigUInt64LE(BigInt(sectors - 34), 48)
  header.writeBigUInt64LE(BigInt(entriesAt), 72)
  header.writeUInt32LE(128, 80)
  header.writeUInt32LE(128, 84)
  header.writeUInt32LE(crc32(entries), 88)
  header.writeUInt32LE(crc32(header.subarray(0, 92)), 16)
  return header
}

/** The pieces of a GPT, both copies and the protective MBR, for partitions by first and last sector. */
export const gptPieces = (
  diskBytes: number,
  partitions: readonly (readonly [number, number])[],
): [number, Buffer][] => {
  const sectors = diskBytes / 512
  const entries = Buffer.alloc(128 * 128)
  for (const [index, [first, last]] of partitions.entries()) {
    typeGuid.copy(entries, 128 * index)
    entries.writeBigUInt64LE(BigInt(first), 128 * index + 32)
    entries.writeBigUInt64LE(BigInt(last), 128 * index + 40)
  }
  return [
    [0, tableSector([[0xee, 1, sectors - 1]])],
    [512, gptCopy(entries, 1, sectors - 1, 2, sectors)],
    [1024, entries],
    [diskBytes - 33 * 512, entries],
    [diskBytes - 512, gptCopy(entries, sectors - 1, 1, sectors - 33, sectors)],
  ]
}
