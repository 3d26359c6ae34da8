// SPDX-License-Identifier: BSD-2-Clause
// Certificates that users sign manifests with.
import { createHash, X509Certificate } from 'node:crypto'
import type {
  SigningCertificate as CertificateInfo,
  DeleteSigningCertificateRequest,
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse,
  UpdateSigningCertificateRequest,
  UploadSigningCertificateRequest,
  UploadSigningCertificateResponse,
} from '@aws-sdk/client-iam'
import type { CreateSigningCertificateRequest, CreateSigningCertificateResponse } from '../../schemas/euare'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { isActiveGiven } from './access-keys'
import { signersName } from './accounts'
import { userNamed } from './identity-demands'
import { markedPage } from './marked-pages'
import type { SigningCertificate, User } from './schema'
import { certificatesOf } from './user-belongings'

// `authentication.signing_certificates_limit`
const certificatesPerUser = 2

const base32 = (bytes: Buffer): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map(five => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** The id is made from the certificate, so that the same one is noticed when it comes again. */
const idOf = (certificate: X509Certificate): string =>
  base32(createHash('sha1').update(certificate.raw).digest())

const parse = (body: string | undefined): X509Certificate => {
  if (!body) return refuse('MalformedCertificate', 'Empty certificate body')
  try {
    return new X509Certificate(body)
  } catch {
    // What OpenSSL says of a text that is no certificate helps nobody.
    return refuse('MalformedCertificate', 'Certificate body could not be parsed.')
  }
}

const checkRoom = (tx: Tx, user: User): void => {
  if (certificatesOf(tx, user).length >= certificatesPerUser) {
    refuse('LimitExceeded', 'Signing certificate limit exceeded')
  }
}

const keep = (tx: Tx, user: User, certificate: X509Certificate, privateKey?: string): SigningCertificate =>
  tx.signingCertificates.put({
    id: idOf(certificate),
    account: user.account,
    userName: user.name,
    pem: certificate.toString(),
    ...(privateKey === undefined ? {} : { privateKey }),
    active: true,
    createdAt: tx.now,
  })

/** One certificate speaks for one user, in all the cloud: signatures are looked up by it. */
const isTaken = (tx: Tx, certificate: X509Certificate): boolean => {
  const pem = certificate.toString().trim()
  const id = idOf(certificate)
  return tx.signingCertificates.everywhere().some(other => other.id === id || other.pem.trim() === pem)
}

export const uploadSigningCertificate: Operation<
  UploadSigningCertificateRequest,
  UploadSigningCertificateResponse
> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  const certificate = parse(input.CertificateBody)
  if (certificate.publicKey.asymmetricKeyType !== 'rsa') {
    refuse('InvalidCertificate', 'Signing certificates need an RSA key.')
  }
  if (new Date(certificate.validTo) < tx.now) refuse('InvalidCertificate', 'Certificate has expired.')
  if (isTaken(tx, certificate)) {
    refuse('DuplicateCertificate', 'Trying to upload duplicate certificate', 409)
  }
  checkRoom(tx, user)
  return { Certificate: certificateView(keep(tx, user, certificate)) }
}

/** A pair that the cloud makes for a user. */
const makeCertificate = (tx: Tx, user: User): SigningCertificate & { readonly privateKey: string } => {
  // Here, as making certificates takes longer to load than most requests take to answer.
  const { selfSigned } = require('./certificates') as typeof import('./certificates')
  const privateKey = tx.rsaKey()
  const request = { privateKey, subject: signersName(user), serial: tx.random(8), now: tx.now }
  return { ...keep(tx, user, new X509Certificate(selfSigned(request)), privateKey), privateKey }
}

/** The private key is told once, and kept for `mallee credentials`. */
export const createSigningCertificate: Operation<
  CreateSigningCertificateRequest,
  CreateSigningCertificateResponse
> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  checkRoom(tx, user)
  const { privateKey: PrivateKey, ...saved } = makeCertificate(tx, user)
  return { Certificate: { ...certificateView(saved), PrivateKey } }
}

/**
 * For a user's credentials: the pair that the cloud made for him, and if there is none, a new one. Undefined when he has
 * as many as he may have, all of his own making.
 */
export const handedOut = (tx: Tx, user: User): SigningCertificate | undefined => {
  const theirs = certificatesOf(tx, user)
  const whole = theirs.find(({ active, privateKey }) => active && privateKey !== undefined)
  if (whole || theirs.length >= certificatesPerUser) return whole
  return makeCertificate(tx, user)
}

export const listSigningCertificates: Operation<
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse
> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  const { items, ...rest } = markedPage(certificatesOf(tx, user), input, ({ id }) => id)
  return { Certificates: items.map(certificateView), ...rest }
}

const certificateNamed = (tx: Tx, userName: string | undefined, id: string | undefined) => {
  const user = userNamed(tx, userName)
  if (!id) return refuse('InvalidId', 'Empty certificate id')
  const found = certificatesOf(tx, user).find(certificate => certificate.id === id)
  return found ?? refuse('NoSuchEntity', `Can not find the certificate ${id}`)
}

export const updateSigningCertificate: Operation<UpdateSigningCertificateRequest, object> = (tx, input) => {
  const certificate = certificateNamed(tx, input.UserName, input.CertificateId)
  tx.signingCertificates.put({ ...certificate, active: isActiveGiven(input.Status) })
  return {}
}

export const deleteSigningCertificate: Operation<DeleteSigningCertificateRequest, object> = (tx, input) => {
  tx.signingCertificates.delete(certificateNamed(tx, input.UserName, input.CertificateId).id)
  return {}
}

const certificateView = ({ id, userName, pem, active, createdAt }: SigningCertificate) =>
  ({
    UserName: userName,
    CertificateId: id,
    CertificateBody: pem,
    Status: active ? ('Active' as const) : ('Inactive' as const),
    UploadDate: new Date(createdAt),
  }) satisfies CertificateInfo
