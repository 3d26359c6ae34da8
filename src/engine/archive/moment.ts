// SPDX-License-Identifier: BSD-2-Clause
// A cloud at one moment: what would be left if every process on it were killed then, which is what the cloud goes on from
// whenever that happens.
//
// While this process holds the lock of writers no record changes, so that the records are copied, and every file that they
// may speak of gets a second name (a link), which keeps its bytes whatever happens to the first. What is written once is
// as it was for ever. Disks may be written to: where the file system has reflinks they are copied at that moment too.
// Elsewhere a disk that is open for writing then is copied when nobody disturbs it, and one that is not is read where it
// is; should somebody write to it after all, that is found out, and who saves is told.
import { constants, copyFileSync, linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dataRanges } from '../../format/data-ranges'
import type { Run } from '../../format/tar-reader'
import type { Engine } from '../engine'
import { copyDisk } from '../node/disk-copy'
import { writtenBelow } from '../node/open-files'
import { compactRecords } from '../store/compact'
import { dataRuns } from './data-runs'
import { DisturbedError } from './errors'
import { filesOf, keptFiles, keptFolders, type Nature, recordsFile } from './parts'
import { makeWorkFolder } from './work-folders'

/** A file that is to be saved. */
export interface KeptFile {
  /** Below the cloud's folder. */
  readonly path: string
  /** Where its bytes are. */
  readonly source: string
  readonly size: number
  readonly mode: number
  /** When it was last written to, in nanoseconds. */
  readonly modifiedAt: bigint
  /** Others may write to it, and have done so when this time is another afterwards. */
  readonly isWatched: boolean
  /** Where its data is; without it, everywhere. */
  readonly runs?: readonly Run[]
  /** An earlier file, of which this is another name. */
  readonly same?: string
}

export interface Moment {
  readonly files: readonly KeptFile[]
  /** Copy a disk that was disturbed, so that it is read undisturbed. */
  calm(path: string): Promise<Moment>
  release(): Promise<void>
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Files of this size and less are copied and not linked: they may be changed in place. */
const smallBytes = 65_536

/** Bytes that will stay as they are, or as nearly so as can be without copying a disk. */
type Held = Pick<KeptFile, 'path' | 'source' | 'isWatched' | 'modifiedAt' | 'mode'>

const factsOf = (path: string): Pick<Held, 'modifiedAt' | 'mode'> & { readonly size: bigint } => {
  const { size, mtimeNs, mode } = statSync(path, { bigint: true })
  return { size, modifiedAt: mtimeNs, mode: Number(mode) & 0o700 }
}

/** Give a file a second name. False where it cannot have one. */
const link = (from: string, to: string): boolean => {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (isGone(error)) throw error
    return false
  }
}

const reflink = (from: string, to: string): boolean => {
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch (error) {
    if (isGone(error)) throw error
    rmSync(to, { force: true })
    return false
  }
}

const hold = (home: string, folder: string, path: string, nature: Nature): Held | undefined => {
  const [from, to] = [join(home, path), join(folder, path)]
  try {
    const { size, ...facts } = factsOf(from)
    const held = { path, source: to, ...facts, isWatched: false }
    if (nature === 'once') {
      if (!link(from, to)) copyFileSync(from, to, constants.COPYFILE_FICLONE)
      return held
    }
    if (nature === 'small' || size <= smallBytes) {
      copyFileSync(from, to)
      return held
    }
    if (reflink(from, to)) return held
    return { ...held, source: link(from, to) ? to : from, isWatched: true }
  } catch (error) {
    // Removed by a job, which need not wait for the lock. It would be run again.
    if (isGone(error)) return undefined
    throw error
  }
}

const changeTime = async (path: string): Promise<bigint> => (await stat(path, { bigint: true })).mtimeNs

const passes = 5

const restless = (path: string): DisturbedError =>
  new DisturbedError(
    path,
    `${path} was written to again and again while it was read; detach the volume, or stop what writes, and try again`,
  )

