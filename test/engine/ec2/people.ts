// SPDX-License-Identifier: BSD-2-Clause
// Users who are no administrators, with what their policies say, and clients that sign as them.
import type { Clients, Cloud } from '../../support/cloud'
import { havePolicy, haveUser, withKeys } from '../sts/people'

export interface Statement {
  readonly Effect?: 'Allow' | 'Deny' | 'Limit'
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: object
}

export const documentOf = (statements: readonly Statement[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(statement => ({ Effect: 'Allow', Resource: '*', ...statement })),
  })

/** A new user of somebody's account. `may` says what his policy is from then on; without statements he has none. */
export const person = (c: Cloud, of: Clients, name: string) => {
  const keys = haveUser(c, of.accountId, name)
  return {
    ...withKeys(c, keys),
    keys,
    may: (...statements: readonly Statement[]): void =>
      havePolicy(c, of.accountId, `user/${name}`, documentOf(statements)),
    mayNothing: (): void =>
      c.engine.write(tx => void tx.heldPolicies.in(of.accountId).delete(`user/${name}`)),
  }
}

export type Person = ReturnType<typeof person>

/** What gates the whole account. */
export const gate = (c: Cloud, of: Clients, ...statements: readonly Statement[]): void =>
  havePolicy(c, of.accountId, 'account', documentOf(statements))

export const arnIn =
  (account: string) =>
  (type: string, id = '*'): string =>
    `arn:aws:ec2:eucalyptus:${type === 'image' || type === 'snapshot' ? '' : account}:${type}/${id}`
