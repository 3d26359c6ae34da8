// SPDX-License-Identifier: BSD-2-Clause
// An archive into a cloud's folder. The cloud is unpacked beside what is there, looked through and mended, and only then
// put into its place.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { rm, rmdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock } from '../clock'
import { Engine } from '../engine'
import { isRunning } from '../processes'
import { formatVersion } from '../store/store'
import type { ArchiveHead, ArchiveIndex } from './contents'
import { ArchiveError } from './errors'
import { mendRecords } from './mend'
import { isPart, leftOut } from './parts'
import { readArchive } from './read-archive'
import { exchange, makeWorkFolder, settleFolder, workFolders } from './work-folders'

export interface LoadOrder {
  /** The cloud's folder, which is made when it is not there. */
  readonly home: string
  readonly from: Readable
  /** What the archive is called in errors. */
  readonly name: string
  /** The cloud that is there goes. */
  readonly replaces: boolean
  /** Throws where the folder is not to be loaded into at this moment; asked before and after unpacking. */
  readonly check: () => Promise<void>
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress: (bytes: number, total: number) => void
}

const checkHead = ({ head: { records } }: ArchiveIndex): void => {
  if (records > formatVersion) {
    throw new ArchiveError(
      `it was written by a newer release (folder format ${records}, this release knows ${formatVersion})`,
    )
  }
}

/** Another process, or another caller in this one, at work in the folder. */
const checkAlone = (home: string, own: string | undefined): void => {
  const other = workFolders(home).find(({ name, owner }) => name !== own && isRunning(owner))
  if (!other) return
  const what = other.kind === 'loading' ? 'loading a cloud into' : 'saving the cloud in'
  throw new ArchiveError(`process ${other.owner.pid} is ${what} ${home}; wait until it has ended`)
}

/** Without a cloud to be replaced nothing of one may be there. */
const checkVacant = (home: string): void => {
  const found = readdirSync(home).find(name => isPart(name) && !leftOut.includes(name))
  if (found !== undefined) throw new ArchiveError(`${join(home, found)} is in the way; --replace removes it`)
}

const millisecondsOf = (nanoseconds: bigint): number =>
  // As Node makes them of what the system says, to the last bit.
  Number(nanoseconds / 1_000_000_000n) * 1000 + Number(nanoseconds % 1_000_000_000n) / 1e6

/** Open the cloud once where it was unpacked, so that what is wrong with its records is found before it is in its place. */
const mend = async (folder: string, clock: Clock, { files }: ArchiveIndex): Promise<void> => {
  const times = new Map(files.map(({ path, modifiedAt }) => [path, millisecondsOf(modifiedAt)]))
  let engine: Engine
  try {
    engine = await Engine.open({ home: folder, clock })
  } catch (error) {
    if ((error as Error).name !== 'FolderError' && (error as Error).name !== 'NewerFolderError') throw error
    throw new ArchiveError('its records cannot be opened', { cause: error })
  }
  try {
    await mendRecords(engine, folder, path => times.get(relative(folder, path)))
  } finally {
    await engine.close()
  }
  for (const name of leftOut) rmSync(join(folder, name), { recursive: true, force: true })
}

/** Errors of what was being made are about the folder that it was made for. */
const named = (error: unknown, { home, name }: LoadOrder, folder: string): unknown => {
  if (!(error instanceof Error)) return error
  if (error instanceof ArchiveError) return error
  const { syscall, path } = error as NodeJS.ErrnoException
  const isOurs = path === undefined ? syscall !== 'read' : path.startsWith(folder)
  if (syscall !== undefined && isOurs) return Object.assign(error, { path: home, dest: undefined })
  return path === undefined && syscall !== undefined ? Object.assign(error, { path: name }) : error
}

/** Put the cloud in an archive into a folder. What is wrong with either leaves the folder as it was. */
export const loadCloud = async (order: LoadOrder): Promise<ArchiveHead> => {
  const { home, from, name, replaces, check, signal, onProgress } = order
  settleFolder(home)
  checkAlone(home, undefined)
  await check()
  const made = mkdirSync(home, { recursive: true, mode: 0o700 })
  const folder = makeWorkFolder(home, 'loading')
  const fresh = join(folder.path, 'new')
  const ready = async (): Promise<void> => {
    signal.throwIfAborted()
    checkAlone(home, folder.name)
    await check()
    if (!replaces) checkVacant(home)
  }
  let loaded: ArchiveHead
  try {
    await ready()
    mkdirSync(fresh, { mode: 0o700 })
    let index: ArchiveIndex | undefined
    const onIndex = (read: ArchiveIndex): void => {
      checkHead(read)
      index = read
    }
    let head: ArchiveHead
    try {
      head = await readArchive(from, fresh, { signal, onProgress, onIndex })
      if (index) await mend(fresh, order.clock, index)
    } catch (error) {
      if (error instanceof ArchiveError) throw new ArchiveError(`${name}: ${error.message}`, { cause: error })
      throw error
    }
    await ready()
    loaded = head
  } catch (error) {
    await rm(folder.path, { recursive: true, force: true })
    // Only where nobody has put anything into it.
    if (made !== undefined) await rmdir(home).catch(() => {})
    throw named(error, order, folder.path)
  } finally {
    from.destroy()
  }
  // From here on there is nothing to take back: what is cut short is finished by whoever opens the folder next.
  exchange(home, folder, replaces)
  return loaded
}
