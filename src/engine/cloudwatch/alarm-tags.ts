// SPDX-License-Identifier: BSD-2-Clause
// Tags of alarms, as AWS has them.
import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-cloudwatch'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { alarmNamed } from './alarm-names'
import { atMost, invalidValue, optionalText, requiredText } from './parameters'
import type { Alarm } from './schema/alarms'

type Tags = NonNullable<Alarm['tags']>

const tagsMost = 50
const keyLongest = 128
const valueLongest = 256

/** Tags with others put over them, by key. */
export const withTags = (had: Tags, given: readonly Tag[]): Tags => {
  const tags = new Map(had.map(({ key, value }) => [key, value]))
  for (const [index, { Key, Value }] of given.entries()) {
    const key = requiredText(Key, `Tags.member.${index + 1}.Key`, keyLongest)
    if (key.toLowerCase().startsWith('aws:')) invalidValue(`Tags.member.${index + 1}.Key`, key)
    tags.set(key, optionalText(Value, `Tags.member.${index + 1}.Value`, valueLongest) ?? '')
  }
  atMost([...tags], 'Tags', tagsMost)
  return [...tags].map(([key, value]) => ({ key, value })).sort((a, b) => (a.key < b.key ? -1 : 1))
}

// By ARN alone: a name may look like anything.
const tagged = (tx: Tx, arn: string | undefined): Alarm =>
  (arn?.startsWith('arn:') ? alarmNamed(tx, arn) : undefined) ??
  refuse('ResourceNotFoundException', `Unknown resource ${arn}`, 404)

export const tagResource: Operation<TagResourceInput, object> = (tx, { ResourceARN, Tags = [] }) => {
  const alarm = tagged(tx, ResourceARN)
  tx.alarms.in(alarm.account).put({ ...alarm, tags: withTags(alarm.tags ?? [], Tags) })
  return {}
}

export const untagResource: Operation<UntagResourceInput, object> = (tx, { ResourceARN, TagKeys = [] }) => {
  const alarm = tagged(tx, ResourceARN)
  const tags = (alarm.tags ?? []).filter(({ key }) => !TagKeys.includes(key))
  tx.alarms.in(alarm.account).put({ ...alarm, tags })
  return {}
}

export const listTagsForResource: Operation<ListTagsForResourceInput, ListTagsForResourceOutput> = (
  tx,
  { ResourceARN },
) => ({ Tags: (tagged(tx, ResourceARN).tags ?? []).map(({ key, value }) => ({ Key: key, Value: value })) })
