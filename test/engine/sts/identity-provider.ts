// SPDX-License-Identifier: BSD-2-Clause
// An OpenID Connect provider on a port of this machine: it says where its keys are, and signs identity tokens.
import { createHash, createPrivateKey, createPublicKey, sign, X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { issueCertificate, type Pair } from '../../support/certificates'

export interface IdentityProvider {
  /** Without its scheme. */
  readonly url: string
  readonly thumbprint: string
  readonly authorityThumbprint: string
  /** Show a certificate for the same host that somebody has signed who has one of the authority for his own host alone. */
  pretend(): void
  /** What it answers, by path: changed by tests. */
  readonly answers: Map<string, { readonly status?: number; readonly body: string }>
  /** How often it was asked. */
  readonly asked: string[]
  readonly signing: Pair
  close(): Promise<void>
}

const thumbprintOf = (pem: string): string =>
  createHash('sha1').update(new X509Certificate(pem).raw).digest('hex')

export const publicJwk = ({ privateKey }: Pair, kid: string) => ({
  ...createPublicKey(privateKey).export({ format: 'jwk' }),
  kid,
  use: 'sig',
  alg: 'RS256',
})

export const startProvider = async (): Promise<IdentityProvider> => {
  const authority = issueCertificate({ name: 'authority', key: 0, isAuthority: true })
  const own = issueCertificate({ name: 'idp.test', key: 1, signer: authority })
  const other = issueCertificate({ name: 'other.test', key: 3, signer: authority })
  const forged = issueCertificate({ name: 'idp.test', key: 1, signer: other })
  const signing = issueCertificate({ name: 'signer', key: 2 })
  const answers: IdentityProvider['answers'] = new Map()
  const asked: string[] = []
  const server = createServer(
    { key: own.privateKey, cert: own.certificate + authority.certificate },
    (request, response) => {
      asked.push(request.url ?? '')
      const { status = 200, body } = answers.get(request.url ?? '') ?? { status: 404, body: '' }
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    },
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `127.0.0.1:${(server.address() as AddressInfo).port}`
  answers.set('/.well-known/openid-configuration', {
    body: JSON.stringify({ issuer: `https://${url}`, jwks_uri: `https://${url}/keys` }),
  })
  answers.set('/keys', { body: JSON.stringify({ keys: [publicJwk(signing, 'one')] }) })
  return {
    url,
    thumbprint: thumbprintOf(own.certificate),
    authorityThumbprint: thumbprintOf(authority.certificate),
    pretend: () =>
      server.setSecureContext({
        key: forged.privateKey,
        cert: forged.certificate + other.certificate + authority.certificate,
      }),
    answers,
    asked,
    signing,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const coded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JSON web token with these fields. */
export const tokenOf = (
  fields: object,
  { privateKey }: Pair,
  { head = {}, digest = 'sha256' }: { readonly head?: object; readonly digest?: string } = {},
): string => {
  const text = `${coded({ alg: 'RS256', kid: 'one', typ: 'JWT', ...head })}.${coded(fields)}`
  return `${text}.${sign(digest, Buffer.from(text), createPrivateKey(privateKey)).toString('base64url')}`
}
