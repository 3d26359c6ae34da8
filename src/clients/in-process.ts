// SPDX-License-Identifier: BSD-2-Clause
// The way to the embedded cloud: the request that would have gone over the network is handed to the engine's door, and
// is parsed and verified there as any other.
import { createReadStream } from 'node:fs'
import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import type { FileSlice, HttpRequest, HttpResponse } from '../engine/http'
import type { Transport } from './transport'

export type Door = (request: HttpRequest) => Promise<HttpResponse>

export const inProcessTransport =
  (door: Door): Transport =>
  async ({ method, target, headers, body }, signal) => {
    signal?.throwIfAborted()
    const content = body.size === 0 ? undefined : body.open()
    const response = await door({
      method,
      path: target.path,
      query: target.query,
      headers,
      ...(content !== undefined && { body: content }),
      secure: target.secure,
      remoteAddress: '127.0.0.1',
    })
    signal?.throwIfAborted()
    const names = Object.entries(response.headers).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    )
    return {
      status: response.status,
      reason: STATUS_CODES[response.status] ?? '',
      headers: Object.fromEntries(names),
      body: bodyOf(response.body),
    }
  }

const bodyOf = (body: HttpResponse['body']): Readable => {
  if (typeof body === 'string' || Buffer.isBuffer(body))
    return Readable.from([Buffer.from(body)], { objectMode: false })
  if (body === undefined) return Readable.from([], { objectMode: false })
  return Readable.from(bytesOf(body), { objectMode: false })
}

async function* bytesOf(slices: readonly FileSlice[]): AsyncGenerator<Buffer> {
  for (const { file, start, end } of slices)
    if (end > start) yield* createReadStream(file, { start, end: end - 1, highWaterMark: 1 << 18 })
}
