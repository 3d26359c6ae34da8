// SPDX-License-Identifier: BSD-2-Clause
// Requests signed by the SDK's own signer, and what refuses them.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { Refusal } from '../../src/engine/errors'
import type { HttpRequest } from '../../src/engine/http'
import type { AuthenticateOptions, Signed } from '../../src/engine/wire/contracts'
import { authenticate } from '../../src/engine/wire/signature/authenticate'

export const KEY = 'AKIAMALLEE0000000001'
export const SECRET = 'a secret/with+signs='
export const NOW = new Date('2014-02-16T12:00:00Z')
export const HOST = '127.0.0.1:8773'

class Sha256 {
  readonly #hash
  constructor(key?: Uint8Array | string) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key)
  }
  update(data: Uint8Array | string): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
}

const signer = (service: string, applyChecksum = true) =>
  new SignatureV4({
    applyChecksum,
    service,
    region: 'eucalyptus',
    credentials: {
      accessKeyId: KEY,
      secretAccessKey: SECRET,
      sessionToken: service === 'sts' ? 'token/1' : undefined,
    },
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
  })

interface Plan {
  readonly method?: string
  readonly path: string
  readonly query?: Record<string, string>
  readonly headers?: Record<string, string>
  readonly body?: string
}

const toRequest = (
  signed: { method: string; path: string; query?: unknown; headers: Record<string, string> },
  body?: string,
): HttpRequest => ({
  method: signed.method,
  path: signed.path,
  query: Object.entries((signed.query ?? {}) as Record<string, string>)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&'),
  headers: Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
  ),
  ...(body === undefined ? {} : { body: Buffer.from(body) }),
})

const plan = ({ method = 'GET', path, query = {}, headers = {}, body }: Plan) => ({
  method,
  protocol: 'http:',
  hostname: '127.0.0.1',
  port: 8773,
  path,
  query,
  headers: { host: HOST, ...headers },
  body,
})

export const sign = async (service: string, what: Plan, date = NOW): Promise<HttpRequest> =>
  toRequest((await signer(service).sign(plan(what), { signingDate: date })) as never, what.body)

/** As `sign`, with the body's digest in the signature alone and in no header, as botocore does it. */
export const signWithoutDigest = async (service: string, what: Plan): Promise<HttpRequest> =>
  toRequest((await signer(service, false).sign(plan(what), { signingDate: NOW })) as never, what.body)

export const presign = async (
  service: string,
  what: Plan,
  expiresIn: number,
  date = NOW,
): Promise<HttpRequest> =>
  toRequest((await signer(service).presign(plan(what), { signingDate: date, expiresIn })) as never, what.body)

export const options = (
  family: AuthenticateOptions['family'],
  rest: Partial<AuthenticateOptions> = {},
): AuthenticateOptions => ({
  family,
  now: NOW,
  secretFor: id => (id === KEY ? { secret: SECRET } : undefined),
  ...rest,
})

export const signedBy = (request: HttpRequest, how: AuthenticateOptions): Signed => {
  const who = authenticate(request, how)
  assert.notEqual(who, 'anonymous')
  return who as Signed
}

export const refusal = (run: () => unknown): Refusal => {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error))
    return error
  }
  return assert.fail('not refused')
}

export const BAD = '403 Forbidden: Signature validation failed'
export const told = (run: () => unknown): string => {
  const { code, message } = refusal(run)
  return `${code}: ${message}`
}
export const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000)
