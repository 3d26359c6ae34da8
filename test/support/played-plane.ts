// SPDX-License-Identifier: BSD-2-Clause
// What really runs beside a cloud whose time is the test's: guests, checks and balancers, one look after the other.
import assert from 'node:assert/strict'
import { guestPlans } from '../../src/engine/ec2/guest-plan'
import { isImpaired } from '../../src/engine/ec2/impairment'
import { dueChecks } from '../../src/engine/elb/health'
import type { Tx } from '../../src/engine/operation'
import { balancers } from '../../src/plane/balancers/balancers'
import { checks } from '../../src/plane/balancers/checks'
import { guests } from '../../src/plane/guests/guests'
import { knownGuests } from '../../src/plane/guests/place'
import type { Cloud } from './cloud'
import { guestCommand } from './guest-command'
import { until } from './until'

// The shortest interval of health checks.
const lookSeconds = 5

/** Every guest that has not broken down has done what its user data says. */
const hasBooted = (tx: Tx): boolean =>
  guestPlans(tx).every(({ instanceId }) => {
    const text = tx.consoles.get(instanceId)?.text ?? ''
    return isImpaired(tx.instances.must(instanceId)) || /Guest process[\s\S]*finished at/.test(text)
  })

export interface PlayedPlane {
  /**
   * Time passes. Guests know no other time than the machine's: whatever has begun to boot is ready before anything else
   * happens, so that checks find the same each time.
   */
  pass(seconds: number): Promise<void>
  /** The guest of an instance breaks down; resolves once the cloud knows. */
  kill(instanceId: string): Promise<void>
  stop(): Promise<void>
}

/** `endpoint`: where guests ask what they are to be. */
export const playedPlane = (cloud: Cloud, endpoint: string): PlayedPlane => {
  const { engine, home } = cloud
  const around = {
    ...{ engine, home, endpoint, command: guestCommand() },
    onBug: (error: unknown) => cloud.bugs.push(error),
  }
  const parts = [
    { part: guests(around), isDone: hasBooted },
    { part: checks(around), isDone: (tx: Tx) => dueChecks(tx).due.length === 0 },
    { part: balancers(around), isDone: () => true },
  ]
  return {
    pass: async seconds => {
      for (let left = seconds; left > 0; left -= lookSeconds) {
        await cloud.pass(Math.min(left, lookSeconds))
        for (const { part, isDone } of parts) {
          await until(async () => {
            await part.settle()
            return engine.read(isDone)
          })
        }
        await cloud.settle()
      }
    },
    kill: async id => {
      const guest = knownGuests(home).find(({ instanceId }) => instanceId === id)
      process.kill(guest?.process.pid ?? assert.fail(`${id} has no guest`), 'SIGKILL')
      await until(() => engine.read(tx => isImpaired(tx.instances.must(id))))
    },
    stop: async () => {
      for (const { part } of [...parts].reverse()) await part.stop()
    },
  }
}
