// SPDX-License-Identifier: BSD-2-Clause
// A process that goes on with a cloud until nothing is left to do, or dies at a transaction of which it is told:
// `dying-process HOME [COMMAND…]`; with a command, which starts guests, it serves the cloud, with all that runs beside it.
// It waits for a line of JSON (see Life), and says each time to which it lets the clock go, and at last that it is done.
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { SimulatedClock } from '../../src/engine/clock'
import { Engine } from '../../src/engine/engine'
import type { Tx } from '../../src/engine/operation'
import { Store } from '../../src/engine/store/store'
import { serve } from '../../src/serve/serve'

export interface Life {
  readonly time: number
  /** How many transactions it commits. Without, it goes on to the end. */
  readonly commits?: number
  /** It dies in the middle of the next one, not as soon as the last one is there. */
  readonly inNext?: boolean
}

const patienceMilliseconds = 50_000
const say = (text: string): void => void writeSync(1, `${text}\n`)

let life: Life = { time: 0 }
let isBegun = false
let commits = 0
let depth = 0

const dieAt = (isInNext: boolean): void => {
  const { commits: limit, inNext = false } = life
  if (isBegun && depth === 1 && inNext === isInNext && commits === limit) process.kill(process.pid, 'SIGKILL')
}

const write = Store.prototype.write
Store.prototype.write = function <T>(this: Store, work: () => T): T {
  depth++
  try {
    const result = write.call(this, () => {
      const done = work()
      dieAt(true)
      return done
    }) as T
    if (depth === 1) commits++
    dieAt(false)
    return result
  } finally {
    depth--
  }
}

const isMoving = (tx: Tx): boolean => {
  if (tx.jobs.first() !== undefined) return true
  if (tx.stacks.everywhere().some(({ status }) => status.endsWith('_IN_PROGRESS'))) return true
  if (tx.instances.list().some(({ state }) => !['running', 'terminated'].includes(state))) return true
  const members = tx.scalingInstances.list()
  if (members.some(({ lifecycle }) => lifecycle !== 'InService')) return true
  return tx.scalingGroups
    .everywhere()
    .some(({ id, desired }) => members.filter(({ groupId }) => groupId === id).length !== desired)
}

/** Put what a wait condition waits for where its handle says. */
const signal = async (engine: Engine): Promise<void> => {
  const resources = engine.read(tx => tx.stackResources.everywhere())
  const isWaiting = resources.some(
    ({ type, status }) => type.endsWith('WaitCondition') && status === 'CREATE_IN_PROGRESS',
  )
  const url = resources.find(
    ({ type, status }) => type.endsWith('WaitConditionHandle') && status === 'CREATE_COMPLETE',
  )?.physicalId
  if (!isWaiting || url === undefined) return
  const { host, pathname, search } = new URL(url)
  const body = Buffer.from(JSON.stringify({ Status: 'SUCCESS', UniqueId: 'one', Data: 'it is' }))
  const headers = { host, 'content-length': String(body.length) }
  const asked = { ...{ method: 'PUT', path: pathname, query: search.slice(1) }, headers, body }
  const { status } = await engine.handle(asked)
  if (status !== 200) throw new Error(`a signal was answered by ${status}`)
}

const live = async (home: string, command: readonly string[]): Promise<void> => {
  const clock = new SimulatedClock(new Date(life.time))
  const onBug = (error: unknown): void => say(`bug ${error instanceof Error ? error.stack : error}`)
  const isServed = command.length > 0
  const serving = isServed
    ? await serve({ home, host: '127.0.0.1', port: 0, clock, command, onBug })
    : undefined
  const engine = serving?.engine ?? (await Engine.open({ home, clock, onBug }))
  commits = 0
  isBegun = true
  for (const begun = performance.now(); ; ) {
    await engine.work(new AbortController().signal)
    await serving?.plane?.settle()
    await signal(engine)
    if (!engine.read(isMoving)) break
    if (performance.now() - begun > patienceMilliseconds) throw new Error('it comes to no end')
    const next = engine.nextWork() ?? Number.POSITIVE_INFINITY
    // The server may be at it, and has to have its turn.
    if (isServed) await pause(next <= clock.now() || engine.hasJobs() ? 10 : 1)
    if (isServed && (next <= clock.now() || engine.hasJobs())) continue
    const seconds = Math.min(Math.max(0, next - clock.now()) / 1000, 5)
    clock.advance(seconds)
    say(`time ${clock.now()}`)
  }
  if (serving) await serving.stop()
  else await engine.close()
  say(`done after ${commits}`)
}

const main = async (): Promise<void> => {
  const [, , home = '', ...command] = process.argv
  const lines = createInterface({ input: process.stdin })
  lines.once('line', line => {
    life = JSON.parse(line) as Life
    lines.close()
    live(home, command).then(
      () => process.exit(0),
      error => {
        say(`bug ${error instanceof Error ? error.stack : error}`)
        process.exit(1)
      },
    )
  })
  say('ready')
}

void main()
