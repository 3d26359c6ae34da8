// SPDX-License-Identifier: BSD-2-Clause
// The aws-chunked content coding: chunks of a body, each with its length and, where they are signed, a signature chained
// to the one before, then trailing headers with a checksum.
//
//   <hex length>[;chunk-signature=<hex>]\r\n<bytes>\r\n … 0[;chunk-signature=<hex>]\r\n[<name>:<value>\r\n …]\r\n
//
// Bytes are passed on as they come, before their chunk's signature is known to be right: a chunk may be gigabytes long.
// Whoever reads them must not act on them before the end, which is why bodies are staged. The decoder itself holds no
// more than a line.
import { createHash, type Hash } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'
import { Refusal, refuse } from '../../errors'
import { type Checksum, checksumOf, newChecksum } from './checksums'
import { EMPTY_SHA256, hmac, sameBytes, sha256 } from './keys'

/** What the signatures of the chunks go on from. */
export interface ChunkSeed {
  readonly key: Buffer
  /** Date of the request as `YYYYMMDDTHHMMSSZ`. */
  readonly stamp: string
  readonly scope: string
  /** Signature of the request. */
  readonly signature: string
}

export interface ChunkedOptions {
  /** Bytes that the body decodes to, as the request announced. */
  readonly length: number
  /** Trailing headers that the request announced, in lower case. */
  readonly trailers: readonly string[]
  /** Absent when chunks are not signed. */
  readonly seed?: ChunkSeed
}

const LINE_BYTES = 1024
const TRAILERS = 20
const TRAILER_SIGNATURE = 'x-amz-trailer-signature'
const LF = 10
const CR = 13

const incomplete = (): never =>
  refuse(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
    400,
  )
const malformed = (): never =>
  refuse('MalformedTrailerError', 'The request contained trailing data that was not well-formed.', 400)
const wrongSignature = (): never =>
  refuse(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
  )

type State = 'header' | 'data' | 'data-end' | 'trailers' | 'done'

/** Decodes an aws-chunked body. Fails with a Refusal. After the end, `received` holds the trailing headers. */
export class ChunkedDecoder extends Transform {
  /** Trailing headers by lower-case name, verified. */
  readonly received = new Map<string, string>()
  readonly #options: ChunkedOptions
  readonly #checksums: ReadonlyMap<string, Checksum>
  #state: State = 'header'
  #line: Buffer[] = []
  #lineBytes = 0
  #left = 0
  #total = 0
  #previous: string
  #claimed = ''
  #hash: Hash | undefined
  #trailerSignature: string | undefined

  constructor(options: ChunkedOptions) {
    super()
    this.#options = options
    this.#previous = options.seed?.signature ?? ''
    this.#checksums = new Map(
      options.trailers.flatMap(name => {
        const algorithm = checksumOf(name)
        return algorithm ? [[name, newChecksum(algorithm)] as const] : []
      }),
    )
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    try {
      this.#take(chunk)
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      if (this.#state === 'trailers') this.#endTrailers()
      if (this.#state !== 'done' || this.#total !== this.#options.length) incomplete()
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  #take(input: Buffer): void {
    let rest = input
    while (rest.length > 0) {
      if (this.#state === 'data') rest = this.#data(rest)
      else if (this.#state === 'done') {
        // Some clients end with one line break more than they need.
        if (rest.some(byte => byte !== CR && byte !== LF)) malformed()
        return
      } else rest = this.#upToLine(rest)
    }
  }

  #data(input: Buffer): Buffer {
    const piece = input.subarray(0, this.#left)
    this.#hash?.update(piece)
    for (const checksum of this.#checksums.values()) checksum.update(piece)
    this.#left -= piece.length
    this.#total += piece.length
    if (this.#total > this.#options.length) incomplete()
    this.push(piece)
    if (this.#left === 0) this.#state = 'data-end'
    return input.subarray(piece.length)
  }

  /** Gather bytes until a line is whole, then act on it. Returns what is behind it. */
  #upToLine(input: Buffer): Buffer {
    const end = input.indexOf(LF)
    const piece = end < 0 ? input : input.subarray(0, end + 1)
    this.#lineBytes += piece.length
    if (this.#lineBytes > LINE_BYTES) malformed()
    this.#line.push(piece)
    if (end >= 0) {
      const line = Buffer.concat(this.#line)
        .toString('latin1')
        .replace(/\r?\n$/, '')
      this.#line = []
      this.#lineBytes = 0
      this.#act(line)
    }
    return input.subarray(piece.length)
  }

  #act(line: string): void {
    if (this.#state === 'header') this.#header(line)
    else if (this.#state === 'data-end') this.#endChunk(line)
    else this.#trailer(line)
  }

  #header(line: string): void {
    const match = /^([0-9a-fA-F]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line)
    const [, length, signature] = match ?? incomplete()
    if (this.#options.seed) {
      this.#claimed = signature ?? wrongSignature()
      this.#hash = createHash('sha256')
    }
    this.#left = Number.parseInt(String(length), 16)
    if (this.#left > 0) {
      this.#state = 'data'
      return
    }
    this.#checkChunk()
    this.#state = 'trailers'
  }

  #endChunk(line: string): void {
    if (line !== '') incomplete()
    this.#checkChunk()
    this.#state = 'header'
  }

  #checkChunk(): void {
    const hash = this.#hash?.digest('hex') ?? ''
    this.#checkSignature(`AWS4-HMAC-SHA256-PAYLOAD`, `${EMPTY_SHA256}\n${hash}`, this.#claimed)
  }

  #checkSignature(algorithm: string, digests: string, claimed: string): void {
    const { seed } = this.#options
    if (!seed) return
    const text = `${algorithm}\n${seed.stamp}\n${seed.scope}\n${this.#previous}\n${digests}`
    if (!sameBytes(hmac(seed.key, text), Buffer.from(claimed, 'hex'))) wrongSignature()
    this.#previous = claimed
  }

  #trailer(line: string): void {
    if (line === '') {
      // Chunks without trailers end in one empty line; with signed trailers another may part them from their signature.
      if (this.#missingTrailers().length === 0) this.#endTrailers()
      return
    }
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    if (name === '' || this.received.size >= TRAILERS) malformed()
    const value = line.slice(colon + 1).trim()
    if (name === TRAILER_SIGNATURE) this.#trailerSignature = value
    else if (this.#options.trailers.includes(name)) this.received.set(name, value)
    else malformed()
  }

  #missingTrailers(): string[] {
    const missing = this.#options.trailers.filter(name => !this.received.has(name))
    const unsigned =
      this.#options.seed && this.#options.trailers.length > 0 && this.#trailerSignature === undefined
    return unsigned ? [...missing, TRAILER_SIGNATURE] : missing
  }

  #endTrailers(): void {
    if (this.#missingTrailers().length > 0) malformed()
    if (this.#trailerSignature !== undefined) {
      const text = [...this.received].map(([name, value]) => `${name}:${value}\n`).join('')
      if (!/^[0-9a-f]{64}$/.test(this.#trailerSignature)) wrongSignature()
      this.#checkSignature('AWS4-HMAC-SHA256-TRAILER', sha256(text), this.#trailerSignature)
    }
    for (const [name, checksum] of this.#checksums)
      if (checksum.digest() !== this.received.get(name)) throw badDigest(name)
    this.#state = 'done'
  }
}

const badDigest = (header: string): Refusal =>
  new Refusal(
    'BadDigest',
    `The ${checksumOf(header)} you specified did not match the calculated checksum.`,
    400,
  )
