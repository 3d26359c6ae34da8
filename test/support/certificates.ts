// SPDX-License-Identifier: BSD-2-Clause
// Certificates that sign each other, for tests: keys come from a file, as making them takes long.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import forge from 'node-forge'

const pool = readFileSync(join(__dirname, 'rsa-keys.pem'), 'utf8').split(/(?<=-----END PRIVATE KEY-----\n)/)

export interface Pair {
  readonly certificate: string
  readonly privateKey: string
}

export interface CertificateWish {
  readonly name: string
  /** Which key of the pool. */
  readonly key: number
  /** Default: itself. */
  readonly signer?: Pair | undefined
  readonly isAuthority?: boolean
  readonly from?: string
  readonly to?: string
}

const days = 365 * 24 * 3600 * 1000

export const issueCertificate = ({ name, key, signer, isAuthority, from, to }: CertificateWish): Pair => {
  const privateKey = pool[key] ?? ''
  const own = forge.pki.privateKeyFromPem(privateKey)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(own.n, own.e)
  certificate.serialNumber = `0${key + 1}`
  certificate.validity.notBefore = new Date(from ?? '2014-01-01T00:00:00Z')
  certificate.validity.notAfter = to
    ? new Date(to)
    : new Date(certificate.validity.notBefore.getTime() + 30 * days)
  const subject = [{ shortName: 'CN', value: name }]
  certificate.setSubject(subject)
  certificate.setIssuer(
    signer ? forge.pki.certificateFromPem(signer.certificate).subject.attributes : subject,
  )
  certificate.setExtensions([
    { name: 'basicConstraints', cA: isAuthority === true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: name },
        { type: 7, ip: '127.0.0.1' },
      ],
    },
  ])
  certificate.sign(signer ? forge.pki.privateKeyFromPem(signer.privateKey) : own, forge.md.sha256.create())
  return { certificate: forge.pki.certificateToPem(certificate).replace(/\r\n/g, '\n'), privateKey }
}
