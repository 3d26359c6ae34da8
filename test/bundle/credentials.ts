// SPDX-License-Identifier: BSD-2-Clause

import { generateKeyPairSync } from 'node:crypto'
import forge from 'node-forge'

export interface TestCredentials {
  readonly certificate: string
  readonly privateKey: string
}

/** A new RSA key with a certificate of its own, both PEM. */
export function makeCredentials(commonName: string): TestCredentials {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const key = forge.pki.privateKeyFromPem(pem)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date('2020-01-01T00:00:00Z')
  certificate.validity.notAfter = new Date('2040-01-01T00:00:00Z')
  certificate.setSubject([{ name: 'commonName', value: commonName }])
  certificate.setIssuer([{ name: 'commonName', value: commonName }])
  certificate.sign(key, forge.md.sha256.create())
  return { certificate: forge.pki.certificateToPem(certificate), privateKey: pem }
}
