// SPDX-License-Identifier: BSD-2-Clause
// A process that does what is due in a folder, at a time that stands still: `loop-process.ts HOME MILLISECONDS`. It begins
// with a line of JSON (see Bounds), and kills itself as soon as it has gone past one of them.
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { SimulatedClock } from '../../../src/engine/clock'
import { Engine } from '../../../src/engine/engine'
import { Store } from '../../../src/engine/store/store'
import { liveInstances } from './machines'

/** How many instances live when it dies. */
export interface Bounds {
  readonly atLeast?: number
  readonly below?: number
}

const main = async (): Promise<void> => {
  const [home = '', time = ''] = process.argv.slice(2)
  const engine = await Engine.open({ home, clock: new SimulatedClock(new Date(Number(time)).toISOString()) })
  process.stdout.write('ready\n')
  const lines = createInterface({ input: process.stdin })
  const [line] = await once(lines, 'line')
  const { atLeast = Number.POSITIVE_INFINITY, below = 0 } = JSON.parse(line) as Bounds
  const { write } = Store.prototype
  Store.prototype.write = function <T>(this: Store, work: () => T): T {
    const result = write.call(this, work) as T
    const { length } = liveInstances(engine)
    if (length >= atLeast || length < below) process.kill(process.pid, 'SIGKILL')
    return result
  }
  await engine.drain()
  await engine.close()
  process.stdout.write('done\n')
  process.stdin.destroy()
}

void main()
