// SPDX-License-Identifier: BSD-2-Clause
// A server between a tool and a cloud that stops answering where a test wants it to, or answers by itself.
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What to do with a request: pass it on, never answer it, or answer half of it and no more. */
export type Treatment = 'pass' | 'stall' | 'half'

export interface SlowServer {
  readonly url: string
  /** `METHOD path` of all requests so far. */
  readonly log: readonly string[]
  /** Resolves when a request has been stalled. */
  readonly stalled: Promise<void>
  close(): Promise<void>
}

const pass = (
  upstream: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  isHalf: boolean,
  onHalf: () => void,
): void => {
  const { hostname, port } = new URL(upstream)
  const { method, url, headers } = incoming
  const onward = request({ hostname, port, method, path: url, headers, agent: false }, answer => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    if (!isHalf) {
      answer.pipe(outgoing)
      return
    }
    answer.once('data', chunk => {
      answer.pause()
      outgoing.write(chunk.subarray(0, chunk.length / 2), onHalf)
    })
  })
  // A client that goes away takes its request with it.
  outgoing.on('close', () => onward.destroy())
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
}

export const slowServer = async (
  upstream: string,
  treat: (method: string, path: string) => Treatment,
): Promise<SlowServer> => {
  const log: string[] = []
  let stall = () => {}
  const stalled = new Promise<void>(resolve => {
    stall = resolve
  })
  const server: Server = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming
    log.push(`${method} ${url}`)
    const treatment = treat(method, url)
    if (treatment === 'stall') stall()
    else pass(upstream, incoming, outgoing, treatment === 'half', stall)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    stalled,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
