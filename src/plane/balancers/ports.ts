// SPDX-License-Identifier: BSD-2-Clause
// Where listeners are answered: at their own ports, and where these cannot be had, at others of the same address.
import { createServer } from 'node:net'
import type { BalancerPlan } from '../../engine/elb/plan'
import type { PlacedPorts } from './balancing'

/** What came of trying to listen: the port, or the system's code of why not. */
const tried = (address: string, port: number): Promise<number | string> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', error => resolve((error as NodeJS.ErrnoException).code ?? error.message))
    server.listen({ host: address, port, exclusive: true }, () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound ? bound.port : port))
    })
  })

export interface FoundPort {
  /** Undefined where it cannot be answered at all. */
  readonly bound?: number
  /** What was wrong with the listener's own port. */
  readonly trouble?: string
}

const mappedBy = 10_000

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another process',
  EACCES: 'may not be opened by this user',
  EADDRNOTAVAIL: 'cannot be opened: this machine does not have the address',
}

/** A port to answer a listener at. `taken`: ports of the same address that are spoken for. */
export const findPort = async (
  address: string,
  port: number,
  taken: ReadonlySet<number>,
): Promise<FoundPort> => {
  const own = await tried(address, port)
  if (own === port) return { bound: port }
  const trouble = `port ${port} ${reasons[String(own)] ?? `cannot be opened (${own})`}`
  const candidates = [port + mappedBy].filter(candidate => candidate < 65_536 && !taken.has(candidate))
  // 0 is the system's choice, which may fall on one that is spoken for.
  for (const candidate of [...candidates, 0, 0, 0]) {
    const bound = await tried(address, candidate)
    if (typeof bound === 'number' && !taken.has(bound)) return { bound, trouble }
  }
  return { trouble }
}

/** What is told of a listener's port. */
export const placeOf = (port: number, { bound, trouble }: FoundPort): PlacedPorts[number] => ({
  port,
  ...(bound !== undefined && bound !== port && { mapped: bound }),
  ...(bound !== port && trouble !== undefined && { trouble }),
})

// How often a port that could not be had is tried again.
const lookAgainMilliseconds = 1000

/** The ports of one balancer's listeners. One that was found stays as long as it is used, or the listener's own can be had. */
export class ListenerPorts {
  readonly #found = new Map<number, FoundPort>()
  #triedAt = 0

  of(port: number): FoundPort {
    return this.#found.get(port) ?? {}
  }

  /** Look for those that are not in use. */
  async find({ address, listeners }: BalancerPlan, inUse: ReadonlySet<number>): Promise<void> {
    const wanted = new Set(listeners.map(({ port }) => port))
    for (const port of this.#found.keys()) if (!wanted.has(port)) this.#found.delete(port)
    const isTriedAgain = performance.now() - this.#triedAt > lookAgainMilliseconds
    if (isTriedAgain) this.#triedAt = performance.now()
    for (const port of wanted) {
      const { bound: before } = this.of(port)
      if (inUse.has(port) && before !== undefined) {
        const isFree = before !== port && isTriedAgain && (await tried(address, port)) === port
        if (isFree) this.#found.set(port, { bound: port })
        continue
      }
      const others = [...this.#found].flatMap(([own, { bound }]) => (own === port ? [] : (bound ?? [])))
      this.#found.set(port, await findPort(address, port, new Set([...wanted, ...others])))
    }
  }

  clear(): void {
    this.#found.clear()
  }
}
