// SPDX-License-Identifier: BSD-2-Clause
// Where signals for wait conditions are put: a bucket with versions that the service's own account has. Nobody is in that
// account. A handle's URL is signed with temporary keys of a role there, good for twelve hours, and for nothing but to
// put this one object (engine-cloudformation-cloudwatch, part 1 §7).
import { systemCaller } from '../../callers'
import { accountNamed } from '../../iam/callers'
import type { Account, Role } from '../../iam/schema'
import { identifier } from '../../iam/texts'
import type { Caller, Tx } from '../../operation'
import { type Bucket, type StoredObject, sortable } from '../../s3/schema'
import { slicesOf } from '../../s3/versions'
import { type IssuedSession, issueSession } from '../../sts/sessions'
import { services } from './services'

const validSeconds = 12 * 3600
const bucketPrefix = 'cf-waitcondition-'
const roleName = 'wait-condition-handles'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
/** Signals that are longer are none. */
const longestSignal = 102_400
/** Of a key, as S3 has it. */
const longestKey = 1024
/** More versions than these, and more bytes, are not looked at: every condition looks at them every few seconds. */
const mostSignals = 1000
const mostBytes = 2 ** 20

const serviceAccount = (tx: Tx): Account => {
  const account = accountNamed(tx, '(eucalyptus)cloudformation')
  if (!account) throw new Error('the account of CloudFormation is missing')
  return account
}

const asService = (tx: Tx, operation: string, input: object): void => {
  const { id: account, alias: accountAlias, canonicalId } = serviceAccount(tx)
  const caller: Caller = { ...systemCaller, account, accountAlias, canonicalId }
  const entry = services.s3.operations[operation]
  if (!entry) throw new Error(`S3 has no operation ${operation}`)
  entry.run(tx.as(caller, { service: services.s3, operation }), input as never)
}

const isForSignals = (tx: Tx, { name, owner }: Bucket): boolean =>
  name.startsWith(bucketPrefix) && owner.account === serviceAccount(tx).id

/** Whether signals are put there: what somebody gives for a handle may be anything. */
export const isSignalPlace = (tx: Tx, { bucket, key }: SignalPlace): boolean => {
  const known = tx.buckets.get(bucket)
  return known !== undefined && isForSignals(tx, known) && key.length <= longestKey
}

/** The one bucket for all signals; made when it is first wanted. */
const signalBucket = (tx: Tx): string => {
  const known = tx.buckets.list().find(bucket => isForSignals(tx, bucket))
  if (known) return known.name
  const suffix = [...tx.random(13)].map(byte => letters[byte % letters.length]).join('')
  const Bucket = `${bucketPrefix}${suffix}`.toLowerCase()
  asService(tx, 'CreateBucket', { Bucket })
  asService(tx, 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } })
  return Bucket
}

const document = (Effect: 'Allow' | 'Deny', statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, ...statement }] })

/** Nobody may assume it: sessions of it are given out here alone. */
const handleRole = (tx: Tx): Role => {
  const account = serviceAccount(tx).id
  const known = tx.roles.in(account).get(roleName)
  if (known) return known
  const allowed = document('Allow', { Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucketPrefix}*/*` })
  const inline = [{ name: 'put-signals', document: allowed }]
  tx.heldPolicies.in(account).put({ account, holder: `role/${roleName}`, inline, attached: [] })
  const trust = document('Deny', { Principal: '*', Action: 'sts:AssumeRole' })
  return tx.roles.in(account).put({
    account,
    id: identifier(tx, 'ARO'),
    name: roleName,
    path: '/',
    createdAt: tx.now,
    trust,
  })
}

export interface SignalPlace {
  readonly bucket: string
  readonly key: string
}

export interface Handle extends SignalPlace, IssuedSession {
  readonly validSeconds: number
}

/** Keys for putting signals at a place. */
export const openHandle = (tx: Tx, key: string): Handle => {
  const bucket = signalBucket(tx)
  const role = handleRole(tx)
  const policy = document('Allow', { Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/${key}` })
  const wish = {
    ...{ account: role.account, kind: 'role' as const, holderName: role.name, holderId: role.id },
    ...{ name: 'signal', policies: [policy] },
  }
  return { bucket, key, validSeconds, ...issueSession(tx, wish, validSeconds) }
}

const versionsAt = (tx: Tx, { bucket, key }: SignalPlace) => [
  ...tx.objects.scan({ under: [bucket, sortable(key)] }),
]

// A thousand files take a twentieth of a second to read, and two hundred conditions may wait for the same signals.
const mostKept = 16 * 2 ** 20
const kept = new Map<string, string>()
let keptBytes = 0

/** Texts are known by their digests. */
const textOf = (tx: Tx, version: StoredObject): string => {
  const name = `${version.etag} ${version.bytes}`
  const known = kept.get(name)
  if (known !== undefined) return known
  const { slices } = slicesOf(tx, version)
  const bytes = Buffer.concat(slices.map(({ blob, start, end }) => tx.readBlob(blob, start, end)))
  const text = bytes.toString('utf8')
  if (keptBytes + version.bytes > mostKept) {
    kept.clear()
    keptBytes = 0
  }
  kept.set(name, text)
  keptBytes += version.bytes
  return text
}

/** What was put there, oldest first. */
export const signalTexts = (tx: Tx, place: SignalPlace): readonly string[] => {
  let left = mostBytes
  return versionsAt(tx, place)
    .filter((version): version is StoredObject => !version.deleteMarker && version.bytes <= longestSignal)
    .reverse()
    .slice(0, mostSignals)
    .filter(({ bytes }) => {
      left -= bytes
      return left >= 0
    })
    .map(version => textOf(tx, version))
}

/** What was put there goes, and the keys are good for nothing any more. */
export const closeHandle = (tx: Tx, place: SignalPlace, sessionId: string): void => {
  for (const { versionId: VersionId } of versionsAt(tx, place)) {
    asService(tx, 'DeleteObject', { Bucket: place.bucket, Key: place.key, VersionId })
  }
  tx.sessions.delete(sessionId)
}
