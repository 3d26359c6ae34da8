// SPDX-License-Identifier: BSD-2-Clause
// Tags of resources, for every family that shows, filters by or is created with them. The tag operations themselves are
// in ec2/tags.ts.
import type { Tag, TagSpecification } from '@aws-sdk/client-ec2'
import type { TagRecord } from './ec2/schema/tags'
import { refuse } from './errors'
import type { FilterTable } from './filters'
import type { Tx } from './operation'

// AWS' limit. Eucalyptus had 10, AWS' of its day.
const maximumTags = 50
const keyLength = 128
const valueLength = 256
const reservedPrefixes = ['aws:', 'euca:']

const none: readonly Tag[] = Object.freeze([])
// A list that has not changed is the same array, so that its index can be kept with it.
const indexes = new WeakMap<readonly TagRecord[], ReadonlyMap<string, readonly Tag[]>>()

const indexOf = (records: readonly TagRecord[]): ReadonlyMap<string, readonly Tag[]> => {
  const known = indexes.get(records)
  if (known) return known
  const index = new Map<string, Tag[]>()
  for (const { resourceId, key, value } of records) {
    const tags = index.get(resourceId)
    if (tags) tags.push({ Key: key, Value: value })
    else index.set(resourceId, [{ Key: key, Value: value }])
  }
  indexes.set(records, index)
  return index
}

/** Look-up of an account's tags, by default the caller's. Take it once for a list of resources. */
export const tagIndex = (tx: Tx, account?: string): ((resourceId: string) => readonly Tag[]) => {
  const table = account === undefined ? tx.tags : tx.tags.in(account)
  const index = indexOf(table.list())
  return resourceId => index.get(resourceId) ?? none
}

/** A resource's tags in key order, as an account (by default the caller's) sees them. */
export const tagsOf = (tx: Tx, resourceId: string, account?: string): readonly Tag[] =>
  tagIndex(tx, account)(resourceId)

/** The filters `tag:KEY`, `tag-key` and `tag-value`; spread it into a family's table. */
export const tagFilters = <R>(tx: Tx, idOf: (record: R) => string): FilterTable<R> => {
  let index: ((resourceId: string) => readonly Tag[]) | undefined
  const tags = (record: R): readonly Tag[] => {
    index ??= tagIndex(tx)
    return index(idOf(record))
  }
  return {
    'tag:': (record, key) => tags(record).find(tag => tag.Key === key)?.Value,
    'tag-key': record => tags(record).map(tag => tag.Key),
    'tag-value': record => tags(record).map(tag => tag.Value),
  }
}

/** Refuse keys that a user may not write: empty, too long, or with a prefix that is the cloud's own. */
export const checkTagKey = (key: string | undefined): string => {
  if (!key) return refuse('InvalidParameterValue', 'Tag key cannot be null or empty')
  const reserved = reservedPrefixes.find(prefix => key.toLowerCase().startsWith(prefix))
  if (reserved) {
    refuse('InvalidParameterValue', `Invalid tag key.  "${reserved}" is a reserved prefix.`)
  }
  if (key.length > keyLength) {
    refuse('InvalidParameterValue', `Tag key exceeds the maximum length of ${keyLength} characters`)
  }
  return key
}

const checkTag = ({ Key, Value }: Tag): { key: string; value: string } => {
  const key = checkTagKey(Key)
  if ((Value ?? '').length > valueLength) {
    refuse('InvalidParameterValue', `Tag value exceeds the maximum length of ${valueLength} characters`)
  }
  return { key, value: Value ?? '' }
}

/** Tags as a request may give them: checked, each key once. */
export const checkTags = (tags: readonly Tag[]): readonly { key: string; value: string }[] => {
  const checked = tags.map(checkTag)
  const keys = new Set<string>()
  for (const { key } of checked) {
    if (keys.has(key)) refuse('InvalidParameterValue', `Duplicate tag key '${key}' specified.`)
    keys.add(key)
  }
  return checked
}

const isReserved = (key: string): boolean => reservedPrefixes.some(prefix => key.startsWith(prefix))

/** Refuse what would give a resource more than 50 tags; the cloud's own do not count. */
export const checkTagLimit = (tx: Tx, resourceId: string, keys: readonly string[]): void => {
  const all = new Set(tagsOf(tx, resourceId).map(tag => tag.Key ?? ''))
  for (const key of keys) all.add(key)
  if ([...all].filter(key => !isReserved(key)).length > maximumTags) {
    refuse('TagLimitExceeded', `The maximum number of tags on a resource is ${maximumTags}`)
  }
}

/** Write tags without any check: for the cloud's own. `account` is the owner, by default the caller's. */
export const putTags = (
  tx: Tx,
  resourceId: string,
  tags: readonly { key: string; value: string }[],
  account = tx.caller.account,
): void => {
  for (const tag of tags) tx.tags.put({ account, resourceId, ...tag })
}

/**
 * The tags that a create request's TagSpecifications give to resources of a type (`key-pair`, `security-group`,
 * `instance`, …). `types` is every type that this operation makes; others are refused.
 */
export const specifiedTags = (
  specifications: readonly TagSpecification[] | undefined,
  type: string,
  types: readonly string[] = [type],
): readonly { key: string; value: string }[] => {
  for (const { ResourceType } of specifications ?? []) {
    if (!ResourceType) refuse('InvalidParameterValue', 'Tag specification resource type must have a value')
    else if (!types.includes(ResourceType)) {
      refuse(
        'InvalidParameterValue',
        `'${ResourceType}' is not a valid taggable resource type for this operation.`,
      )
    }
  }
  const tags = checkTags(
    (specifications ?? []).flatMap(({ ResourceType, Tags }) => (ResourceType === type ? (Tags ?? []) : [])),
  )
  if (tags.length > maximumTags) {
    refuse('TagLimitExceeded', `The maximum number of tags on a resource is ${maximumTags}`)
  }
  return tags
}

/** A resource is gone: so are all accounts' tags on it. */
export const forgetTags = (tx: Tx, resourceId: string): void => {
  for (const { id } of tx.accounts.list()) {
    const tags = tx.tags.in(id)
    for (const { key } of [...tags.scan({ under: [resourceId] })]) tags.delete(resourceId, key)
  }
}
