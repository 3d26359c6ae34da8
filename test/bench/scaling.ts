// SPDX-License-Identifier: BSD-2-Clause
// What a group of 1,000 instances costs: to launch one of them, against RunInstances of as many at a time without a group;
// to look at all of them when there is nothing to do, against reading what has to be looked at; and how long others wait for
// their turn meanwhile.
import { setImmediate as othersTurn } from 'node:timers/promises'
import { groupOfKey, membersOf, wake } from '../../src/engine/autoscaling/groups'
import { tendGroup } from '../../src/engine/autoscaling/tending'
import { capacity, instanceTypeNamed } from '../../src/engine/ec2/capacity'
import { runInstances } from '../../src/engine/ec2/run-instances'
import { administratorName, userCaller } from '../../src/engine/iam/callers'
import { transact } from '../../src/engine/transaction'
import {
  boot,
  elapse,
  haveConfiguration,
  haveGroup,
  haveImage,
  haveRoom,
  imageId,
  update,
} from '../engine/autoscaling/machines'
import { type Cloud, cloud } from '../support/cloud'
import { atMost, median, type Row } from './row'

const size = 1000
const rounds = 21

const msOf = async (work: () => unknown): Promise<number> => {
  const started = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - started) / 1e6
}

/** What nineteen of twenty requests to a server would wait at most while this goes on, ms. */
const usualWait = async (work: Promise<unknown>): Promise<number> => {
  const waits: number[] = []
  let isOver = false
  const done = work.finally(() => {
    isOver = true
  })
  for (let last = performance.now(); !isOver; ) {
    await othersTurn()
    const now = performance.now()
    waits.push(now - last)
    last = now
  }
  await done
  return waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.95)] ?? Number.NaN
}

const prepare = async (): Promise<Cloud> => {
  const c = await cloud()
  haveImage(c)
  haveRoom(c)
  await haveConfiguration(c, 'config', { InstanceMonitoring: { Enabled: false } })
  await haveGroup(c)
  await elapse(c, 5)
  return c
}

/** So many instances, twenty in a transaction, as the loop launches them. */
const runWithout = (c: Cloud): Promise<number> =>
  msOf(() => {
    for (let made = 0; made < size; made += 20) {
      transact(c.engine.around, tx =>
        runInstances(tx.as(userCaller(tx, c.accountId, administratorName)), {
          ...{ ImageId: imageId, MinCount: 20, MaxCount: 20 },
          Placement: { AvailabilityZone: 'PARTI00' },
        }),
      )
    }
  })

export const benchScaling = async (): Promise<Row[]> => {
  const plain = await prepare()
  const c = await prepare()
  try {
    const floor = await runWithout(plain)
    await update(c, { DesiredCapacity: size })
    const key = `${c.accountId}/web`
    const context = {
      clock: c.clock,
      transact: async <T>(work: Parameters<typeof transact<T>>[1]) => transact(c.engine.around, work),
    }
    let waited = 0
    const launched = await msOf(async () => {
      waited = await usualWait(c.engine.drain())
    })
    boot(c.engine)
    await elapse(c, 20)
    const passes: number[] = []
    const reads: number[] = []
    for (let round = 0; round < rounds; round++) {
      passes.push(
        await msOf(async () => {
          c.engine.write(tx => {
            const group = groupOfKey(tx, key)
            if (group) wake(tx, group, 0)
          })
          await tendGroup(context, key)
        }),
      )
      reads.push(
        await msOf(() =>
          c.engine.write(tx => {
            const group = groupOfKey(tx, key)
            for (const { id } of group ? membersOf(tx, group) : []) tx.instances.get(id)
            capacity(tx, 'PARTI00', instanceTypeNamed(tx))
            tx.groupWakes.put({ groupId: 'none', at: round })
          }),
        ),
      )
    }
    return [
      atMost({
        name: 'launch an instance in a group of 1,000, against running it without one',
        unit: 'ms',
        measured: launched / size,
        floor: floor / size,
        target: 2,
      }),
      atMost({
        name: 'wait of others meanwhile (95 %), against running twenty',
        unit: 'ms',
        measured: waited,
        floor: (floor * 20) / size,
        target: 5,
      }),
      atMost({
        name: 'look at a settled group of 1,000, against reading its records',
        unit: 'ms',
        measured: median(passes),
        floor: median(reads),
        target: 5,
      }),
    ]
  } finally {
    await c.close()
    await plain.close()
  }
}
