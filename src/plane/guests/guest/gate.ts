// SPDX-License-Identifier: BSD-2-Clause
// The ports of an instance, at its own address. Each connection is judged by where it comes from when it begins, as a
// security group would; who is not let in is reset, as nothing can be done about a packet before there is a connection.
import { createServer, type Server, type Socket } from 'node:net'
import type { GuestPort } from '../messages'
import type { Door } from './doors'

export interface GateOptions {
  readonly address: string
  letsIn(peer: string, port: number): boolean
  /** Where the ports are answered has changed. */
  onPorts(ports: readonly GuestPort[]): void
  say(line: string): void
}

const mostConnections = 8192
const backlog = 1024
const tryAgainMilliseconds = 1000
// Where ports below 1024 may not be opened.
const offset = 10_000

interface Opened {
  server: Server | undefined
  door: Door
  mapped?: number
  trouble?: string
  retry?: NodeJS.Timeout
  isGone: boolean
}

const listening = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog, exclusive: true }, () => {
      server.removeListener('error', reject)
      // One connection that cannot be taken is no reason to end.
      server.on('error', () => {})
      const bound = server.address()
      resolve(typeof bound === 'object' && bound ? bound.port : port)
    })
  })

export class Gate {
  readonly #options: GateOptions
  readonly #opened = new Map<number, Opened>()

  constructor(options: GateOptions) {
    this.#options = options
  }

  get ports(): readonly GuestPort[] {
    return [...this.#opened]
      .sort(([a], [b]) => a - b)
      .map(([port, { mapped, trouble }]) => ({
        port,
        ...(mapped !== undefined && { mapped }),
        ...(trouble !== undefined && { trouble }),
      }))
  }

  /** Have these ports open and no others. Connections that there are go on. Resolves when each was tried once. */
  async open(doors: ReadonlyMap<number, Door>): Promise<void> {
    const before = JSON.stringify(this.ports)
    for (const [port, opened] of [...this.#opened]) {
      if (doors.has(port)) continue
      this.#opened.delete(port)
      opened.isGone = true
      clearTimeout(opened.retry)
      opened.server?.close()
    }
    const fresh: Promise<void>[] = []
    for (const [port, door] of doors) {
      const opened = this.#opened.get(port)
      if (opened) opened.door = door
      else {
        const made: Opened = { server: undefined, door, isGone: false }
        this.#opened.set(port, made)
        fresh.push(this.#listen(port, made))
      }
    }
    await Promise.all(fresh)
    if (JSON.stringify(this.ports) !== before) this.#options.onPorts(this.ports)
  }

  #serverFor(port: number, opened: Opened): Server {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, socket =>
      this.#take(socket, port, opened),
    )
    server.maxConnections = mostConnections
    return server
  }

  #take(socket: Socket, port: number, { door }: Opened): void {
    const peer = socket.remoteAddress
    if (peer === undefined || !this.#options.letsIn(peer, port)) {
      socket.on('error', () => {})
      socket.resetAndDestroy()
    } else door(socket)
  }

  /** The port itself; where that is not for this user, one that is. */
  async #bound(port: number, opened: Opened): Promise<{ readonly server: Server; readonly at: number }> {
    const { address } = this.#options
    const forbidden = (error: NodeJS.ErrnoException): boolean =>
      error.code === 'EACCES' || error.code === 'EPERM'
    const choices = [port, port + offset, 0]
    for (const [index, choice] of choices.entries()) {
      const server = this.#serverFor(port, opened)
      try {
        return { server, at: await listening(server, address, choice) }
      } catch (error) {
        const isForbidden = index > 0 || forbidden(error as NodeJS.ErrnoException)
        if (!isForbidden || index === choices.length - 1) throw error
      }
    }
    throw new Error('no port was tried')
  }

  async #listen(port: number, opened: Opened): Promise<void> {
    const { address, say, onPorts } = this.#options
    const before = opened.trouble
    try {
      const { server, at } = await this.#bound(port, opened)
      if (opened.isGone) {
        server.close()
        return
      }
      opened.server = server
      delete opened.trouble
      if (at !== port) {
        opened.mapped = at
        say(`gate: port ${port} may not be opened here: ${address}:${at} stands for it`)
      } else if (before !== undefined) say(`gate: port ${port} is open now`)
    } catch (error) {
      if (opened.isGone) return
      opened.trouble = (error as NodeJS.ErrnoException).code ?? (error as Error).message
      if (before === undefined)
        say(`gate: port ${port} cannot be opened: ${opened.trouble}; it is tried again`)
      opened.retry = setTimeout(() => void this.#listen(port, opened), tryAgainMilliseconds)
    }
    // What is told by `open` itself the first time.
    if (before !== undefined && before !== opened.trouble) onPorts(this.ports)
  }
}
