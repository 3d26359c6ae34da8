// SPDX-License-Identifier: BSD-2-Clause
// Requests over the network. Node's own modules do all that is needed here, and load in a millisecond.
import http from 'node:http'
import type https from 'node:https'
import { pipeline, Readable } from 'node:stream'
import type { Settings } from '../config'
import { ClientError } from './errors'
import { type Target, urlOf } from './target'
import type { Answer, Outgoing, Transport } from './transport'

// A server may close an idle connection just as the next request is written to it. Connections older than this are
// not used again, so that a request that must not be repeated is never lost to that race.
const idleMilliseconds = 4000

/** How to reach a target: directly, or through a proxy. */
interface Way {
  readonly module: typeof http | typeof https
  readonly options: https.RequestOptions
  readonly headers?: Readonly<Record<string, string>>
}

export const httpTransport = (
  settings: Pick<Settings, 'timeoutSeconds' | 'verifySsl' | 'proxyFor'>,
): Transport => {
  const timeout = Math.max(1, Math.round(settings.timeoutSeconds * 1000))
  const agents = new Map<boolean, http.Agent>()
  const agentFor = (secure: boolean, module: typeof http | typeof https): http.Agent => {
    const agent = agents.get(secure) ?? new module.Agent({ keepAlive: true, timeout: idleMilliseconds })
    agents.set(secure, agent)
    return agent
  }

  const wayTo = async (target: Target, signal: AbortSignal | undefined): Promise<Way> => {
    const module = target.secure ? await import('node:https') : http
    const { hostname, port, path, query, secure } = target
    const proxy = settings.proxyFor(urlOf(target))
    if (proxy === undefined)
      return {
        module,
        options: {
          hostname,
          port,
          path: query === '' ? path : `${path}?${query}`,
          agent: agentFor(secure, module),
          rejectUnauthorized: settings.verifySsl,
        },
      }
    const { proxied } = await import('./proxied')
    return proxied(target, new URL(proxy), { timeout, rejectUnauthorized: settings.verifySsl, signal })
  }

  return async (request, signal) => {
    signal?.throwIfAborted()
    try {
      const way = await wayTo(request.target, signal)
      return await exchange(request, way, timeout, signal)
    } catch (error) {
      throw failure(error, request.target, signal)
    }
  }
}

const exchange = (
  { method, target, headers, body }: Outgoing,
  way: Way,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = way.module.request({
      ...way.options,
      method,
      headers: { ...headers, ...way.headers },
      timeout,
      signal,
    })
    let answer: http.IncomingMessage | undefined
    request.on('timeout', () => {
      const error = new ClientError('timeout', 'request timed out')
      if (answer) answer.destroy(error)
      else request.destroy(error)
    })
    // Errors after an answer has begun belong to the answer's body, which has its own.
    request.on('error', reject)
    request.on('response', response => {
      answer = response
      // An early refusal makes the rest of a long body pointless.
      response.once('end', () => {
        if (!request.writableFinished) request.destroy()
      })
      resolve(answerOf(response, target, signal))
    })
    const content = body.open()
    if (Buffer.isBuffer(content)) request.end(content)
    else
      pipeline(content, request, error => {
        if (error && !answer) reject(error)
      })
  })

const answerOf = (
  response: http.IncomingMessage,
  target: Target,
  signal: AbortSignal | undefined,
): Answer => {
  const headers = Object.entries(response.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  )
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    headers: Object.fromEntries(headers),
    body: Readable.from(translated(response, target, signal), { objectMode: false }),
  }
}

/** The body, with a lost connection told as one. */
async function* translated(
  response: http.IncomingMessage,
  target: Target,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  try {
    yield* response
  } catch (error) {
    throw failure(error, target, signal)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EPIPE: 'Broken pipe',
  ENOTFOUND: 'Name or service not known',
  EAI_AGAIN: 'Temporary failure in name resolution',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
}

/** What a failed exchange is called. Errors of reading a body's file pass as they are. */
export const failure = (error: unknown, { hostname, port }: Target, signal?: AbortSignal): unknown => {
  if (signal?.aborted) return signal.reason
  if (error instanceof ClientError || !(error instanceof Error)) return error
  const { code, path } = error as NodeJS.ErrnoException
  if (path !== undefined && code !== 'ECONNREFUSED') return error
  if (code === 'ETIMEDOUT') return new ClientError('timeout', 'request timed out', { cause: error })
  const detail = reasons[code ?? ''] ?? causeOf(error)
  return new ClientError('connection', `connection error (${hostname}:${port}: ${detail})`, { cause: error })
}

/** Several addresses of one name fail together, as an AggregateError without a message of its own. */
const causeOf = (error: Error): string => {
  const first =
    error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined) : undefined
  return (first && (reasons[first.code ?? ''] ?? first.message)) || error.message
}
