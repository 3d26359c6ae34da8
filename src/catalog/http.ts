// SPDX-License-Identifier: BSD-2-Clause
// GET, as the image store needs it. Not `fetch`: that undoes a Content-Encoding, and servers commonly label a `.tgz`
// with one, whose checksum is over the bytes as they are.
import type { IncomingMessage } from 'node:http'
import { CatalogError } from './errors'

export interface HttpOptions {
  /** How long a silence may last, in seconds: while connecting, before the answer, and between two pieces of it. */
  readonly silenceSeconds?: number
  readonly redirects?: number
  readonly signal?: AbortSignal
  /** Certificate authorities (PEM) instead of the built-in ones. */
  readonly ca?: string
}

export interface HttpAnswer {
  /** Where the redirects led. */
  readonly url: URL
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: IncomingMessage
  /** Of Content-Length, in bytes. */
  readonly length?: number
}

// What eustore 2.x sent, and what catalog servers of its time look at.
const ownHeaders = { 'user-agent': 'euca2ools/eustore', 'eustore-version': 'eustore-catalog-2011-12-29' }

/** Status 200 or 304; everything else, silence and refusal included, is an `Unreachable` error that names the URL. */
export const httpGet = async (
  address: URL,
  options: HttpOptions = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> => {
  let url = address
  for (let redirects = options.redirects ?? 5; ; redirects -= 1) {
    const response = await request(url, options, headers)
    const status = response.statusCode ?? 0
    if (status === 200 || status === 304) {
      const length = response.headers['content-length']
      return {
        url,
        status,
        headers: response.headers,
        body: response,
        ...(length !== undefined && /^\d{1,16}$/.test(length) ? { length: Number(length) } : {}),
      }
    }
    response.destroy()
    const location = response.headers.location
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined)
      throw unreachable(url, `the server answered ${status} ${response.statusMessage ?? ''}`.trimEnd())
    if (redirects === 0) throw unreachable(address, 'too many redirects')
    url = follow(url, location)
  }
}

const follow = (from: URL, location: string): URL => {
  let to: URL
  try {
    to = new URL(location, from)
  } catch {
    throw unreachable(from, `it redirects to a malformed address`)
  }
  if (to.protocol !== 'https:' && (to.protocol !== 'http:' || from.protocol === 'https:'))
    throw unreachable(from, `it redirects to ${shown(to)}, which is refused`)
  return to
}

const request = async (
  url: URL,
  options: HttpOptions,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> => {
  const { get } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const seconds = options.silenceSeconds ?? 30
  return new Promise((resolve, reject) => {
    const sent = get(url, {
      headers: { ...ownHeaders, 'accept-encoding': 'identity', ...headers },
      timeout: seconds * 1000,
      agent: false,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    })
    const silence = () => unreachable(url, 'request timed out')
    sent.on('timeout', () => sent.destroy(silence()))
    sent.on('response', response => {
      response.setTimeout(seconds * 1000, () => response.destroy(silence()))
      // Whoever reads the body gets its error; one that comes before must not end the process.
      response.on('error', () => {})
      resolve(response)
    })
    sent.on('error', error => reject(explainHttp(url, error)))
  })
}

/** An error of the connection as one that names the URL; interruptions and our own errors stay as they are. */
export const explainHttp = (url: URL, error: unknown): unknown => {
  if (error instanceof CatalogError || !(error instanceof Error) || error.name === 'AbortError') return error
  const { code } = error as NodeJS.ErrnoException
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'the connection was lost',
    ENOTFOUND: 'host not found',
    EAI_AGAIN: 'host not found',
    ETIMEDOUT: 'connection timed out',
    EHOSTUNREACH: 'no route to host',
    ENETUNREACH: 'network is unreachable',
  }
  return unreachable(url, reasons[code ?? ''] ?? error.message, error)
}

const unreachable = (url: URL, reason: string, cause?: unknown): CatalogError =>
  new CatalogError(
    'Unreachable',
    `cannot read ${shown(url)}: ${reason}`,
    cause === undefined ? {} : { cause },
  )

/** A URL for messages: without the user name and password that it may carry. */
export const shown = (url: URL): string => {
  const copy = new URL(url)
  copy.username = ''
  copy.password = ''
  return copy.href
}
