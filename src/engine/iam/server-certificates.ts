// SPDX-License-Identifier: BSD-2-Clause
// Certificates that a server of the account's shows, a load balancer: PEM, with its key and the chain to whom
// clients trust. What is kept is checked, as AWS does and Eucalyptus did not: a pair that does not match, or a chain in the
// wrong order, is found out when it is uploaded, and not by the first client.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type {
  DeleteServerCertificateRequest,
  GetServerCertificateRequest,
  GetServerCertificateResponse,
  ListServerCertificatesRequest,
  ListServerCertificatesResponse,
  ServerCertificateMetadata,
  UpdateServerCertificateRequest,
  UploadServerCertificateRequest,
  UploadServerCertificateResponse,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { certificateMoved, certificateUser } from '../elb/certificates'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { arnOf } from './arns'
import { pathGiven } from './entity-names'
import { markedPage } from './marked-pages'
import { checkQuota } from './quotas'
import type { ServerCertificate } from './schema'
import { taggedWith, tagsShown } from './tags'
import { identifier } from './texts'

const longestBody = 16_384
const longestChain = 2_097_152
const longestKey = 16_384
// Each is parsed and its signature checked.
const mostInChain = 10

/** Who says that a certificate is in use: one function a service, that tells what uses it. */
export const serverCertificateUsers: ((tx: Tx, arn: string) => string | undefined)[] = [certificateUser]

export const existingCertificate = (tx: Tx, name: string | undefined): ServerCertificate => {
  if (!name) return refuse('InvalidName', 'Certificate name is empty')
  return (
    tx.serverCertificates.get(name) ?? refuse('NoSuchEntity', `Server certificate ${name} does not exist`)
  )
}

const nameGiven = (name: string | undefined): string => {
  if (!name) return refuse('InvalidName', 'Certificate name is empty')
  // As Eucalyptus has it: without the underscore that other names may have.
  return name.length <= 128 && /^[A-Za-z0-9+=,.@-]+$/.test(name)
    ? name
    : refuse('ValidationError', `Server certificate name ${name} is invalid format.`)
}

interface OfCertificate {
  readonly ServerCertificateName?: string | undefined
}

const certificateArn = (tx: Tx, name: string): string =>
  arnOf('server-certificate', tx.serverCertificates.get(name) ?? { account: tx.caller.account, name })

export const onCertificate = (tx: Tx, { ServerCertificateName: name = '' }: OfCertificate): Demand[] => [
  { resource: certificateArn(tx, name) },
]

export const onNewCertificate = (tx: Tx, input: UploadServerCertificateRequest): Demand[] => [
  {
    resource: arnOf('server-certificate', {
      account: tx.caller.account,
      path: pathGiven(input.Path),
      name: input.ServerCertificateName ?? '',
    }),
  },
]

/** Both what it is and what it will be. */
export const onRenamedCertificate = (tx: Tx, input: UpdateServerCertificateRequest): Demand[] => {
  const { ServerCertificateName: name = '', NewServerCertificateName, NewPath } = input
  const now = tx.serverCertificates.get(name)
  const path = NewPath ? pathGiven(NewPath) : (now?.path ?? '/')
  const renamed = { account: tx.caller.account, path, name: NewServerCertificateName ?? name }
  return [{ resource: certificateArn(tx, name) }, { resource: arnOf('server-certificate', renamed) }]
}

const malformed = (message: string): never => refuse('MalformedCertificate', message)

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

const certificatesOf = (text: string, what: string): readonly X509Certificate[] => {
  const blocks = text.match(block) ?? []
  const isWhole = text.replace(block, '').trim() === ''
  if (blocks.length === 0 || !isWhole)
    malformed(`Unable to parse ${what}. Please ensure that it is in PEM format.`)
  if (blocks.length > mostInChain)
    malformed(`There are more than ${mostInChain} certificates in the ${what}.`)
  try {
    return blocks.map(pem => new X509Certificate(pem))
  } catch {
    return malformed(`Unable to parse ${what}. Please ensure that it is in PEM format.`)
  }
}

const bodyGiven = (text: string | undefined): X509Certificate => {
  if (!text || text.length > longestBody) return malformed('Invalid certificate body.')
  const [own, ...others] = certificatesOf(text, 'certificate')
  if (!own || others.length > 0)
    return malformed('The certificate body must hold one certificate; the others go to the chain.')
  return own
}

const keyGiven = (text: string | undefined): KeyObject => {
  const unreadable = (): never =>
    malformed('Private key is not in PEM format, or is encrypted with a password. Neither is supported.')
  if (!text || text.length > longestKey) return unreadable()
  try {
    return createPrivateKey(text)
  } catch {
    return unreadable()
  }
}

const checkPeriod = (certificate: X509Certificate, now: Date): Date => {
  const expiry = new Date(certificate.validTo)
  if (expiry <= now) malformed(`The certificate expired at ${expiry.toISOString()}.`)
  if (new Date(certificate.validFrom) > now) {
    malformed(`The certificate is not valid before ${new Date(certificate.validFrom).toISOString()}.`)
  }
  return expiry
}

