// SPDX-License-Identifier: BSD-2-Clause
// The built-in proxy's listeners of TCP and SSL: bytes are passed on as they come, in both directions.
import { connect, createServer, type Server, type Socket } from 'node:net'
import { connect as connectSecurely, createServer as createSecureServer } from 'node:tls'
import type { PlannedTarget } from '../../engine/elb/plan'
import { type BuiltInListener, type ListenerContext, secureOptions } from './built-in-listener'

const connectMilliseconds = 5000

const reach = (context: ListenerContext, target: PlannedTarget): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { plan, listener } = context.now()
    const where = { host: target.address, port: listener.instancePort, localAddress: plan.address }
    const connected = (): void => {
      clearTimeout(timer)
      socket.off('error', reject)
      resolve(socket)
    }
    const socket: Socket =
      listener.instanceProtocol === 'SSL'
        ? connectSecurely({ ...where, rejectUnauthorized: false }, connected)
        : connect({ ...where, allowHalfOpen: true, noDelay: true }, connected)
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), connectMilliseconds)
    socket.once('error', error => {
      clearTimeout(timer)
      reject(error)
    })
  })

/** Connect to whoever serves; those who refuse are passed over. */
const reachAny = async (context: ListenerContext): Promise<[Socket, PlannedTarget] | undefined> => {
  const refused = new Set<string>()
  for (;;) {
    const { plan, listener } = context.now()
    const target = context.choosing.next(plan, listener, refused)
    if (!target) return undefined
    try {
      return [await reach(context, target), target]
    } catch {
      refused.add(target.instanceId)
    }
  }
}

const join = (client: Socket, instance: Socket, idleSeconds: number): void => {
  const both = [client, instance]
  const end = (): void => {
    for (const socket of both) socket.destroy()
  }
  for (const socket of both) socket.setTimeout(idleSeconds * 1000, end).on('error', end)
  // The end of one direction is passed on by itself; when both have ended, so have the sockets.
  client.pipe(instance).pipe(client)
  client.on('close', () => instance.destroySoon())
  instance.on('close', () => client.destroySoon())
}

export const streamListener = (context: ListenerContext): BuiltInListener => {
  const accept = async (client: Socket): Promise<void> => {
    // It was not let in.
    if (client.destroyed) return
    client.on('error', () => client.destroy())
    context.counts.requests++
    const reached = await reachAny(context)
    if (!reached || client.destroyed) {
      reached?.[0].destroy()
      client.destroy()
      return
    }
    const [instance, target] = reached
    context.serves(target, instance)
    context.serves(target, client)
    join(client, instance, context.now().plan.idleSeconds)
  }
  const taken = (client: Socket): void => void accept(client).catch(() => client.destroy())
  const { listener } = context.now()
  const options = { allowHalfOpen: true, noDelay: true }
  const server: Server =
    listener.protocol === 'SSL'
      ? createSecureServer({ ...options, ...secureOptions(listener) }, taken)
      : createServer(options, taken)
  return { server }
}
