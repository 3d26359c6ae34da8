// SPDX-License-Identifier: BSD-2-Clause
// Archives made byte by byte, so that tests can make the ones that no tar program would.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export interface Member {
  readonly path: string
  readonly data?: Buffer | string
  /** Type flag; by default `0`, or `5` for a path that ends in a slash. */
  readonly flag?: string
  readonly link?: string
  /** What the header says, when that is not the truth. */
  readonly size?: number
  readonly patch?: (header: Buffer) => void
}

export const header = (member: Member): Buffer => {
  const block = Buffer.alloc(512)
  const size = member.size ?? Buffer.from(member.data ?? '').length
  block.write(member.path, 0, 100)
  block.write('0000644\x000000000\x000000000\0', 100)
  block.write(`${size.toString(8).padStart(11, '0')}\x0000000000000\0        `, 124)
  block.write(member.flag ?? (member.path.endsWith('/') ? '5' : '0'), 156)
  block.write(member.link ?? '', 157, 100)
  block.write('ustar\x0000', 257)
  member.patch?.(block)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

export const tar = (members: readonly Member[]): Buffer => {
  const pieces = members.flatMap(member => {
    const data = Buffer.from(member.data ?? '')
    return [header(member), data, Buffer.alloc((512 - (data.length % 512)) % 512)]
  })
  return Buffer.concat([...pieces, Buffer.alloc(1024)])
}

export const tgz = (members: readonly Member[]): Buffer => gzipSync(tar(members), { level: 1 })

export const chunks = async function* (data: Buffer, size = data.length): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size)
}

/** A folder for one test; `dispose` in `afterEach` removes those of all. */
export const folders = () => {
  const made: string[] = []
  return {
    make: (): string => {
      const folder = mkdtempSync(join(tmpdir(), 'mallee-test-'))
      made.push(folder)
      return folder
    },
    dispose: (): void => {
      for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
    },
  }
}
