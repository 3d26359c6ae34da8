// SPDX-License-Identifier: BSD-2-Clause
// Tags of groups as requests give them (engine-autoscaling §2).
import type { Tag } from '@aws-sdk/client-auto-scaling'
import { refuse } from '../errors'
import { invalid } from './refusals'
import type { GroupTag, ScalingGroup } from './schema/groups'
import { type Field, rules } from './validation'

/** Eucalyptus' limit. */
const maximumTags = 10
const reserved = ['aws:', 'euca:']
const reservedText = `[${reserved.join(', ')}]`

export const tagFields = (tags: readonly Tag[] | undefined): readonly Field[] =>
  (tags ?? []).flatMap(({ ResourceId, ResourceType, Key, Value }, index): Field[] => {
    const path = `Tags.member.${index + 1}`
    return [
      [`${path}.ResourceId`, ResourceId, rules.nameOrArn],
      [`${path}.ResourceType`, ResourceType, rules.tagResource],
      [`${path}.Key`, Key, rules.tagKey],
      [`${path}.Value`, Value, rules.tagValue],
    ]
  })

/** Refuse keys that no user may write or delete. */
export const checkKeys = (tags: readonly Tag[] | undefined): void => {
  for (const { Key = '' } of tags ?? []) {
    if (Key.trim() === '' || reserved.some(prefix => Key.trim().toLowerCase().startsWith(prefix)))
      invalid(`Invalid key (max length 128, must not be empty, reserved prefixes ${reservedText}): ${Key}`)
  }
}

/** As they are written down, without spaces at their ends: conditions of policies see them so, too. */
export const trimmed = (tags: readonly Tag[] | undefined): readonly Tag[] =>
  (tags ?? []).map(({ Key, Value, ...rest }) => ({ ...rest, Key: Key?.trim(), Value: Value?.trim() }))

export const tagsOf = (tags: readonly Tag[] | undefined): readonly GroupTag[] =>
  trimmed(tags).map(({ Key = '', Value = '', PropagateAtLaunch }) => ({
    key: Key,
    value: Value,
    propagates: PropagateAtLaunch ?? false,
  }))

/** The tags with these in the place of those of the same keys, in the order of keys. */
export const withTags = (tags: readonly GroupTag[], more: readonly GroupTag[]): readonly GroupTag[] => {
  const all = new Map([...tags, ...more].map(tag => [tag.key, tag]))
  return [...all.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** The cloud's own tags do not count. */
export const checkTagLimit = (tags: readonly GroupTag[], group?: Pick<ScalingGroup, 'name'>): void => {
  const count = tags.filter(({ key }) => !reserved.some(prefix => key.startsWith(prefix))).length
  if (count > maximumTags)
    refuse('LimitExceeded', `Tag limit exceeded${group ? ` for resource '${group.name}'` : ''}`, 400)
}
