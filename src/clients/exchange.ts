// SPDX-License-Identifier: BSD-2-Clause
// One request from its first try to an answer: signing, redirects, retries, and what an answer that says no is called.

import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { ClientError, ServiceError } from './errors'
import { redactedUrl } from './redaction'
import { type Target, targetOf, urlOf } from './target'
import type { Answer, Outgoing, Transport } from './transport'
import { childOf, parseXml, type XmlElement, XmlSyntaxError } from './xml'

/** Turns a request into one that is ready to go. Called for each try and each redirect, since signatures hold the time. */
export type Signer = (request: Outgoing) => Promise<Outgoing>

export interface ExchangeOptions {
  readonly transport: Transport
  /** Retries after the first try. */
  readonly maxRetries: number
  /** Waits between tries. Rejects with the signal's reason. */
  readonly wait?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined
  /** Lines of a debug log. */
  readonly log?: ((text: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const maximumRedirects = 5
const redirects = new Set([301, 302, 307, 308])
const retried = new Set([500, 503])
const errorType = 'x-amzn-errortype'
// AWS' services that speak JSON answer 400 to those who ask too often.
const throttled = /^(Request)?Thrott/
const isRetried = ({ status, headers }: Answer): boolean =>
  retried.has(status) || throttled.test(headers[errorType] ?? '')
const longestWaitSeconds = 15
const errorBodyLimit = 1 << 20

/** Send a request until there is an answer below 300. Throws ServiceError, ClientError, or the signal's reason. */
export const exchange = async (
  request: Outgoing,
  sign: Signer,
  options: ExchangeOptions,
): Promise<Answer> => {
  const { maxRetries, random = Math.random, wait = waitFor, signal } = options
  for (let tries = 1; ; tries++) {
    const last = tries > maxRetries
    try {
      const answer = await follow(request, sign, options)
      if (answer.status < 300) return answer
      if (last || !isRetried(answer)) throw await serviceError(answer, request.target)
      await drain(answer.body)
      options.log?.(`status ${answer.status}, try ${tries} of ${maxRetries + 1}`)
    } catch (error) {
      if (last || !(error instanceof ClientError) || error.reason !== 'timeout') throw error
      options.log?.(`timed out, try ${tries} of ${maxRetries + 1}`)
    }
    const seconds = Math.min(longestWaitSeconds, (1 + random()) * 2 ** (tries - 1))
    await wait(seconds * 1000, signal)
  }
}

const waitFor = async (milliseconds: number, signal: AbortSignal | undefined): Promise<void> => {
  try {
    await delay(milliseconds, undefined, { signal })
  } catch (error) {
    throw signal?.aborted ? signal.reason : error
  }
}

const follow = async (request: Outgoing, sign: Signer, options: ExchangeOptions): Promise<Answer> => {
  let current = request
  for (let followed = 0; ; followed++) {
    const { host } = current.target
    const ready = await sign({ ...current, headers: { ...current.headers, host } })
    logRequest(ready, options.log)
    const answer = await options.transport(ready, options.signal)
    options.log?.(`response status: ${answer.status} ${answer.reason}`)
    const location = answer.headers.location
    if (!redirects.has(answer.status) || !location || followed === maximumRedirects) return answer
    if (!URL.canParse(location, urlOf(current.target))) return answer
    const target = targetOf(location, current.target)
    await drain(answer.body)
    current = { ...current, target }
  }
}

const secret = new Set(['authorization', 'x-amz-security-token', 'proxy-authorization'])

/** A form is short, and all of it but a password can be guessed: its digest tells whether the password was, too. */
const secretOfForms = new Set([...secret, 'x-amz-content-sha256'])

const logRequest = ({ method, target, headers }: Outgoing, log: ExchangeOptions['log']): void => {
  if (!log) return
  log(`request method: ${method}`)
  log(`request URL: ${redactedUrl(urlOf(target))}`)
  const hidden = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    ? secretOfForms
    : secret
  for (const [name, value] of Object.entries(headers))
    log(`request header: ${name}: ${hidden.has(name) ? '<redacted>' : value}`)
}

/** Read a body that nobody looks at, so that its connection can be used again; a long one is cut off. */
const drain = async (body: Readable): Promise<void> => {
  let seen = 0
  try {
    for await (const chunk of body) {
      seen += (chunk as Buffer).length
      if (seen > errorBodyLimit) break
    }
  } catch (error) {
    // The answer was complete in all that matters; what is lost is a connection.
    if (!(error instanceof ClientError)) throw error
  }
}

export const collect = async (body: Readable): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** CODE and MESSAGE of an answer of 300 or more: output.md 2.1. */
const serviceError = async (answer: Answer, target: Target): Promise<Error> => {
  const { status, reason } = answer
  const text = (await collect(answer.body)).slice(0, errorBodyLimit)
  const type = answer.headers[errorType]
  if (type !== undefined) return jsonError(type, text, answer)
  if (text.trim() === '') return new ServiceError(String(status), reason, status)
  let root: XmlElement
  try {
    root = parseXml(text)
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error
    return new ServiceError(String(status), text, status)
  }
  const errors = childOf(root, 'Errors') ?? root
  const details = childOf(errors, 'Error') ?? errors
  const leaves = details.children.filter(child => child.children.length === 0)
  const {
    Code: code,
    Message: message,
    ...detail
  } = Object.fromEntries(leaves.map(({ name, text: leaf }) => [name, leaf] as const))
  if (status === 301 && detail.Bucket) return misdirected(detail.Bucket, detail.Endpoint, target)
  return new ServiceError(code || String(status), message || reason, status, detail)
}

/** What a service that speaks JSON says: the exception's name in a header, its members in the body. */
const jsonError = (type: string, text: string, { status, reason }: Answer): ServiceError => {
  // A name may have a namespace in front and an address behind.
  const code = type.replace(/:.*/s, '').replace(/.*#/s, '') || String(status)
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return new ServiceError(code, text.trim() || reason, status)
  }
  const leaves = Object.entries((document ?? {}) as object).filter(([, value]) => typeof value === 'string')
  const { message, Message = message, ...detail } = Object.fromEntries(leaves) as Record<string, string>
  return new ServiceError(code, Message || reason, status, detail)
}

const misdirected = (bucket: string, endpoint: string | undefined, { host }: Target): ClientError =>
  new ClientError(
    'redirect',
    endpoint
      ? `bucket "${bucket}" must be addressed through the endpoint ${endpoint}`
      : `bucket "${bucket}" cannot be addressed through the endpoint ${host}`,
  )
