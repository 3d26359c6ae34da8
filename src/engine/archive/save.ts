// SPDX-License-Identifier: BSD-2-Clause
// A cloud into an archive: a file that is there whole or not at all, or a stream.
import { statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { writeAt } from '../../format/file-access'
import { gzipped } from '../../format/gzip-pieces'
import { writeWhole } from '../../format/sparse-file'
import type { Clock } from '../clock'
import { Engine } from '../engine'
import { formatVersion } from '../store/store'
import { ArchiveError, DisturbedError } from './errors'
import { type Moment, takeMoment } from './moment'
import { archiveOf, type Writing } from './write-archive'

export interface SaveOrder extends Writing {
  /** The cloud's folder. */
  readonly home: string
  /** A file's path, or a stream, which is not ended. */
  readonly to: string | Writable
  /** A file that is there already is replaced. */
  readonly force: boolean
  readonly clock: Clock
  /** Of this package. */
  readonly version: string
}

export interface Saved {
  readonly files: number
  /** Of the archive. */
  readonly bytes: number
}

type Sink = (bytes: Buffer) => Promise<void>

const intoStream = (stream: Writable, signal: AbortSignal): Sink => {
  // An error between two writes is told to the next one.
  stream.on('error', () => {})
  return bytes =>
    new Promise((resolve, reject) => {
      const interrupted = (): void => reject(signal.reason)
      signal.addEventListener('abort', interrupted, { once: true })
      stream.write(bytes, error => {
        signal.removeEventListener('abort', interrupted)
        if (error) reject(error)
        else resolve()
      })
    })
}

const intoFile = (file: FileHandle): Sink => {
  let position = 0
  return async bytes => {
    // A device or a pipe has no places.
    await writeAt(file, bytes, position)
    position += bytes.length
  }
}

const write = async (moment: Moment, order: SaveOrder, savedAt: string, sink: Sink): Promise<Saved> => {
  const facts = { records: formatVersion, mallee: order.version, savedAt }
  let bytes = 0
  for await (const piece of gzipped(archiveOf(moment.files, facts, order))) {
    await sink(piece)
    bytes += piece.length
  }
  return { files: moment.files.length, bytes }
}

// Each for another disk that somebody began to write to meanwhile.
const mostAttempts = 10

/** A file can be begun anew: a disk that was disturbed is copied first then. */
const writeAnew = async (
  moment: Moment,
  order: SaveOrder,
  savedAt: string,
  file: FileHandle,
): Promise<Saved> => {
  let now = moment
  for (let attempt = 1; ; attempt++) {
    try {
      await file.truncate(0)
      const saved = await write(now, order, savedAt, intoFile(file))
      await file.sync()
      return saved
    } catch (error) {
      if (!(error instanceof DisturbedError) || attempt >= mostAttempts) throw error
      now = await now.calm(error.path)
    }
  }
}

/** Throws where a file cannot be or must not be. True for what is no file to be replaced, such as a pipe. */
const isOpenable = (path: string, force: boolean): boolean => {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory()) throw new ArchiveError(`Is a directory: ${path}`)
  if (found?.isFile() && !force) throw new ArchiveError(`${path} is there already; --force replaces it`)
  return found !== undefined && !found.isFile()
}

const writeInto = async (moment: Moment, order: SaveOrder, savedAt: string): Promise<Saved> => {
  const { to, force, signal } = order
  if (typeof to !== 'string') return write(moment, order, savedAt, intoStream(to, signal))
  if (isOpenable(to, force)) {
    const file = await open(to, 'w')
    try {
      return await write(moment, order, savedAt, async bytes => void (await file.writeFile(bytes)))
    } finally {
      await file.close()
    }
  }
  return writeWhole(to, async file => {
    // The cloud's secrets are in it.
    await file.chmod(0o600)
    return writeAnew(moment, order, savedAt, file)
  })
}

/** Save a cloud as it is now, while others go on with it. */
export const saveCloud = async (order: SaveOrder): Promise<Saved> => {
  const { home, to, force, signal, clock } = order
  // Before there is anything to wait for.
  if (typeof to === 'string') isOpenable(to, force)
  const engine = await Engine.open({ home, clock })
  let moment: Moment
  let savedAt: string
  try {
    savedAt = new Date(clock.now()).toISOString()
    moment = await takeMoment(engine, home, signal)
  } finally {
    await engine.close()
  }
  try {
    return await writeInto(moment, order, savedAt)
  } finally {
    await moment.release()
  }
}
