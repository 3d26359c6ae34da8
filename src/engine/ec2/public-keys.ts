// SPDX-License-Identifier: BSD-2-Clause
// Public keys in the forms that people have them: OpenSSH lines, RFC 4716 files, PEM, and bare DER.
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

/** A public key that may open an instance. */
export interface PublicKey {
  readonly type: 'rsa' | 'ed25519'
  /** A line of `authorized_keys`, without comment. */
  readonly line: string
  /** What EC2 shows for an imported key: MD5 of the DER for RSA, SHA-256 of the OpenSSH form for Ed25519. */
  readonly fingerprint: string
}

// Eucalyptus and AWS take these lengths only.
const rsaBits = [1024, 2048, 4096]

/** Colon-separated lower-case hex pairs of a digest. */
export const colonHex = (bytes: Buffer, algorithm: 'sha1' | 'md5'): string =>
  (createHash(algorithm).update(bytes).digest('hex').match(/../g) ?? []).join(':')

// ---- the OpenSSH form: length-prefixed strings (RFC 4253, section 6.6) ----

const field = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const fieldsOf = (blob: Buffer): Buffer[] | undefined => {
  const fields: Buffer[] = []
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return undefined
    const end = at + 4 + blob.readUInt32BE(at)
    if (end > blob.length) return undefined
    fields.push(blob.subarray(at + 4, end))
    at = end
  }
  return fields
}

const unsigned = (number: Buffer): string => {
  let start = 0
  while (start < number.length - 1 && number[start] === 0) start += 1
  return number.subarray(start).toString('base64url')
}

/** A number as SSH has it: a leading zero byte keeps it positive. */
const signed = (number: Buffer): Buffer =>
  (number[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), number]) : number

const fromBlob = (blob: Buffer): KeyObject | undefined => {
  const [type, ...numbers] = fieldsOf(blob) ?? []
  const [first, second, ...more] = numbers
  if (!type || !first || more.length > 0) return undefined
  if (type.toString() === 'ssh-rsa' && second) {
    return createPublicKey({ key: { kty: 'RSA', e: unsigned(first), n: unsigned(second) }, format: 'jwk' })
  }
  if (type.toString() === 'ssh-ed25519' && !second && first.length === 32) {
    return createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: first.toString('base64url') },
      format: 'jwk',
    })
  }
  return undefined
}

const blobOf = (key: KeyObject): Buffer => {
  const { n = '', e = '', x = '' } = key.export({ format: 'jwk' })
  const raw = (text: string) => Buffer.from(text, 'base64url')
  return key.asymmetricKeyType === 'rsa'
    ? Buffer.concat([field(Buffer.from('ssh-rsa')), field(signed(raw(e))), field(signed(raw(n)))])
    : Buffer.concat([field(Buffer.from('ssh-ed25519')), field(raw(x))])
}

const describe = (key: KeyObject): PublicKey | undefined => {
  const blob = blobOf(key)
  if (key.asymmetricKeyType === 'ed25519') {
    return {
      type: 'ed25519',
      line: `ssh-ed25519 ${blob.toString('base64')}`,
      fingerprint: createHash('sha256').update(blob).digest('base64'),
    }
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType !== 'rsa' || !rsaBits.includes(bits)) return undefined
  return {
    type: 'rsa',
    line: `ssh-rsa ${blob.toString('base64')}`,
    fingerprint: colonHex(key.export({ type: 'spki', format: 'der' }), 'md5'),
  }
}

// ---- telling the forms apart ----

/** The base64 body of an RFC 4716 file: its headers have colons and may go on after a backslash. */
const rfc4716Body = (text: string): string => {
  let inHeader = false
  return text
    .split(/\r?\n/)
    .filter(line => {
      const skip = inHeader || line.includes(':') || line.startsWith('----')
      inHeader = skip && line.endsWith('\\')
      return !skip
    })
    .join('')
}

const read = (material: Buffer): KeyObject | undefined => {
  const text = material.toString('latin1').trim()
  if (/^ssh-(rsa|ed25519)\s/.test(text)) return fromBlob(Buffer.from(text.split(/\s+/)[1] ?? '', 'base64'))
  if (text.startsWith('---- BEGIN SSH2 PUBLIC KEY ----')) {
    return fromBlob(Buffer.from(rfc4716Body(text), 'base64'))
  }
  // A private key has a public one in it, but sending it to anybody is a mistake that should be noticed.
  if (text.includes('PRIVATE KEY')) return undefined
  if (text.startsWith('-----BEGIN ')) return createPublicKey(text)
  const isDer = material[0] === 0x30
  const der = isDer ? material : Buffer.from(text, 'base64')
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}

/** The key in this material; undefined when it is in no known form, of no known kind, or of a length that is not taken. */
export const readPublicKey = (material: Uint8Array): PublicKey | undefined => {
  try {
    const key = read(Buffer.from(material))
    return key && describe(key)
  } catch {
    // OpenSSL's reasons for not reading a key say nothing that its owner could use.
    return undefined
  }
}

/** The OpenSSH line of a private key's public half. */
export const publicLineOf = (privateKeyPem: string): string =>
  `ssh-rsa ${blobOf(createPublicKey(privateKeyPem)).toString('base64')}`
