// SPDX-License-Identifier: BSD-2-Clause
// What an archive of a cloud is: a tar file, compressed by gzip, of
//
//     mallee-cloud.index      what the archive is, and a line for each file of the cloud
//     cloud/…                 the files, in the order of those lines
//     mallee-cloud.digests    SHA-256 of all of it, and of each file
//
// The first line of the index is an object, and each other one an array; those of the digests are hexadecimal. A file's
// digest is of its bytes as they stand in the archive, with the places of the data of sparse files before them.
import { createHash, type Hash } from 'node:crypto'
import type { Run } from '../../format/tar-reader'
import { ArchiveError } from './errors'
import { mayBeAt, recordsFile } from './parts'

export const archiveFormat = 1
export const indexName = 'mallee-cloud.index'
export const digestsName = 'mallee-cloud.digests'
export const filePrefix = 'cloud/'

export interface ArchiveHead {
  readonly format: number
  /** Of the folder. */
  readonly records: number
  /** Version of what saved it. */
  readonly mallee: string
  /** ISO 8601. */
  readonly savedAt: string
  readonly files: number
}

export interface ArchivedFile {
  readonly path: string
  readonly mode: number
  /** Holes included. */
  readonly size: number
  /** In the archive. */
  readonly stored: number
  /** When it was last written to, in nanoseconds. */
  readonly modifiedAt: bigint
  /** An earlier file, of which this is another name; nothing is in the archive then. */
  readonly same?: string
}

export interface ArchiveIndex {
  readonly head: ArchiveHead
  readonly files: readonly ArchivedFile[]
}

export const indexText = ({ head, files }: ArchiveIndex): string =>
  [
    JSON.stringify(head),
    ...files.map(({ path, mode, size, stored, modifiedAt, same }) =>
      JSON.stringify([path, mode, size, stored, String(modifiedAt), ...(same === undefined ? [] : [same])]),
    ),
    '',
  ].join('\n')

/** The digest of a file, which is fed with its bytes. */
export const fileHash = (runs: readonly Run[] | undefined): Hash => {
  const hash = createHash('sha256')
  for (const { offset, bytes } of runs ?? []) hash.update(`${offset} ${bytes}\n`)
  return hash
}

const wholeDigest = (index: string, digests: readonly string[]): string =>
  createHash('sha256').update(index).update(digests.join('\n')).digest('hex')

/** Of these bytes of the index and these digests of files. */
export const digestsText = (index: string, digests: readonly string[]): string =>
  [wholeDigest(index, digests), ...digests, ''].join('\n')

const bad = (what: string): ArchiveError => new ArchiveError(what)

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    throw bad('its index is damaged')
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const headOf = (line: string): ArchiveHead => {
  const head = parsed(line) as Partial<ArchiveHead> | null
  if (typeof head !== 'object' || head === null || !isCount(head.format)) throw bad('its index is damaged')
  const { format, records, mallee, savedAt, files } = head
  if (format > archiveFormat) {
    throw bad(
      `it was written by a newer release (archive format ${format}, this release knows ${archiveFormat})`,
    )
  }
  const isWhole =
    isCount(records) && typeof mallee === 'string' && typeof savedAt === 'string' && isCount(files)
  if (!isWhole) throw bad('its index is damaged')
  return { format, records, mallee, savedAt, files }
}

const quoted = (path: string): string => JSON.stringify(path.slice(0, 200))

const fileOf = (line: string): ArchivedFile => {
  const fields = parsed(line)
  if (!Array.isArray(fields)) throw bad('its index is damaged')
  const [path, mode, size, stored, modifiedAt, same] = fields as unknown[]
  if (typeof path !== 'string') throw bad('its index is damaged')
  if (!mayBeAt(path)) throw bad(`it holds ${quoted(path)}, which is no file of a cloud`)
  const isWhole = isCount(mode) && isCount(size) && isCount(stored) && stored <= size
  if (!isWhole || mode > 0o777 || typeof modifiedAt !== 'string' || !/^\d{1,19}$/.test(modifiedAt)) {
    throw bad('its index is damaged')
  }
  const file = { path, mode: mode & 0o700, size, stored, modifiedAt: BigInt(modifiedAt) }
  if (same === undefined) return file
  if (typeof same !== 'string' || stored !== 0) throw bad('its index is damaged')
  return { ...file, same }
}

/** Read an index, and refuse what must not be in one. */
export const readIndex = (text: string): ArchiveIndex => {
  const [first = '', ...lines] = text.split('\n')
  const head = headOf(first)
  if (lines.pop() !== '' || lines.length !== head.files) throw bad('its index is damaged')
  const files = lines.map(fileOf)
  const known = new Map<string, ArchivedFile>()
  const folders = new Set<string>()
  for (const file of files) {
    if (known.has(file.path)) throw bad(`it holds ${quoted(file.path)} twice`)
    const first = file.same === undefined ? undefined : known.get(file.same)
    if (file.same !== undefined && (first?.same !== undefined || first?.size !== file.size)) {
      throw bad('its index is damaged')
    }
    known.set(file.path, file)
    for (let at = file.path.indexOf('/'); at >= 0; at = file.path.indexOf('/', at + 1)) {
      folders.add(file.path.slice(0, at))
    }
  }
  const both = files.find(({ path }) => folders.has(path))
  if (both) throw bad(`it holds ${quoted(both.path)} as a file and as a folder`)
  if (!known.has(recordsFile)) throw bad('it holds no records')
  return { head, files }
}
