// SPDX-License-Identifier: BSD-2-Clause
// A cloud's folder after a fault: opened, worked on until nothing is left to do, and looked at. And one on a disk of its
// own that is soon full.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Engine } from '../../src/engine/engine'
import type { Workplace } from '../support/built'
import { assertNoOrphans } from '../support/orphans'

/** Open the folder, do what is left to do, and look at it. Fails when something in it belongs to nobody. */
export const inspect = async <T>(home: string, look: (engine: Engine) => T): Promise<T> => {
  const engine = await Engine.open({ home })
  try {
    do {
      await engine.work(new AbortController().signal)
      if (engine.hasJobs()) await pause(50)
    } while (engine.hasJobs())
    assertNoOrphans(engine, home)
    return look(engine)
  } finally {
    await engine.close()
  }
}

/** Whether these tests may mount file systems. */
export const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0

/** Put a workplace's cloud on a file system of this size, such as `48m`. */
export const mountSmall = ({ home }: Workplace, size: string): void => {
  mkdirSync(home)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', home])
  if (mounted.status !== 0) assert.fail(`cannot mount: ${mounted.stderr}`)
}

/** End with it. The workplace settles the folder and removes it, for which it must be a folder again. */
export const unmount = async (place: Workplace): Promise<void> => {
  const lazily = (): void => void execFileSync('umount', ['-l', place.home])
  await inspect(place.home, () => {}).finally(lazily)
  await place.close()
}
