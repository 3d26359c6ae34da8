// SPDX-License-Identifier: BSD-2-Clause
// The accounts of the cloud's own services (engine-iam-elb, part 1 §3). Nobody is in them; they are there to be listed,
// granted things by their names, and not to be taken by others.
import { createHash } from 'node:crypto'
import type { Tx } from '../operation'
import type { Account } from './schema'

export const systemAliases = [
  'nobody',
  '(eucalyptus)aws-exec-read',
  '(eucalyptus)blockstorage',
  '(eucalyptus)cloudformation',
  '(eucalyptus)database',
  '(eucalyptus)imaging',
  '(eucalyptus)loadbalancing',
  '(eucalyptus)objectstorage',
  '(eucalyptus)simplequeue',
]

const aliases = new Set(systemAliases)

/** An account of a service. That of the administrators, `eucalyptus`, is none. */
export const isServiceAccount = ({ alias }: Pick<Account, 'alias'>): boolean => aliases.has(alias)

/** Accounts that somebody works in. */
export const peoplesAccounts = (tx: Tx): readonly Account[] =>
  tx.accounts.list().filter(account => !isServiceAccount(account))

/** The same whenever it is asked, in one cloud: folders of older releases are given these when they are opened. */
const identityOf = (cloud: Account, alias: string, round: number) => {
  const digest = createHash('sha256').update(`${cloud.id} ${cloud.canonicalId} ${alias} ${round}`).digest()
  return {
    // Three zeros are the partition, as in 4.x.
    id: `000${String(digest.readUIntBE(0, 6) % 1e9).padStart(9, '0')}`,
    canonicalId: createHash('sha256').update(digest).digest('hex'),
  }
}

const missing = (tx: Tx): readonly string[] => {
  const taken = new Set(tx.accounts.list().map(({ alias }) => alias))
  return systemAliases.filter(alias => !taken.has(alias))
}

/** Make those that are not there. */
export const createServiceAccounts = (tx: Tx, cloud: Account): void => {
  for (const alias of missing(tx)) {
    let round = 0
    while (tx.accounts.get(identityOf(cloud, alias, round).id)) round++
    tx.accounts.put({ ...identityOf(cloud, alias, round), alias, createdAt: cloud.createdAt })
  }
}
