// SPDX-License-Identifier: BSD-2-Clause
// The records of a node's image cache: which entry a disk has, who uses it, who waits for it, what goes first when room
// is needed (image-cache.md §3).
import { createHash } from 'node:crypto'
import type { Tx } from '../operation'
import { nodeProperties } from './properties'
import type { NodeCacheEntry } from './schema'

const logger = 'node-cache'

/** `emi-d5ef3577-c7358e8c`: an image whose bundle changes gets another entry. */
export const entryIdOf = (imageId: string, manifestDigest: string): string =>
  `${imageId}-${createHash('sha256').update(manifestDigest).digest('hex').slice(0, 8)}`

export const entriesOf = (tx: Tx, node: string): readonly NodeCacheEntry[] => [
  ...tx.nodeCache.scan({ under: [node] }),
]

/** Whether an instance that the node has was made of the entry's image. A stopped one is on no node. */
export const isInUse = (tx: Tx, { node, imageId }: NodeCacheEntry): boolean =>
  tx.instances
    .list()
    .some(
      ({ zone, state, imageId: machine, kernelId, ramdiskId }) =>
        zone === node &&
        state !== 'terminated' &&
        state !== 'stopped' &&
        (machine === imageId || kernelId === imageId || ramdiskId === imageId),
    )

/** Where an entry is looked for whose bundle can no longer be read: the copy that was used last. */
export const latestEntryOf = (tx: Tx, node: string, imageId: string): NodeCacheEntry | undefined =>
  entriesOf(tx, node)
    .filter(entry => entry.imageId === imageId && entry.state === 'ready')
    .sort((a, b) => b.usedAt.getTime() - a.usedAt.getTime())[0]

/** Begin to fetch for an instance; others that want the entry wait for it. */
export const beginFetch = (
  tx: Tx,
  entry: Pick<NodeCacheEntry, 'node' | 'id' | 'imageId' | 'manifestDigest' | 'bytes'>,
  instanceId: string,
): NodeCacheEntry => {
  tx.event(logger, 'INFO', `Fetching ${entry.id} (${entry.bytes} bytes) to node ${entry.node}`)
  return tx.nodeCache.put({
    ...entry,
    state: 'fetching',
    fetchedFor: instanceId,
    waiting: tx.nodeCache.get(entry.node, entry.id)?.waiting ?? [],
    realBytes: 0,
    modified: false,
    createdAt: tx.now,
    usedAt: tx.now,
    purge: false,
  })
}

/** Be started again when the entry is there, or is not coming. */
export const waitFor = (tx: Tx, entry: NodeCacheEntry, instanceId: string): void => {
  if (!entry.waiting.includes(instanceId)) {
    tx.nodeCache.put({ ...entry, waiting: [...entry.waiting, instanceId] })
  }
}

const wake = (tx: Tx, entry: NodeCacheEntry): void => {
  for (const instanceId of entry.waiting) tx.start('instance.stage', instanceId)
}

export interface Fetched {
  readonly digest: string
  readonly realBytes: number
  readonly changedAt: number
}

/** The disk is in its place. */
export const endFetch = (tx: Tx, node: string, id: string, fetched: Fetched): void => {
  const entry = tx.nodeCache.get(node, id)
  if (entry?.state !== 'fetching') return
  const { fetchedFor: _, ...rest } = entry
  tx.nodeCache.put({ ...rest, ...fetched, state: 'ready', waiting: [], usedAt: tx.now })
  tx.event(logger, 'INFO', `Cached ${id} on node ${node}, SHA-256 ${fetched.digest}`)
  wake(tx, entry)
  schedulePass(tx, node)
}

/** Take back what an instance's job began: its files are gone already. Those who wait go on by themselves. */
export const abandonFetch = (tx: Tx, entry: NodeCacheEntry): void => {
  const now = tx.nodeCache.get(entry.node, entry.id)
  if (now?.state !== 'fetching' || now.fetchedFor !== entry.fetchedFor) return
  tx.nodeCache.delete(entry.node, entry.id)
  wake(tx, now)
}

