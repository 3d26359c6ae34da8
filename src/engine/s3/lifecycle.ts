// SPDX-License-Identifier: BSD-2-Clause
// Rules by which objects expire and unfinished uploads end. A pass goes through the bucket at midnight (UTC), in
// portions that each are a transaction; a rule's days count from the midnight after an object was put.
import type {
  DeleteBucketLifecycleRequest,
  GetBucketLifecycleConfigurationOutput,
  GetBucketLifecycleConfigurationRequest,
  LifecycleRule,
  PutBucketLifecycleConfigurationOutput,
  PutBucketLifecycleConfigurationRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { refuseXml } from '../wire/xml-reader'
import { bucketFor } from './demands'
import type { Bucket, StoredObject, TransitionMinimum } from './schema'
import { removeUpload } from './uploads'
import { addDeleteMarker, removeVersion } from './versions'
import { walk } from './walk'

const daySeconds = 24 * 3600
const dayMs = daySeconds * 1000

export const getBucketLifecycleConfiguration: Operation<
  GetBucketLifecycleConfigurationRequest,
  GetBucketLifecycleConfigurationOutput
> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'GetBucketLifecycleConfiguration')
  if (!bucket.lifecycle) {
    return refuse('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', 404, {
      BucketName: bucket.name,
    })
  }
  return { Rules: [...bucket.lifecycle], ...transitionMinimum(bucket) }
}

/** Objects below it are left where they are. Nothing is moved here; AWS tells what was said of it, and programs wait for that. */
const transitionMinimum = ({ transitionMinimum = 'all_storage_classes_128K' }: Bucket) => ({
  TransitionDefaultMinimumObjectSize: transitionMinimum,
})

const transitionMinimums = ['all_storage_classes_128K', 'varies_by_storage_class'] as const

const checkedMinimum = (given: string | undefined): { readonly transitionMinimum?: TransitionMinimum } => {
  if (!given) return {}
  const known = transitionMinimums.find(one => one === given)
  return known
    ? { transitionMinimum: known }
    : refuse('InvalidArgument', `Invalid TransitionDefaultMinimumObjectSize found: ${given}`, 400)
}

export const putBucketLifecycleConfiguration: Operation<
  PutBucketLifecycleConfigurationRequest,
  PutBucketLifecycleConfigurationOutput
> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'PutBucketLifecycleConfiguration')
  if (bucket.versioning) {
    refuse(
      'InvalidBucketState',
      'Lifecycle configuration is not currently supported on a bucket that has versioning enabled.',
      409,
      { BucketName: bucket.name },
    )
  }
  const lifecycle = checkedRules(tx, input.LifecycleConfiguration?.Rules ?? [])
  const isPlanned = bucket.lifecyclePass !== undefined
  const minimum = checkedMinimum(input.TransitionDefaultMinimumObjectSize)
  const { transitionMinimum: _, ...others } = bucket
  const changed = { ...others, lifecycle, ...minimum }
  tx.buckets.put({ ...changed, ...(isPlanned ? {} : planPass(tx, bucket)) })
  return transitionMinimum(changed)
}

export const deleteBucketLifecycle: Operation<DeleteBucketLifecycleRequest, {}> = (tx, input) => {
  const { lifecycle: _, transitionMinimum: __, ...bucket } = bucketFor(tx, input, 'DeleteBucketLifecycle')
  tx.buckets.put(bucket)
  return {}
}

const midnightAfter = (time: number): number => (Math.floor(time / dayMs) + 1) * dayMs

const planPass = (tx: Tx, bucket: Bucket): { readonly lifecyclePass: number } => {
  const lifecyclePass = midnightAfter(tx.now.getTime())
  const seconds = (lifecyclePass - tx.now.getTime()) / 1000
  tx.after(seconds, 's3.lifecycle.due', JSON.stringify([bucket.name, lifecyclePass, '']))
  return { lifecyclePass }
}

// Limit of the S3 API, and of Eucalyptus.
const rulesAtMost = 1000

const checkedRules = (tx: Tx, rules: readonly LifecycleRule[]): LifecycleRule[] => {
  if (rules.length === 0 || rules.length > rulesAtMost) refuseXml()
  const ids = new Set<string>()
  return rules.map(rule => {
    const ID = rule.ID || tx.random(16).toString('hex')
    if (ID.length > 255) refuse('InvalidArgument', 'ID length should not exceed allowed limit of 255', 400)
    if (ids.has(ID)) {
      refuse('InvalidArgument', 'Rule ID must be unique. Found same ID for more than one rule', 400)
    }
    ids.add(ID)
    checkRule(rule)
    return { ...rule, ID }
  })
}

