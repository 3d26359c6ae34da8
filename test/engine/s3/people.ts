// SPDX-License-Identifier: BSD-2-Clause
// Users with policies and keys of their own, sessions of roles, and nobody, as clients of S3.
import { S3Client } from '@aws-sdk/client-s3'
import type { HttpRequest } from '../../../src/engine/http'
import { tokenHashOf } from '../../../src/engine/iam/callers'
import { type Cloud, inProcess } from '../../support/cloud'

export interface Keys {
  readonly id: string
  readonly secret: string
  readonly token?: string
}

export interface Person extends Keys {
  readonly arn: string
  readonly userId: string
  /** A client that signs as this user; what it sends may be changed on its way, after it was signed. */
  s3(change?: (request: HttpRequest) => HttpRequest): S3Client
  /** Have this policy and no other; none at all when nothing is given. */
  may(...statements: readonly object[]): void
}

export const clientOf = (
  c: Cloud,
  keys: Keys | undefined,
  change: (request: HttpRequest) => HttpRequest = request => request,
): S3Client => {
  const client = new S3Client({
    region: 'eucalyptus',
    endpoint: 'http://cloud.test:8773/services/objectstorage',
    forcePathStyle: true,
    credentials: {
      accessKeyId: keys?.id ?? '',
      secretAccessKey: keys?.secret ?? '',
      ...(keys?.token && { sessionToken: keys.token }),
    },
    ...(keys ? {} : { signer: { sign: async request => request } }),
    requestHandler: inProcess(request => c.engine.handle(change(request))) as never,
    maxAttempts: 1,
  })
  client.middlewareStack.add(
    next => args => {
      client.config.systemClockOffset = c.clock.now() - Date.now()
      return next(args)
    },
    { step: 'initialize' },
  )
  return client
}

export const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

export const allow = (
  Action: string | readonly string[],
  Resource: string | readonly string[] = '*',
  more = {},
) => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...more,
})

export const deny = (
  Action: string | readonly string[],
  Resource: string | readonly string[] = '*',
  more = {},
) => ({
  ...{ Effect: 'Deny', Action, Resource },
  ...more,
})

/** The policies of a holder: one of them, or none. */
export const hold = (c: Cloud, account: string, holder: string, statements: readonly object[]): void =>
  c.engine.write(tx => {
    if (statements.length === 0) tx.heldPolicies.in(account).delete(holder)
    else {
      const inline = [{ name: 'p', document: document(...statements) }]
      tx.heldPolicies.in(account).put({ account, holder, inline, attached: [] })
    }
  })

let made = 0

/** A new user of an account with a key, put there without asking the identity service. */
export const haveUser = (c: Cloud, account: string, name: string): Person => {
  made += 1
  const userId = `AIDTESTUSER${String(made).padStart(10, '0')}`
  const id = `AKITESTKEY${String(made).padStart(10, '0')}`
  const secret = `secret of ${name}`.padEnd(40, '.')
  c.engine.write(tx => {
    tx.users.put({ account, name, path: '/', id: userId, createdAt: tx.now })
    tx.accessKeys.put({ id, secret, account, userName: name, active: true, createdAt: tx.now })
  })
  const keys = { id, secret }
  return {
    ...keys,
    ...{ userId, arn: `arn:aws:iam::${account}:user/${name}` },
    s3: change => clientOf(c, keys, change),
    may: (...statements) => hold(c, account, `user/${name}`, statements),
  }
}

export interface SessionOf {
  readonly account: string
  readonly role: string
  readonly seconds?: number
  readonly policies?: readonly string[]
}

/** Temporary keys of a role, which is made if it is not there. */
export const haveSession = (c: Cloud, { account, role, seconds = 3600, policies }: SessionOf): Keys => {
  made += 1
  const id = `ASITESTKEY${String(made).padStart(10, '0')}`
  const secret = `secret of ${role}`.padEnd(40, '.')
  const token = `token-${made}`
  c.engine.write(tx => {
    const roles = tx.roles.in(account)
    const holder =
      roles.get(role) ??
      roles.put({
        ...{ account, name: role, path: '/', id: `AROTESTROLE${String(made).padStart(10, '0')}` },
        ...{ createdAt: tx.now, trust: '{}' },
      })
    tx.sessions.put({
      ...{ id, secret, tokenHash: tokenHashOf(token), account, kind: 'role' },
      ...{ holderName: role, holderId: holder.id, name: 'session', issuedAt: tx.now },
      expiresAt: new Date(tx.now.getTime() + seconds * 1000),
      ...(policies && { policies }),
    })
  })
  return { id, secret, token }
}
