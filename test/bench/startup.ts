// SPDX-License-Identifier: BSD-2-Clause
// How long a tool takes from its start to its end, as a whole process, against bare Node: the median of ten each.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedCloud, serveProcess, toolIn } from './cloud-process'
import { atMost, median, type Row } from './row'

const rounds = 10

/** Milliseconds of one run, which has to end with this exit code. */
const timed = async (words: readonly string[], env: NodeJS.ProcessEnv, expected: number): Promise<number> => {
  const started = performance.now()
  const [code] = await once(spawn(process.execPath, words, { env, stdio: 'ignore' }), 'exit')
  if (code !== expected) throw new Error(`${words.join(' ')} ended with ${code}`)
  return performance.now() - started
}

/** Rows in milliseconds; `dist` must have been built. */
export const benchStartup = async (): Promise<Row[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'mallee-bench-'))
  const home = join(directory, 'cloud')
  const key = await seedCloud(home, { images: 10, instances: 0 })
  const server = await serveProcess(toolIn(directory, 'mallee'), home)
  try {
    const version = toolIn(directory, 'euca-version')
    const describe = toolIn(directory, 'euca-describe-images')
    const embedded = { PATH: process.env.PATH, HOME: directory, MALLEE_HOME: home }
    const remote = {
      PATH: process.env.PATH,
      HOME: directory,
      EC2_URL: `http://127.0.0.1:${server.port}/services/compute`,
      AWS_ACCESS_KEY: key.id,
      AWS_SECRET_KEY: key.secret,
    }
    const subjects = [
      { name: 'euca-version', words: [version], env: embedded, code: 0, target: 2 },
      { name: 'usage error', words: [describe, '--no-such-option'], env: embedded, code: 2, target: 2 },
      { name: 'euca-describe-images, ten, embedded', words: [describe], env: embedded, code: 0, target: 3 },
      { name: 'euca-describe-images, ten, over HTTP', words: [describe], env: remote, code: 0, target: 3 },
    ]
    const rows: Row[] = []
    for (const { name, words, env, code, target } of subjects) {
      const own: number[] = []
      const bare: number[] = []
      // In turns, so that a machine that slows down slows both.
      for (let round = 0; round < rounds; round++) {
        bare.push(await timed(['-e', '0'], embedded, 0))
        own.push(await timed(words, env, code))
      }
      rows.push(atMost({ name, unit: 'ms', measured: median(own), floor: median(bare), target }))
    }
    return rows
  } finally {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
