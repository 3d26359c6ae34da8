// SPDX-License-Identifier: BSD-2-Clause
// One load balancer without HAProxy: a small proxy in the server's own process.
//
// What it lacks
//   - Cookies of applications, the proxy protocol: a listener that is to have one of
//     these is not answered at all, which is said.
//   - Access logs: said in the cloud's log. Requests are not sent to another instance when one refuses.
//   - Shares of zones that have fewer instances than others: each instance has the same.
//   - Connections to a listener whose certificate or policy changes are cut.
import type { Server, Socket } from 'node:net'
import { isAmong } from '../../engine/ec2/reachability'
import type { BalancerPlan, PlannedListener, PlannedTarget } from '../../engine/elb/plan'
import { isHttp } from '../../engine/elb/protocols'
import type { Balancing, PlacedPorts, Tell } from './balancing'
import { Choosing } from './built-in-choice'
import type { BuiltInListener, ListenerContext } from './built-in-listener'
import { streamListener } from './built-in-streams'
import { webListener } from './built-in-web'
import { type BalancerCounts, noCounts } from './counters'
import { unwritable } from './haproxy-config'
import { type FoundPort, findPort, placeOf } from './ports'

interface Open extends BuiltInListener {
  /** What it was opened for: all that cannot change while it is. */
  readonly key: string
  readonly found: FoundPort
  readonly sockets: Set<Socket>
}

/** Why the built-in proxy cannot answer a listener. */
const lacking = (plan: BalancerPlan, listener: PlannedListener): string | undefined => {
  const backend = plan.backends.find(({ instancePort }) => instancePort === listener.instancePort)
  if (listener.stickiness?.kind === 'application') return 'cookies of applications need HAProxy'
  if (backend?.proxyProtocol) return 'the proxy protocol needs HAProxy'
  return unwritable(listener)
}

const keyOf = ({ stickiness: _, clients: __, ...listener }: PlannedListener): string =>
  JSON.stringify(listener)

const targetKey = ({ instanceId, address }: PlannedTarget): string => `${instanceId} ${address}`

const listening = (server: Server, address: string, port: number): Promise<string | undefined> =>
  new Promise(resolve => {
    server.once('error', error => resolve(error.message))
    server.listen({ host: address, port, exclusive: true }, () => resolve(undefined))
  })

export class BuiltInBalancing implements Balancing {
  readonly by = 'built in'
  readonly #tell: Tell
  readonly #choosing = new Choosing()
  readonly #open = new Map<number, Open>()
  /** Connections by the instance that they are to. */
  readonly #serving = new Map<string, Set<Socket>>()
  #counts: BalancerCounts = noCounts()
  #plan: BalancerPlan | undefined
  #toldOfLogs = false

  constructor({ tell }: { readonly tell: Tell }) {
    this.#tell = tell
  }

  isWriting = (): boolean => false

  freshLog(): void {}

  async apply(plan: BalancerPlan): Promise<PlacedPorts> {
    this.#plan = plan
    this.#sayWhatIsLacking(plan)
    const wanted = plan.listeners.filter(listener => lacking(plan, listener) === undefined)
    for (const [port, open] of this.#open) {
      if (!wanted.some(one => one.port === port && keyOf(one) === open.key)) await this.#close(port)
    }
    const troubles = new Map<number, string>()
    for (const listener of wanted) {
      if (this.#open.has(listener.port)) continue
      const trouble = await this.#begin(plan, listener)
      if (trouble !== undefined) troubles.set(listener.port, trouble)
    }
    this.#cut(plan)
    return plan.listeners.map(listener => {
      const { port } = listener
      const found = this.#open.get(port)?.found
      if (!found) return { port, trouble: lacking(plan, listener) ?? troubles.get(port) ?? 'it has no port' }
      return placeOf(port, found)
    })
  }

  async counts(): Promise<BalancerCounts> {
    const counts = { ...this.#counts }
    Object.assign(this.#counts, noCounts())
    return counts
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#open.keys()].map(port => this.#close(port)))
  }

  #sayWhatIsLacking({ name, accessLogs }: BalancerPlan): void {
    if (accessLogs.enabled && !this.#toldOfLogs) {
      this.#tell('WARN', `access logs of load balancer ${name} are not written: they need HAProxy`)
    }
    this.#toldOfLogs = accessLogs.enabled
  }

  async #begin(plan: BalancerPlan, listener: PlannedListener): Promise<string | undefined> {
    const taken = [...this.#open.values()].flatMap(({ found }) => found.bound ?? [])
    const others = plan.listeners.map(({ port }) => port)
    const found = await findPort(plan.address, listener.port, new Set([...taken, ...others]))
    if (found.bound === undefined) return found.trouble
    const sockets = new Set<Socket>()
    try {
      const begun = await this.#listenerFor(plan, listener)
      // Before anything is done for a client, it is known whether it may come.
      begun.server.prependListener('connection', (socket: Socket) => {
        const { clients } = this.#plan?.listeners.find(({ port }) => port === listener.port) ?? listener
        if (clients && !isAmong(clients, socket.remoteAddress ?? '')) socket.destroy()
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
      })
      const trouble = await listening(begun.server, plan.address, found.bound)
      if (trouble !== undefined) return trouble
      // Clients that speak no TLS, or break off in the middle of its handshake.
      begun.server.on('tlsClientError', () => {})
      begun.server.on('error', error => this.#tell('ERROR', error.message))
      this.#open.set(listener.port, { ...begun, key: keyOf(listener), found, sockets })
      return undefined
    } catch (error) {
      // A certificate that is none.
      return (error as Error).message
    }
  }

  async #listenerFor(plan: BalancerPlan, listener: PlannedListener): Promise<BuiltInListener> {
    const context: ListenerContext = {
      now: () => {
        const now = this.#plan ?? plan
        return { plan: now, listener: now.listeners.find(({ port }) => port === listener.port) ?? listener }
      },
      choosing: this.#choosing,
      counts: this.#counts,
      serves: (target, socket) => this.#note(target, socket),
    }
    if (!isHttp(listener.protocol)) return streamListener(context)
    const { createProxyServer } = await import('httpxy')
    return webListener(context, createProxyServer())
  }

  #note(target: PlannedTarget, socket: Socket): () => void {
    const key = targetKey(target)
    const sockets = this.#serving.get(key) ?? new Set()
    this.#serving.set(key, sockets.add(socket))
    const forget = (): void => {
      sockets.delete(socket)
      socket.off('close', forget)
    }
    socket.on('close', forget)
    return forget
  }

  /** What goes to those who have left is cut. */
  #cut({ targets }: BalancerPlan): void {
    const there = new Set(targets.map(targetKey))
    for (const [key, sockets] of this.#serving) {
      if (there.has(key)) continue
      for (const socket of sockets) socket.destroy()
      this.#serving.delete(key)
    }
  }

  async #close(port: number): Promise<void> {
    const open = this.#open.get(port)
    if (!open) return
    this.#open.delete(port)
    open.end?.()
    const closed = new Promise(resolve => open.server.close(resolve))
    for (const socket of open.sockets) socket.destroy()
    await closed
  }
}
