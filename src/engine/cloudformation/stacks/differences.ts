// SPDX-License-Identifier: BSD-2-Clause
// What the change of a template or of a parameter means to a resource.
import type { Made, ResourceType, Work } from '../resources/contracts'
import type { Stack } from '../schema'
import type { EvaluatedObject } from '../template/contracts'
import { previouslyOf } from './records'

/** The same text for the same value, in whatever order its members were written. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ) ?? ''

/** Properties that are not the same. */
export const changedProperties = (before: EvaluatedObject, after: EvaluatedObject): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    name => canonical(before[name]) !== canonical(after[name]),
  )

/** Whether the stack's own tags are others than before its update. */
export const tagsChanged = (stack: Stack): boolean => {
  const before = previouslyOf(stack)
  return before !== undefined && canonical(before.tags) !== canonical(stack.tags)
}

interface Change {
  readonly work: Work
  readonly made: Made
  readonly properties: EvaluatedObject
  readonly before: EvaluatedObject
}

/** What has to be done so that a resource is what it is to be. */
export const differencesOf = (
  stack: Stack,
  type: ResourceType,
  { work, made, properties, before }: Change,
): 'none' | 'in place' | 'replacement' => {
  const changed = changedProperties(before, properties)
  if (changed.length === 0) return type.takesTags && tagsChanged(stack) && type.update ? 'in place' : 'none'
  const isReplaced =
    !type.update ||
    changed.some(name => (type.properties[name]?.onChange ?? 'replacement') === 'replacement') ||
    type.mustReplace?.(work, made, properties, before) === true
  return isReplaced ? 'replacement' : 'in place'
}
