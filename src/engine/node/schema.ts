// SPDX-License-Identifier: BSD-2-Clause
import { table } from '../store/table'

/**
 * One file of a node's image cache (image-cache.md §3). The folder `cache/entries/<id>` holds `base`, the disk itself,
 * and `meta.json`, the same facts for a person who looks around.
 */
export interface NodeCacheEntry {
  /** Nodes are named after their zone: there is one in each. */
  readonly node: string
  /** `emi-d5ef3577-c7358e8c`: the image, and 8 hex digits that stand for its manifest. */
  readonly id: string
  readonly imageId: string
  /** SHA-256 of the manifest, hex. */
  readonly manifestDigest: string
  readonly state: 'fetching' | 'ready' | 'evicting'
  /** While fetching: the instance whose job brings it. */
  readonly fetchedFor?: string
  /** While fetching: instances to go on with when it is there, or is not coming. */
  readonly waiting: readonly string[]
  /** Size of the disk, and what it takes on the node's own disk. */
  readonly bytes: number
  readonly realBytes: number
  /** SHA-256 of what was fetched, hex. */
  readonly digest?: string
  /** Change time (ms) of `base` as it was fetched: an operator's edit shows by it. */
  readonly changedAt?: number
  /** An operator edited `base`; instances start from the edited copy. */
  readonly modified: boolean
  readonly createdAt: Date
  readonly usedAt: Date
  /** The image was deregistered: goes at the next pass whatever its age. */
  readonly purge: boolean
}

/** `passAt`: when the next look at the cache is due (ms); absent while the cache is empty. */
export interface ComputeNode {
  readonly name: string
  readonly passAt?: number
}

export const nodeTables = {
  nodes: table<ComputeNode>({ scope: 'cloud', key: node => node.name }),
  nodeCache: table<NodeCacheEntry>({ scope: 'cloud', key: entry => [entry.node, entry.id] }),
}
