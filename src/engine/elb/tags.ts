// SPDX-License-Identifier: BSD-2-Clause
// Tags of load balancers as requests give them (engine-iam-elb, part 3 §2).
import type { Tag } from '@aws-sdk/client-elastic-load-balancing'
import { refuse } from '../errors'
import { invalidConfiguration } from './refusals'
import type { LoadBalancer } from './schema'

type Tags = LoadBalancer['tags']

/** Eucalyptus' limit. */
const maximumTags = 10
const keyLength = 128
const valueLength = 256
const reserved = ['aws:', 'euca:']

const isReserved = (key: string): boolean => reserved.some(prefix => key.toLowerCase().startsWith(prefix))

/** What AWS lets tags be made of. */
const spelling = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

const fault = (path: string, text: string, constraint: string): never =>
  refuse(
    'ValidationError',
    `1 validation error detected: Value '${text}' at '${path}' failed to satisfy constraint: Member must ${constraint}`,
  )

const checkText = (path: string, text: string, least: number, most: number): void => {
  if (text.length < least) fault(path, text, `have length greater than or equal to ${least}`)
  if (text.length > most) fault(path, text, `have length less than or equal to ${most}`)
  if (!spelling.test(text))
    fault(path, text, 'satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$')
}

/** Refuse keys that no user may write or delete. */
export const checkTagKeys = (keys: readonly string[]): void => {
  for (const [index, key] of keys.entries()) checkText(`tags.${index + 1}.member.key`, key, 1, keyLength)
  if (keys.some(isReserved)) invalidConfiguration('Invalid tag key (reserved prefix)')
}

/** A request's tags, each key once. */
export const checkedTags = (tags: readonly Tag[] = []): Tags => {
  const keys = new Set<string>()
  for (const { Key = '' } of tags) {
    if (keys.has(Key)) refuse('DuplicateTagKeys', `Duplicate tag key (${Key})`)
    keys.add(Key)
  }
  checkTagKeys([...keys])
  for (const [index, { Value = '' }] of tags.entries())
    checkText(`tags.${index + 1}.member.value`, Value, 0, valueLength)
  return tags.map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }))
}

/** The tags with these in the place of those of the same keys, in the order of keys. No check: for the cloud's own, too. */
export const withTags = (tags: Tags, more: Tags): Tags => {
  const all = new Map([...tags, ...more].map(tag => [tag.key, tag]))
  return [...all.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** The cloud's own tags do not count. */
export const checkTagLimit = (tags: Tags): void => {
  if (tags.filter(({ key }) => !isReserved(key)).length > maximumTags)
    refuse('TooManyTags', 'Tag limit exceeded')
}

export const tagsShown = (tags: Tags): Tag[] => tags.map(({ key, value }) => ({ Key: key, Value: value }))
