// SPDX-License-Identifier: BSD-2-Clause
// What a health check asks, as it is written: `HTTP:8888/status`, `TCP:22`.
import { isHttp, protocolNamed } from './protocols'
import { invalidConfiguration } from './refusals'
import type { HealthCheck, Protocol } from './schema'

export interface CheckTarget {
  readonly protocol: Protocol
  readonly port: number
  /** Of HTTP and HTTPS. */
  readonly path?: string
}

// AWS' limit. Spaces and control characters would end the line of the request.
const isPath = (text: string): boolean => /^\/[\x21-\x7e]{0,1023}$/.test(text)

const portOf = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port > 0 && port < 65536 ? port : invalidConfiguration('Invalid target specified')
}

/** A target as a request has it; refused in the service's words. */
export const targetGiven = (text: string): CheckTarget => {
  const [name = '', ...rest] = text.split(':')
  const protocol =
    protocolNamed(name) ?? invalidConfiguration('target must starts with one of HTTP, HTTPS, TCP, SSL')
  const where = rest.join(':')
  if (!isHttp(protocol)) return { protocol, port: portOf(where) }
  const slash = where.indexOf('/')
  if (slash < 1) return invalidConfiguration('Port and Path must be specified for HTTP')
  const path = where.slice(slash)
  if (!isPath(path)) return invalidConfiguration('Invalid target specified')
  return { protocol, port: portOf(where.slice(0, slash)), path }
}

/** As it is kept and shown: with the protocol in upper case. */
export const targetText = ({ protocol, port, path = '' }: CheckTarget): string => `${protocol}:${port}${path}`

/** What a check asks that is on record. */
export const targetOf = ({ target }: Pick<HealthCheck, 'target'>): CheckTarget => targetGiven(target)
