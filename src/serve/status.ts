// SPDX-License-Identifier: BSD-2-Clause
// What is in a folder: counts of records, bytes on disk, what is still to be done, who serves it.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Engine } from '../engine/engine'
import { servers } from './claim'

/** `logical` is the sum of file sizes, `real` what the disk gives to them: holes and shared blocks cost nothing. */
export interface Bytes {
  readonly logical: number
  readonly real: number
}

export interface Status {
  readonly home: string
  readonly servers: readonly string[]
  readonly counts: Readonly<Record<string, number>>
  /** Jobs on record. */
  readonly jobs: number
  readonly folders: Readonly<Record<string, Bytes>>
}

const blockBytes = 512

const bytesOf = (path: string): Bytes => {
  let logical = 0
  let real = 0
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    const stat = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })
    if (!stat?.isFile()) continue
    logical += stat.size
    real += stat.blocks * blockBytes
  }
  return { logical, real }
}

/** False when nothing is there. A folder that cannot be looked into, or is a file, is an error and not an empty one. */
export const isCloudFolder = (home: string): boolean =>
  statSync(join(home, 'records', 'data.mdb'), { throwIfNoEntry: false }) !== undefined

/** Undefined when there is no cloud in the folder yet: asking does not make one. */
export const statusOf = async (home: string): Promise<Status | undefined> => {
  if (!isCloudFolder(home)) return undefined
  const engine = await Engine.open({ home })
  try {
    await engine.drain()
    const counts = engine.read(tx => ({
      accounts: tx.accounts.list().length,
      buckets: tx.buckets.list().length,
      images: tx.images.list().length,
      instances: tx.instances.list().length,
    }))
    const jobs = engine.read(tx => tx.jobs.list().length)
    const folders = Object.fromEntries(
      readdirSync(home, { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(entry => [entry.name, bytesOf(join(home, entry.name))]),
    )
    return { home, servers: servers(home).map(claim => claim.endpoint), counts, jobs, folders }
  } finally {
    await engine.close()
  }
}
