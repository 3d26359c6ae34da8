// SPDX-License-Identifier: BSD-2-Clause
// Where a sparse file has data. Node cannot ask the kernel (lseek with SEEK_DATA), and to read the holes of a large disk
// takes far longer than to read its data; GNU tar can, and puts what it learned in front of the data. It is stopped there.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename, dirname } from 'node:path'
import { TarError } from './byte-source'
import { type Run, readTar } from './tar-reader'

const options = ['--format=gnu', '--hole-detection=seek', '--sparse', '--create', '--file=-']

/**
 * The parts of a file that may hold data, in order; all else is holes. `undefined` where nobody can tell: without GNU tar,
 * or on a file system that does not say.
 */
export const dataRanges = async (path: string): Promise<readonly Run[] | undefined> => {
  const child = spawn('tar', [...options, `--directory=${dirname(path)}`, '--', basename(path)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // Either comes: `error` when there is no such program.
  const ended = Promise.race([once(child, 'close'), once(child, 'error')])
  try {
    for await (const { runs } of readTar(child.stdout)) return runs
    return undefined
  } catch (error) {
    if (error instanceof TarError) return undefined
    throw error
  } finally {
    child.kill()
    await ended.catch(() => {})
  }
}
