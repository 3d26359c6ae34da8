// SPDX-License-Identifier: BSD-2-Clause
// The files a user of this cloud is given (engine-protocols §6): `eucarc` to source, keys and certificates beside it.
import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { cloudAccount, createAccessKey } from './accounts'
import { accountNamed } from './callers'
import { derOf } from './certificates-text'
import type { User } from './schema'

export interface CredentialFile {
  readonly name: string
  readonly content: Buffer
}

export interface CredentialRequest {
  /** 12 digits, or an alias. */
  readonly account: string
  readonly user: string
  /** Such as `http://127.0.0.1:8773`. */
  readonly endpoint: string
}

const services: readonly (readonly [string, string])[] = [
  ['EC2_URL', 'compute'],
  ['EBS_URL', 'ebs'],
  ['S3_URL', 'objectstorage'],
  ['EUARE_URL', 'Euare'],
  ['AWS_IAM_URL', 'Euare'],
  ['TOKEN_URL', 'Tokens'],
  ['AWS_AUTO_SCALING_URL', 'AutoScaling'],
  ['AWS_CLOUDFORMATION_URL', 'CloudFormation'],
  ['AWS_CLOUDWATCH_URL', 'CloudWatch'],
  ['AWS_ELB_URL', 'LoadBalancing'],
  ['EUCA_BOOTSTRAP_URL', 'Empyrean'],
]

/** Without `prefix`, what the files of a certificate begin with, there is none. */
const eucarc = (
  endpoint: string,
  account: string,
  key: { readonly id: string; readonly secret: string },
  prefix: string | undefined,
) =>
  [
    // Works in bash, zsh and dash as far as each can tell where a sourced file is.
    'EUCA_KEY_DIR=$(cd "$(dirname "${BASH_SOURCE:-$0}")" && pwd -P)',
    ...services.map(([name, path]) => `export ${name}='${endpoint}/services/${path}'`),
    ...(prefix
      ? [
          `export EC2_PRIVATE_KEY="\${EUCA_KEY_DIR}/${prefix}-pk.pem"`,
          `export EC2_CERT="\${EUCA_KEY_DIR}/${prefix}-cert.pem"`,
        ]
      : ["echo 'WARN:  The private key of no certificate of this user is known.' >&2"]),
    'export EC2_JVM_ARGS="-Djavax.net.ssl.trustStore=${EUCA_KEY_DIR}/jssecacerts"',
    'export EUCALYPTUS_CERT="${EUCA_KEY_DIR}/cloud-cert.pem"',
    `export EC2_ACCOUNT_NUMBER='${account}'`,
    `export EC2_ACCESS_KEY='${key.id}'`,
    `export EC2_SECRET_KEY='${key.secret}'`,
    `export AWS_ACCESS_KEY='${key.id}'`,
    `export AWS_SECRET_KEY='${key.secret}'`,
    'export AWS_CREDENTIAL_FILE="${EUCA_KEY_DIR}/iamrc"',
    `export EC2_USER_ID='${account}'`,
    'alias ec2-bundle-image="ec2-bundle-image --cert ${EC2_CERT} --privatekey ${EC2_PRIVATE_KEY} --user ${EC2_ACCOUNT_NUMBER} --ec2cert ${EUCALYPTUS_CERT}"',
    'alias ec2-upload-bundle="ec2-upload-bundle -a ${EC2_ACCESS_KEY} -s ${EC2_SECRET_KEY} --url ${S3_URL}"',
    '',
  ].join('\n')

const utf = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** A Java key store (the JKS format, version 2) that trusts one certificate. */
const trustStore = (der: Buffer, alias: string, password: string, now: Date): Buffer => {
  const head = Buffer.alloc(16)
  head.writeUInt32BE(0xfeedfeed, 0)
  head.writeUInt32BE(2, 4)
  head.writeUInt32BE(1, 8)
  // Tag 2: a trusted certificate.
  head.writeUInt32BE(2, 12)
  const date = Buffer.alloc(8)
  date.writeBigUInt64BE(BigInt(now.getTime()))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(der.length)
  const body = Buffer.concat([head, utf(alias), date, utf('X.509'), length, der])
  const secret = Buffer.from(password, 'utf16le').swap16()
  // The format's own salt.
  const digest = createHash('sha1').update(secret).update('Mighty Aphrodite').update(body).digest()
  return Buffer.concat([body, digest])
}

