// SPDX-License-Identifier: BSD-2-Clause
// gzip on all cores: pieces of a stream are compressed beside each other, each as a member of its own. Members in a row
// are one gzip file to every program that reads such files (RFC 1952, 2.2).
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const pieceBytes = 1_048_576
const compress = promisify(gzip)

/** Pieces of one length, but for the last. */
async function* pieces(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let piece = Buffer.allocUnsafe(pieceBytes)
  let filled = 0
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const length = chunk.copy(piece, filled, at)
      at += length
      filled += length
      if (filled < pieceBytes) continue
      yield piece
      piece = Buffer.allocUnsafe(pieceBytes)
      filled = 0
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

/** The bytes of `source` as a gzip file. The source's buffers may be used anew once the next one is asked for. */
export async function* gzipped(source: AsyncIterable<Buffer>, level = 6): AsyncGenerator<Buffer, void, void> {
  // One more than there are cores, so that none waits for the reading.
  const most = availableParallelism() + 1
  const waiting: Promise<Buffer>[] = []
  try {
    for await (const piece of pieces(source)) {
      waiting.push(compress(piece, { level }))
      const first = waiting.length >= most ? waiting.shift() : undefined
      if (first) yield await first
    }
    for (let first = waiting.shift(); first; first = waiting.shift()) yield await first
  } finally {
    await Promise.allSettled(waiting)
  }
}
