// SPDX-License-Identifier: BSD-2-Clause
// The rules of EC2's metadata service for requests: plain ones, and those of its second version, which begin with a token.
import { STATUS_CODES } from 'node:http'
import { metadataOptionsOf } from '../ec2/metadata-options'
import type { Instance } from '../ec2/schema/instances'
import type { HttpRequest, HttpResponse } from '../http'
import type { Tx } from '../operation'
import { decodePath } from '../request-texts'
import { type Surroundings, transact } from '../transaction'
import { instanceAsking } from './asking'
import { type MetadataPath, versions } from './door'
import { longestSeconds, metadataToken, secondsLeft } from './tokens'
import { metadataAt, writes } from './tree'

const tokenPath = 'api/token'
const lifeHeader = 'x-aws-ec2-metadata-token-ttl-seconds'
const tokenHeader = 'x-aws-ec2-metadata-token'

const plain = { 'content-type': 'text/plain' }

const ok = (body: string | Buffer, headers: Readonly<Record<string, string>> = plain): HttpResponse => ({
  status: 200,
  headers,
  body,
})

const failure = (status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse => {
  const title = `${status} - ${STATUS_CODES[status]}`
  return {
    status,
    headers: { 'content-type': 'text/html', ...headers },
    body:
      '<?xml version="1.0" encoding="iso-8859-1"?>\n' +
      '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">\n' +
      ` <head>\n  <title>${title}</title>\n </head>\n <body>\n  <h1>${title}</h1>\n </body>\n</html>\n`,
  }
}

/** A token is only for who asks the service itself: what a proxy passes on may come from outside. */
const giveToken = (tx: Tx, { id }: Instance, { headers }: HttpRequest): HttpResponse => {
  if (headers['x-forwarded-for'] !== undefined) return failure(403)
  const wish = headers[lifeHeader] ?? ''
  const seconds = /^\d{1,6}$/.test(wish) ? Number(wish) : 0
  if (seconds < 1 || seconds > longestSeconds) return failure(400)
  return ok(metadataToken(tx, id, seconds), { ...plain, [lifeHeader]: String(seconds) })
}

const answer = (tx: Tx, instance: Instance, request: HttpRequest, asked: MetadataPath): HttpResponse => {
  const { method, headers } = request
  const { isTold, needsToken } = metadataOptionsOf(instance)
  if (!isTold) return failure(403)
  const path = decodePath(asked.path)
  const isToken = asked.version === 'latest' && path === tokenPath
  if (isToken) {
    return method === 'PUT' ? giveToken(tx, instance, request) : failure(405, { allow: 'OPTIONS, PUT' })
  }
  if (method !== 'GET' && method !== 'HEAD') return failure(405, { allow: 'GET, HEAD' })
  const token = headers[tokenHeader]
  const left = token === undefined ? undefined : secondsLeft(tx, instance.id, token)
  if (token === undefined ? needsToken : left === undefined) return failure(401)
  const text = asked.version === undefined ? versions.join('\n') : metadataAt(tx, instance, path)
  if (text === undefined) return failure(404)
  return ok(text, {
    'content-type': Buffer.isBuffer(text) ? 'application/octet-stream' : 'text/plain',
    ...(left === undefined ? {} : { [lifeHeader]: String(left) }),
  })
}

/** Answer the instance that asks; undefined when none does, and the request is for another service. */
export const answerInstance = (
  around: Surroundings,
  request: HttpRequest,
  asked: MetadataPath,
): HttpResponse | undefined => {
  const respond = (tx: Tx): HttpResponse | undefined => {
    const instance = instanceAsking(tx, request, asked)
    return instance && answer(tx, instance, request, asked)
  }
  const isInstance = transact(around, tx => instanceAsking(tx, request, asked) !== undefined, { reads: true })
  if (!isInstance) return undefined
  const response = transact(around, respond, { reads: !writes(decodePath(asked.path)) })
  // What is sent for HEAD is the head alone, with the length of what GET would have had.
  if (request.method !== 'HEAD' || !response) return response
  const { status, headers, body } = response
  const length = typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.byteLength(body) : 0
  return { status, headers: { ...headers, 'content-length': String(length) } }
}
