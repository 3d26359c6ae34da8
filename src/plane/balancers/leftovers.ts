// SPDX-License-Identifier: BSD-2-Clause
// Processes that a server which was killed has left behind: they are written down while they run, and ended at the next
// start, before others want their ports.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isRunning, type ProcessName } from '../../engine/processes'
import { writeWhole } from '../../engine/whole-file'

const fileName = 'processes.json'

export const writeLeftovers = (folder: string, processes: readonly ProcessName[]): void => {
  const file = join(folder, fileName)
  if (processes.length === 0) {
    rmSync(file, { force: true })
    return
  }
  const text = JSON.stringify(processes)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  writeWhole(file, text)
}

const namesIn = (folder: string): readonly ProcessName[] => {
  try {
    return JSON.parse(readFileSync(join(folder, fileName), 'utf8')) as ProcessName[]
  } catch {
    // There is none, or it was being written when the machine lost its power: then nothing runs any more.
    return []
  }
}

export const foldersIn = (home: string): readonly string[] => {
  try {
    return readdirSync(home)
  } catch {
    return []
  }
}

const lookAgainMilliseconds = 10
const patienceMilliseconds = 3000

/** End what is left of all balancers below a folder, and resolve when their ports are free. */
export const endLeftovers = async (home: string): Promise<void> => {
  for (const name of foldersIn(home)) {
    for (const leftover of namesIn(join(home, name))) {
      if (leftover.started === '' || !isRunning(leftover)) continue
      try {
        process.kill(leftover.pid, 'SIGKILL')
      } catch {
        // It ended in between.
      }
      const giveUp = performance.now() + patienceMilliseconds
      while (isRunning(leftover) && performance.now() < giveUp) await pause(lookAgainMilliseconds)
    }
    rmSync(join(home, name, fileName), { force: true })
  }
}
