// SPDX-License-Identifier: BSD-2-Clause
// URLs that the cloud itself signs, for those to whom it gives leave to do one thing.
import { encode } from './canonical'
import { hmac, sha256, signingKey } from './keys'

export interface Presigning {
  readonly method: 'GET' | 'PUT'
  /** Base URL of the cloud, such as `http://127.0.0.1:8773`. */
  readonly endpoint: string
  /** Not encoded. */
  readonly path: string
  readonly region: string
  readonly service: string
  readonly accessKeyId: string
  readonly secret: string
  readonly token?: string
  readonly now: Date
  readonly validSeconds: number
}

/** Sign with version 4, in the query; the body may be anything. */
export const presignedUrl = (wish: Presigning): string => {
  const { method, endpoint, region, service, now } = wish
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = stamp.slice(0, 8)
  const area = `${day}/${region}/${service}/aws4_request`
  const path = wish.path.split('/').map(encode).join('/')
  const parameters: readonly (readonly [string, string])[] = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${wish.accessKeyId}/${area}`],
    ['X-Amz-Date', stamp],
    ['X-Amz-Expires', String(wish.validSeconds)],
    ...(wish.token === undefined ? [] : [['X-Amz-Security-Token', wish.token] as const]),
    ['X-Amz-SignedHeaders', 'host'],
  ]
  const query = parameters.map(([name, value]) => `${name}=${encode(value)}`).join('&')
  const headers = `host:${new URL(endpoint).host}\n`
  const canonical = `${method}\n${path}\n${query}\n${headers}\nhost\nUNSIGNED-PAYLOAD`
  const text = `AWS4-HMAC-SHA256\n${stamp}\n${area}\n${sha256(canonical)}`
  const signature = hmac(signingKey(wish.secret, day, region, service), text).toString('hex')
  return `${endpoint.replace(/\/$/, '')}${path}?${query}&X-Amz-Signature=${signature}`
}
