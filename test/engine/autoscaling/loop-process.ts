// SPDX-License-Identifier: BSD-2-Clause
// A process that does what is due in a folder, at a time that stands still: `loop-process.ts HOME MILLISECONDS`.
import { SimulatedClock } from '../../../src/engine/clock'
import { Engine } from '../../../src/engine/engine'

const main = async (): Promise<void> => {
  const [home = '', time = ''] = process.argv.slice(2)
  const engine = await Engine.open({ home, clock: new SimulatedClock(new Date(Number(time)).toISOString()) })
  process.stdout.write('ready\n')
  await new Promise<void>(go => process.stdin.once('data', () => go()))
  await engine.drain()
  await engine.close()
  process.stdout.write('done\n')
  process.stdin.destroy()
}

void main()
