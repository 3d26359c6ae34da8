// SPDX-License-Identifier: BSD-2-Clause
// Posting notifications to an address: in order, one at a time, by one job an address, so that a server that does not answer
// keeps nothing waiting but its own posts. What became of each is written down beside it.
//
// A post is the message, JSON, and nothing of the answer is read but its status. Redirections are not followed: whoever gave
// the address said where the post is to go. Where the cloud's machine is one of another cloud's, link-local addresses are
// where that tells it secrets: nothing is posted there.
import { lookup as lookUp } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net'
import type { JobContext, Tx } from '../operation'
import { isAddress } from './log'
import type { Notification } from './schema'

const usualPatienceMilliseconds = 5000
const mostBytes = 256 * 1024
const mostTries = 5
/** After the first failure. It doubles. */
const pauseSeconds = 10

/** What a server may have meant for later: it was busy, or was about to be. */
const passes = (status: number): boolean => status >= 500 || status === 408 || status === 429

/** Undefined when it was taken. */
interface Failure {
  readonly text: string
  /** Trying again may help. */
  readonly passes: boolean
}

const statusFailure = (status: number): Failure | undefined =>
  status >= 200 && status < 300
    ? undefined
    : { text: `the answer has status ${status}`, passes: passes(status) }

class Forbidden extends Error {
  override readonly name = 'Forbidden'
  constructor(readonly address: string) {
    super(`nothing is posted to ${address}`)
  }
}

const forbidden = new BlockList()
forbidden.addSubnet('169.254.0.0', 16, 'ipv4')
forbidden.addSubnet('fe80::', 10, 'ipv6')
// EC2's metadata service has this one as well.
forbidden.addAddress('fd00:ec2::254', 'ipv6')

const isForbidden = (address: string): boolean => forbidden.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

/** Of a name: what it means is known only now, and may have become another. */
const lookupAllowed: LookupFunction = (host, options, done) =>
  lookUp(host, { ...options, all: true }, (error, found) => {
    const [first] = found ?? []
    const wrong = found?.find(({ address }) => isForbidden(address))
    if (error || wrong || !first) done(error ?? new Forbidden(wrong?.address ?? host), '')
    else if (options.all) done(null, found)
    else done(null, first.address, first.family)
  })

/** The status of the answer to a post. */
const statusOf = (topic: string, message: string, signals: AbortSignal[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const address = new URL(topic)
    const host = address.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) && isForbidden(host)) throw new Forbidden(host)
    const outgoing = (address.protocol === 'https:' ? httpsRequest : httpRequest)(address, {
      method: 'POST',
      agent: false,
      lookup: lookupAllowed,
      signal: AbortSignal.any(signals),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(message),
        'user-agent': 'mallee',
      },
    })
    outgoing.once('error', reject)
    outgoing.once('response', response => {
      resolve(response.statusCode ?? 0)
      response.once('error', () => {})
      response.destroy()
    })
    outgoing.end(message)
  })

const failureOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  // Several addresses of one host that were tried in vain have no message but a code.
  return (error.message || (error as NodeJS.ErrnoException).code) ?? error.name
}

const post = async (
  { topic, message }: Notification,
  signal: AbortSignal,
  patienceMilliseconds: number,
): Promise<Failure | undefined> => {
  if (Buffer.byteLength(message) > mostBytes) return { text: `larger than ${mostBytes} bytes`, passes: false }
  const late = AbortSignal.timeout(patienceMilliseconds)
  try {
    return statusFailure(await statusOf(topic, message, [signal, late]))
  } catch (error) {
    const text = late.aborted ? `no answer within ${patienceMilliseconds / 1000} s` : failureOf(error)
    return { text, passes: !(error instanceof Forbidden) }
  }
}

/** The oldest that has not been posted to this address, after those that are known to be. */
const nextOf = (tx: Tx, account: string, topic: string, after?: Notification): Notification | undefined => {
  const from = after ? { from: [after.at.getTime(), after.sequence], exclusive: true } : {}
  for (const one of tx.notifications.in(account).scan(from)) {
    if (one.topic === topic && !one.postedAt) return one
  }
  return undefined
}

/** Write down how a post ended. The number of failures; 0 when there is nothing more to be done for it. */
const record = (tx: Tx, { account, at, sequence }: Notification, failure: Failure | undefined): number => {
  const log = tx.notifications.in(account)
  const now = log.get(at.getTime(), sequence)
  // Forgotten meanwhile.
  if (!now) return 0
  const { failure: _, ...rest } = now
  if (!failure) {
    log.put({ ...rest, postedAt: tx.now })
    return 0
  }
  const failures = (now.failures ?? 0) + 1
  const isOver = !failure.passes || failures >= mostTries
  log.put({ ...rest, failures, failure: failure.text, ...(isOver && { postedAt: tx.now }) })
  // The rest of an address may be a secret, as with chat services.
  const { origin } = new URL(now.topic)
  if (isOver) tx.event('Notifications', 'WARN', `Gave up a post to ${origin}: ${failure.text}`)
  return isOver ? 0 : failures
}

const postAll = async (context: JobContext, target: string, patienceMilliseconds: number): Promise<void> => {
  const space = target.indexOf(' ')
  const account = target.slice(0, space)
  const topic = target.slice(space + 1)
  if (!isAddress(topic)) return
  let last: Notification | undefined
  for (;;) {
    const next = context.transact(tx => nextOf(tx, account, topic, last))
    if (!next) return
    last = next
    const failure = await post(next, context.signal, patienceMilliseconds)
    // Cut short with its process: that says nothing of the server.
    if (context.signal.aborted) return context.sleep(0)
    const failures = context.transact(tx => record(tx, next, failure))
    if (failures > 0) await context.sleep(pauseSeconds * 2 ** (failures - 1))
  }
}

/** Job: post what an account has been told at an address. The target is of `postingKey`. */
export const postNotifications = (
  context: JobContext,
  target: string,
  patienceMilliseconds = usualPatienceMilliseconds,
): Promise<void> => postAll(context, target, patienceMilliseconds)
