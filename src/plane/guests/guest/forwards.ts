// SPDX-License-Identifier: BSD-2-Clause
// Programs of the machine's in the place of an instance's. A port is open while its program answers: who connects to one
// that has ended is refused, as he would be by a machine, so that checks and balancers see it.
import { connect } from 'node:net'
import type { Forward } from '../../../engine/cloudwatch/schema/metrics'
import { type Door, relayTo } from './doors'

export interface ForwardOptions {
  /** Other doors are to be open than before. Resolves when they are. */
  onChange(): Promise<void>
  say(line: string): void
}

interface Watched {
  readonly forward: Forward
  door: Door | undefined
  retry?: NodeJS.Timeout
  isGone: boolean
}

const lookAgainMilliseconds = 1000
const patienceMilliseconds = 1000

/** Whether somebody takes a connection there. */
const answers = ({ host, hostPort }: Forward): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ host, port: hostPort })
    const end = (isThere: boolean): void => {
      socket.destroy()
      resolve(isThere)
    }
    socket.setTimeout(patienceMilliseconds, () => end(false))
    socket.once('connect', () => end(true))
    socket.on('error', () => end(false))
  })

export class Forwards {
  readonly #options: ForwardOptions
  readonly #watched = new Map<string, Watched>()

  constructor(options: ForwardOptions) {
    this.#options = options
  }

  /** The ports whose programs answer. */
  get doors(): ReadonlyMap<number, Door> {
    return new Map(
      [...this.#watched.values()].flatMap(({ forward, door }) => (door ? [[forward.port, door]] : [])),
    )
  }

  /** Have these and no others. Resolves when it is known which of them answer. */
  async set(forwards: readonly Forward[]): Promise<void> {
    const wanted = new Map(forwards.map(forward => [JSON.stringify(forward), forward]))
    for (const [key, watched] of this.#watched) {
      if (wanted.has(key)) continue
      watched.isGone = true
      clearTimeout(watched.retry)
      this.#watched.delete(key)
    }
    const fresh = [...wanted].filter(([key]) => !this.#watched.has(key))
    await Promise.all(
      fresh.map(([key, forward]) => {
        const watched: Watched = { forward, door: undefined, isGone: false }
        this.#watched.set(key, watched)
        return this.#look(watched, true)
      }),
    )
  }

  async #look(watched: Watched, isFirst: boolean): Promise<void> {
    const { port, host, hostPort } = watched.forward
    const isThere = await answers(watched.forward)
    if (watched.isGone) return
    if (!isThere) {
      if (isFirst)
        this.#options.say(
          `forward: ${host}:${hostPort} does not answer; port ${port} is closed until it does`,
        )
      watched.retry = setTimeout(() => void this.#look(watched, false), lookAgainMilliseconds)
      return
    }
    watched.door = relayTo({ host, port: hostPort }, () => this.#lose(watched))
    if (isFirst) return
    await this.#options.onChange()
    this.#options.say(`forward: ${host}:${hostPort} answers; port ${port} is open`)
  }

  #lose(watched: Watched): void {
    if (watched.isGone || !watched.door) return
    watched.door = undefined
    void this.#options.onChange()
    void this.#look(watched, true)
  }
}
