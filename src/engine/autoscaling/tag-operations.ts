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
import { groupNamed } from './arns'
import { placeOf } from './group-lists'
import { checkKeys, checkTagLimit, tagFields, tagsOf, withTags } from './group-tags'
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

/** The tags of a request by the group that they are for. */
const byResource = (tags: readonly Tag[]): ReadonlyMap<string, readonly Tag[]> => {
  const groups = new Map<string, Tag[]>()
  for (const tag of tags) groups.set(tag.ResourceId ?? '', [...(groups.get(tag.ResourceId ?? '') ?? []), tag])
  return groups
}

/** For every group that is named: with the tags that it is to have. */
const toTag = (tx: Tx, { Tags }: CreateOrUpdateTagsType): readonly Demand[] => {
  tx.authorizeList()
  for (const [name, tags] of byResource(Tags ?? [])) {
    const group = groupNamed(tx, name)
    if (!group) continue
    const demand = groupDemand(tx, group)
    const context = { ...demand.context, ...requestTags(tags) }
    if (!tx.permits({ ...demand, context })) unknownResource(name)
  }
  return []
}

export const createOrUpdateTags: Operation<CreateOrUpdateTagsType, object> = (tx, { Tags = [] }) => {
  check(Tags)
  const changed = [...byResource(Tags)].map(([name, tags]): ScalingGroup => {
    const group = groupNamed(tx, name) ?? unknownResource(name)
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
  for (const [name, tags] of byResource(Tags)) {
    const group = groupNamed(tx, name)
    if (group && mayGroup(tx)(group)) putGroup(tx, { ...group, tags: without(group.tags, tags) })
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
