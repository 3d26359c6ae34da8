// SPDX-License-Identifier: BSD-2-Clause
// A streaming reader of tar archives that strangers made: ustar, GNU long names and old GNU sparse members, PAX path
// and size. It keeps one chunk in memory and never trusts a number before checking it. It decides nothing about
// names and types, it only reports them; see `refuseUnsafe` in `tarball.ts` for what the catalog lets through.
import { ByteSource, TarError } from './byte-source'

const blockBytes = 512
const maxNameBytes = 64 * 1024
const maxPaxBytes = 1024 * 1024
/** More holes than this in one file means an archive made to waste memory: 24 bytes each in the header. */
const maxSparseEntries = 1024 * 1024
/** What may follow the end of the archive: the padding of a large blocking factor, not a second bomb. */
const maxTrailingBytes = 16 * 1024 * 1024

const types: Readonly<Record<string, string>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'character device',
  '4': 'block device',
  '5': 'directory',
  '6': 'FIFO',
}

/** Bytes as they are, or a run of zero bytes that the archive does not spell out. */
export type Span = Buffer | { readonly hole: number }

/** A piece of a file. */
export interface Run {
  readonly offset: number
  readonly bytes: number
}

export interface TarMember {
  /** As in the archive; a trailing slash of a directory is removed. */
  readonly path: string
  /** `file`, `directory`, `symbolic link`, `hard link`, `character device`, `block device`, `FIFO`, or `type X`. */
  readonly type: string
  /** Size of the file when extracted, in bytes. */
  readonly size: number
  /** Where in the file the stored bytes belong, in order; what is between is zero. Absent when all of the file is stored. */
  readonly runs?: readonly Run[]
  /** The content, once, before the next member is asked for. What is left unread is skipped. */
  readonly data: AsyncIterable<Span>
}

/** Members in archive order. Throws `TarError` where the archive is damaged or not one. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarMember, void, void> {
  const bytes = new ByteSource(source)
  try {
    yield* members(bytes)
    await bytes.drain(maxTrailingBytes)
  } finally {
    await bytes.close()
  }
}

async function* members(bytes: ByteSource): AsyncGenerator<TarMember, void, void> {
  let longName: string | undefined
  let pax: Pax = {}
  for (let count = 0; ; count += 1) {
    const header = await bytes.block(blockBytes)
    if (header === undefined) {
      if (count === 0) throw new TarError('it is empty')
      return
    }
    // Two zero blocks end an archive. Some writers make one; the second is drained with the padding.
    if (isZero(header)) return
    const head = parseHeader(header)
    if (head.flag === 'L' || head.flag === 'K') {
      const text = await textMember(bytes, head.size, maxNameBytes)
      // K names the target of a link; links are reported, never followed, so that it is of no interest.
      if (head.flag === 'L') longName = text.replace(/\0.*$/s, '')
      continue
    }
    if (head.flag === 'x') {
      pax = parsePax(await textMember(bytes, head.size, maxPaxBytes))
      continue
    }
    // Global records (git writes its commit id so) and volume labels say nothing about a file's content.
    if (head.flag === 'g' || head.flag === 'V') {
      await textMember(bytes, head.size, maxPaxBytes)
      continue
    }
    const body = new Body(bytes, pax.size ?? head.size)
    const sparse = head.flag === 'S' ? await readSparseMap(bytes, header, body.stored) : undefined
    const path = pax.path ?? longName ?? head.path
    // Before 1988 a directory was a file whose name ends in a slash, and some programs still write it so.
    const isDirectory = head.flag === '5' || (path.endsWith('/') && types[head.flag] === 'file')
    yield {
      path: isDirectory ? path.replace(/\/+$/, '') || path : path,
      type: isDirectory ? 'directory' : (types[head.flag] ?? `type ${JSON.stringify(head.flag)}`),
      size: sparse?.size ?? body.stored,
      ...(sparse && { runs: sparse.runs }),
      data: sparse ? expand(body, sparse) : body.read(),
    }
    await body.finish()
    longName = undefined
    pax = {}
  }
}

/** The stored bytes of one member, and its padding. */
class Body {
  #left: number
  readonly #padding: number
  constructor(
    private readonly bytes: ByteSource,
    readonly stored: number,
  ) {
    this.#left = stored
    this.#padding = (blockBytes - (stored % blockBytes)) % blockBytes
  }

