// SPDX-License-Identifier: BSD-2-Clause
// What clients that are no SDK of ours get to see: a form, signed as version 2 has it, and the answer as it is sent.
import { createHmac } from 'node:crypto'
import type { Cloud } from '../../support/cloud'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export interface AskOptions {
  /** Default `/services/compute`. */
  readonly path?: string
  /** Default the cloud administrator's. */
  readonly key?: Cloud['key']
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** POST these parameters as they are. */
export const ask = async (
  c: Cloud,
  parameters: Readonly<Record<string, string>>,
  { path = '/services/compute', key = c.key }: AskOptions = {},
): Promise<Answer> => {
  const host = '127.0.0.1:8773'
  const signed: Record<string, string> = {
    ...parameters,
    AWSAccessKeyId: key.id,
    SignatureVersion: '2',
    SignatureMethod: 'HmacSHA256',
    Timestamp: new Date(c.clock.now()).toISOString(),
  }
  const form = Object.keys(signed)
    .sort()
    .map(name => `${encode(name)}=${encode(signed[name] ?? '')}`)
    .join('&')
  const signature = createHmac('sha256', key.secret)
    .update(`POST\n${host}\n${path}\n${form}`)
    .digest('base64')
  const { status, headers, body } = await c.engine.handle({
    method: 'POST',
    path,
    query: '',
    headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(`${form}&Signature=${encode(signature)}`),
  })
  return { status, headers, text: String(body ?? '') }
}

/** Code and message of an error document. */
export const errorOf = ({ text }: Answer): readonly (string | undefined)[] =>
  ['Code', 'Message'].map(name => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1])
