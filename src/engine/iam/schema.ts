// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../errors'
import { table } from '../store/table'

/** `id` is the account number: 12 digits. `canonicalId` is S3's name for it: 64 hex digits. */
export interface Account {
  readonly id: string
  readonly alias: string
  readonly canonicalId: string
  readonly createdAt: Date
}

export interface User {
  readonly account: string
  readonly name: string
  readonly path: string
  /** `AIDA…`, as IAM shows it. */
  readonly id: string
  readonly createdAt: Date
}

export interface AccessKey {
  readonly id: string
  readonly secret: string
  readonly account: string
  readonly userName: string
  readonly active: boolean
  readonly createdAt: Date
}

/** A user's signing certificate. `privateKey` is kept only where the cloud made the pair. */
export interface SigningCertificate {
  readonly id: string
  readonly account: string
  readonly userName: string
  readonly pem: string
  readonly privateKey?: string
  readonly active: boolean
  readonly createdAt: Date
}

/** The cloud's own pair: image keys are wrapped for it, and clients may check the server by it. PEM both. */
export interface CloudIdentity {
  readonly name: 'cloud'
  readonly certificate: string
  readonly privateKey: string
}

const noSuchEntity = (what: string) => (name: string | number) =>
  refuse('NoSuchEntity', `The ${what} with name ${name} cannot be found.`, 404)

export const iamTables = {
  accounts: table<Account>({ scope: 'cloud', key: account => account.id, missing: noSuchEntity('account') }),
  users: table<User>({ scope: 'account', key: user => user.name, missing: noSuchEntity('user') }),
  accessKeys: table<AccessKey>({ scope: 'cloud', key: key => key.id, missing: noSuchEntity('access key') }),
  signingCertificates: table<SigningCertificate>({
    scope: 'account',
    key: certificate => certificate.id,
    missing: noSuchEntity('certificate'),
  }),
  cloudIdentity: table<CloudIdentity>({ scope: 'cloud', key: identity => identity.name }),
}
