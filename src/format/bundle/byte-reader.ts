// SPDX-License-Identifier: BSD-2-Clause

import { BundleError } from './errors'

/** Takes a stream apart by counts instead of by the chunks it happens to come in. */
export class ByteReader {
  #rest: Buffer = Buffer.alloc(0)
  readonly #chunks: AsyncIterator<Buffer>
  readonly #seen: (chunk: Buffer) => void

  /** `seen` is shown every chunk once, in order, as it comes in. */
  constructor(source: AsyncIterable<Buffer>, seen: (chunk: Buffer) => void = () => {}) {
    this.#chunks = source[Symbol.asyncIterator]()
    this.#seen = seen
  }

  /** At least one and at most `limit` bytes, or `undefined` at the end. */
  async some(limit: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next()
      if (next.done) return undefined
      this.#rest = next.value
      this.#seen(next.value)
    }
    const taken = this.#rest.subarray(0, limit)
    this.#rest = this.#rest.subarray(taken.length)
    return taken
  }

  /** Exactly `count` bytes; a stream that ends before is a `BundleError`. For small counts: they are gathered. */
  async exactly(count: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    let missing = count
    while (missing > 0) {
      const piece = await this.some(missing)
      if (!piece) throw new BundleError('the tar archive in the bundle ends too early')
      pieces.push(piece)
      missing -= piece.length
    }
    const [only] = pieces
    return pieces.length === 1 && only ? only : Buffer.concat(pieces)
  }
}
