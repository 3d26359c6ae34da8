// SPDX-License-Identifier: BSD-2-Clause
// Accounts and what they begin with: an administrator, a pair of keys, a signing certificate.
import { makeDefaultVpc } from '../ec2/vpc/foundation'
import { hasVpcs, type Networking } from '../ec2/vpc/networking'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import type { CertificateRequest } from './certificates'
import type { AccessKey, Account, User } from './schema'
import { createServiceAccounts } from './system-accounts'
import { base32Text, identifier, secretText } from './texts'

export type Certify = (request: CertificateRequest) => string

/** The account whose users are cloud administrators. */
export const cloudAccountAlias = 'eucalyptus'

/** The account of the cloud's administrators. It is there from the beginning, and cannot go. */
export const cloudAccount = (tx: Tx): Account => {
  const account = tx.accounts.list().find(({ alias }) => alias === cloudAccountAlias)
  if (!account) throw new Error(`there is no account ${cloudAccountAlias}`)
  return account
}

export const createAccessKey = (tx: Tx, user: User): AccessKey =>
  tx.accessKeys.put({
    id: identifier(tx, 'AKI', 20),
    secret: secretText(tx),
    account: user.account,
    userName: user.name,
    active: true,
    createdAt: tx.now,
  })

/** Whom a signing certificate of the cloud's making names. */
export const signersName = ({ name }: User): CertificateRequest['subject'] => [
  ['CN', name],
  ['OU', 'Eucalyptus'],
  ['O', 'User'],
  ['C', 'US'],
]

/** A signing certificate whose private key the cloud made and keeps, so that `mallee credentials` can hand it out. */
export const createSigningCertificate = (tx: Tx, user: User, certify: Certify) => {
  const privateKey = tx.rsaKey()
  const pem = certify({
    privateKey,
    subject: signersName(user),
    serial: tx.random(8),
    now: tx.now,
  })
  return tx.signingCertificates.put({
    id: base32Text(tx, 24),
    account: user.account,
    userName: user.name,
    pem,
    privateKey,
    active: true,
    createdAt: tx.now,
  })
}

const freshNumber = (tx: Tx): string => {
  for (;;) {
    const number = String(tx.random(6).readUIntBE(0, 6) % 1e12).padStart(12, '1')
    if (!tx.accounts.get(number)) return number
  }
}

/** A new account with its user `admin`, who has nothing. Without an alias its number is its name. */
export const newAccount = (tx: Tx, alias?: string): { readonly account: Account; readonly admin: User } => {
  // An account's alias says who it is; that of the cloud's own makes administrators.
  if (alias !== undefined && tx.accounts.list().some(account => account.alias === alias)) {
    refuse('EntityAlreadyExists', `Account ${alias} already exists.`)
  }
  const id = freshNumber(tx)
  const account = tx.accounts.put({
    id,
    alias: alias ?? id,
    canonicalId: tx.random(32).toString('hex'),
    createdAt: tx.now,
  })
  const admin = tx.users.put({
    account: account.id,
    name: 'admin',
    path: '/',
    id: identifier(tx, 'AID'),
    createdAt: tx.now,
  })
  if (hasVpcs(tx)) makeDefaultVpc(tx, account.id)
  return { account, admin }
}

/** A new account whose administrator has keys and a certificate. */
export const createAccount = (tx: Tx, alias: string, certify: Certify): Account => {
  const { account, admin } = newAccount(tx, alias)
  createAccessKey(tx, admin)
  createSigningCertificate(tx, admin, certify)
  return account
}

/** What the cloud has before anybody comes: its own certificate, and the account `eucalyptus`. */
export const createCloud = (tx: Tx, certify: Certify, networking: Networking): void => {
  const privateKey = tx.rsaKey()
  const certificate = certify({
    privateKey,
    // engine-protocols §5.
    subject: [
      ['CN', 'eucalyptus'],
      ['OU', 'Eucalyptus'],
      ['O', 'Cloud'],
      ['C', 'US'],
    ],
    serial: tx.random(8),
    now: tx.now,
    isServers: true,
  })
  const account = createAccount(tx, cloudAccountAlias, certify)
  createServiceAccounts(tx, account)
  if (networking === 'vpc') makeDefaultVpc(tx, account.id)
  // Last, as its presence says that the rest is there.
  tx.cloudIdentity.put({ name: 'cloud', certificate, privateKey, networking })
}
