// SPDX-License-Identifier: BSD-2-Clause
// Tags of what an account holds. Eucalyptus had none; they are as AWS' documentation says: keys are one in upper and lower
// case, and lists are in the order of their keys.
import type { Tag } from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { resourceTags } from '../tag-conditions'
import type { RecordTag, Tagged } from './schema'

const mostTags = 50
const longestKey = 128
const longestValue = 256
const text = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Refuse in the words that AWS has for what its API's model rules out. */
const failed = (member: string, constraint: string): never =>
  refuse(
    'ValidationError',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  )

const checkCount = (given: readonly unknown[], member: string): void => {
  if (given.length > mostTags) failed(member, `have length less than or equal to ${mostTags}`)
}

const checkText = (value: string, longest: number, member: string, repeated: '+' | '*'): void => {
  if (value.length > longest) failed(member, `have length less than or equal to ${longest}`)
  if (!text.test(value)) {
    failed(member, `satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]${repeated}`)
  }
}

const checkKey = (key: string, member: string): void => {
  if (key === '') failed(member, 'have length greater than or equal to 1')
  checkText(key, longestKey, member, '+')
}

const checkTag = ({ Key = '', Value = '' }: Partial<Tag>, index: number): RecordTag => {
  const member = `tags.${index + 1}.member`
  checkKey(Key, `${member}.key`)
  checkText(Value, longestValue, `${member}.value`, '*')
  if (/^aws:/i.test(Key)) refuse('InvalidInput', `Tag keys prefixed with aws: are reserved: ${Key}`, 400)
  return { key: Key, value: Value }
}

const byKey = (a: RecordTag, b: RecordTag): number => (a.key < b.key ? -1 : 1)

/** What a request adds to the tags that there are, if any: one of the same key takes the other's place. */
export const taggedWith = (
  before: readonly RecordTag[] | undefined,
  given: readonly Partial<Tag>[] | undefined,
): Tagged => {
  if (!given?.length) return before ? { tags: before } : {}
  checkCount(given, 'tags')
  const added = given.map(checkTag)
  if (new Set(added.map(({ key }) => key.toLowerCase())).size < added.length) {
    refuse('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.', 400)
  }
  const kept = (before ?? []).filter(({ key }) => !added.some(other => same(key, other.key)))
  const tags = [...kept, ...added].sort(byKey)
  if (tags.length > mostTags) refuse('LimitExceeded', 'The number of tags has reached the maximum limit.')
  return { tags }
}

/** Keys that are not there are passed over. */
export const taggedWithout = (before: readonly RecordTag[] | undefined, keys: readonly string[]): Tagged => {
  checkCount(keys, 'tagKeys')
  for (const key of keys) checkKey(key, 'tagKeys')
  return { tags: (before ?? []).filter(({ key }) => !keys.some(other => same(key, other))) }
}

export const tagList = ({ tags = [] }: Tagged): Tag[] =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }))

/** As a part of a view: what has no tags does not show any. */
export const tagsShown = (record: Tagged): { Tags?: Tag[] } =>
  record.tags?.length ? { Tags: tagList(record) } : {}

type Values = Record<string, string | readonly string[] | undefined>

/**
 * What conditions may look at: `aws:RequestTag/K`, `aws:TagKeys`. A key that is there already is asked about as it is
 * written there, too: conditions compare letter by letter, and it is the same key.
 */
const requestContext = (tags: readonly Partial<Tag>[], before: readonly RecordTag[]): Values => ({
  // A key of a tag that is to be taken away has no value.
  ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
  'aws:TagKeys': [
    ...new Set(
      tags.flatMap(({ Key = '' }) => [Key, ...before.flatMap(({ key }) => (same(key, Key) ? [key] : []))]),
    ),
  ],
})

/** Demands of a request that holds tags, or keys of tags to be taken away. */
export const withRequestTags = (
  tx: Tx,
  demands: readonly Demand[],
  tags: readonly Partial<Tag>[],
): Demand[] =>
  demands.map(demand => {
    const { tags: before = [] } = recordOf(tx, demand.resource) ?? {}
    return { ...demand, context: { ...requestContext(tags, before), ...demand.context } }
  })

/** What is made with tags is tagged, too: that has to be allowed as well. */
export const taggingNew =
  <Input extends { readonly Tags?: readonly Tag[] | undefined }>(
    action: string,
    made: (tx: Tx, input: Input) => readonly Demand[],
  ) =>
  (tx: Tx, input: Input): readonly Demand[] => {
    const demands = made(tx, input)
    if (!input.Tags?.length) return demands
    return withRequestTags(tx, [...demands, ...demands.map(demand => ({ ...demand, action }))], input.Tags)
  }

/** Tags of whoever asks: `aws:PrincipalTag/K`. */
export const principalTags = ({ tags = [] }: Tagged): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [`aws:principaltag/${key}`, value]))

const identityArn = /^arn:aws:iam::(\d{12}):([a-z-]+)(\/.+)$/

const recordOf = (tx: Tx, arn: string): Tagged | undefined => {
  const [, account = '', kind, path = ''] = identityArn.exec(arn) ?? []
  const name = path.slice(path.lastIndexOf('/') + 1)
  const isThere = <R extends { readonly path: string; readonly name: string }>(record: R | undefined) =>
    record && record.path + record.name === path ? record : undefined
  if (kind === 'user') return isThere(tx.users.in(account).get(name))
  if (kind === 'role') return isThere(tx.roles.in(account).get(name))
  if (kind === 'policy') return isThere(tx.managedPolicies.in(account).get(name))
  if (kind === 'instance-profile') return isThere(tx.instanceProfiles.in(account).get(name))
  if (kind === 'server-certificate') return isThere(tx.serverCertificates.in(account).get(name))
  if (kind === 'oidc-provider') return tx.oidcProviders.in(account).get(path.slice(1))
  return kind === 'mfa' ? tx.mfaDevices.in(account).get(arn) : undefined
}

/** Tags of what an identity's ARN is of: `aws:ResourceTag/K` and `iam:ResourceTag/K`. Nothing for other ARNs. */
export const identityTags = (tx: Tx, arn: string): Values => {
  const { tags } = (arn.startsWith('arn:aws:iam::') && recordOf(tx, arn)) || {}
  if (!tags) return {}
  return resourceTags('iam', tagList({ tags }))
}
