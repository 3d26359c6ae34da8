// SPDX-License-Identifier: BSD-2-Clause
// Ways through an HTTP proxy: plain requests name the whole URL, https goes through a tunnel made with CONNECT.
import http from 'node:http'
import https from 'node:https'
import { isIP, type Socket } from 'node:net'
import { connect } from 'node:tls'
import { ClientError } from './errors'
import { type Target, urlOf } from './target'

interface TunnelOptions {
  readonly timeout: number
  readonly rejectUnauthorized: boolean
  readonly signal: AbortSignal | undefined
}

export const proxied = async (target: Target, proxy: URL, options: TunnelOptions) => {
  const authorization: Record<string, string> =
    proxy.username === ''
      ? {}
      : { 'proxy-authorization': `Basic ${Buffer.from(userInfo(proxy)).toString('base64')}` }
  if (!target.secure)
    return {
      module: proxy.protocol === 'https:' ? https : http,
      options: { ...addressOf(proxy), path: urlOf(target), agent: false as const },
      headers: authorization,
    }
  const tunnel = await openTunnel(target, proxy, authorization, options)
  const { hostname, path, query } = target
  const createConnection = () =>
    connect({
      socket: tunnel,
      host: hostname,
      // An address is no server name; certificates are checked against it all the same.
      ...(isIP(hostname) === 0 && { servername: hostname }),
      rejectUnauthorized: options.rejectUnauthorized,
    })
  return {
    module: https,
    // No agent: an agent, even a fresh one, would make a connection of its own.
    options: { hostname, path: query === '' ? path : `${path}?${query}`, createConnection },
  }
}

const userInfo = ({ username, password }: URL): string =>
  `${decodeURIComponent(username)}:${decodeURIComponent(password)}`

const addressOf = ({ protocol, hostname, port }: URL) => ({
  hostname: hostname.replace(/^\[|\]$/g, ''),
  port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
})

const openTunnel = (
  { hostname, port }: Target,
  proxy: URL,
  authorization: Record<string, string>,
  { timeout, signal }: TunnelOptions,
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`
    const request = (proxy.protocol === 'https:' ? https : http).request({
      ...addressOf(proxy),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...authorization },
      agent: false,
      timeout,
      signal,
    })
    request.on('timeout', () => request.destroy(new ClientError('timeout', 'request timed out')))
    request.on('error', reject)
    request.on('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket)
      socket.destroy()
      const detail = `${proxy.host}: the proxy answered ${response.statusCode} ${response.statusMessage}`
      reject(new ClientError('connection', `connection error (${detail})`))
    })
    request.end()
  })
