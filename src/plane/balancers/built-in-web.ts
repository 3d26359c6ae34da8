// SPDX-License-Identifier: BSD-2-Clause
// The built-in proxy's listeners of HTTP and HTTPS.
import { Agent, createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http'
import { createServer as createSecureServer, Agent as SecureAgent } from 'node:https'
import type { Socket } from 'node:net'
import type { ProxyServer } from 'httpxy'
import type { PlannedTarget } from '../../engine/elb/plan'
import { sharedByNobody } from './balancing'
import { withoutOwnCookie } from './built-in-choice'
import { type BuiltInListener, type ListenerContext, secureOptions } from './built-in-listener'

/** As the proxies of load balancers do: what the client said of itself before stays in front. */
const forwarded = (incoming: IncomingMessage, context: ListenerContext): void => {
  const { listener } = context.now()
  const { headers } = incoming
  const before = headers['x-forwarded-for']
  const from = incoming.socket.remoteAddress ?? ''
  headers['x-forwarded-for'] = before === undefined ? from : `${[before].flat().join(', ')}, ${from}`
  headers['x-forwarded-proto'] = listener.protocol === 'HTTPS' ? 'https' : 'http'
  headers['x-forwarded-port'] = String(listener.port)
  const cookie = withoutOwnCookie(headers.cookie)
  if (cookie === undefined) delete headers.cookie
  else headers.cookie = cookie
}

const count = ({ counts }: ListenerContext, status: number, startedAt: number): void => {
  counts.timed++
  counts.latencySeconds += (performance.now() - startedAt) / 1000
  if (status >= 500) counts.backend5xx++
  else if (status >= 400) counts.backend4xx++
  else if (status >= 300) counts.backend3xx++
  else if (status >= 200) counts.backend2xx++
}

const refuse = (context: ListenerContext, response: ServerResponse | Socket, status: number): void => {
  context.counts.elb5xx++
  if (!(response instanceof ServerResponse)) {
    response.destroy()
    return
  }
  if (response.headersSent) response.destroy()
  else response.writeHead(status, { 'content-length': 0, connection: 'close' }).end()
}

const unreachable = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'])

// Each adds its listeners to the answer.
const mostRetries = 3

/** Nobody there, nothing in time, or nothing that is an answer. */
const statusOf = ({ code = '' }: NodeJS.ErrnoException, tookSeconds: number, idleSeconds: number): number => {
  if (unreachable.has(code)) return 503
  // A timer may ring a moment early.
  return tookSeconds + 0.05 >= idleSeconds ? 504 : 502
}

/** Nothing of it is lost when it is sent once more. */
const hasNoBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] === undefined && headers['transfer-encoding'] === undefined

export const webListener = (context: ListenerContext, proxy: ProxyServer): BuiltInListener => {
  const { listener, plan } = context.now()
  const isTls = listener.instanceProtocol === 'HTTPS'
  const keeping = { keepAlive: true, localAddress: plan.address }
  const agent = isTls ? new SecureAgent({ ...keeping, rejectUnauthorized: false }) : new Agent(keeping)
  const optionsFor = (target: PlannedTarget) => ({
    target: `${isTls ? 'https' : 'http'}://${target.address}:${listener.instancePort}`,
    agent,
    secure: false,
    localAddress: plan.address,
    proxyTimeout: context.now().plan.idleSeconds * 1000,
  })
  const choose = (
    cookie: string | undefined,
    response: ServerResponse | Socket,
    refused?: ReadonlySet<string>,
  ) => {
    const { plan, listener } = context.now()
    const choice = context.choosing.forCookie(plan, listener, cookie, refused)
    if (!choice) refuse(context, response, 503)
    return choice
  }
  const answering = new WeakMap<IncomingMessage, (from: IncomingMessage) => void>()
  proxy.on('proxyRes', (from, incoming) => answering.get(incoming)?.(from))
  const answer = (incoming: IncomingMessage, response: ServerResponse): void => {
    context.counts.requests++
    const { cookie } = incoming.headers
    forwarded(incoming, context)
    response.setMaxListeners(0)
    send(incoming, response, cookie, new Set())
  }
  const send = (
    incoming: IncomingMessage,
    response: ServerResponse,
    cookie: string | undefined,
    refused: Set<string>,
  ): void => {
    const choice = choose(cookie, response, refused)
    if (!choice) return
    const startedAt = performance.now()
    answering.set(incoming, from => {
      count(context, from.statusCode ?? 0, startedAt)
      if (choice.setCookie === undefined) return
      from.headers['set-cookie'] = [...(from.headers['set-cookie'] ?? []), choice.setCookie]
      const { 'cache-control': said } = from.headers
      from.headers['cache-control'] = said === undefined ? sharedByNobody : `${said}, ${sharedByNobody}`
    })
    const over = context.serves(choice.target, incoming.socket)
    response.on('close', over)
    proxy.web(incoming, response, optionsFor(choice.target)).catch((error: NodeJS.ErrnoException) => {
      const isRefused = unreachable.has(error.code ?? '') && !response.headersSent
      if (isRefused && hasNoBody(incoming) && refused.size < mostRetries) {
        over()
        refused.add(choice.target.instanceId)
        send(incoming, response, cookie, refused)
        return
      }
      const tookSeconds = (performance.now() - startedAt) / 1000
      refuse(context, response, statusOf(error, tookSeconds, context.now().plan.idleSeconds))
    })
  }
  const upgrade = (incoming: IncomingMessage, socket: Socket, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    context.counts.requests++
    const choice = choose(incoming.headers.cookie, socket)
    if (!choice) return
    forwarded(incoming, context)
    context.serves(choice.target, socket)
    proxy.ws(incoming, socket, optionsFor(choice.target), head).catch(() => refuse(context, socket, 503))
  }
  const server: Server =
    listener.protocol === 'HTTPS' ? createSecureServer(secureOptions(listener), answer) : createServer(answer)
  server.requestTimeout = 0
  server.on('connection', (socket: Socket) => {
    // A moment later than the instance's time is up, of which the client is told.
    socket.setTimeout((context.now().plan.idleSeconds + 1) * 1000, () => socket.destroy())
  })
  server.keepAliveTimeout = plan.idleSeconds * 1000
  server.on('upgrade', upgrade)
  return { server, end: () => agent.destroy() }
}
