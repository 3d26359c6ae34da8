// SPDX-License-Identifier: BSD-2-Clause
// The keys of an identity provider, fetched from where it says that they are: before the transaction, which waits for
// nobody. Only providers that an account has made known are asked, and only when the rest of a request is in order.
//
// A provider is known by the thumbprints (SHA-1) of certificates that its account has put down, so that the machine's own
// list of authorities does not matter: its own certificate, or one that signed it. Without any, that list decides.
import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { AssumeRoleWithWebIdentityRequest } from '@aws-sdk/client-sts'
import { Refusal, refuse } from '../errors'
import type { OidcProvider } from '../iam/schema'
import type { AheadContext } from '../operation'
import { identityGiven, type WithKeySet } from './web-identity'

const patienceMilliseconds = 5000
const mostBytes = 256 * 1024
const longestChain = 10

const unreachable = (message: string): never => refuse('IDPCommunicationError', message)

/** The certificates that a server showed: its own, then each with the one that signed it. */
const chainOf = (socket: TLSSocket): readonly X509Certificate[] => {
  const chain: X509Certificate[] = []
  let shown = socket.getPeerCertificate(true)
  while (shown?.raw && chain.length < longestChain) {
    const certificate = new X509Certificate(shown.raw)
    const last = chain.at(-1)
    // Who was given a certificate for his own host vouches for nobody.
    const vouches =
      last && certificate.ca && last.checkIssued(certificate) && last.verify(certificate.publicKey)
    if (last && (last.raw.equals(certificate.raw) || !vouches)) break
    chain.push(certificate)
    shown = shown.issuerCertificate
  }
  return chain
}

const sha1Of = (certificate: X509Certificate): string =>
  certificate.fingerprint.replaceAll(':', '').toLowerCase()

const isTrusted = (socket: TLSSocket, host: string, thumbprints: readonly string[]): boolean => {
  if (thumbprints.length === 0) return socket.authorized
  const [own, ...signers] = chainOf(socket)
  if (!own) return false
  if (thumbprints.includes(sha1Of(own))) return true
  // Whom a signer vouches for must be who was asked for.
  const isHost = (isIP(host) ? own.checkIP(host) : own.checkHost(host)) !== undefined
  return isHost && signers.some(signer => thumbprints.includes(sha1Of(signer)))
}

const bodyOf = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length
    if (bytes > mostBytes) throw new Error(`the answer is larger than ${mostBytes} bytes`)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const fetched = (address: URL, { thumbprints }: OidcProvider): Promise<string> =>
  new Promise((resolve, reject) => {
    const host = address.hostname.replace(/^\[|\]$/g, '')
    const outgoing = request(address, {
      // Judged by `isTrusted`. What is sent is no secret.
      rejectUnauthorized: false,
      agent: false,
      signal: AbortSignal.timeout(patienceMilliseconds),
      headers: { accept: 'application/json' },
    })
    outgoing.once('error', reject)
    outgoing.once('socket', socket =>
      socket.once('secureConnect', () => {
        if (isTrusted(socket as TLSSocket, host, thumbprints)) return
        outgoing.destroy(new Refusal('ValidationError', 'SSL Certificate thumbprint does not match'))
      }),
    )
    outgoing.once('response', response => {
      if (response.statusCode === 200) bodyOf(response).then(resolve, reject)
      else outgoing.destroy(new Error(`the answer has status ${response.statusCode}`))
    })
    outgoing.end()
  })

const ask = async (address: URL, provider: OidcProvider): Promise<string> => {
  try {
    return await fetched(address, provider)
  } catch (error) {
    if (error instanceof Refusal) throw error
    return unreachable(`Error reading ${address.href}: ${error instanceof Error ? error.message : error}`)
  }
}

const undiscovered = (): never => unreachable('Error discovering OIDC provider configuration')

const keyAddress = (text: string, { url }: OidcProvider): URL => {
  let configuration: { issuer?: unknown; jwks_uri?: unknown }
  try {
    configuration = JSON.parse(text) as typeof configuration
  } catch {
    return undiscovered()
  }
  const { issuer, jwks_uri: address } = configuration ?? {}
  const isIssuer = issuer === `https://${url}` || issuer === `https://${url}/`
  if (!isIssuer || typeof address !== 'string' || !URL.canParse(address)) return undiscovered()
  const parsed = new URL(address)
  return parsed.protocol === 'https:' ? parsed : undiscovered()
}

// Whoever may ask without a signature must not make this process ask without bounds.
const mostAtOnce = 32
let askedNow = 0

const keysOf = async (provider: OidcProvider): Promise<string> => {
  const discovery = new URL(`https://${provider.url}/.well-known/openid-configuration`)
  return ask(keyAddress(await ask(discovery, provider), provider), provider)
}

/** What AssumeRoleWithWebIdentity asks of the provider. */
export const keysAhead = async (
  context: AheadContext,
  input: AssumeRoleWithWebIdentityRequest,
): Promise<WithKeySet> => {
  const { provider } = context.read(tx => identityGiven(tx, input))
  if (askedNow >= mostAtOnce) refuse('ServiceUnavailable', 'Too many identity providers are asked now.', 503)
  askedNow += 1
  try {
    return { keySet: await keysOf(provider), keySetUrl: provider.url }
  } finally {
    askedNow -= 1
  }
}