/** Each signed by the next, as servers send them. The last signer may be left out. */
const checkChain = (own: X509Certificate, text: string | undefined, now: Date): string | undefined => {
  if (text === undefined || text.trim() === '') return undefined
  if (text.length > longestChain) malformed('Invalid certificate chain.')
  const chain = certificatesOf(text, 'certificate chain')
  let signed = own
  for (const signer of chain) {
    const isInOrder = signed.checkIssued(signer) && signed.verify(signer.publicKey)
    if (!isInOrder) {
      malformed(
        'Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order.',
      )
    }
    if (!signer.ca) malformed('The certificate chain has a certificate that may not sign others.')
    checkPeriod(signer, now)
    signed = signer
  }
  return text
}

export const uploadServerCertificate: Operation<
  UploadServerCertificateRequest,
  UploadServerCertificateResponse
> = (tx, input) => {
  const name = nameGiven(input.ServerCertificateName)
  const path = pathGiven(input.Path)
  const tagged = taggedWith(undefined, input.Tags)
  const own = bodyGiven(input.CertificateBody)
  const key = keyGiven(input.PrivateKey)
  const expiresAt = checkPeriod(own, tx.now)
  if (!own.checkPrivateKey(key)) {
    refuse('KeyPairMismatch', 'The private key does not match the public key of the certificate.')
  }
  const chain = checkChain(own, input.CertificateChain, tx.now)
  if (tx.serverCertificates.get(name)) {
    refuse('EntityAlreadyExists', `Server certificate ${name} already exists.`)
  }
  const count = tx.serverCertificates.list().length
  checkQuota(tx, 'servercertificatenumber', count, 'Server certificate quota exceeded')
  const saved = tx.serverCertificates.put({
    account: tx.caller.account,
    name,
    path,
    id: identifier(tx, 'ASC'),
    createdAt: tx.now,
    body: input.CertificateBody ?? '',
    ...(chain && { chain }),
    privateKey: input.PrivateKey ?? '',
    expiresAt,
    ...tagged,
  })
  return { ServerCertificateMetadata: metadata(saved), ...tagsShown(saved) }
}

/** The key is not told again. Without the ends of lines around it, as AWS has it and programs compare it. */
export const getServerCertificate: Operation<GetServerCertificateRequest, GetServerCertificateResponse> = (
  tx,
  { ServerCertificateName },
) => {
  const certificate = existingCertificate(tx, ServerCertificateName)
  return {
    ServerCertificate: {
      ServerCertificateMetadata: metadata(certificate),
      CertificateBody: certificate.body.trim(),
      ...tagsShown(certificate),
      ...(certificate.chain === undefined ? {} : { CertificateChain: certificate.chain.trim() }),
    },
  }
}

export const listServerCertificates: Operation<
  ListServerCertificatesRequest,
  ListServerCertificatesResponse
> = (tx, input) => {
  const certificates = tx.serverCertificates
    .list()
    .filter(({ path }) => path.startsWith(input.PathPrefix || '/'))
    .filter(certificate => tx.permits({ resource: arnOf('server-certificate', certificate) }))
  const { items, ...rest } = markedPage(certificates, input, ({ name }) => name)
  return { ServerCertificateMetadataList: items.map(metadata), ...rest }
}

export const updateServerCertificate: Operation<UpdateServerCertificateRequest, object> = (tx, input) => {
  const certificate = existingCertificate(tx, input.ServerCertificateName)
  const { NewServerCertificateName: newName, NewPath } = input
  const name = newName ? nameGiven(newName) : certificate.name
  const path = NewPath ? pathGiven(NewPath) : certificate.path
  if (name !== certificate.name && tx.serverCertificates.get(name)) {
    refuse('EntityAlreadyExists', `Server certificate ${name} already exists.`)
  }
  tx.serverCertificates.delete(certificate.name)
  const moved = tx.serverCertificates.put({ ...certificate, name, path })
  certificateMoved(tx, arnOf('server-certificate', certificate), arnOf('server-certificate', moved))
  return {}
}

export const deleteServerCertificate: Operation<DeleteServerCertificateRequest, object> = (
  tx,
  { ServerCertificateName },
) => {
  const certificate = existingCertificate(tx, ServerCertificateName)
  const arn = arnOf('server-certificate', certificate)
  const user = serverCertificateUsers.map(uses => uses(tx, arn)).find(one => one !== undefined)
  if (user) refuse('DeleteConflict', `Server certificate ${certificate.name} is in use by ${user}`)
  tx.serverCertificates.delete(certificate.name)
  return {}
}

const metadata = (certificate: ServerCertificate): ServerCertificateMetadata => ({
  Path: certificate.path,
  ServerCertificateName: certificate.name,
  ServerCertificateId: certificate.id,
  Arn: arnOf('server-certificate', certificate),
  UploadDate: new Date(certificate.createdAt),
  Expiration: certificate.expiresAt,
})