const belongsTo =
  ({ account, name }: User) =>
  (record: { readonly account: string; readonly userName: string; readonly active: boolean }): boolean =>
    record.account === account && record.userName === name && record.active

/** Whose credentials are asked for. Refuses with NoSuchEntity when there is nobody, or he has no key to hand out. */
export const holderOf = (tx: Tx, request: Pick<CredentialRequest, 'account' | 'user'>) => {
  const account =
    accountNamed(tx, request.account) ??
    refuse('NoSuchEntity', `The account with name ${request.account} cannot be found.`)
  const user = tx.users.in(account.id).must(request.user)
  const key =
    tx.accessKeys.list().find(belongsTo(user)) ??
    refuse('NoSuchEntity', `The user ${user.name} has no active access key.`)
  return { account, user, key }
}

/** All files of a user's credentials. */
export const credentialFiles = (tx: Tx, request: CredentialRequest): readonly CredentialFile[] => {
  const { account, user, key } = holderOf(tx, request)
  const certificates = tx.signingCertificates.in(account.id).list().filter(belongsTo(user))
  const certificate = certificates.find(({ privateKey }) => privateKey !== undefined)
  const cloud = tx.cloudIdentity.must('cloud')
  const fingerprint = createHash('sha1')
    .update(derOf(certificate?.pem ?? cloud.certificate))
    .digest('hex')
  const prefix = `euca2-${user.name}-${fingerprint.slice(0, 8)}`
  const file = (name: string, content: string | Buffer): CredentialFile => ({
    name,
    content: Buffer.from(content),
  })
  return [
    file('eucarc', eucarc(request.endpoint, account.id, key, certificate && prefix)),
    file('iamrc', `AWSAccessKeyId=${key.id}\nAWSSecretKey=${key.secret}\n`),
    file('cloud-cert.pem', cloud.certificate),
    file('jssecacerts', trustStore(derOf(cloud.certificate), 'eucalyptus', 'changeit', tx.now)),
    ...(certificate ? [file(`${prefix}-cert.pem`, certificate.pem)] : []),
    ...(certificate?.privateKey ? [file(`${prefix}-pk.pem`, certificate.privateKey)] : []),
  ]
}

/** Those of the cloud's administrator, which is whoever has the folder: also where he deleted or set aside every key. */
export const administratorsFiles = (tx: Tx, endpoint: string): readonly CredentialFile[] => {
  const admin = tx.users.in(cloudAccount(tx).id).must('admin')
  if (!tx.accessKeys.list().some(belongsTo(admin))) createAccessKey(tx, admin)
  return credentialFiles(tx, { account: admin.account, user: admin.name, endpoint })
}

/** Write the files to a folder that only its owner can enter; each appears whole or not at all. */
export const writeCredentialFolder = (folder: string, files: readonly CredentialFile[]): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const { name, content } of files) {
    const temporary = join(folder, `.${name}.${process.pid}`)
    try {
      writeFileSync(temporary, content, { mode: 0o600 })
      renameSync(temporary, join(folder, name))
    } catch (error) {
      rmSync(temporary, { force: true })
      throw Object.assign(error as Error, { path: join(folder, name), dest: undefined })
    }
  }
}

const comment = 'To setup the environment run: source /path/to/eucarc'

/** The files as a zip archive with Eucalyptus' comment; entries have mode 0600. */
export const zipOf = (files: readonly CredentialFile[], now: Date): Buffer => {
  const entries = Object.fromEntries(
    files.map(({ name, content }) => [
      name,
      [new Uint8Array(content), { os: 3, attrs: (0o100600 << 16) >>> 0, mtime: now }] as const,
    ]),
  )
  const zip = zipSync(entries as never)
  // fflate writes no archive comment: its two length bytes are the last of the file.
  const text = strToU8(comment)
  const length = Buffer.alloc(2)
  length.writeUInt16LE(text.length)
  return Buffer.concat([zip.subarray(0, -2), length, text])
}
