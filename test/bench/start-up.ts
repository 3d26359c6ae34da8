// SPDX-License-Identifier: BSD-2-Clause
// How long a tool takes from its start to its end, as a whole process, against bare Node: the median of ten each.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Row } from './bundle'

const root = resolve(__dirname, '../..')
const rounds = 10

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

const images = `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2015-10-01/"><imagesSet>${Array.from(
  { length: 10 },
  (_, i) =>
    `<item><imageId>emi-0000000${i}</imageId><imageLocation>b/${i}.manifest.xml</imageLocation><imageState>available</imageState><rootDeviceType>instance-store</rootDeviceType></item>`,
).join('')}</imagesSet></DescribeImagesResponse>`

/** Milliseconds of one run; the server of this process goes on answering meanwhile. */
const timed = async (program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const started = process.hrtime.bigint()
  await once(spawn(program, words, { env, stdio: 'ignore' }), 'exit')
  return Number(process.hrtime.bigint() - started) / 1e6
}

/** Rows in milliseconds; `dist` must have been built. */
export async function benchStartUp(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'mallee-start-'))
  const server = createServer((_, response) => response.end(images)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const tool = async (name: string): Promise<string> => {
      const path = join(home, name)
      await symlink(join(root, 'bin/run.js'), path)
      return path
    }
    const [version, describe, install] = [
      await tool('euca-version'),
      await tool('euca-describe-images'),
      await tool('eustore-install-image'),
    ]
    const embedded = { PATH: process.env.PATH, HOME: home, MALLEE_HOME: join(home, 'cloud') }
    const remote = {
      ...embedded,
      EC2_URL: `http://127.0.0.1:${port}/`,
      AWS_ACCESS_KEY: 'A',
      AWS_SECRET_KEY: 'S',
    }
    // Two installations are six images: a machine, a kernel and a ramdisk each.
    for (const id of ['4286857429', '3849705738']) {
      spawnSync(install, ['-i', id, '-b', `bench-${id}`], { env: embedded })
    }
    const subjects = [
      ['usage error', describe, ['--no-such-option'], embedded, 2],
      ['euca-version', version, [], embedded, 2],
      ['euca-describe-images, embedded', describe, [], embedded, 3],
      ['euca-describe-images, ten images over HTTP', describe, [], remote, 3],
    ] as const
    const rows: Row[] = []
    for (const [name, program, words, env, limit] of subjects) {
      const [own, bare]: [number[], number[]] = [[], []]
      // In turns, so that a machine that slows down slows both.
      for (let i = 0; i < rounds; i++) {
        bare.push(await timed(process.execPath, ['-e', '0'], embedded))
        own.push(await timed(program, words, env))
      }
      const [measured, floor] = [median(own), median(bare)]
      rows.push({ name, measured, floor, ratio: floor / measured, target: 1 / limit })
    }
    return rows
  } finally {
    server.close()
    await rm(home, { recursive: true, force: true })
  }
}
