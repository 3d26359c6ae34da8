// SPDX-License-Identifier: BSD-2-Clause
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import type { Duplex } from 'node:stream'

/** How much memory a compressed image may ask for; what `xz -9` writes asks for 65 MiB. */
const decompressionBytes = 512 * 1024 * 1024

/**
 * Chunks as an .xz file of the default level. With threads the data is cut into blocks of a fixed length, so that
 * the number of threads does not show in the result.
 */
export async function* compressXz(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const { createStream } = (await import('lzma-native')).default
  yield* through(
    source,
    createStream('easyEncoder', { preset: 6, threads: Math.min(4, availableParallelism()) }),
  )
}

/** The content of an .xz file. Errors have names that begin with `LZMA_`. */
export async function* decompressXz(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const { createStream } = (await import('lzma-native')).default
  yield* through(source, createStream('streamDecoder', { memlimit: decompressionBytes }))
}

// `stream.pipeline` waits for these streams to finish, which they tell only by ending; with it, an empty or a large
// input never came to its end. So they are fed by hand.
async function* through(source: AsyncIterable<Buffer>, stream: Duplex): AsyncGenerator<Buffer, void, void> {
  const gone = new Promise<void>(resolve => stream.once('close', resolve))
  const feeding = feed(source, stream, gone).catch(error => void stream.destroy(error))
  try {
    yield* stream as AsyncIterable<Buffer>
  } finally {
    stream.destroy()
    await feeding
  }
}

const feed = async (source: AsyncIterable<Buffer>, stream: Duplex, gone: Promise<void>): Promise<void> => {
  for await (const chunk of source) {
    if (stream.destroyed) return
    if (!stream.write(chunk)) {
      const given = new AbortController()
      const drained = once(stream, 'drain', { signal: given.signal }).catch(() => {})
      await Promise.race([drained, gone])
      given.abort()
    }
  }
  stream.end()
}
