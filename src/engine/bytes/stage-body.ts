// SPDX-License-Identifier: BSD-2-Clause
// A request's body becomes a staged file, hashed on the way, in memory that does not depend on its size.
import { createHash, type Hash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable, Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { refuse } from '../errors'
import type { StagedBody } from '../operation'
import { type Checksum, type ChecksumAlgorithm, newChecksum } from '../wire/signature/checksums'
import type { Blobs } from './blobs'

export interface StageOptions {
  /** Takes coding off the body or checks it; from the signature. */
  readonly transform?: Transform
  /** Checksums to compute, with the value (base64) that the client states for it, if it does. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string | undefined>
  /** What Content-Length promises, when there is no coding. */
  readonly expectedBytes?: number
}

/** Passes bytes on; counts and hashes them. */
class Measure extends Transform {
  bytes = 0
  readonly md5: Hash = createHash('md5')
  readonly checksums: readonly (readonly [ChecksumAlgorithm, Checksum])[]

  constructor(algorithms: Iterable<ChecksumAlgorithm>) {
    super({ highWaterMark: 1024 * 1024 })
    this.checksums = [...algorithms].map(name => [name, newChecksum(name)] as const)
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length
    this.md5.update(chunk)
    for (const [, checksum] of this.checksums) checksum.update(chunk)
    done(null, chunk)
  }
}

const outOfSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/**
 * Write a body to a staged file. Refuses with BadDigest when a stated checksum is another, IncompleteBody when bytes are
 * missing, and with status 507 when the disk is full; nothing is left behind then, nor when the client goes away.
 */
export const stageBody = async (
  blobs: Blobs,
  body: Readable | Buffer | undefined,
  { transform, checksums, expectedBytes }: StageOptions,
): Promise<StagedBody> => {
  const staged = blobs.stage()
  const measure = new Measure(checksums.keys())
  const source = body instanceof Readable ? body : Readable.from(body === undefined ? [] : [body])
  const file = createWriteStream(staged.path, { mode: 0o600, highWaterMark: 4 * 1024 * 1024 })
  try {
    await (transform ? pipeline(source, transform, measure, file) : pipeline(source, measure, file))
    if (expectedBytes !== undefined && measure.bytes !== expectedBytes) {
      refuse(
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header',
      )
    }
    const computed = measure.checksums.map(([name, checksum]) => [name, checksum.digest()] as const)
    for (const [name, value] of computed) {
      const stated = checksums.get(name)
      if (stated !== undefined && stated !== value) {
        refuse('BadDigest', `The ${name} you specified did not match the calculated checksum.`)
      }
    }
    return {
      ...staged,
      bytes: measure.bytes,
      md5: measure.md5.digest('hex'),
      checksums: Object.fromEntries(computed.map(([name, value]) => [`Checksum${name}`, value])),
    }
  } catch (error) {
    blobs.drop(staged)
    if (outOfSpace.has((error as NodeJS.ErrnoException).code ?? '')) {
      return refuse('InsufficientStorage', 'There is no space left to store the object.', 507)
    }
    throw error
  }
}
