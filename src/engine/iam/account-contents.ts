// SPDX-License-Identifier: BSD-2-Clause
// What an account has, and taking it away with the account.
import { hasNetworks, isOfDefaultVpc, removeNetworks } from '../ec2/vpc/account-networks'
import type { Tx } from '../operation'
import { administratorName } from './callers'
import type { Account } from './schema'
import { removeBelongings } from './user-belongings'

interface Owned {
  readonly account: string
}

const finished = new Set(['COMPLETED', 'CANCELLED', 'FAILED'])

/**
 * What an account has in other services and cannot be let go of in passing: somebody's disks and objects. It must be
 * deleted by those who own it, as whatever `Recursive` says.
 */
export const hasResources = (tx: Tx, { id, canonicalId }: Account): boolean => {
  const isTheirs = ({ account }: Owned): boolean => account === id
  return (
    tx.instances.list().some(one => isTheirs(one) && one.state !== 'terminated') ||
    tx.volumes.list().some(one => isTheirs(one) && one.state !== 'deleted') ||
    tx.conversions.list().some(one => isTheirs(one) && !finished.has(one.state)) ||
    [tx.images, tx.snapshots, tx.addresses].some(table =>
      (table.list() as readonly Owned[]).some(isTheirs),
    ) ||
    tx.buckets.list().some(({ owner }) => owner.canonicalId === canonicalId) ||
    // A group would launch instances for nobody, and a load balancer would listen for nobody.
    tx.scalingGroups.in(id).first() !== undefined ||
    tx.loadBalancers.in(id).first() !== undefined ||
    hasNetworks(tx, id) ||
    tx.stackNames.in(id).first() !== undefined
  )
}

const identityTables = (tx: Tx, { id }: Account) =>
  [
    tx.groups.in(id),
    tx.roles.in(id),
    tx.instanceProfiles.in(id),
    tx.serverCertificates.in(id),
    tx.oidcProviders.in(id),
    tx.managedPolicies.in(id),
    tx.mfaDevices.in(id),
  ] as const

/** Whether there is anything in an account that `Recursive` is needed for: more than its administrator. */
export const hasContents = (tx: Tx, account: Account): boolean =>
  tx.users
    .in(account.id)
    .list()
    .some(({ name }) => name !== administratorName) ||
  identityTables(tx, account).some(table => table.first() !== undefined) ||
  [tx.keyPairs, tx.launchConfigurations, tx.alarms].some(
    table => table.in(account.id).first() !== undefined,
  ) ||
  tx.securityGroups.list().some(group => group.account === account.id && !isOfDefaultVpc(group))

/** What Auto Scaling and CloudWatch have of an account without groups. Metrics and activities go when they are old. */
const removeMonitoring = (tx: Tx, account: string): void => {
  const configurations = tx.launchConfigurations.in(account)
  for (const { name } of configurations.list()) configurations.delete(name)
  const alarms = tx.alarms.in(account)
  for (const { name } of alarms.list()) alarms.delete(name)
  const history = tx.alarmHistory.in(account)
  for (const { at, sequence } of history.list()) history.delete(-at.getTime(), -sequence)
  const called = tx.calledActions.in(account)
  for (const { sequence } of called.list()) called.delete(sequence)
}

export const removeContents = (tx: Tx, account: Account): void => {
  const { id } = account
  removeMonitoring(tx, id)
  const users = tx.users.in(id)
  for (const user of users.list()) {
    removeBelongings(tx, user, true)
    users.delete(user.name)
  }
  for (const { name } of tx.groups.in(id).list()) tx.groups.in(id).delete(name)
  for (const { name } of tx.roles.in(id).list()) tx.roles.in(id).delete(name)
  for (const { name } of tx.instanceProfiles.in(id).list()) tx.instanceProfiles.in(id).delete(name)
  for (const { name } of tx.serverCertificates.in(id).list()) tx.serverCertificates.in(id).delete(name)
  for (const { url } of tx.oidcProviders.in(id).list()) tx.oidcProviders.in(id).delete(url)
  for (const { name } of tx.managedPolicies.in(id).list()) tx.managedPolicies.in(id).delete(name)
  for (const { serial } of tx.mfaDevices.in(id).list()) tx.mfaDevices.in(id).delete(serial)
  for (const { holder } of tx.heldPolicies.in(id).list()) tx.heldPolicies.in(id).delete(holder)
  for (const { id: certificate } of tx.signingCertificates.in(id).list()) {
    tx.signingCertificates.in(id).delete(certificate)
  }
  for (const session of tx.sessions.list()) if (session.account === id) tx.sessions.delete(session.id)
  for (const { name } of tx.keyPairs.in(id).list()) tx.keyPairs.in(id).delete(name)
  removeNetworks(tx, id)
  for (const group of tx.securityGroups.list()) if (group.account === id) tx.securityGroups.delete(group.id)
  for (const { resourceId, key } of tx.tags.in(id).list()) tx.tags.in(id).delete(resourceId, key)
}
