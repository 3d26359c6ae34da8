// SPDX-License-Identifier: BSD-2-Clause
// DescribeAutoScalingGroups: lists of groups, by names or ARNs, by their tags, and page by page.
import type { AutoScalingGroupNamesType, AutoScalingGroupsType, Filter } from '@aws-sdk/client-auto-scaling'
import type { Operation, Tx } from '../operation'
import { askedWithoutVerbose } from '../verbose'
import { groupNamed } from './arns'
import { mayGroup } from './permissions'
import type { ScalingGroup } from './schema/groups'
import { checkFields, fieldsOf, recordsPage, rules } from './validation'
import { groupView, memberIndex } from './views'

/** A place in the order of lists: accounts one after the other, names within them. */
export const placeOf = ({ account, name }: { readonly account: string; readonly name: string }): string =>
  `${account}/${name}`

/**
 * What names and ARNs mean, without what the caller may not see. A cloud administrator sees all accounts' with the name
 * `verbose`; without names it is all of the caller's account.
 */
export const listed = <R extends { readonly account: string; readonly name: string }>(
  tx: Tx,
  names: readonly string[],
  table: { list(): readonly R[]; everywhere(): readonly R[] },
  named: (tx: Tx, text: string) => R | undefined,
  isSeen: (record: R) => boolean,
): readonly R[] => {
  const { isVerbose, named: wanted } = askedWithoutVerbose(tx.caller, names)
  const all = isVerbose ? table.everywhere() : table.list()
  if (wanted.length === 0) return all.filter(isSeen)
  const meant = new Map<string, R>()
  for (const text of wanted) {
    const one = named(tx, text)
    if (one) meant.set(placeOf(one), one)
    if (isVerbose) for (const other of all) if (other.name === text) meant.set(placeOf(other), other)
  }
  return [...meant.values()].filter(isSeen).sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
}

const filterName = /^(?:tag-key|tag-value|tag:.+)$/s

/** AWS' filters of groups: alternatives within one, and all of them together. */
const matching = (filters: readonly Filter[]): ((group: ScalingGroup) => boolean) => {
  checkFields(filters.map(({ Name }, index) => [`Filters.member.${index + 1}.Name`, Name ?? '', filterName]))
  const tests = filters.map(({ Name = '', Values = [] }) => {
    const key = Name.startsWith('tag:') ? Name.slice(4) : undefined
    return ({ tags }: ScalingGroup) =>
      tags.some(tag =>
        key !== undefined
          ? tag.key === key && Values.includes(tag.value)
          : Values.includes(Name === 'tag-key' ? tag.key : tag.value),
      )
  })
  return group => tests.every(test => test(group))
}

export const describeAutoScalingGroups: Operation<AutoScalingGroupNamesType, AutoScalingGroupsType> = (
  tx,
  input,
) => {
  const names = input.AutoScalingGroupNames ?? []
  checkFields(fieldsOf('AutoScalingGroupNames', names, rules.nameOrArn))
  const isMatch = matching(input.Filters ?? [])
  const groups = listed(tx, names, tx.scalingGroups, groupNamed, mayGroup(tx)).filter(isMatch)
  const { items, nextToken } = recordsPage(groups, input, placeOf)
  const members = memberIndex(tx)
  const isFull = input.IncludeInstances ?? true
  return {
    AutoScalingGroups: items.map(group => groupView(group, isFull ? members(group) : [])),
    NextToken: nextToken,
  }
}
