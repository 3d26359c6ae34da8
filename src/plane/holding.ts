// SPDX-License-Identifier: BSD-2-Clause
// Several servers may run on one folder; what runs beside the cloud is one's alone, as an address can be listened on once.
// Another one takes over when that has ended, however it did.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../engine/engine'
import { isRunning, type ProcessName, thisProcess } from '../engine/processes'
import { writeWhole } from '../engine/whole-file'

interface Holder extends ProcessName {
  /** Tells servers of one process apart. */
  readonly number: number
}

let numbers = 0
const ownNumbers = new Set<number>()

export interface Holding {
  /** Whether it is ours, which it becomes when it is nobody's. */
  take(): boolean
  release(): void
}

export const holdingOf = (engine: Engine, home: string): Holding => {
  const number = ++numbers
  ownNumbers.add(number)
  const folder = join(home, 'plane')
  const file = join(folder, 'holder.json')
  const holder = (): Holder | undefined => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Holder
    } catch {
      // Nobody's, or that of one that was killed when it came to that.
      return undefined
    }
  }
  const isOthers = (): boolean => {
    const known = holder()
    if (!known || !isRunning(known)) return false
    return known.pid !== thisProcess.pid || (known.number !== number && ownNumbers.has(known.number))
  }
  const write = (): void => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeWhole(file, JSON.stringify({ ...thisProcess, number }))
  }
  let isHeld = false
  return {
    take: () => {
      // Who finds no file would take it for nobody's.
      if (isHeld) {
        if (!existsSync(file)) write()
        return true
      }
      if (isOthers()) return false
      // Only one process at a time is in such a transaction, so that nobody takes it between the look and the writing.
      isHeld = engine.write(() => {
        if (isOthers()) return false
        write()
        return true
      })
      return isHeld
    },
    release: () => {
      ownNumbers.delete(number)
      if (isHeld) rmSync(file, { force: true })
    },
  }
}
