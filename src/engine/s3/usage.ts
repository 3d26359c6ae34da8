// SPDX-License-Identifier: BSD-2-Clause
// What buckets hold, kept count of with every change, and the quotas that it is held against (engine-iam-elb, part 1 §5):
// `s3:quota-bucketnumber` with CreateBucket, and with PutObject, which is every way to store something,
// `s3:quota-bucketobjectnumber`, `s3:quota-bucketsize` and `s3:quota-buckettotalsize`, both in whole MiB. The last is of
// all buckets of the account, or of those that the user made. Eucalyptus ignores all of them in policies of groups.
import type { Demand } from '../access'
import type { Caller, Tx } from '../operation'
import type { Limit } from '../policy/contracts'
import { refuseAccess } from './access'
import { bucketArn, keyArn, limitsFor } from './demands'
import type { Bucket, BucketUsage } from './schema'

interface Change {
  readonly objects?: number
  readonly bytes?: number
}

/** Look at all there is: of a bucket that nobody has kept count of. */
const counted = (tx: Tx, bucket: string): BucketUsage => {
  let objects = 0
  let bytes = 0
  for (const version of tx.objects.scan({ under: [bucket] })) {
    if (version.deleteMarker) continue
    objects += 1
    bytes += version.bytes
  }
  for (const upload of tx.uploads.scan({ under: [bucket] })) {
    for (const part of tx.objectParts.scan({ under: [upload.id] })) bytes += part.bytes
  }
  return { bucket, objects, bytes }
}

/** Objects with all their versions, and parts of uploads that go on. */
export const usageOf = (tx: Tx, bucket: string): BucketUsage =>
  tx.bucketUsage.get(bucket) ?? counted(tx, bucket)

/** Take a change into account, before it is made. */
export const changeUsage = (tx: Tx, bucket: string, { objects = 0, bytes = 0 }: Change): void => {
  const was = usageOf(tx, bucket)
  tx.bucketUsage.put({ bucket, objects: was.objects + objects, bytes: was.bytes + bytes })
}

/** Buckets that a limit counts. */
const countedBuckets = (tx: Tx, caller: Caller, { scope }: Limit): readonly Bucket[] =>
  tx.buckets
    .list()
    .filter(
      ({ owner, createdBy }) =>
        owner.account === caller.account && (scope === 'account' || createdBy === makerOf(caller)),
    )

/** Whose quotas count what a caller makes: of a role's sessions it is the role. */
export const makerOf = ({ session, userId }: Caller): string => session?.holderId ?? userId

const keep = (limits: readonly Limit[], usage: (limit: Limit) => number): void => {
  for (const limit of limits) if (limit.scope !== 'group' && usage(limit) > limit.most) refuseAccess()
}

/** Refuse one more bucket where that is above a quota. A quota that is exceeded is access denied, as in Eucalyptus. */
export const checkBucketNumber = (tx: Tx, caller: Caller, name: string): void => {
  const demand: Demand = { action: 's3:CreateBucket', resource: bucketArn(name) }
  keep(
    limitsFor(tx, 's3:quota-bucketnumber', demand, caller),
    limit => countedBuckets(tx, caller, limit).length + 1,
  )
}

const mebibytes = (bytes: number): number => Math.floor(bytes / 1024 ** 2)

/** Refuse what is about to be stored where that is above a quota. */
export const checkStorage = (
  tx: Tx,
  bucket: Bucket,
  key: string,
  { objects = 0, bytes = 0 }: Change,
  caller: Caller = tx.caller,
): void => {
  const demand: Demand = { action: 's3:PutObject', resource: keyArn(bucket.name, key) }
  const limits = (name: string) => limitsFor(tx, `s3:quota-${name}`, demand, caller)
  const usage = () => usageOf(tx, bucket.name)
  if (objects > 0) keep(limits('bucketobjectnumber'), () => usage().objects + objects)
  if (bytes <= 0) return
  keep(limits('bucketsize'), () => mebibytes(usage().bytes + bytes))
  keep(limits('buckettotalsize'), limit => {
    const all = countedBuckets(tx, caller, limit).reduce((sum, { name }) => sum + usageOf(tx, name).bytes, 0)
    return mebibytes(all + bytes)
  })
}
