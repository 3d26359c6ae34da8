// SPDX-License-Identifier: BSD-2-Clause
// Identity tokens of OpenID Connect providers: JSON web tokens, signed with RSA.
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { refuse } from '../errors'

// A provider's clock and this one's may differ by so much.
const skewSeconds = 60

const digestOf: Readonly<Record<string, string>> = { RS256: 'sha256', RS384: 'sha384', RS512: 'sha512' }

export interface IdentityToken {
  readonly issuer: string
  readonly subject: string
  readonly audiences: readonly string[]
  readonly issuedAt: number
  readonly notBefore: number
  readonly expiresAt: number
}

type Fields = Readonly<Record<string, unknown>>

const invalid = (message: string): never => refuse('InvalidIdentityToken', message)

const partOf = (part: string | undefined): Fields => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  } catch {
    // Said below.
  }
  return invalid('Token invalid: it is not JSON')
}

const partsOf = (text: string): readonly string[] => {
  const parts = text.split('.')
  return parts.length === 3 && parts.every(part => /^[\w-]+$/.test(part))
    ? parts
    : invalid(
        'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
      )
}

const numberOf = (fields: Fields, name: string, absent?: number): number => {
  const value = fields[name] ?? absent
  return typeof value === 'number' && Number.isFinite(value) ? value : invalid(`Token invalid: ${name}`)
}

const audiencesOf = ({ aud }: Fields): readonly string[] => {
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  return list.length > 0 && list.every(one => typeof one === 'string')
    ? (list as readonly string[])
    : invalid('Token invalid: aud')
}

/** What a token says. Nothing of it is proven yet. */
export const readToken = (text: string): IdentityToken => {
  const fields = partOf(partsOf(text)[1])
  const { iss: issuer, sub: subject } = fields
  if (typeof subject !== 'string' || subject === '') invalid('Invalid token subject')
  if (typeof issuer !== 'string') invalid('Token invalid: iss')
  return {
    issuer: issuer as string,
    subject: subject as string,
    audiences: audiencesOf(fields),
    issuedAt: numberOf(fields, 'iat'),
    notBefore: numberOf(fields, 'nbf', 0),
    expiresAt: numberOf(fields, 'exp'),
  }
}

export const checkTimes = ({ issuedAt, notBefore, expiresAt }: IdentityToken, now: Date): void => {
  const seconds = now.getTime() / 1000
  if (Math.max(issuedAt, notBefore) - skewSeconds > seconds) invalid('Token not yet valid')
  if (expiresAt + skewSeconds < seconds) refuse('ExpiredTokenException', 'Token has expired')
}

const keysOf = (text: string): readonly Fields[] => {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown }
    return Array.isArray(keys) ? keys.filter(key => typeof key === 'object' && key !== null) : []
  } catch {
    return []
  }
}

const isSignedWith = (key: Fields, digest: string, signed: Buffer, signature: Buffer): boolean => {
  try {
    const publicKey = createPublicKey({ key: key as JsonWebKey, format: 'jwk' })
    return verify(digest, signed, publicKey, signature)
  } catch {
    // No RSA key, or a broken one.
    return false
  }
}

/** Refuse a token that none of a provider's keys (a JSON web key set) has signed. */
export const checkSignature = (text: string, keySet: string): void => {
  const [head = '', body = '', signature = ''] = partsOf(text)
  const { alg, kid, crit } = partOf(head)
  // Neither `none` nor a secret that both sides share: what is not listed has no digest.
  const digest = typeof alg === 'string' && Object.hasOwn(digestOf, alg) ? digestOf[alg] : undefined
  // `crit` names what must be understood (RFC 7515, 4.1.11), and nothing of that is.
  const isGood =
    digest !== undefined &&
    crit === undefined &&
    keysOf(keySet)
      .filter(key => key.kty === 'RSA' && (key.use === undefined || key.use === 'sig'))
      .filter(key => kid === undefined || key.kid === kid)
      .some(key =>
        isSignedWith(key, digest, Buffer.from(`${head}.${body}`), Buffer.from(signature, 'base64url')),
      )
  if (!isGood) invalid('Token signature invalid')
}
