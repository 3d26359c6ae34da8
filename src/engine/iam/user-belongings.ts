// SPDX-License-Identifier: BSD-2-Clause
// What goes with a user's name: keys, certificates, policies, devices, temporary keys.
import { refuse } from '../errors'
import type { Tx } from '../operation'
import type { AccessKey, MfaDevice, Session, SigningCertificate, User } from './schema'

type OfUser = { readonly account: string; readonly userName?: string }

const belongsTo =
  ({ account, name }: User) =>
  (record: OfUser): boolean =>
    record.account === account && record.userName === name

export const keysOf = (tx: Tx, user: User): readonly AccessKey[] =>
  tx.accessKeys.list().filter(belongsTo(user))

export const certificatesOf = (tx: Tx, user: User): readonly SigningCertificate[] =>
  tx.signingCertificates.in(user.account).list().filter(belongsTo(user))

export const devicesOf = (tx: Tx, user: User): readonly MfaDevice[] =>
  tx.mfaDevices.in(user.account).list().filter(belongsTo(user))

const sessionsOf = (tx: Tx, { account, id }: User): readonly Session[] =>
  tx.sessions.list().filter(session => session.account === account && session.holderId === id)

const callers = ({ caller }: Tx): string => caller.userName || caller.userId

/** The user has another name from now on: the record itself is the caller's to write. */
export const moveBelongings = (tx: Tx, user: User, name: string): void => {
  for (const key of keysOf(tx, user)) tx.accessKeys.put({ ...key, userName: name })
  for (const one of certificatesOf(tx, user)) tx.signingCertificates.put({ ...one, userName: name })
  for (const device of devicesOf(tx, user)) tx.mfaDevices.put({ ...device, userName: name })
  for (const session of sessionsOf(tx, user)) tx.sessions.put({ ...session, holderName: name })
  const policies = tx.heldPolicies.in(user.account)
  const held = policies.get(`user/${user.name}`)
  if (!held) return
  policies.delete(held.holder)
  policies.put({ ...held, holder: `user/${name}` })
}

const isHolding = (tx: Tx, user: User): boolean => {
  const held = tx.heldPolicies.in(user.account).get(`user/${user.name}`)
  return (
    (user.groups ?? []).length > 0 ||
    (held !== undefined && held.inline.length + held.attached.length > 0) ||
    keysOf(tx, user).length > 0 ||
    certificatesOf(tx, user).length > 0 ||
    devicesOf(tx, user).length > 0
  )
}

/** Before a user is removed. Refused with DeleteConflict when he has something and it may not go with him. */
export const removeBelongings = (tx: Tx, user: User, isRecursive: boolean): void => {
  if (!isRecursive && isHolding(tx, user)) {
    refuse('DeleteConflict', `Attempted to delete a user with resource attached by ${callers(tx)}`)
  }
  for (const { id } of keysOf(tx, user)) tx.accessKeys.delete(id)
  for (const { id } of certificatesOf(tx, user)) tx.signingCertificates.in(user.account).delete(id)
  // A device is the account's, and may be another user's next.
  for (const { userName: _, enabledAt: __, ...device } of devicesOf(tx, user)) tx.mfaDevices.put(device)
  for (const { id } of sessionsOf(tx, user)) tx.sessions.delete(id)
  tx.heldPolicies.in(user.account).delete(`user/${user.name}`)
}
