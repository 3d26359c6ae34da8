// SPDX-License-Identifier: BSD-2-Clause

/** The archive is damaged, or not an archive. The message completes a sentence that begins with the file's name. */
export class TarError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TarError'
  }
}

/** Chunks of whatever length, taken in the lengths that the reader of a format wants. Nothing is copied in vain. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>
  #chunk: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  async atEnd(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const { value, done } = await this.#chunks.next()
      if (done) return true
      this.#chunk = value
    }
    return false
  }

  /** Between 1 and `bytes` bytes; `TarError` at the end of the source. */
  async upTo(bytes: number): Promise<Buffer> {
    if (await this.atEnd()) throw new TarError('it ends in the middle of a member')
    const piece = this.#chunk.subarray(0, bytes)
    this.#chunk = this.#chunk.subarray(piece.length)
    return piece
  }

  /** Exactly `bytes` bytes, or undefined when the source ends right here. */
  async block(bytes: number): Promise<Buffer | undefined> {
    if (await this.atEnd()) return undefined
    const first = await this.upTo(bytes)
    if (first.length === bytes) return first
    const pieces = [first]
    for (let have = first.length; have < bytes; ) {
      const piece = await this.upTo(bytes - have)
      pieces.push(piece)
      have += piece.length
    }
    return Buffer.concat(pieces)
  }

  /** Reads to the end, so that what a decompressor checks there is checked; at most `limit` bytes. */
  async drain(limit: number): Promise<void> {
    for (let left = limit; !(await this.atEnd()); ) {
      left -= this.#chunk.length
      if (left < 0) throw new TarError('it goes on after its end')
      this.#chunk = Buffer.alloc(0)
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}
