// SPDX-License-Identifier: BSD-2-Clause
// An archive into a folder. Nothing in it is believed: it may be cut short or damaged, and it may come from a stranger.
// First is the index, by which all that follows is bounded; last are the digests, without which nothing is taken for whole.
import { chmodSync, closeSync, linkSync, mkdirSync, openSync, utimesSync, writeSync } from 'node:fs'
import { copyFile, open, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { addAbortSignal, pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { TarError } from '../../format/byte-source'
import { writeSparse } from '../../format/sparse-file'
import { readTar, type Span, type TarMember } from '../../format/tar-reader'
import {
  type ArchivedFile,
  type ArchiveHead,
  type ArchiveIndex,
  digestsName,
  digestsText,
  fileHash,
  filePrefix,
  indexName,
  readIndex,
} from './contents'
import { ArchiveError } from './errors'

const smallBytes = 1_048_576
// A line of about a hundred bytes a file: millions of files.
const mostIndexBytes = 268_435_456

export interface Reading {
  readonly signal: AbortSignal
  readonly onProgress: (bytes: number, total: number) => void
  /** Called before anything is written. Throws where the archive is not to be loaded. */
  readonly onIndex: (index: ArchiveIndex) => void
}

const textOf = async ({ size, data }: TarMember, most: number): Promise<string> => {
  if (size > most) throw new ArchiveError('it has more in its index than there can be')
  const pieces: Buffer[] = []
  for await (const piece of data) if (Buffer.isBuffer(piece)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString('utf8')
}

const strange = (what: string): ArchiveError => new ArchiveError(`it holds ${what}`)

const quoted = (path: string): string => JSON.stringify(path.slice(0, 200))

/** Refuses what is not the file that the index has at this place. */
const checkMember = ({ path, type, size, runs }: TarMember, file: ArchivedFile | undefined): ArchivedFile => {
  if (type !== 'file') throw strange(`a ${type}, ${quoted(path)}`)
  if (!file || path !== `${filePrefix}${file.path}`)
    throw strange(`${quoted(path)}, which its index does not have there`)
  const stored = runs ? runs.reduce((sum, { bytes }) => sum + bytes, 0) : size
  if (size !== file.size || stored !== file.stored)
    throw strange(`${quoted(path)} in another size than its index has`)
  return file
}

const writeSmall = async (target: string, spans: AsyncIterable<Span>): Promise<void> => {
  const pieces: Buffer[] = []
  for await (const span of spans) if (Buffer.isBuffer(span)) pieces.push(Buffer.from(span))
  const bytes = Buffer.concat(pieces)
  const file = openSync(target, 'wx', 0o600)
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
  } finally {
    closeSync(file)
  }
}

const writeLarge = async (target: string, spans: AsyncIterable<Span>): Promise<void> => {
  const file = await open(target, 'wx', 0o600)
  try {
    await writeSparse(file, spans)
  } finally {
    await file.close()
  }
}

/** The time as exactly as Node can say it. */
const setFacts = (target: string, { mode, modifiedAt }: ArchivedFile): void => {
  if (mode !== 0o600) chmodSync(target, mode)
  const seconds = Number(modifiedAt) / 1e9
  utimesSync(target, seconds, seconds)
}

class Unpacking {
  readonly #folder: string
  readonly #reading: Reading
  readonly #made = new Set<string>()
  #done = 0
  #total = 0

  constructor(folder: string, reading: Reading) {
    this.#folder = folder
    this.#reading = reading
  }

  async begin({ files }: ArchiveIndex): Promise<void> {
    this.#total = files.reduce((sum, { stored }) => sum + stored, 0)
    const { bavail, bsize } = await statfs(this.#folder)
    if (this.#total > bavail * bsize) {
      throw new ArchiveError(
        `it needs ${this.#total} bytes, and the data folder's disk has ${bavail * bsize} left`,
      )
    }
    this.#reading.onProgress(0, this.#total)
  }

  /** Write a file. Resolves to its digest. */
  async file(member: TarMember, file: ArchivedFile): Promise<string> {
    const target = this.#place(file)
    const hash = fileHash(member.runs)
    const spans = this.#seen(member.data, piece => hash.update(piece))
    if (file.size <= smallBytes && !member.runs) await writeSmall(target, spans)
    else await writeLarge(target, spans)
    setFacts(target, file)
    return hash.digest('hex')
  }

  /** Give a file its other name. */
  async again(file: ArchivedFile, same: string): Promise<void> {
    const target = this.#place(file)
    try {
      linkSync(join(this.#folder, same), target)
    } catch {
      // There are file systems without links.
      await copyFile(join(this.#folder, same), target)
    }
  }

  #place({ path }: ArchivedFile): string {
    const target = join(this.#folder, path)
    const folder = dirname(target)
    if (!this.#made.has(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#made.add(folder)
    return target
  }

  async *#seen(spans: AsyncIterable<Span>, see: (piece: Buffer) => void): AsyncGenerator<Span, void, void> {
    for await (const span of spans) {
      this.#reading.signal.throwIfAborted()
      if (Buffer.isBuffer(span)) {
        see(span)
        this.#done += span.length
        this.#reading.onProgress(this.#done, this.#total)
      }
      yield span
    }
  }
}

const unpack = async (
  tar: AsyncIterable<Buffer>,
  folder: string,
  reading: Reading,
): Promise<ArchiveIndex> => {
  const unpacking = new Unpacking(folder, reading)
  let text = ''
  let index: ArchiveIndex | undefined
  const digests: string[] = []
  let isWhole = false
  let inside: Iterator<ArchivedFile> | undefined
  for await (const member of readTar(tar)) {
    reading.signal.throwIfAborted()
    if (!index) {
      if (member.path !== indexName || member.type !== 'file')
        throw new ArchiveError('it is not a saved cloud')
      text = await textOf(member, mostIndexBytes)
      index = readIndex(text)
      reading.onIndex(index)
      await unpacking.begin(index)
      inside = index.files.filter(({ same }) => same === undefined).values()
    } else if (isWhole) throw strange(`${quoted(member.path)} after its end`)
    else if (member.path === digestsName && member.type === 'file') {
      const isEnd = inside?.next().done === true
      isWhole = isEnd && (await textOf(member, mostIndexBytes)) === digestsText(text, digests)
      if (!isWhole) throw new ArchiveError('it is damaged: its digests are not those of its files')
    } else digests.push(await unpacking.file(member, checkMember(member, inside?.next().value)))
  }
  if (!index || !isWhole) throw new ArchiveError('it is cut short')
  for (const file of index.files) if (file.same !== undefined) await unpacking.again(file, file.same)
  return index
}

const explained = (error: unknown): unknown => {
  const code = (error as NodeJS.ErrnoException).code
  if (error instanceof TarError) {
    const isShort = error.message.startsWith('it ends')
    return new ArchiveError(isShort ? 'it is cut short' : `it is damaged: ${error.message}`, { cause: error })
  }
  if (code === 'Z_BUF_ERROR') return new ArchiveError('it is cut short', { cause: error })
  if (!code?.startsWith('Z_')) return error
  const isGzip = (error as Error).message !== 'incorrect header check'
  return new ArchiveError(isGzip ? 'it is damaged' : 'it is not a saved cloud', { cause: error })
}

/**
 * Write the files of an archive below a folder, which is empty. Throws `ArchiveError` where it is not whole; its message
 * goes on from the archive's name. What was written by then is the caller's to remove.
 */
export const readArchive = async (
  source: Readable,
  folder: string,
  reading: Reading,
): Promise<ArchiveHead> => {
  // A terminal or a pipe may have nothing to read for a long time.
  const gunzip = addAbortSignal(reading.signal, createGunzip({ chunkSize: 262_144 }))
  // Errors of both reach the reader through the last one.
  const tar: Readable = pipeline(source, gunzip, () => {})
  try {
    const { head } = await unpack(tar, folder, reading)
    return head
  } catch (error) {
    throw explained(error)
  } finally {
    tar.destroy()
    source.destroy()
  }
}