/** An instance starts from the entry. `changedAt` differs from the record's after an operator's edit. */
export const noteUse = (tx: Tx, node: string, id: string, changedAt: number): void => {
  const entry = tx.nodeCache.get(node, id)
  if (!entry) return
  const modified = entry.modified || changedAt !== entry.changedAt
  if (modified && !entry.modified) {
    tx.event(logger, 'WARN', `${id} on node ${node} was modified after it was fetched; using it as it is`)
  }
  tx.nodeCache.put({ ...entry, modified, usedAt: tx.now })
}

/** Those of deregistered images first, then the least recently used; none that is in use. */
const evictionOrder = (tx: Tx, node: string): readonly NodeCacheEntry[] =>
  entriesOf(tx, node)
    .filter(entry => entry.state === 'ready' && !isInUse(tx, entry))
    .sort((a, b) => Number(b.purge) - Number(a.purge) || a.usedAt.getTime() - b.usedAt.getTime())

const markEvicting = (tx: Tx, entry: NodeCacheEntry, why: string): NodeCacheEntry => {
  tx.event(logger, 'INFO', `Evicting ${entry.id} from node ${entry.node}: ${why}`)
  return tx.nodeCache.put({ ...entry, state: 'evicting' })
}

/**
 * Make room within a limit for an entry that is to be fetched. Gives the entries whose files are to be removed, or the
 * number of bytes that lack when even all idle entries would not do; then none is marked. The room counts as taken from
 * now on, so that fetches side by side do not each find the same room.
 */
export const claimRoom = (
  tx: Tx,
  { node, id, bytes }: Pick<NodeCacheEntry, 'node' | 'id' | 'bytes'>,
  limitBytes: number,
): readonly NodeCacheEntry[] | number => {
  const used = entriesOf(tx, node).reduce((sum, entry) => sum + entry.realBytes, 0)
  let lacking = used + bytes - limitBytes
  const victims: NodeCacheEntry[] = []
  for (const entry of evictionOrder(tx, node)) {
    if (lacking <= 0) break
    victims.push(entry)
    lacking -= entry.realBytes
  }
  if (lacking > 0) return lacking
  const entry = tx.nodeCache.get(node, id)
  if (entry?.state === 'fetching') tx.nodeCache.put({ ...entry, realBytes: bytes })
  return victims.map(entry => markEvicting(tx, entry, 'room is needed'))
}

/** What a pass removes: long idle entries, those of deregistered images, and what an earlier one left half done. */
export const claimIdle = (tx: Tx, node: string): readonly NodeCacheEntry[] => {
  const limit = tx.now.getTime() - nodeProperties.cacheIdleSeconds * 1000
  const idle = evictionOrder(tx, node).filter(entry => entry.purge || entry.usedAt.getTime() <= limit)
  return [
    ...entriesOf(tx, node).filter(entry => entry.state === 'evicting'),
    ...idle.map(entry => markEvicting(tx, entry, entry.purge ? 'its image was deregistered' : 'idle')),
  ]
}

/** The files of an entry that was marked are gone. */
export const forget = (tx: Tx, { node, id }: NodeCacheEntry): void => {
  if (tx.nodeCache.get(node, id)?.state === 'evicting') tx.nodeCache.delete(node, id)
}

/** Have the next pass come while there is anything to look at. */
export const schedulePass = (tx: Tx, node: string): void => {
  const passAt = tx.nodes.get(node)?.passAt
  if (passAt !== undefined && passAt > tx.now.getTime()) return
  const seconds = nodeProperties.cachePassSeconds
  tx.nodes.put({ name: node, passAt: tx.now.getTime() + seconds * 1000 })
  tx.after(seconds, 'node.pass-due', node)
}
