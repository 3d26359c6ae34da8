// SPDX-License-Identifier: BSD-2-Clause
// One health check: connect to an instance as its load balancer, and see what it says (engine-iam-elb, part 3 §4).
import { type IncomingMessage, request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { connect } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import type { PlannedCheck } from '../../engine/elb/plan'
import { isHttp, isTls } from '../../engine/elb/protocols'

export interface Probe {
  readonly check: PlannedCheck
  /** The balancer's address. */
  readonly from: string
  /** The instance's. */
  readonly to: string
}

// Of a page that is longer, the rest is taken for good.
const mostBytes = 1024 * 1024

/** What went wrong, for people: short, in one line, whatever an instance has sent. */
const described = (error: unknown, check: PlannedCheck): string => {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return `nothing listens at port ${check.port}`
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'the connection was broken off'
  if (code.startsWith('HPE_')) return 'the answer is no HTTP'
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return 'the TLS handshake failed'
  return `it cannot be reached (${code || message.slice(0, 80)})`
}

/** Resolves when the check went well, and rejects with an Error otherwise. */
type Attempt = (signal: AbortSignal) => Promise<void>

const asking =
  ({ check, from, to }: Probe): Attempt =>
  signal =>
    new Promise((resolve, reject) => {
      const options = {
        host: to,
        port: check.port,
        path: check.path ?? '/',
        localAddress: from,
        agent: false,
        signal,
        headers: { 'user-agent': 'ELB-HealthChecker/1.0', accept: '*/*', connection: 'close' },
      }
      const answered = (response: IncomingMessage): void => {
        let bytes = 0
        const { statusCode } = response
        if (statusCode !== 200) reject(new Wrong(`the answer has status ${statusCode}`))
        response.on('data', (part: Buffer) => {
          bytes += part.length
          if (bytes > mostBytes) resolve()
        })
        response.on('error', () => reject(new Wrong('the answer broke off')))
        response.on('end', () => resolve())
      }
      const outgoing = isTls(check.protocol)
        ? secureRequest({ ...options, rejectUnauthorized: false }, answered)
        : request(options, answered)
      outgoing.on('error', reject).end()
    })

const connecting =
  ({ check, from, to }: Probe): Attempt =>
  signal =>
    new Promise((resolve, reject) => {
      const options = { host: to, port: check.port, localAddress: from }
      const socket = isTls(check.protocol)
        ? connectSecurely({ ...options, rejectUnauthorized: false }, resolve)
        : connect(options, resolve)
      socket.on('error', reject)
      socket.on('close', () => reject(new Wrong('the connection was closed')))
      signal.addEventListener('abort', () => socket.destroy(), { once: true })
    })

class Wrong extends Error {}

/** What is wrong with an instance; undefined when nothing is. It never takes longer than the check may, and never throws. */
export const probe = async (options: Probe, ending: AbortSignal): Promise<string | undefined> => {
  const { check } = options
  const over = new AbortController()
  const seconds = Math.max(1, check.timeoutSeconds)
  const end = (): void => over.abort()
  ending.addEventListener('abort', end, { once: true })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const tooLate = (): void => reject(new Wrong(`no answer within ${seconds} seconds`))
    timer = setTimeout(tooLate, seconds * 1000)
  })
  const attempt = (isHttp(check.protocol) ? asking(options) : connecting(options))(over.signal)
  try {
    await Promise.race([attempt, late])
    return undefined
  } catch (error) {
    return error instanceof Wrong ? error.message : described(error, check)
  } finally {
    clearTimeout(timer)
    ending.removeEventListener('abort', end)
    // What became of the attempt is told. Closing it makes it fail, which is no news.
    attempt.catch(() => {})
    over.abort()
  }
}
