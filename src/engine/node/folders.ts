// SPDX-License-Identifier: BSD-2-Clause
// Where a node keeps its files, below the cloud's folder: `nodes/<node>/cache` and `nodes/<node>/work`, as Eucalyptus'
// node controller has them below its instance path.
import { join } from 'node:path'
import { pathPart } from '../path-part'

const nodeFolder = (home: string, node: string): string => join(home, 'nodes', pathPart(node))

/** Of one cached disk: holds `base` and `meta.json`, and `base.part` while it is fetched. */
export const entryFolder = (home: string, node: string, entry: string): string =>
  join(nodeFolder(home, node), 'cache', 'entries', pathPart(entry))

export const entryDisk = (home: string, node: string, entry: string): string =>
  join(entryFolder(home, node, entry), 'base')

/** Entries on their way out, under names that no entry has. */
export const trashFolder = (home: string, node: string): string =>
  join(nodeFolder(home, node), 'cache', 'trash')

/** All that the instances of one account have on a node. */
export const accountFolder = (home: string, node: string, account: string): string =>
  join(nodeFolder(home, node), 'work', pathPart(account))

/** Whose disks: the node is named after its zone. */
export interface OwnedDisks {
  readonly zone: string
  readonly account: string
  readonly id: string
}

/** Of one instance: `disk`, and `ephemeral0` and `swap` where it has them. */
export const instanceFolder = (home: string, { zone, account, id }: OwnedDisks): string =>
  join(accountFolder(home, zone, account), pathPart(id))

/** An instance's folder as the target of a job, which may run when the instance's record is gone. */
export const disksOf = ({ zone, account, id }: OwnedDisks): string => [zone, account, id].join('/')

/** What `disksOf` was given. */
export const ownerOfDisks = (target: string): OwnedDisks => {
  const [zone = '', account = '', id = ''] = target.split('/')
  return { zone, account, id }
}

/** Any place on the file system that holds the nodes' files. */
export const nodesFolder = (home: string): string => join(home, 'nodes')
