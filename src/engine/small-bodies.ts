// SPDX-License-Identifier: BSD-2-Clause
// Bodies that are read whole, before their sender is known: a signature may be over them.
import type { Readable } from 'node:stream'
import { refuse } from './errors'
import type { HttpRequest } from './http'

type TooLarge = (limit: number) => never

/** In the words of AWS' services that speak JSON or CBOR. */
const tooLargeForJson: TooLarge = limit =>
  refuse('RequestEntityTooLargeException', `The request body is larger than ${limit} bytes`, 413)

/** The whole of a body; undefined for none. */
export const readWhole = async (
  { body, headers }: Pick<HttpRequest, 'body' | 'headers'>,
  limit: number,
): Promise<Buffer | undefined> => {
  if (Number(headers['content-length'] ?? 0) > limit) tooLargeForJson(limit)
  if (body === undefined) return undefined
  if (Buffer.isBuffer(body)) return body.length > limit ? tooLargeForJson(limit) : body
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as Readable) {
    bytes += (chunk as Buffer).length
    if (bytes > limit) tooLargeForJson(limit)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

/** SDKs compress metric data of more than ten thousand bytes. What is signed is the body as it was sent. */
export const inflated = async (
  { headers }: Pick<HttpRequest, 'headers'>,
  body: Buffer,
  limit: number,
  tooLarge: TooLarge = tooLargeForJson,
): Promise<Buffer> => {
  if (headers['content-encoding']?.trim().toLowerCase() !== 'gzip') return body
  // What most tools never need is not read when they start.
  const { gunzipSync } = await import('node:zlib')
  try {
    return gunzipSync(body, { maxOutputLength: limit })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(limit)
    return refuse('SerializationException', 'The request body is not what its Content-Encoding says')
  }
}
