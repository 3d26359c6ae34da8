// SPDX-License-Identifier: BSD-2-Clause
import type { Readable } from 'node:stream'
import type { Body } from './body'
import type { Target } from './target'

/** A request that is ready to go: signed, or not meant to be. */
export interface Outgoing {
  readonly method: string
  readonly target: Target
  /** Names in lower case; `host` and, with a body, `content-length` are among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

export interface Answer {
  readonly status: number
  readonly reason: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readable
}

/** Carries one request. Rejects with ClientError, or with the signal's reason. */
export type Transport = (request: Outgoing, signal: AbortSignal | undefined) => Promise<Answer>
