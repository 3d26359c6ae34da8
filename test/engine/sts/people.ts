// SPDX-License-Identifier: BSD-2-Clause
// Users with keys, and clients that sign with keys that were given out.
import * as iam from '@aws-sdk/client-iam'
import type { Clients, Cloud, Signer } from '../../support/cloud'

export interface Keys {
  readonly AccessKeyId?: string | undefined
  readonly SecretAccessKey?: string | undefined
  readonly SessionToken?: string | undefined
}

/** What these keys sign with; an empty set of keys signs with nothing that is known. */
export const signerOf = ({ AccessKeyId = '', SecretAccessKey = '', SessionToken }: Keys): Signer => ({
  accessKeyId: AccessKeyId,
  secretAccessKey: SecretAccessKey,
  ...(SessionToken && { sessionToken: SessionToken }),
})

/** Clients that sign with these keys. */
export const withKeys = (c: Cloud, keys: Keys) => c.signedBy(signerOf(keys))

export const policyOf = (
  Effect: 'Allow' | 'Deny',
  Action: string | string[],
  Resource: string | string[] = '*',
) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource }] })

export const trusting = (Principal: object, more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }],
  })

/** A new user of an account with a key, put there without asking the identity service. */
export const haveUser = (c: Cloud, account: string, name: string): Keys & { readonly arn: string } => {
  const number = Number.parseInt(account.slice(-3), 10)
  const id = `AIDAA${name.toUpperCase().padEnd(13, 'X').slice(0, 13)}${String(number).padStart(3, '2')}`
  const key = {
    id: `AKIAA${name.toUpperCase().padEnd(12, 'X').slice(0, 12)}222`,
    secret: `secret of ${name}`,
  }
  const createdAt = new Date(c.clock.now())
  c.engine.write(tx => {
    tx.users.in(account).put({ account, name, path: '/', id, createdAt })
    tx.accessKeys.put({ ...key, account, userName: name, active: true, createdAt })
  })
  return {
    AccessKeyId: key.id,
    SecretAccessKey: key.secret,
    arn: `arn:aws:iam::${account}:user/${name}`,
  }
}

/** A policy that somebody holds: `user/NAME` or `role/NAME`. */
export const havePolicy = (c: Cloud, account: string, holder: string, document: string): void => {
  c.engine.write(tx => {
    tx.heldPolicies.in(account).put({ account, holder, inline: [{ name: 'p', document }], attached: [] })
  })
}

export const haveRole = (of: Clients, RoleName: string, trust: string, more: object = {}) =>
  of.iam().send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more }))
