// SPDX-License-Identifier: BSD-2-Clause
// What really runs beside a served cloud: load balancers that listen, checks that connect, guests that stand for
// instances, a resolver for their names.
import { balancers } from './balancers/balancers'
import { checks } from './balancers/checks'
import { guests } from './guests/guests'
import { holdingOf } from './holding'
import { names, type Resolver } from './names/names'
import type { Part, Surroundings } from './part'
import { seldom } from './seldom'

export interface PlaneOptions extends Surroundings {
  /** Of the resolver on 127.0.0.1; 0 takes a free one, undefined: no resolver. */
  readonly dnsPort?: number | undefined
  /** The program that balances: a path; `built in` for the small one of ours; by default HAProxy where it is installed. */
  readonly haproxy?: string | undefined
  /** Runs `mallee` again: program and first arguments. */
  readonly command: readonly string[]
}

export interface Plane {
  /** The resolver's port, if there is one. */
  readonly dnsPort: number | undefined
  /** Records may have changed: see to it now. */
  wake(): void
  /** Resolves once what the records say at this moment has been brought about. */
  settle(): Promise<void>
  stop(): Promise<void>
}

// Other processes on the folder change records, too, and checks come due.
const lookAgainMilliseconds = 500
// A server that is busy is told of something new all the time, and has better to do than to look at each.
const wakeMilliseconds = 50

/** Without a resolver everything else is as useful: `mallee hosts` knows the names, too. */
const resolverOf = async (options: PlaneOptions): Promise<Resolver | undefined> => {
  const { dnsPort, onTrouble } = options
  if (dnsPort === undefined) return undefined
  try {
    return await names(options, dnsPort)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const trouble = `port ${dnsPort} of 127.0.0.1 cannot be had (${code ?? message})`
    onTrouble?.(`no names are answered for: ${trouble}; --dns-port says another one`)
    return undefined
  }
}

export const startPlane = async (asked: PlaneOptions): Promise<Plane> => {
  const options = { ...asked, onBug: seldom(asked.onBug) }
  const resolver = await resolverOf(options)
  const holding = holdingOf(options.engine, options.home)
  const parts: readonly Part[] = [guests(options), checks(options), balancers(options)]
  let isStopping = false
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let waking: NodeJS.Timeout | undefined
  const isOurs = (): boolean => {
    try {
      return holding.take()
    } catch (error) {
      options.onBug(error)
      return false
    }
  }
  const settleOnce = async (): Promise<void> => {
    if (isStopping || !isOurs()) return
    for (const part of parts) {
      if (isStopping) return
      await part.settle().catch(options.onBug)
    }
  }
  /** One at a time: who asks while one is under way waits for the next one, which sees all of now. */
  const settle = async (): Promise<void> => {
    const before = running
    const own = (async () => {
      await before
      await settleOnce()
    })()
    running = own
    await own
  }
  let isAwake = false
  const tick = async (): Promise<void> => {
    clearTimeout(timer)
    if (isAwake || isStopping) return
    isAwake = true
    await settle()
    isAwake = false
    if (!isStopping) timer = setTimeout(tick, lookAgainMilliseconds)
  }
  void tick()
  return {
    dnsPort: resolver?.port,
    wake: () => {
      waking ??= setTimeout(() => {
        waking = undefined
        void tick()
      }, wakeMilliseconds)
    },
    settle,
    stop: async () => {
      isStopping = true
      clearTimeout(timer)
      clearTimeout(waking)
      await running
      await resolver?.stop()
      // One that cannot end is no reason to leave what the others have started.
      for (const part of [...parts].reverse()) await part.stop().catch(options.onBug)
      holding.release()
    },
  }
}
