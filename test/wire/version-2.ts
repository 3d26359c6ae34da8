// SPDX-License-Identifier: BSD-2-Clause
// Requests of version 2's clients, signed step by step.
import { createHmac } from 'node:crypto'
import type { HttpRequest } from '../../src/engine/http'

export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

export interface Version2 {
  readonly key: { readonly id: string; readonly secret: string }
  readonly parameters: Readonly<Record<string, string>>
  readonly method?: 'GET' | 'POST'
  readonly algorithm?: 'HmacSHA1' | 'HmacSHA256'
  readonly path?: string
  readonly host?: string
  /** What is signed in place of the host. */
  readonly signedHost?: string
}

/** A request of a query service. What it is dated with is among the parameters. */
export const signedByVersion2 = (wish: Version2): HttpRequest => {
  const { key, method = 'GET', algorithm = 'HmacSHA256', path = '/services/Eucalyptus' } = wish
  const { host = 'cloud.test:8773', signedHost = host } = wish
  const all: Record<string, string> = {
    AWSAccessKeyId: key.id,
    SignatureMethod: algorithm,
    SignatureVersion: '2',
    ...wish.parameters,
  }
  const text = Object.keys(all)
    .sort()
    .map(name => `${encode(name)}=${encode(all[name] ?? '')}`)
    .join('&')
  const signature = createHmac(algorithm === 'HmacSHA1' ? 'sha1' : 'sha256', key.secret)
    .update(`${method}\n${signedHost}\n${path}\n${text}`)
    .digest('base64')
  const query = `${text}&Signature=${encode(signature)}`
  return {
    method,
    path,
    query: method === 'GET' ? query : '',
    headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
    ...(method === 'POST' ? { body: Buffer.from(query) } : {}),
  }
}