  async *read(limit = this.#left): AsyncGenerator<Buffer, void, void> {
    for (let wanted = Math.min(limit, this.#left); wanted > 0; ) {
      const chunk = await this.bytes.upTo(wanted)
      this.#left -= chunk.length
      wanted -= chunk.length
      yield chunk
    }
  }

  async finish(): Promise<void> {
    this.#left += this.#padding
    for await (const _ of this.read());
  }
}

interface SparseMap {
  readonly size: number
  readonly runs: readonly Run[]
}

async function* expand(body: Body, map: SparseMap): AsyncGenerator<Span, void, void> {
  let position = 0
  for (const run of map.runs) {
    if (run.offset > position) yield { hole: run.offset - position }
    yield* body.read(run.bytes)
    position = run.offset + run.bytes
  }
  if (map.size > position) yield { hole: map.size - position }
}

// GNU tar's old sparse header: four (offset, length) pairs at 386, "more follows" at 482, the real size at 483; then
// blocks of 21 pairs with "more follows" at 504.
const readSparseMap = async (bytes: ByteSource, header: Buffer, stored: number): Promise<SparseMap> => {
  const runs: Run[] = []
  let [block, base, pairs, more]: [Buffer, number, number, number] = [header, 386, 4, 482]
  for (;;) {
    for (let pair = 0; pair < pairs; pair += 1) {
      const at = base + pair * 24
      if (block[at] === 0) continue
      runs.push({ offset: number(block, at, 12), bytes: number(block, at + 12, 12) })
    }
    if (runs.length > maxSparseEntries) throw new TarError('a sparse member has too many pieces')
    if (block[more] === 0) break
    const next = await bytes.block(blockBytes)
    if (next === undefined) throw new TarError('it ends in the middle of a member')
    ;[block, base, pairs, more] = [next, 0, 21, 504]
  }
  const size = number(header, 483, 12)
  let position = 0
  let sum = 0
  for (const run of runs) {
    if (run.offset < position || run.offset + run.bytes > size)
      throw new TarError('a sparse member is damaged')
    position = run.offset + run.bytes
    sum += run.bytes
  }
  if (sum !== stored) throw new TarError('a sparse member is damaged')
  return { size, runs }
}

const textMember = async (bytes: ByteSource, size: number, limit: number): Promise<string> => {
  if (size > limit) throw new TarError('it has a name or an extended header of unreasonable length')
  const body = new Body(bytes, size)
  const chunks: Buffer[] = []
  for await (const chunk of body.read()) chunks.push(Buffer.from(chunk))
  await body.finish()
  return Buffer.concat(chunks).toString('utf8')
}

interface Pax {
  readonly path?: string
  readonly size?: number
}

const parsePax = (text: string): Pax => {
  const data = Buffer.from(text)
  let path: string | undefined
  let size: number | undefined
  for (let at = 0; at < data.length; ) {
    const blank = data.indexOf(' ', at)
    const length = Number(data.subarray(at, blank < 0 ? at : blank).toString('latin1'))
    if (!Number.isInteger(length) || length < 5 || at + length > data.length)
      throw new TarError('it has a damaged extended header')
    const record = data.subarray(blank + 1, at + length - 1).toString('utf8')
    const key = record.slice(0, record.indexOf('='))
    const value = record.slice(key.length + 1)
    if (key === 'path') path = value
    if (key === 'size') {
      size = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
      if (Number.isNaN(size)) throw new TarError('it has a damaged extended header')
    }
    if (key.startsWith('GNU.sparse.'))
      throw new TarError('it has a sparse member in PAX form, which is not understood (use tar --format=gnu)')
    at += length
  }
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size }) }
}

const parseHeader = (block: Buffer): { path: string; size: number; flag: string } => {
  let sum = 8 * 0x20
  for (let at = 0; at < blockBytes; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0
  if (number(block, 148, 8) !== sum) throw new TarError('it is not a tar archive, or it is damaged')
  // POSIX archives continue long names in a prefix field; GNU ones have other things at that place.
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? text(block, 345, 155) : ''
  const name = text(block, 0, 100)
  return {
    path: prefix ? `${prefix}/${name}` : name,
    size: number(block, 124, 12),
    flag: block.toString('latin1', 156, 157),
  }
}

const text = (block: Buffer, at: number, bytes: number): string => {
  const end = block.indexOf(0, at)
  return block.toString('utf8', at, end < 0 || end > at + bytes ? at + bytes : end)
}

/** Octal text, or GNU's base-256 form, in which the first bit is set and the rest is big-endian. */
const number = (block: Buffer, at: number, bytes: number): number => {
  const first = block[at] ?? 0
  let value = 0
  if (first & 0x80) {
    if (first !== 0x80) throw new TarError('it has a number out of range')
    for (let digit = 1; digit < bytes; digit += 1) value = value * 256 + (block[at + digit] ?? 0)
  } else {
    const digits = block
      .toString('latin1', at, at + bytes)
      .replace(/[\0 ]+$/, '')
      .trimStart()
    if (!/^[0-7]*$/.test(digits)) throw new TarError('it is not a tar archive, or it is damaged')
    value = digits === '' ? 0 : Number.parseInt(digits, 8)
  }
  if (!Number.isSafeInteger(value)) throw new TarError('it has a number out of range')
  return value
}

const zeros = Buffer.alloc(blockBytes)
const isZero = (block: Buffer): boolean => block.equals(zeros)
