// SPDX-License-Identifier: BSD-2-Clause
// What the kernel has counted of a process (Linux: proc(5)).
import { readFileSync } from 'node:fs'
import { isRunning, type ProcessName } from '../processes'
import type { ProcessCounters } from './schema/metrics'

// USER_HZ, which is 100 wherever Linux runs today.
const ticksPerSecond = 100

const numbersOf = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split('\n')
      .map(line => line.split(': '))
      .map(([name = '', value]) => [name, Number(value)]),
  )

/** Undefined when it has ended, or when its counters may not be read. */
export const countersOf = (name: ProcessName): ProcessCounters | undefined => {
  if (!isRunning(name)) return undefined
  try {
    const stat = readFileSync(`/proc/${name.pid}/stat`, 'latin1')
    // After the name, which may hold anything, the third field is the first; 14 and 15 are the ticks in user and system mode.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const io = numbersOf(readFileSync(`/proc/${name.pid}/io`, 'latin1'))
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      readOps: io.get('syscr') ?? 0,
      writeOps: io.get('syscw') ?? 0,
      readBytes: io.get('read_bytes') ?? 0,
      writeBytes: io.get('write_bytes') ?? 0,
    }
  } catch {
    return undefined
  }
}
