// SPDX-License-Identifier: BSD-2-Clause
// Whether a process that wrote its number down is still there.
//
// To take a live process for a dead one is worse than the reverse: its files would be removed and its jobs run twice. So
// whatever cannot be found out counts as alive.
import { readFileSync } from 'node:fs'

const answersSignals = (pid: number): boolean => {
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

/** When a process was started; '' when that cannot be told, undefined when there is no such process. */
const startOf = (pid: number): string | undefined => {
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is a name that may hold blanks and parentheses; the third is the state, the 22nd the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended; in a container there may be nobody who ever asks how.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return answersSignals(pid) ? '' : undefined
  }
}

export const thisProcess: ProcessName = { pid: process.pid, started: startOf(process.pid) ?? '' }

/** The process that has a number now, if any. */
export const processOf = (pid: number): ProcessName | undefined => {
  const started = startOf(pid)
  return started === undefined ? undefined : { pid, started }
}

export const isRunning = ({ pid, started }: ProcessName): boolean => {
  const start = startOf(pid)
  return start !== undefined && (start === started || start === '' || started === '')
}