const checkRule = (rule: LifecycleRule): void => {
  const { Expiration, AbortIncompleteMultipartUpload, Status } = rule
  if (Status !== 'Enabled' && Status !== 'Disabled') refuseXml()
  if (
    rule.Transitions?.length ||
    rule.NoncurrentVersionTransitions?.length ||
    rule.NoncurrentVersionExpiration ||
    Expiration?.ExpiredObjectDeleteMarker
  ) {
    refuse(
      'NotImplemented',
      'Lifecycle rules of this cloud expire objects and end unfinished uploads only',
      501,
    )
  }
  if (!Expiration && !AbortIncompleteMultipartUpload) {
    refuse('InvalidRequest', 'At least one action needs to be specified in a rule', 400)
  }
  if (Expiration && (Expiration.Days === undefined) === (Expiration.Date === undefined)) refuseXml()
  checkDays(Expiration?.Days, 'Expiration')
  checkDays(AbortIncompleteMultipartUpload?.DaysAfterInitiation, 'AbortIncompleteMultipartUpload')
  if (Expiration?.Date && Expiration.Date.getTime() % dayMs !== 0) {
    refuse('InvalidArgument', "'Date' must be at midnight GMT", 400)
  }
}

const checkDays = (days: number | undefined, action: string): void => {
  if (days !== undefined && !(Number.isInteger(days) && days > 0)) {
    refuse('InvalidArgument', `'Days' for ${action} action must be a positive integer`, 400)
  }
}

const concerns = (rule: LifecycleRule, object: StoredObject): boolean => {
  const and = rule.Filter?.And
  const prefix = rule.Prefix ?? rule.Filter?.Prefix ?? and?.Prefix ?? ''
  const tags = [...(rule.Filter?.Tag ? [rule.Filter.Tag] : []), ...(and?.Tags ?? [])]
  const above = rule.Filter?.ObjectSizeGreaterThan ?? and?.ObjectSizeGreaterThan ?? -1
  const below = rule.Filter?.ObjectSizeLessThan ?? and?.ObjectSizeLessThan ?? Number.POSITIVE_INFINITY
  return (
    rule.Status === 'Enabled' &&
    object.key.startsWith(prefix) &&
    object.bytes > above &&
    object.bytes < below &&
    tags.every(tag => object.tags.some(({ Key, Value }) => Key === tag.Key && Value === tag.Value))
  )
}

/** When (ms) an object expires, and the id of the rule that says so. */
const expiryOf = (bucket: Bucket, object: StoredObject): { at: number; rule: string } | undefined => {
  const expiries = (bucket.lifecycle ?? [])
    .filter(rule => rule.Expiration && concerns(rule, object))
    .map(rule => ({
      at:
        rule.Expiration?.Date?.getTime() ??
        midnightAfter(object.modifiedAt.getTime() + (rule.Expiration?.Days ?? 0) * dayMs - 1),
      rule: rule.ID ?? '',
    }))
  return expiries.sort((a, b) => a.at - b.at)[0]
}

/** The `x-amz-expiration` header of an object that is to expire. */
export const expirationView = (bucket: Bucket, object: StoredObject): { Expiration?: string } => {
  const expiry = expiryOf(bucket, object)
  if (!expiry) return {}
  const date = new Date(expiry.at).toUTCString()
  return { Expiration: `expiry-date="${date}", rule-id="${encodeURIComponent(expiry.rule)}"` }
}

// Objects that one transaction looks at.
const portion = 1000

/** Task at midnight: end what has expired among the next objects of a bucket, and plan to go on. */
export const lifecycleDue = (tx: Tx, target: string): void => {
  const [name = '', pass = 0, after = ''] = JSON.parse(target) as [string?, number?, string?]
  const bucket = tx.buckets.get(name)
  // The bucket is gone, or is another of the same name that has passes of its own.
  if (!bucket || bucket.lifecyclePass !== pass) return
  if (!bucket.lifecycle) {
    const { lifecyclePass: _, ...rest } = bucket
    tx.buckets.put(rest)
    return
  }
  if (after === '') endUploads(tx, bucket)
  const { entries, isTruncated } = walk(tx.objects, {
    bucket: name,
    prefix: '',
    delimiter: '',
    after,
    limit: portion,
    firstOnly: true,
    isShown: version => !version.deleteMarker,
  })
  let last = after
  for (const entry of entries) {
    if (!('record' in entry) || entry.record.deleteMarker) continue
    last = entry.record.key
    const expiry = expiryOf(bucket, entry.record)
    if (!expiry || expiry.at > tx.now.getTime()) continue
    if (bucket.versioning) addDeleteMarker(tx, bucket, last, bucket.owner)
    else removeVersion(tx, entry.record)
  }
  if (isTruncated) tx.after(0, 's3.lifecycle.due', JSON.stringify([name, pass, last]))
  else tx.buckets.put({ ...bucket, ...planPass(tx, bucket) })
}

const endUploads = (tx: Tx, bucket: Bucket): void => {
  for (const upload of [...tx.uploads.scan({ under: [bucket.name] })]) {
    const isDue = bucket.lifecycle?.some(rule => {
      const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation
      const prefix = rule.Prefix ?? rule.Filter?.Prefix ?? rule.Filter?.And?.Prefix ?? ''
      return (
        days !== undefined &&
        rule.Status === 'Enabled' &&
        upload.key.startsWith(prefix) &&
        midnightAfter(upload.startedAt.getTime() + days * dayMs - 1) <= tx.now.getTime()
      )
    })
    if (isDue) removeUpload(tx, upload)
  }
}
