// SPDX-License-Identifier: BSD-2-Clause
// Making schemas out of schemas.
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types'

type Reference = StaticOperationSchema[4]

/** A structure with more members; one of a name that it has already takes the other's place. */
export const extended = (
  reference: Reference,
  added: Readonly<Record<string, unknown>>,
): StaticStructureSchema => {
  // The SDK writes an operation's shapes as themselves or as functions that give them.
  const shape = (typeof reference === 'function' ? reference() : reference) as StaticStructureSchema
  const [kind, namespace, name, traits, members, types, ...rest] = shape
  const isNew = (member: string): boolean => !members.includes(member)
  return [
    kind,
    namespace,
    name,
    traits,
    [...members, ...Object.keys(added).filter(isNew)],
    [
      ...types.map((type, index) => added[members[index] ?? ''] ?? type),
      ...Object.entries(added).flatMap(([member, type]) => (isNew(member) ? [type] : [])),
    ],
    ...rest,
  ] as unknown as StaticStructureSchema
}

/** An operation that accepts more. */
export const withInput = (
  [kind, namespace, name, traits, input, output]: StaticOperationSchema,
  added: Readonly<Record<string, unknown>>,
): StaticOperationSchema => [kind, namespace, name, traits, extended(input, added), output]

/** An operation that answers more. */
export const withOutput = (
  [kind, namespace, name, traits, input, output]: StaticOperationSchema,
  added: Readonly<Record<string, unknown>>,
): StaticOperationSchema => [kind, namespace, name, traits, input, extended(output, added)]
