// SPDX-License-Identifier: BSD-2-Clause
// The shape of what enters and leaves `handle`. The HTTP server and the in-process client both make these, so that
// nothing behind the door can tell them apart.
import type { Readable } from 'node:stream'

export interface HttpRequest {
  readonly method: string
  /** As sent: still percent-encoded, without the query. Signatures are over these very bytes. */
  readonly path: string
  /** As sent, without the question mark; '' when there is none. */
  readonly query: string
  /** Names in lower case; repeated headers joined with ', '. */
  readonly headers: Readonly<Record<string, string>>
  /** Absent for an empty body. A stream is read at most once. */
  readonly body?: Readable | Buffer
  readonly secure?: boolean
  readonly remoteAddress?: string
  /** What the answer names the request by, a UUID. The engine draws one where it is absent. */
  readonly id?: string
}

/** Bytes of a file: `end` is exclusive. The server streams them; nothing holds them in memory. */
export interface FileSlice {
  readonly file: string
  readonly start: number
  readonly end: number
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Buffer | readonly FileSlice[]
}
