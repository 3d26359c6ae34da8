// SPDX-License-Identifier: BSD-2-Clause
// Certificates that users sign manifests with.
import { createHash, X509Certificate } from 'node:crypto'
import type {
  SigningCertificate as CertificateInfo,
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse,
  UploadSigningCertificateRequest,
  UploadSigningCertificateResponse,
} from '@aws-sdk/client-iam'
import { refuse } from '../errors'
import type { Operation } from '../operation'
import type { SigningCertificate, User } from './schema'
import { markedPage, userNamed } from './users'

// `authentication.signing_certificates_limit`
const certificatesPerUser = 2

const base32 = (bytes: Buffer): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map(five => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

const parse = (body: string | undefined): X509Certificate => {
  try {
    return new X509Certificate(body ?? '')
  } catch {
    // What OpenSSL says of a text that is no certificate helps nobody.
    return refuse('MalformedCertificate', 'Certificate body could not be parsed.')
  }
}

const belongsTo = (user: User) => (certificate: SigningCertificate) => certificate.userName === user.name

/** The id is made from the certificate, so that the same one is noticed when it comes again. */
export const uploadSigningCertificate: Operation<
  UploadSigningCertificateRequest,
  UploadSigningCertificateResponse
> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  const certificate = parse(input.CertificateBody)
  if (certificate.publicKey.asymmetricKeyType !== 'rsa') {
    refuse('InvalidCertificate', 'Signing certificates need an RSA key.')
  }
  const theirs = tx.signingCertificates.list().filter(belongsTo(user))
  if (theirs.some(({ pem }) => new X509Certificate(pem).raw.equals(certificate.raw))) {
    refuse('DuplicateCertificate', 'Certificate is already associated with the user.', 409)
  }
  if (theirs.length >= certificatesPerUser) refuse('LimitExceeded', 'Signing certificate limit exceeded')
  const saved = tx.signingCertificates.put({
    id: base32(createHash('sha1').update(certificate.raw).digest()),
    account: user.account,
    userName: user.name,
    pem: certificate.toString(),
    active: true,
    createdAt: tx.now,
  })
  return { Certificate: certificateView(saved) }
}

export const listSigningCertificates: Operation<
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse
> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  const { items, ...rest } = markedPage(
    tx.signingCertificates.list().filter(belongsTo(user)),
    input,
    ({ id }) => id,
  )
  return { Certificates: items.map(certificateView), ...rest }
}

const certificateView = ({ id, userName, pem, active, createdAt }: SigningCertificate): CertificateInfo => ({
  UserName: userName,
  CertificateId: id,
  CertificateBody: pem,
  Status: active ? 'Active' : 'Inactive',
  UploadDate: new Date(createdAt),
})
