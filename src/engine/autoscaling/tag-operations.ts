// SPDX-License-Identifier: BSD-2-Clause
// Tags of groups, and which of them new instances get.
import {
  CreateOrUpdateTags$,
  type CreateOrUpdateTagsType,
  DeleteTags$,
  type DeleteTagsType,
  DescribeTags$,
  type DescribeTagsType,
  type Filter,
  type Tag,
  type TagsType,
} from '@aws-sdk/client-auto-scaling'
import type { Demand } from '../access'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { requestTags } from '../tag-conditions'
import { groupArn, groupNamed } from './arns'
import { placeOf } from './group-lists'
import { checkKeys, checkTagLimit, tagFields, tagsOf, trimmed, withTags } from './group-tags'
import { putGroup } from './groups'
import { groupDemand, mayGroup } from './permissions'
import { invalid } from './refusals'
import type { GroupTag, ScalingGroup } from './schema/groups'
import { checkFields, fieldsOf, recordsPage, required, rules, type tagFilterNames } from './validation'
import { tagView } from './views'

const check = (tags: readonly Tag[]): void => {
  const faults = tags.flatMap(({ ResourceId, ResourceType }, index) => {
    const path = `Tags.member.${index + 1}`
    return [
      [`${path}.ResourceId`, required(`${path}.ResourceId`, ResourceId)],
      [`${path}.ResourceType`, required(`${path}.ResourceType`, ResourceType)],
    ] as const
  })
  const found = faults.filter(([, text]) => text !== false)
  checkFields(tagFields(tags), Object.fromEntries(found))
  checkKeys(tags)
}

const unknownResource = (name: string | undefined): never => invalid(`Resource not found ${name ?? ''}`)

/** The tags of a request by the group that they are for, whether that is named or given by its ARN. */
const byResource = (tx: Tx, tags: readonly Tag[]): ReadonlyMap<string, readonly Tag[]> => {
  const groups = new Map<string, Tag[]>()
  for (const tag of tags) {
    const group = groupNamed(tx, tag.ResourceId)
    const place = group ? groupArn(group) : (tag.ResourceId ?? '')
    groups.set(place, [...(groups.get(place) ?? []), tag])
  }
  return groups
}

/** Whether the caller may do this with these tags of a group. */
const mayWith = (tx: Tx, group: ScalingGroup, tags: readonly Tag[]): boolean => {
  const demand = groupDemand(tx, group)
  return tx.permits({ ...demand, context: { ...demand.context, ...requestTags(trimmed(tags)) } })
}

/** For every group that is named: with the tags that it is to have. */
const toTag = (tx: Tx, { Tags }: CreateOrUpdateTagsType): readonly Demand[] => {
  tx.authorizeList()
  for (const [place, tags] of byResource(tx, Tags ?? [])) {
    const group = groupNamed(tx, place)
    if (group && !mayWith(tx, group, tags)) unknownResource(tags[0]?.ResourceId)
  }
  return []
}

export const createOrUpdateTags: Operation<CreateOrUpdateTagsType, object> = (tx, { Tags = [] }) => {
  check(Tags)
  const changed = [...byResource(tx, Tags)].map(([place, tags]): ScalingGroup => {
    const group = groupNamed(tx, place) ?? unknownResource(place)
    const all = withTags(group.tags, tagsOf(tags))
    checkTagLimit(all, group)
    return { ...group, tags: all }
  })
  for (const group of changed) putGroup(tx, group)
  return {}
}

/** With a value, the tag goes only when it has that value. What is not there is no error. */
const without = (tags: readonly GroupTag[], gone: readonly Tag[]): readonly GroupTag[] =>
  tags.filter(
    ({ key, value }) =>
      !gone.some(one => one.Key?.trim() === key && (one.Value === undefined || one.Value.trim() === value)),
  )

export const deleteTags: Operation<DeleteTagsType, object> = (tx, { Tags = [] }) => {
  check(Tags)
  for (const [place, tags] of byResource(tx, Tags)) {
    const group = groupNamed(tx, place)
    if (group && mayWith(tx, group, tags)) putGroup(tx, { ...group, tags: without(group.tags, tags) })
  }
  return {}
}

interface Tagged {
  readonly group: ScalingGroup
  readonly tag: GroupTag
}

const values: Readonly<Record<(typeof tagFilterNames)[number], (tagged: Tagged) => string>> = {
  'auto-scaling-group': ({ group }) => group.name,
  key: ({ tag }) => tag.key,
  value: ({ tag }) => tag.value,
  'propagate-at-launch': ({ tag }) => String(tag.propagates),
}

const matching = (filters: readonly Filter[]): ((tagged: Tagged) => boolean) => {
  checkFields(
    filters.flatMap(({ Name = '', Values }, index) => {
      const path = `Filters.member.${index + 1}`
      return [
        [`${path}.Name`, Name, rules.tagFilter] as const,
        ...fieldsOf(`${path}.Values`, Values, rules.tagValue),
      ]
    }),
  )
  const tests = filters.map(({ Name, Values = [] }) => {
    const read = values[Name as keyof typeof values]
    const wanted = Name === 'propagate-at-launch' ? Values.map(value => value.toLowerCase()) : Values
    return (tagged: Tagged) => wanted.includes(read(tagged))
  })
  return tagged => tests.every(test => test(tagged))
}

export const describeTags: Operation<DescribeTagsType, TagsType> = (tx, input) => {
  const isMatch = matching(input.Filters ?? [])
  const tagged = tx.scalingGroups
    .list()
    .filter(mayGroup(tx))
    .flatMap(group => group.tags.map(tag => ({ group, tag })))
    .filter(isMatch)
  // XML cannot hold what stands between name and key.
  const { items, nextToken } = recordsPage(tagged, input, ({ group, tag }) => `${placeOf(group)}\0${tag.key}`)
  return { Tags: items.map(({ group, tag }) => tagView(group, tag)), NextToken: nextToken }
}

export const tagOperations: Readonly<Record<string, OperationEntry>> = {
  CreateOrUpdateTags: operation(CreateOrUpdateTags$, createOrUpdateTags, { access: toTag }),
  DeleteTags: operation(DeleteTags$, deleteTags, { access: 'list' }),
  DescribeTags: operation(DescribeTags$, describeTags),
}
