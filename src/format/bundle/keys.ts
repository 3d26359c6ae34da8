// SPDX-License-Identifier: BSD-2-Clause

// The secret of a bundle is an AES key and an IV, each wrapped twice: once for the cloud, once for the owner. What is
// wrapped is the hex text of the 16 bytes, not the bytes.
//
// Node 20 refuses RSA_PKCS1_PADDING in privateDecrypt (CVE-2023-46809), and later ones answer a wrong key with random
// bytes instead of an error. So the raw RSA operation is asked for and the padding is taken off here, which gives the
// same result on every release: the text, or nothing.

import {
  constants,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  X509Certificate,
} from 'node:crypto'
import { BundleKeyError } from './errors'
import type { BundleManifest, WrappedSecret } from './manifest'
import { parseManifest } from './manifest-reader'

/** The AES key and IV of a bundle, each as 32 hex digits. */
export interface BundleSecret {
  readonly key: string
  readonly iv: string
}

/** Whether a text is an AES-128 key or IV as bundles write them. */
export const isSecretText = (text: string): boolean => /^[0-9a-f]{32}$/i.test(text)

function rsa(key: KeyObject, what: string): KeyObject {
  if (key.asymmetricKeyType !== 'rsa') throw new BundleKeyError(`${what} is not an RSA key`)
  return key
}

/** The public key of a certificate in PEM form. Throws `BundleKeyError` that begins with `what`. */
export function certificateKey(pem: string, what: string): KeyObject {
  let key: KeyObject
  try {
    key = new X509Certificate(pem).publicKey
  } catch {
    throw new BundleKeyError(`${what} is not an X.509 certificate in PEM form`)
  }
  return rsa(key, what)
}

/** A private key in PEM form, without a passphrase. Throws `BundleKeyError` that begins with `what`. */
export function privateRsaKey(pem: string, what: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    throw new BundleKeyError(`${what} is not an unencrypted private key in PEM form`)
  }
  return rsa(key, what)
}

/** Wraps the hex text of a key or IV for the holder of a certificate's key; lower-case hex. */
export const wrapText = (text: string, publicKey: KeyObject): string =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString('hex')

/** The message of an EME-PKCS1-v1_5 block: 00 02, at least eight non-zero bytes, 00, message. */
function withoutPadding(block: Buffer): Buffer | undefined {
  if (block[0] !== 0 || block[1] !== 2) return undefined
  const end = block.indexOf(0, 2)
  return end < 10 ? undefined : block.subarray(end + 1)
}

function unwrapText(hex: string | undefined, key: KeyObject): string | undefined {
  if (!hex) return undefined
  let block: Buffer
  try {
    block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.from(hex, 'hex'))
  } catch {
    // A ciphertext that is longer than the modulus, or not below it, was made for another key.
    return undefined
  }
  const text = withoutPadding(block)?.toString('latin1').trim()
  return text !== undefined && isSecretText(text) ? text.toLowerCase() : undefined
}

const unwrapEither = (wrapped: WrappedSecret, key: KeyObject): string | undefined =>
  unwrapText(wrapped.user, key) ?? unwrapText(wrapped.ec2, key)

/**
 * The secret of a bundle, unwrapped by the owner's private key (`user_*`) or the cloud's (`ec2_*`), tried in this order.
 * Throws `BundleKeyError` when the key is not a private RSA key or the bundle was made for neither.
 */
export function unwrapKeys(
  manifest: Pick<BundleManifest, 'encryptedKey' | 'encryptedIv'>,
  privateKeyPem: string,
): BundleSecret {
  const privateKey = privateRsaKey(privateKeyPem, 'the private key')
  const key = unwrapEither(manifest.encryptedKey, privateKey)
  const iv = unwrapEither(manifest.encryptedIv, privateKey)
  if (!key || !iv)
    throw new BundleKeyError('the private key does not open this bundle: it was made for another key')
  return { key, iv }
}

/** Signs the text of a manifest (RSASSA-PKCS1-v1_5 with SHA-1); lower-case hex. */
export const signText = (text: string, privateKey: KeyObject): string =>
  createSign('RSA-SHA1').update(text).sign(privateKey, 'hex')

/**
 * Whether a manifest, or its text, is signed by the key of any of these certificates or public keys (PEM).
 * An unsigned manifest is not; a PEM that is no certificate throws `BundleKeyError`.
 */
export function verifyManifestSignature(
  manifest: BundleManifest | Buffer | string,
  certPems: readonly string[],
): boolean {
  const { signature, signedText } =
    typeof manifest === 'string' || Buffer.isBuffer(manifest) ? parseManifest(manifest) : manifest
  if (!/^(?:[0-9a-f]{2})+$/i.test(signature)) return false
  const bytes = Buffer.from(signature, 'hex')
  return certPems.some(pem => {
    const key = pem.includes('BEGIN PUBLIC KEY')
      ? rsa(createPublicKey(pem), 'the public key')
      : certificateKey(pem, 'the certificate')
    return createVerify('RSA-SHA1').update(signedText).verify(key, bytes)
  })
}
