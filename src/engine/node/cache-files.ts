// SPDX-License-Identifier: BSD-2-Clause
// The files of a node's image cache. A disk is written as `base.part` and gets its name when it is whole, so `base` is
// never half a disk. It is read-only: an operator who edits it has to mean it.
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobContext } from '../operation'
import { claimIdle, claimRoom, endFetch, entriesOf, forget, schedulePass } from './cache'
import { nodeConf } from './conf'
import { copyAndDigest } from './disk-copy'
import { entryDisk, entryFolder, nodesFolder, trashFolder } from './folders'
import { nodeProperties } from './properties'
import type { NodeCacheEntry } from './schema'

/** The node's disk has no room for an image, whatever is thrown out. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError'
}

// `stat` counts in these, whatever the file system's own unit.
const statBlockBytes = 512

const realBytesOf = async (file: string): Promise<number> => (await stat(file)).blocks * statBlockBytes

/**
 * Remove an entry's files; its record, if it was marked for that, afterwards. The files go aside first, at one stroke: of
 * two processes that remove an entry the slower one must not come upon what is fetched in its place by then.
 */
export const removeEntry = async (context: JobContext, entry: NodeCacheEntry): Promise<void> => {
  const trash = trashFolder(context.home, entry.node)
  const aside = join(trash, `${entry.id}.${randomBytes(4).toString('hex')}`)
  await mkdir(trash, { recursive: true, mode: 0o700 })
  try {
    await rename(entryFolder(context.home, entry.node, entry.id), aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  await rm(aside, { recursive: true, force: true })
  context.transact(tx => forget(tx, entry))
}

/** What processes that died left aside. */
const emptyTrash = async (home: string, node: string): Promise<void> => {
  const trash = trashFolder(home, node)
  await mkdir(trash, { recursive: true, mode: 0o700 })
  for (const name of await readdir(trash)) await rm(join(trash, name), { recursive: true, force: true })
}

/** What the cache may take: as configured, else two thirds of what would be free without it, less three per cent. */
const limitBytes = async (context: JobContext, node: string): Promise<number> => {
  const { cacheBytes } = nodeConf(context.home)
  if (cacheBytes !== undefined) return cacheBytes
  await mkdir(nodesFolder(context.home), { recursive: true, mode: 0o700 })
  const { bavail, bsize } = await statfs(nodesFolder(context.home))
  const used = context.transact(tx => entriesOf(tx, node).reduce((sum, entry) => sum + entry.realBytes, 0))
  return (bavail * bsize + used) * nodeProperties.cacheShareOfFree
}

const makeRoom = async (context: JobContext, { node, id }: NodeCacheEntry, bytes: number): Promise<void> => {
  const limit = await limitBytes(context, node)
  const claimed = context.transact(tx => claimRoom(tx, { node, id, bytes }, limit))
  if (typeof claimed === 'number') {
    throw new NoRoomError(`The image cache of node ${node} lacks ${Math.ceil(claimed)} bytes for the image`)
  }
  for (const victim of claimed) await removeEntry(context, victim)
}

/** Copy a disk from the image cache, where it is a blob, to an entry whose fetch has begun. */
export const fetchDisk = async (context: JobContext, entry: NodeCacheEntry, blob: string): Promise<void> => {
  const { node, id } = entry
  const folder = entryFolder(context.home, node, id)
  const source = context.blobs.path(blob)
  await makeRoom(context, entry, await realBytesOf(source))
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const part = join(folder, 'base.part')
  const digest = await copyAndDigest(source, part, context.signal)
  await chmod(part, 0o400)
  await rename(part, entryDisk(context.home, node, id))
  const realBytes = await realBytesOf(entryDisk(context.home, node, id))
  const changedAt = (await changeTime(context.home, node, id)) ?? 0
  const { imageId, manifestDigest, bytes, createdAt } = entry
  const facts = { imageId, manifestDigest, baseDigest: digest, bytes, realBytes, createdAt }
  await writeFile(join(folder, 'meta.json'), `${JSON.stringify(facts, undefined, 2)}\n`, { mode: 0o600 })
  context.transact(tx => endFetch(tx, node, id, { digest, realBytes, changedAt }))
}

/** When an entry's disk was last written to (ms); `undefined` when there is no such file. */
export const changeTime = async (home: string, node: string, id: string): Promise<number | undefined> => {
  try {
    return (await stat(entryDisk(home, node, id))).mtimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Job: look through a node's cache for what may go, and have the next look come while anything is left. */
export const passOverCache = async (context: JobContext, node: string): Promise<void> => {
  const victims = context.transact(tx => claimIdle(tx, node))
  for (const victim of victims) await removeEntry(context, victim)
  await emptyTrash(context.home, node)
  context.transact(tx => {
    if (entriesOf(tx, node).length > 0) schedulePass(tx, node)
  })
}
