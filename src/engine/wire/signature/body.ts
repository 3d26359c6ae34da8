// SPDX-License-Identifier: BSD-2-Clause
// What a version 4 signature says of the body: its digest, nothing, or that every chunk is signed by itself.
import { createHash } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'
import { Refusal, refuse } from '../../errors'
import type { HttpRequest } from '../../http'
import type { AuthenticateOptions, Signed } from '../contracts'
import { parameter } from './canonical'
import { checksumOf } from './checksums'
import { ChunkedDecoder, type ChunkSeed } from './chunked'
import { EMPTY_SHA256, sha256 } from './keys'

const UNSIGNED = 'UNSIGNED-PAYLOAD'
const STREAMING = new Set([
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
])

export interface PayloadHash {
  /** Texts that may stand last in the canonical request. */
  readonly hashes: readonly string[]
  /** What follows for the body once the signature was found right. */
  accept(seed: ChunkSeed): Pick<Signed, 'bodyTransform' | 'bodySha256'>
}

const mismatch = (claimed: string, computed: string): Refusal =>
  new Refusal(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    400,
    { ClientComputedContentSHA256: claimed, S3ComputedContentSHA256: computed },
  )

/** Passes a body on and fails at its end when the digest is another than the one signed. */
class DigestCheck extends Transform {
  readonly #hash = createHash('sha256')
  readonly #expected: string
  constructor(expected: string) {
    super()
    this.#expected = expected
  }
  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#hash.update(chunk)
    done(null, chunk)
  }
  override _flush(done: TransformCallback): void {
    const computed = this.#hash.digest('hex')
    done(computed === this.#expected ? null : mismatch(this.#expected, computed))
  }
}

const decodedLength = (request: HttpRequest): number => {
  const text = request.headers['x-amz-decoded-content-length']
  if (text === undefined || !/^\d{1,15}$/.test(text))
    return refuse('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411)
  return Number(text)
}

const trailerNames = (request: HttpRequest): string[] =>
  (request.headers['x-amz-trailer'] ?? '')
    .split(',')
    .map(name => name.trim().toLowerCase())
    .filter(name => name !== '')

const decoder = (request: HttpRequest, seed: ChunkSeed | undefined): (() => Transform) => {
  const length = decodedLength(request)
  const trailers = trailerNames(request)
  // A checksum that nobody computes must not look as if it had been checked.
  const unknown = trailers.find(name => name.startsWith('x-amz-checksum-') && !checksumOf(name))
  if (unknown)
    refuse(
      'NotImplemented',
      `A header you provided implies functionality that is not implemented: ${unknown}`,
      501,
    )
  return () => new ChunkedDecoder({ length, trailers, seed })
}

/**
 * The transform that takes aws-chunked coding off the body of a request whose body nobody signed, and checks its trailing
 * checksum; undefined when the body is not so coded. For anonymous requests.
 */
export const unsignedBody = (request: HttpRequest): (() => Transform) | undefined =>
  request.headers['x-amz-content-sha256'] === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
    ? decoder(request, undefined)
    : undefined

const digestOf = (request: HttpRequest): string =>
  Buffer.isBuffer(request.body) ? sha256(request.body) : EMPTY_SHA256

// A query service has its form in memory, and the digest of that is what must have been signed.
const formPayload = (request: HttpRequest): PayloadHash => {
  const computed = digestOf(request)
  const stated = request.headers['x-amz-content-sha256'] ?? parameter(request.query, 'X-Amz-Content-Sha256')
  return {
    hashes: stated === UNSIGNED ? [computed, UNSIGNED] : [computed],
    accept: () => ({ bodySha256: computed }),
  }
}

// So has a service that speaks JSON, whose largest bodies are left unsigned and are not hashed for nothing.
const documentPayload = (request: HttpRequest): PayloadHash => {
  const stated = request.headers['x-amz-content-sha256'] ?? parameter(request.query, 'X-Amz-Content-Sha256')
  if (stated === UNSIGNED) return { hashes: [UNSIGNED], accept: () => ({}) }
  const computed = digestOf(request)
  return { hashes: [computed], accept: () => ({ bodySha256: computed }) }
}

const streamingPayload = (request: HttpRequest, stated: string): PayloadHash => ({
  hashes: [stated],
  accept: seed => ({
    bodyTransform: decoder(request, stated === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' ? undefined : seed),
  }),
})

const digestPayload = (request: HttpRequest, stated: string): PayloadHash => ({
  hashes: [stated],
  accept: () => {
    const { body } = request
    if (body !== undefined && !Buffer.isBuffer(body))
      return { bodySha256: stated, bodyTransform: () => new DigestCheck(stated) }
    const computed = digestOf(request)
    if (computed !== stated) throw mismatch(stated, computed)
    return { bodySha256: stated }
  },
})

const statedPayload = (request: HttpRequest, stated: string): PayloadHash => {
  if (stated === UNSIGNED) return { hashes: [UNSIGNED], accept: () => ({}) }
  if (STREAMING.has(stated)) return streamingPayload(request, stated)
  if (/^[0-9a-f]{64}$/.test(stated)) return digestPayload(request, stated)
  return refuse(
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, ' +
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    400,
    { ArgumentName: 'x-amz-content-sha256', ArgumentValue: stated },
  )
}

/** Find out what a request's signature covers of its body. Refuses an S3 header request that does not say. */
export const payloadOf = (
  request: HttpRequest,
  family: AuthenticateOptions['family'],
  presigned: boolean,
): PayloadHash => {
  if (family === 'query') return formPayload(request)
  if (family === 'json') return documentPayload(request)
  const stated = request.headers['x-amz-content-sha256'] ?? parameter(request.query, 'X-Amz-Content-Sha256')
  if (!presigned)
    return stated === undefined
      ? refuse('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256', 400)
      : statedPayload(request, stated)
  // A URL is mostly signed before anyone knows what will be sent to it; a header then promises a digest all the same.
  const payload = statedPayload(request, stated ?? UNSIGNED)
  return { ...payload, hashes: [UNSIGNED, ...payload.hashes] }
}
