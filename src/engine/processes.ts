// SPDX-License-Identifier: BSD-2-Clause
// Whether a process that wrote its number down is still there.
import { readFileSync } from 'node:fs'

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // The process exists but is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A process, told from a later one that was given the same number. */
export interface ProcessName {
  readonly pid: number
  /** In the kernel's ticks; '' where there is no /proc. */
  readonly started: string
}

const startOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is a name that may hold blanks and parentheses; the 22nd is the start.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return isAlive(pid) ? '' : undefined
  }
}

export const thisProcess: ProcessName = { pid: process.pid, started: startOf(process.pid) ?? '' }

export const isRunning = ({ pid, started }: ProcessName): boolean => startOf(pid) === started
