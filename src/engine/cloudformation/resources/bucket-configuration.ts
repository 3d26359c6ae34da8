// SPDX-License-Identifier: BSD-2-Clause
// What a template says of a bucket beside its name, and the requests that it comes to.
import type { CORSRule, LifecycleRule } from '@aws-sdk/client-s3'
import { ResourceFailure, type Work } from './contracts'
import { boolean, inPlace, integer, listOf, objectOf, required, text, texts, type ValuesOf } from './kinds'
import { services } from './services'

const corsRule = objectOf({
  AllowedHeaders: texts,
  AllowedMethods: required(texts),
  AllowedOrigins: required(texts),
  ExposedHeaders: texts,
  Id: text,
  MaxAge: integer,
})

const transition = objectOf({
  StorageClass: required(text),
  TransitionDate: text,
  TransitionInDays: integer,
})

const lifecycleRule = objectOf({
  AbortIncompleteMultipartUpload: objectOf({ DaysAfterInitiation: required(integer) }),
  ExpirationDate: text,
  ExpirationInDays: integer,
  Id: text,
  NoncurrentVersionExpirationInDays: integer,
  Prefix: text,
  Status: required(text),
  Transition: transition,
  Transitions: listOf(transition),
})

export const configurationProperties = {
  AccessControl: inPlace(text),
  CorsConfiguration: inPlace(objectOf({ CorsRules: required(listOf(corsRule)) })),
  LifecycleConfiguration: inPlace(objectOf({ Rules: required(listOf(lifecycleRule)) })),
  LoggingConfiguration: inPlace(objectOf({ DestinationBucketName: text, LogFilePrefix: text })),
  OwnershipControls: inPlace(
    objectOf({ Rules: required(listOf(objectOf({ ObjectOwnership: required(text) }))) }),
  ),
  PublicAccessBlockConfiguration: inPlace(
    objectOf({
      BlockPublicAcls: boolean,
      BlockPublicPolicy: boolean,
      IgnorePublicAcls: boolean,
      RestrictPublicBuckets: boolean,
    }),
  ),
  VersioningConfiguration: inPlace(objectOf({ Status: required(text) })),
} as const
type Values = ValuesOf<typeof configurationProperties>

/** `PublicRead` is `public-read` to the API. */
export const cannedAcl = (name: string): string =>
  name.replace(/(?<=.)[A-Z]/g, letter => `-${letter}`).toLowerCase()

const corsRules = (rules: NonNullable<Values['CorsConfiguration']>['CorsRules']): CORSRule[] =>
  rules.map(({ AllowedHeaders, AllowedMethods, AllowedOrigins, ExposedHeaders, Id, MaxAge }) => ({
    ID: Id,
    AllowedHeaders: AllowedHeaders && [...AllowedHeaders],
    AllowedMethods: [...AllowedMethods],
    AllowedOrigins: [...AllowedOrigins],
    ExposeHeaders: ExposedHeaders && [...ExposedHeaders],
    MaxAgeSeconds: MaxAge,
  }))

const dateOf = (written: string | undefined): Date | undefined => {
  if (written === undefined) return undefined
  const date = new Date(written)
  if (Number.isNaN(date.getTime()))
    throw new ResourceFailure(`Value ${written} in a lifecycle rule is no date`)
  return date
}

/** Members without those that are undefined: what is there at all means something in a rule. */
const given = <T extends object>(members: T): T | undefined => {
  const found = Object.entries(members).filter(([, value]) => value !== undefined)
  return found.length > 0 ? (Object.fromEntries(found) as T) : undefined
}

const lifecycleRules = (rules: NonNullable<Values['LifecycleConfiguration']>['Rules']): LifecycleRule[] =>
  rules.map(rule => {
    const transitions = [...(rule.Transitions ?? []), ...(rule.Transition ? [rule.Transition] : [])]
    const request = {
      ID: rule.Id,
      Filter: { Prefix: rule.Prefix ?? '' },
      Status: rule.Status,
      Expiration: given({ Days: rule.ExpirationInDays, Date: dateOf(rule.ExpirationDate) }),
      NoncurrentVersionExpiration: given({ NoncurrentDays: rule.NoncurrentVersionExpirationInDays }),
      AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
      Transitions:
        transitions.length > 0
          ? transitions.map(one => ({ StorageClass: one.StorageClass, Days: one.TransitionInDays }))
          : undefined,
    }
    // S3 has something to say to a status that is none.
    return given(request) as LifecycleRule
  })

type Setting = keyof typeof configurationProperties
interface Change {
  readonly operation: string
  readonly input: object
}

/** The request for each that is given, and the one that takes it back. */
const changes: Readonly<Record<Setting, (values: Values, bucket: string) => Change>> = {
  AccessControl: ({ AccessControl: value = 'Private' }) => ({
    operation: 'PutBucketAcl',
    input: { ACL: cannedAcl(value) },
  }),
  CorsConfiguration: ({ CorsConfiguration: value }) =>
    value
      ? {
          operation: 'PutBucketCors',
          input: { CORSConfiguration: { CORSRules: corsRules(value.CorsRules) } },
        }
      : { operation: 'DeleteBucketCors', input: {} },
  LifecycleConfiguration: ({ LifecycleConfiguration: value }) =>
    value
      ? {
          operation: 'PutBucketLifecycleConfiguration',
          input: { LifecycleConfiguration: { Rules: lifecycleRules(value.Rules) } },
        }
      : { operation: 'DeleteBucketLifecycle', input: {} },
  LoggingConfiguration: ({ LoggingConfiguration: value }, bucket) => ({
    operation: 'PutBucketLogging',
    input: {
      BucketLoggingStatus: value
        ? {
            LoggingEnabled: {
              TargetBucket: value.DestinationBucketName ?? bucket,
              TargetPrefix: value.LogFilePrefix ?? '',
            },
          }
        : {},
    },
  }),
  OwnershipControls: ({ OwnershipControls: value }) =>
    value
      ? { operation: 'PutBucketOwnershipControls', input: { OwnershipControls: value } }
      : { operation: 'DeleteBucketOwnershipControls', input: {} },
  PublicAccessBlockConfiguration: ({ PublicAccessBlockConfiguration: value }) =>
    value
      ? { operation: 'PutPublicAccessBlock', input: { PublicAccessBlockConfiguration: value } }
      : { operation: 'DeletePublicAccessBlock', input: {} },
  VersioningConfiguration: ({ VersioningConfiguration: value }) => ({
    operation: 'PutBucketVersioning',
    input: { VersioningConfiguration: { Status: value?.Status ?? 'Suspended' } },
  }),
}

const settings = Object.keys(changes) as Setting[]

// These say what lists are allowed: what was set of them goes before the list, and what is not set yet after it.
const onLists: readonly Setting[] = ['OwnershipControls', 'PublicAccessBlockConfiguration']

const inOrder = (were: Values): readonly Setting[] => {
  const first = onLists.filter(name => were[name] !== undefined)
  return [...first, ...settings.filter(name => !first.includes(name))]
}

/** Set what is asked for, and what was set before as it is with a bucket of which nothing is said. */
export const configure = (work: Work, bucket: string, are: Values, were: Values = {}): void => {
  for (const name of inOrder(were)) {
    if (JSON.stringify(are[name]) === JSON.stringify(were[name])) continue
    const { operation, input } = changes[name](are, bucket)
    work.call(services.s3, operation, { Bucket: bucket, ...input })
  }
}