/** What the file system's clock says, by the tick. */
const fileSystemNow = (folder: string): bigint => {
  const marker = join(folder, 'now')
  writeFileSync(marker, '')
  return statSync(marker, { bigint: true }).mtimeNs
}

/** A copy of a disk that nobody wrote to while it was made: what a machine would find after its power was cut. */
const copyCalm = async (folder: string, held: Held, signal: AbortSignal): Promise<Held> => {
  const { path, source } = held
  const copy = join(folder, 'calm', path)
  mkdirSync(dirname(copy), { recursive: true, mode: 0o700 })
  for (let pass = 1; pass <= passes; pass++) {
    await rm(copy, { force: true })
    const before = await changeTime(source)
    const start = fileSystemNow(folder)
    await copyDisk(source, copy, signal)
    // A write in the tick of the start would leave no trace.
    if (before < start && (await changeTime(source)) === before) {
      return { ...held, source: copy, isWatched: false, modifiedAt: before }
    }
  }
  throw restless(path)
}

const sectorBytes = 512
/** Of smaller files all is kept. */
const sparseFrom = 1_048_576

// What reads archives takes no more pieces of one file than twice as many.
const mostRuns = 500_000

const rangesOf = async (source: string): Promise<readonly Run[] | undefined> => {
  const runs = (await dataRanges(source)) ?? (await dataRuns(source))
  return runs.length > mostRuns ? undefined : runs
}

/** Files that are one file are saved once. */
const describe = async (all: readonly Held[]): Promise<readonly KeptFile[]> => {
  const first = new Map<bigint, string>()
  const files: KeptFile[] = []
  for (const held of all) {
    const { size, blocks, ino } = statSync(held.source, { bigint: true })
    const same = held.path.startsWith('bytes/') ? first.get(ino) : undefined
    if (same === undefined) first.set(ino, held.path)
    const isSparse = size >= sparseFrom && blocks * BigInt(sectorBytes) < size
    const runs = isSparse && same === undefined ? await rangesOf(held.source) : undefined
    files.push({ ...held, size: Number(size), ...(runs && { runs }), ...(same !== undefined && { same }) })
  }
  return files
}

/** Keep a cloud as it is now. `release` when it is not needed any more. */
export const takeMoment = async (engine: Engine, home: string, signal: AbortSignal): Promise<Moment> => {
  const { path: folder } = makeWorkFolder(home, 'saving')
  const release = (): Promise<void> => rm(folder, { recursive: true, force: true })
  const momentOf = async (held: readonly Held[]): Promise<Moment> => ({
    files: await describe(held),
    calm: async path =>
      momentOf(await Promise.all(held.map(one => (one.path === path ? copyCalm(folder, one, signal) : one)))),
    release,
  })
  try {
    mkdirSync(join(folder, 'records'), { mode: 0o700 })
    const [files, start] = engine.write(() => {
      copyFileSync(join(home, recordsFile), join(folder, recordsFile))
      const paths: readonly (readonly [path: string, nature: Nature])[] = [
        ...keptFiles.map(path => [path, 'small'] as const),
        ...Object.entries(keptFolders).flatMap(([part, nature]) =>
          filesOf(home, part).map(path => [path, nature] as const),
        ),
      ]
      for (const name of new Set(paths.map(([path]) => dirname(path)))) {
        mkdirSync(join(folder, name), { recursive: true, mode: 0o700 })
      }
      const found = paths
        .map(([path, nature]) => hold(home, folder, path, nature))
        .filter(one => one !== undefined)
      return [found, fileSystemNow(folder)] as const
    })
    const written = await writtenBelow(home)
    const still: Held[] = []
    for (const file of files) {
      const isWritten = file.isWatched && (written.has(file.path) || file.modifiedAt >= start)
      still.push(isWritten ? await copyCalm(folder, file, signal) : file)
    }
    const source = await compactRecords(join(folder, 'records'), join(folder, 'compact'))
    const { modifiedAt } = factsOf(source)
    const records = { path: recordsFile, source, mode: 0o600, modifiedAt, isWatched: false }
    return await momentOf([records, ...still])
  } catch (error) {
    await release()
    throw error
  }
}
