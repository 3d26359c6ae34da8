// SPDX-License-Identifier: BSD-2-Clause
// What a load balancer is set to, and what it is tagged with.
import type { LoadBalancerAttributes, TagDescription } from '@aws-sdk/client-elastic-load-balancing'
import { byBytes, type Row, text } from './cell'

type Simple = string | number | boolean | undefined

/** Names with dots, and their values. Of a list, the only item is `member`; several have numbers, as they are set by. */
const flattened = (name: string, value: unknown): [name: string, value: Simple][] => {
  if (typeof value !== 'object' || value === null) return [[name, value as Simple]]
  const prefix = name === '' ? '' : `${name}.`
  const members: [string, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [value.length === 1 ? 'member' : `member.${index + 1}`, item])
    : Object.entries(value)
  return members.flatMap(([key, member]) => flattened(`${prefix}${key}`, member))
}

export const balancerAttributeRows = (attributes: LoadBalancerAttributes | undefined): Row[] =>
  flattened('', attributes ?? {})
    .sort(([a], [b]) => byBytes(a, b))
    .map(([name, value]) => [name, text(value)])

/** With nothing to show there is an empty line, which is what the original made of an empty table. */
export const balancerTagRows = (
  described: readonly TagDescription[] | undefined,
  hasHeaders: boolean,
): Row[] => {
  const rows: Row[] = (described ?? []).flatMap(({ LoadBalancerName, Tags }) =>
    (Tags ?? []).map(({ Key, Value }) => ['TAG', 'load-balancer', LoadBalancerName, Key, Value]),
  )
  if (hasHeaders) return [['TAG', 'TYPE', 'NAME', 'KEY', 'VALUE'], ...rows]
  return rows.length > 0 ? rows : ['']
}
