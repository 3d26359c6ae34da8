// SPDX-License-Identifier: BSD-2-Clause
// Temporary keys: given out here, known by iam/callers.ts, forgotten a day after they expire.
import { tokenHashOf } from '../iam/callers'
import type { Session } from '../iam/schema'
import { identifier, secretText } from '../iam/texts'
import type { Tx } from '../operation'

// So long a request with an expired key is told that it expired, and not that nobody knows it.
const rememberedSeconds = 24 * 3600
const tokenBytes = 96

export type SessionWish = Omit<Session, 'id' | 'secret' | 'tokenHash' | 'issuedAt' | 'expiresAt'>

export interface IssuedSession {
  readonly session: Session
  /** Told once: only its hash is kept. */
  readonly token: string
}

/** A new temporary key for somebody, good for so many seconds. */
export const issueSession = (tx: Tx, wish: SessionWish, seconds: number): IssuedSession => {
  const token = tx.random(tokenBytes).toString('base64')
  const session = tx.sessions.put({
    ...wish,
    id: identifier(tx, 'ASI', 20),
    secret: secretText(tx),
    tokenHash: tokenHashOf(token),
    issuedAt: tx.now,
    expiresAt: new Date(tx.now.getTime() + seconds * 1000),
  })
  tx.after(seconds + rememberedSeconds, 'session.forgotten', session.id)
  return { session, token }
}

export const sessionForgotten = (tx: Tx, id: string): void => tx.sessions.delete(id)

/** As the token service's answers have it. */
export const credentialsView = ({ session, token }: IssuedSession) => ({
  AccessKeyId: session.id,
  SecretAccessKey: session.secret,
  SessionToken: token,
  Expiration: session.expiresAt,
})
