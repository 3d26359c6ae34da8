// SPDX-License-Identifier: BSD-2-Clause
// X.509 certificates, made with node-forge. Loaded only where one is made: forge takes longer to load than most
// requests take to answer.
import forge from 'node-forge'

export interface CertificateRequest {
  /** PKCS#8 PEM of the key that is certified and that signs: these certificates are self-signed. */
  readonly privateKey: string
  /** Distinguished name, most specific part first, as `[['CN', 'eucalyptus'], ['O', 'Cloud']]`. */
  readonly subject: readonly (readonly [string, string])[]
  readonly serial: Buffer
  readonly now: Date
  /** It is shown by the cloud's port, under the names that this has on its own machine. */
  readonly isServers?: boolean
}

// Five years, as Eucalyptus' own certificates have it (engine-protocols §5).
const validYears = 5

/** The first bit of a serial is its sign, and a first byte of zeros is one too many for those who read it. */
const positive = (serial: Buffer): Buffer => {
  const [first = 0, ...rest] = serial
  return Buffer.from([(first & 0x7f) | 0x40, ...rest])
}

const ownNames = {
  name: 'subjectAltName',
  altNames: [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
  ],
}

/** A self-signed certificate, PEM with newlines. */
export const selfSigned = ({ privateKey, subject, serial, now, isServers }: CertificateRequest): string => {
  const key = forge.pki.privateKeyFromPem(privateKey)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  certificate.serialNumber = positive(serial).toString('hex')
  certificate.validity.notBefore = now
  const end = new Date(now)
  end.setUTCFullYear(end.getUTCFullYear() + validYears)
  certificate.validity.notAfter = end
  const name = subject.map(([shortName, value]) => ({ shortName, value }))
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectKeyIdentifier' },
    ...(isServers ? [ownNames] : []),
  ])
  certificate.sign(key, forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate).replace(/\r\n/g, '\n')
}
