// SPDX-License-Identifier: BSD-2-Clause
// What every client of one service shares: where it is, who asks, and how requests travel.
import type { Credentials, Endpoint, ServiceName, Settings } from '../config'
import type { ExchangeOptions } from './exchange'
import type { Door } from './in-process'
import { type Target, targetOf } from './target'

/** What a process lends to its clients. */
export interface ClientIo {
  /** The embedded cloud's door. Required when the settings' mode is `embedded`, and not used otherwise. */
  readonly door?: Door | undefined
  /** Aborts every call. */
  readonly signal?: AbortSignal | undefined
  /** Version of this package, for User-Agent. */
  readonly version?: string | undefined
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: (() => number) | undefined
  readonly wait?: ExchangeOptions['wait']
  readonly random?: ExchangeOptions['random']
  /** Takes the lines of a debug log; secrets are already redacted. */
  readonly log?: ((text: string) => void) | undefined
}

export interface Connection {
  readonly service: ServiceName
  readonly endpoint: Endpoint
  readonly target: Target
  /** Throws where nothing was to be signed. */
  credentials(): Credentials
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>
  readonly exchange: ExchangeOptions
  now(): Date
}

/** Throws ConfigError: about the endpoint first, then about credentials. */
export const connect = async (
  service: ServiceName,
  settings: Settings,
  io: ClientIo,
  { unsigned = false } = {},
): Promise<Connection> => {
  const endpoint = settings.endpoint(service)
  const known = unsigned ? undefined : settings.credentials()
  const now = io.now ?? Date.now
  return {
    service,
    endpoint,
    credentials: () => known ?? settings.credentials(),
    target: targetOf(endpoint.url),
    headers: { 'user-agent': `euca2ools/3.4.1 (mallee${io.version ? ` ${io.version}` : ''})`, accept: '*/*' },
    exchange: {
      transport: await transportOf(settings, io),
      maxRetries: settings.maxRetries,
      wait: io.wait,
      random: io.random,
      log: io.log,
      signal: io.signal,
    },
    now: () => new Date(now()),
  }
}

const transportOf = async (settings: Settings, { door }: ClientIo) => {
  if (settings.mode === 'remote') return (await import('./http-transport')).httpTransport(settings)
  // A bug of the caller's, not of the user's: the embedded cloud was to be opened before its client was made.
  if (!door) throw new Error('the embedded cloud has no door')
  return (await import('./in-process')).inProcessTransport(door)
}

/** Options of an exchange for one call, whose own signal counts beside the process's. */
export const optionsFor = ({ exchange }: Connection, signal: AbortSignal | undefined): ExchangeOptions => {
  if (!signal || signal === exchange.signal) return exchange
  return { ...exchange, signal: exchange.signal ? AbortSignal.any([exchange.signal, signal]) : signal }
}
