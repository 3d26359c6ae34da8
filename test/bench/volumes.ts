// SPDX-License-Identifier: BSD-2-Clause

// Snapshots and volumes against the programs that do the same to a file: a volume of 10 GiB that holds 500 MiB.

import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { atMost, type Row } from './row'

const root = resolve(__dirname, '../..')
const mib = 1_048_576

/** Random data of so many MiB in pieces of one MiB, so far apart. */
const scatter = async (path: string, countMib: number, apartMib: number): Promise<void> => {
  const file = await open(path, 'r+')
  const piece = Buffer.alloc(mib)
  for (let number = 0; number < countMib; number++) {
    await file.write(randomFillSync(piece), 0, mib, number * apartMib * mib)
  }
  await file.sync()
  await file.close()
}

const secondsOf = (command: string, directory: string): number => {
  const started = process.hrtime.bigint()
  execFileSync('bash', ['-ec', command], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] })
  return Number(process.hrtime.bigint() - started) / 1e9
}

const storedMib = (path: string): number =>
  Number.parseInt(execFileSync('du', ['-sk', path], { encoding: 'utf8' }), 10) / 1024

const ours = (...args: string[]): { readonly seconds: number; readonly rssMib: number } => {
  const script = join(root, 'test/bench/volumes-process.ts')
  const node = ['--import', 'tsx', script, ...args]
  return JSON.parse(execFileSync(process.execPath, node, { cwd: root, encoding: 'utf8' }))
}

/** Measures all rows; needs 2 GiB in the temporary folder. */
export const benchVolumes = async (): Promise<Row[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'bench-volumes-'))
  const home = join(directory, 'cloud')
  const file = (id: string): string => join(home, 'volumes', `${id}.raw`)
  const settle = (): void => void execFileSync('sync')
  try {
    ours('blank', home, '10', 'vol-00000001')
    await scatter(file('vol-00000001'), 500, 20)
    // The floor: the data as one file to be hashed, and as much hole as the volume has.
    execFileSync('truncate', ['-s', '500M', join(directory, 'data')])
    await scatter(join(directory, 'data'), 500, 1)
    execFileSync('truncate', ['-s', `${10 * 1024 - 500}M`, join(directory, 'hole')])
    const hash = secondsOf('openssl dgst -sha256 data; dd if=hole of=/dev/null bs=4M status=none', directory)
    settle()
    const snapshot = ours('snapshot', home, 'vol-00000001', 'snap-00000001')
    settle()
    const before = storedMib(join(home, 'bytes'))
    await scatter(file('vol-00000001'), 10, 1000)
    ours('snapshot', home, 'vol-00000001', 'snap-00000002')
    const changed = storedMib(join(home, 'bytes')) - before
    settle()
    const copy = secondsOf(`cp --sparse=auto ${file('vol-00000001')} copy`, directory)
    await rm(join(directory, 'copy'))
    settle()
    const volume = ours('volume', home, 'snap-00000002', 'vol-00000002')
    execFileSync('cmp', [file('vol-00000001'), file('vol-00000002')])
    return [
      atMost({
        name: 'snapshot / sha256 and a pass over holes',
        unit: 's',
        measured: snapshot.seconds,
        floor: hash,
        target: 2,
      }),
      atMost({ name: 'next snapshot stores', unit: 'MiB', measured: changed, floor: 11, target: 1 }),
      atMost({
        name: 'volume from snapshot / cp',
        unit: 's',
        measured: volume.seconds,
        floor: copy,
        target: 1.5,
      }),
      atMost({
        name: 'volumes, peak memory',
        unit: 'MiB',
        measured: Math.max(snapshot.rssMib, volume.rssMib),
        floor: 300,
        target: 1,
      }),
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
