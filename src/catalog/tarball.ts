// SPDX-License-Identifier: BSD-2-Clause
// Tarballs of the image store are strangers' files. One is read through before anything is written, so that a
// refusal leaves nothing behind; then only the files that are needed are written, under names that are ours to check.
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { TarError } from '../format/byte-source'
import { storedBytes, writeSparse, writeWhole } from '../format/sparse-file'
import { readTar, type Span, type TarMember } from '../format/tar-reader'
import { CatalogError } from './errors'
import { requireSpace } from './free-space'

const gib = 1024 ** 3

/** What an archive may grow to. The defaults let every image through that an instance store can hold (10 GiB). */
export interface TarballLimits {
  readonly members: number
  readonly memberBytes: number
  readonly totalBytes: number
}
export const defaultLimits: TarballLimits = { members: 10_000, memberBytes: 32 * gib, totalBytes: 64 * gib }

/** A regular file of the archive. */
export interface TarballFile {
  readonly path: string
  readonly size: number
  /** What it takes on a file system with holes, in bytes. */
  readonly storedBytes: number
}

export interface TarballListing {
  /** Every member's path, directories too, in archive order, without `./` and trailing slashes. */
  readonly paths: readonly string[]
  readonly files: readonly TarballFile[]
}

export interface TarballOptions {
  readonly limits?: Partial<TarballLimits>
  readonly signal?: AbortSignal
}

/** Read a gzip-compressed tar to its end and refuse it if anything in it is unsafe. Writes nothing. */
export const listTarball = async (file: string, options: TarballOptions = {}): Promise<TarballListing> => {
  const limits = { ...defaultLimits, ...options.limits }
  const paths: string[] = []
  const files: TarballFile[] = []
  const seen = new Set<string>()
  let total = 0
  let members = 0
  await withMembers(file, options, async member => {
    const path = safePath(file, member)
    if (members === limits.members)
      throw new CatalogError('TooLarge', `${file} has more than ${limits.members} members`)
    members += 1
    total += member.size
    if (member.size > limits.memberBytes)
      throw new CatalogError('TooLarge', `${file}: ${path} is larger than ${limits.memberBytes} bytes`)
    if (total > limits.totalBytes)
      throw new CatalogError('TooLarge', `${file} unpacks to more than ${limits.totalBytes} bytes`)
    if (path !== '') paths.push(path)
    if (member.type === 'directory') return
    if (seen.has(path)) throw new CatalogError('BadTarball', `${file} holds ${path} twice`)
    seen.add(path)
    let position = 0
    let stored = 0
    for await (const span of member.data) {
      stored += storedBytes(span, position)
      position += Buffer.isBuffer(span) ? span.length : span.hole
    }
    files.push({ path, size: member.size, storedBytes: stored })
  })
  return { paths, files }
}

/**
 * Write some of a tarball's files, each under the given name in `directory`. `wanted` are of `listTarball`'s own
 * answer. All are written or none.
 */
export const extractFiles = async (
  file: string,
  wanted: ReadonlyMap<TarballFile, string>,
  directory: string,
  options: TarballOptions & { readonly onProgress?: (bytes: number, total: number) => void } = {},
): Promise<void> => {
  let total = 0
  let stored = 0
  const targets = new Map<string, { entry: TarballFile; target: string }>()
  for (const [entry, target] of wanted) {
    total += entry.size
    stored += entry.storedBytes
    targets.set(entry.path, { entry, target })
  }
  await requireSpace(directory, stored)
  const written: string[] = []
  let done = 0
  try {
    await withMembers(file, options, async member => {
      const path = safePath(file, member)
      const found = targets.get(path)
      if (found === undefined) return
      if (member.type !== 'file' || member.size !== found.entry.size)
        throw new CatalogError('BadTarball', `${file} changed while it was read`)
      await writeWhole(found.target, handle => writeSparse(handle, counted(member.data)))
      written.push(found.target)
      targets.delete(path)
    })
    if (targets.size > 0) throw new CatalogError('BadTarball', `${file} changed while it was read`)
  } catch (error) {
    for (const target of written) await rm(target, { force: true })
    throw error
  }

  async function* counted(spans: AsyncIterable<Span>): AsyncGenerator<Span, void, void> {
    for await (const span of spans) {
      yield span
      done += Buffer.isBuffer(span) ? span.length : span.hole
      options.onProgress?.(done, total)
    }
  }
}

const withMembers = async (
  file: string,
  options: TarballOptions,
  visit: (member: TarMember) => Promise<void>,
): Promise<void> => {
  const input = createReadStream(file, {
    highWaterMark: 256 * 1024,
    ...(options.signal ? { signal: options.signal } : {}),
  })
  const gunzip = createGunzip({ chunkSize: 256 * 1024 })
  // The stream's errors reach the reader through the last stage; there is nothing to do about them here.
  const tar: Readable = pipeline(input, gunzip, () => {})
  try {
    for await (const member of readTar(tar)) await visit(member)
  } catch (error) {
    throw explain(file, error)
  }
}

const explain = (file: string, error: unknown): unknown => {
  if (error instanceof TarError)
    return new CatalogError('BadTarball', `${file}: ${error.message}`, { cause: error })
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'Z_BUF_ERROR')
    return new CatalogError('BadTarball', `${file}: it is cut short`, { cause: error })
  if (code?.startsWith('Z_'))
    return new CatalogError('BadTarball', `${file}: it is not gzip-compressed, or it is damaged`, {
      cause: error,
    })
  return error
}

// The member's path without what says nothing (`./`, doubled slashes), or a refusal.
const safePath = (file: string, member: TarMember): string => {
  const bad = (what: string) =>
    new CatalogError('BadTarball', `${file} holds ${what}: ${JSON.stringify(member.path.slice(0, 200))}`)
  const { path } = member
  if (member.type !== 'file' && member.type !== 'directory') throw bad(`a ${member.type}, which is refused`)
  if (path === '' || path.length > 4096 || /[\0-\x1f\x7f]/.test(path)) throw bad('a malformed path')
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.includes('\\')) throw bad('an absolute path')
  const segments = path.split('/').filter(segment => segment !== '' && segment !== '.')
  if (segments.includes('..')) throw bad("a path with '..'")
  return segments.join('/')
}
