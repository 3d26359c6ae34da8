// SPDX-License-Identifier: BSD-2-Clause
// Digests, and the keys that Signature Version 4 derives from a secret.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

export const hmac = (
  key: string | Uint8Array,
  text: string | Uint8Array,
  algorithm: 'sha256' | 'sha1' = 'sha256',
): Buffer => createHmac(algorithm, key).update(text).digest()

/** Compare in a time that tells nothing of where two byte strings differ. */
export const sameBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && timingSafeEqual(left, right)

const KEPT = 500
const kept = new Map<string, Buffer>()

/**
 * The signing key for a secret and a scope (`day/region/service`). The derivation is four digests a request, and
 * a client's scope changes once a day, so the last 500 are kept, the least recently used given up first.
 */
export const signingKey = (secret: string, day: string, region: string, service: string): Buffer => {
  const name = `${secret}\n${day}/${region}/${service}`
  const known = kept.get(name)
  if (known) {
    kept.delete(name)
    kept.set(name, known)
    return known
  }
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request')
  kept.set(name, key)
  const oldest = kept.size > KEPT ? kept.keys().next() : undefined
  if (oldest && !oldest.done) kept.delete(oldest.value)
  return key
}
