// SPDX-License-Identifier: BSD-2-Clause
// A cloud to measure: a folder with images and instances on record, and the server as a process of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { describeImages } from '../../src/engine/ec2/images'
import { runInstances } from '../../src/engine/ec2/run-instances'
import { Engine } from '../../src/engine/engine'
import { keyCaller } from '../../src/engine/iam/callers'
import type { AccessKey } from '../../src/engine/iam/schema'
import type { Tx } from '../../src/engine/operation'
import { transact } from '../../src/engine/transaction'

const root = resolve(__dirname, '../..')

/** A link to the executable by a tool's name, which is how it knows which tool to be. */
export const toolIn = (directory: string, name: string): string => {
  const path = join(directory, name)
  symlinkSync(join(root, 'bin/run.js'), path)
  return path
}

const putImage = (tx: Tx, account: string, number: number): void => {
  tx.images.put({
    id: `emi-${String(number).padStart(8, '0')}`,
    account,
    name: `image-${number}`,
    location: `images/image-${number}.manifest.xml`,
    kind: 'machine',
    architecture: 'x86_64',
    platform: 'linux',
    virtualizationType: 'hvm',
    rootDeviceName: '/dev/sda',
    format: 'fulldisk',
    mappings: [],
    state: 'available',
    isPublic: true,
    launchAccounts: [],
    productCodes: [],
    bytes: 2 ** 30,
    bundledBytes: 2 ** 28,
    createdAt: tx.now,
  })
}

/** RunInstances as clients call it, on nodes with room for all; then as if the nodes had started every one of them. */
const putInstances = (tx: Tx, count: number): void => {
  tx.zones.put({ name: 'PARTI00', cpus: 2 * count, memoryMib: 1024 * count, diskGib: 10 * count })
  // Several of some, most alone, as a cloud in use has them.
  for (let left = count; left > 0; ) {
    const together = Math.min(left, left % 3 === 0 ? 5 : 1)
    runInstances(tx, { ImageId: 'emi-00000000', MinCount: together, MaxCount: together })
    left -= together
  }
  for (const instance of [...tx.instances.list()]) tx.instances.put({ ...instance, state: 'running' })
  for (const job of [...tx.jobs.list()]) tx.jobs.delete(job.id)
  for (const due of [...tx.due.scan()]) tx.due.delete(due.at, due.sequence)
}

/** Make a folder with so many images and instances; the key of its administrator. */
export const seedCloud = async (
  home: string,
  { images, instances }: { readonly images: number; readonly instances: number },
): Promise<AccessKey> => {
  const engine = await Engine.open({ home })
  try {
    const { key, caller } = engine.read(tx => {
      const [first] = tx.accessKeys.list()
      if (!first) throw new Error('a new cloud has its administrator')
      return { key: first, caller: keyCaller(tx, first) }
    })
    transact(
      engine.around,
      tx => {
        for (let number = 0; number < images; number++) putImage(tx, key.account, number)
        if (instances > 0) putInstances(tx, instances)
      },
      { caller },
    )
    const seen = transact(engine.around, tx => describeImages(tx, {}), { caller, reads: true })
    if (seen.Images?.length !== images) throw new Error(`${seen.Images?.length} images instead of ${images}`)
    return key
  } finally {
    await engine.close()
  }
}

const hasTaskset = (): boolean => spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** Keep all threads of a process on these cores, where the system can. */
export const pin = (pid: number, cores: string): void => {
  if (hasTaskset()) spawnSync('taskset', ['-acp', cores, String(pid)])
}

export interface ServerProcess {
  readonly pid: number
  readonly port: number
  /** As `performance.now()` has it: when it was spawned. */
  readonly spawnedAt: number
  stop(): Promise<void>
}

/** `mallee serve` on the folder `home`, by its link `program`; on one core when that is given. */
export const serveProcess = async (program: string, home: string, core?: number): Promise<ServerProcess> => {
  const words = [process.execPath, program, 'serve', '--port', '0', '--dns-port', 'none']
  const [command = '', ...args] =
    core !== undefined && hasTaskset() ? ['taskset', '-c', String(core), ...words] : words
  const env = { PATH: process.env.PATH, HOME: home, MALLEE_HOME: home }
  const spawnedAt = performance.now()
  const child: ChildProcess = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  // A measurement that fails must not leave a server behind.
  const kill = (): void => void child.kill()
  process.once('exit', kill)
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line'),
    ended.then(() => Promise.reject(new Error('the server ended'))),
  ])) as [string]
  return {
    pid: child.pid ?? 0,
    port: Number(/:(\d+)$/.exec(line)?.[1]),
    spawnedAt,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      process.off('exit', kill)
    },
  }
}
