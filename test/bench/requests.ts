// SPDX-License-Identifier: BSD-2-Clause
// Signed requests as bytes, ready to be sent. A signature is good for a quarter of an hour, so they may be sent again.
import { createHash } from 'node:crypto'
import { signV4 } from '../../src/clients/sign'
import { targetOf } from '../../src/clients/target'
import type { AccessKey } from '../../src/engine/iam/schema'

export interface Endpoint {
  readonly port: number
  readonly key: AccessKey
}

interface Message {
  readonly method: string
  readonly path: string
  readonly service: 'ec2' | 's3'
  readonly headers?: Readonly<Record<string, string>>
  /** Undefined leaves the body to the caller. */
  readonly body?: Buffer
  /** What is signed of a body that is not given here. */
  readonly payloadHash?: string
}

const signed = ({ port, key }: Endpoint, message: Message): Buffer => {
  const { method, path, service, headers = {}, body } = message
  const target = targetOf(`http://127.0.0.1:${port}${path}`)
  const hash =
    message.payloadHash ??
    createHash('sha256')
      .update(body ?? '')
      .digest('hex')
  const all = signV4(
    {
      method,
      target,
      headers: {
        host: target.host,
        'user-agent': 'bench',
        ...(body ? { 'content-length': String(body.length) } : {}),
        ...headers,
      },
    },
    hash,
    { region: 'eucalyptus', service },
    { accessKeyId: key.id, secretKey: key.secret },
    new Date(),
  )
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${method} ${target.path}${target.query ? `?${target.query}` : ''} HTTP/1.1\r\n${lines.join('')}\r\n`
  return Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)])
}

/** An EC2 action as SDKs send it: a form in the body, signature version 4 in the headers. */
export const action = (
  endpoint: Endpoint,
  name: string,
  parameters: Readonly<Record<string, string>> = {},
): Buffer =>
  signed(endpoint, {
    method: 'POST',
    path: '/services/compute',
    service: 'ec2',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: Buffer.from(new URLSearchParams({ Action: name, Version: '2016-11-15', ...parameters }).toString()),
  })

export const putBucket = (endpoint: Endpoint, bucket: string): Buffer =>
  signed(endpoint, {
    method: 'PUT',
    path: `/services/objectstorage/${bucket}`,
    service: 's3',
    body: Buffer.alloc(0),
  })

export const putObject = (endpoint: Endpoint, path: string, body: Buffer): Buffer =>
  signed(endpoint, { method: 'PUT', path: `/services/objectstorage/${path}`, service: 's3', body })

/** The head of a PUT whose body follows; what is sent is signed by nobody, as clients do with large files. */
export const putObjectHead = (endpoint: Endpoint, path: string, bytes: number): Buffer =>
  signed(endpoint, {
    method: 'PUT',
    path: `/services/objectstorage/${path}`,
    service: 's3',
    headers: { 'content-length': String(bytes) },
    payloadHash: 'UNSIGNED-PAYLOAD',
  })

export const getObject = (endpoint: Endpoint, path: string): Buffer =>
  signed(endpoint, { method: 'GET', path: `/services/objectstorage/${path}`, service: 's3' })
