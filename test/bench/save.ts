// SPDX-License-Identifier: BSD-2-Clause

// Saving and loading a cloud against GNU tar, which knows nothing of moments and of digests: a volume of 10 GiB that holds
// 300 MiB, of which there is a snapshot. Half of it is noise, the other half what programs and texts are like.

import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { asFast, atMost, type Row } from './row'

const root = resolve(__dirname, '../..')
const mib = 1_048_576

const ours = (...args: string[]): void => {
  const node = ['--import', 'tsx', join(root, 'test/bench/volumes-process.ts'), ...args]
  execFileSync(process.execPath, node, { cwd: root })
}

const fill = async (path: string): Promise<void> => {
  const program = readFileSync(process.execPath)
  const file = await open(path, 'r+')
  const piece = Buffer.alloc(mib)
  for (let number = 0; number < 300; number++) {
    if (number % 2 === 0) randomFillSync(piece)
    else program.copy(piece, 0, (number * mib) % (program.length - mib))
    await file.write(piece, 0, mib, number * 30 * mib)
  }
  await file.sync()
  await file.close()
}

const secondsOf = (command: string, home: string): number => {
  execFileSync('sync')
  const started = process.hrtime.bigint()
  execFileSync('bash', ['-ec', command], {
    cwd: join(home, '..'),
    env: { ...process.env, MALLEE_HOME: home },
  })
  return Number(process.hrtime.bigint() - started) / 1e9
}

/** Measures all rows; needs 3 GiB in the temporary folder. */
export const benchSave = async (): Promise<Row[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'bench-save-'))
  const home = join(directory, 'cloud')
  const mallee = `node ${join(root, 'bin/run.js')}`
  try {
    ours('blank', home, '10', 'vol-00000001')
    await fill(join(home, 'volumes/vol-00000001.raw'))
    ours('snapshot', home, 'vol-00000001', 'snap-00000001')
    const tarred = secondsOf('tar --sparse -czf tar.tar.gz cloud', home)
    const saved = secondsOf(`${mallee} save saved.tar.gz`, home)
    const untarred = secondsOf('mkdir other; tar -C other -xzf tar.tar.gz', home)
    const loaded = secondsOf(`MALLEE_HOME=$PWD/loaded ${mallee} load saved.tar.gz`, home)
    const bytesOf = (name: string): number =>
      Number(execFileSync('stat', ['-c', '%s', join(directory, name)], { encoding: 'utf8' })) / mib
    return [
      asFast({ name: 'save a cloud; tar -cz', unit: 's', measured: saved, floor: tarred, target: 1 }),
      asFast({ name: 'load a cloud; tar -xz', unit: 's', measured: loaded, floor: untarred, target: 0.5 }),
      atMost({
        ...{ name: 'saved cloud; tar -cz', unit: 'MiB', target: 1.02 },
        ...{ measured: bytesOf('saved.tar.gz'), floor: bytesOf('tar.tar.gz') },
      }),
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
