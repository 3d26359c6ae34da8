// SPDX-License-Identifier: BSD-2-Clause
// Runs a tool in this process, as `execute` sees one.
import { resolve } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import type { Io } from '../../src/cli/context'
import { execute } from '../../src/cli/execute'

// Rooms are loaded with `import()`, which goes through the loader of ES modules; importing tsx registers there.
const tsx: string = 'tsx'
export const loader: Promise<unknown> = import(tsx)

export interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

const collected = (stream: PassThrough): (() => Buffer) => {
  const chunks: Buffer[] = []
  stream.on('data', chunk => chunks.push(chunk))
  return () => Buffer.concat(chunks)
}

/** Runs a tool with words; settings come from nowhere unless `io` says so. */
export const run = async (
  argv: readonly string[],
  io: Partial<Io> & { input?: string | Buffer } = {},
): Promise<Outcome & { readonly bytes: Buffer }> => {
  const { input = '', ...rest } = io
  await loader
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const [out, err] = [collected(stdout), collected(stderr)]
  const status = await execute(argv, {
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    stderr,
    env: {},
    cwd: process.cwd(),
    home: '/nonexistent',
    packageRoot: resolve(__dirname, '../..'),
    ...rest,
  })
  const bytes = out()
  return { status, bytes, stdout: bytes.toString('utf8'), stderr: err().toString('utf8') }
}
