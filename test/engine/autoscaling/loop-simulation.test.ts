// SPDX-License-Identifier: BSD-2-Clause
// Groups in a world drawn by lot, seen to by one process or by two that take turns. For a campaign: MALLEE_SEEDS=5000 (how
// many), MALLEE_SEED=1 (the first).
import { existsSync } from 'node:fs'
import { Engine } from '../../../src/engine/engine'
import { type Cloud, cloud, repeatingEntropy } from '../../support/cloud'
import { numbers, World } from './loop-world'
import { haveConfiguration, haveImage } from './machines'

const seeds = Number(process.env.MALLEE_SEEDS ?? 60)
const firstSeed = Number(process.env.MALLEE_SEED ?? 1)
/** Clouds are made for so many seeds each. */
const together = 50
const steps = 20

/** A cloud in a folder that is in memory, where the system has one: what takes time here is waiting for the disk. */
const inMemory = async (make: () => Promise<Cloud>): Promise<Cloud> => {
  const { TMPDIR } = process.env
  const folder = '/dev/shm'
  if (existsSync(folder)) process.env.TMPDIR = folder
  try {
    return await make()
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
}

describe('groups in a world drawn by lot', function () {
  this.timeout(60_000 + seeds * 5000)

  const play = async (c: Cloud, other: Engine, seed: number): Promise<void> => {
    const random = numbers(seed)
    const world = new World(c, random(2) === 0 ? [c.engine] : [c.engine, other], random, seed)
    try {
      await world.begin()
      for (let step = 0; step < steps; step++) await world.step()
      await world.settle()
      await world.end()
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}\n${world.done.join('\n')}`, { cause: error })
    }
  }

  for (let first = firstSeed; first < firstSeed + seeds; first += together) {
    const last = Math.min(first + together, firstSeed + seeds) - 1
    it(`keep what the model says (seeds ${first} to ${last})`, async () => {
      const c = await inMemory(() => cloud({ seed: String(first) }))
      const entropy = repeatingEntropy(`other of ${first}`)
      const other = await Engine.open({
        home: c.home,
        clock: c.clock,
        entropy,
        onBug: bug => c.bugs.push(bug),
      })
      try {
        haveImage(c)
        // What is measured of instances would take longer than all else.
        await haveConfiguration(c, 'config', { InstanceMonitoring: { Enabled: false } })
        for (let seed = first; seed <= last; seed++) await play(c, other, seed)
      } finally {
        await other.close()
        await c.close()
      }
    })
  }
})
