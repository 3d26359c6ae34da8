// SPDX-License-Identifier: BSD-2-Clause
// What texts mean to the tools of Auto Scaling alone.
import type { BlockDeviceMapping, Filter, Tag } from '@aws-sdk/client-auto-scaling'
import { blockDeviceMapping, list } from '../argument-types'

/** `a=b, c = d` → pairs. A text without `=` is refused in the original's words. */
const pairs = (what: string, text: string): [name: string, value: string][] =>
  text.split(',').map(part => {
    const piece = part.trim()
    const at = piece.indexOf('=')
    if (at === -1)
      throw new TypeError(`invalid ${what}: each segment of '${piece}' must have format KEY=VALUE`)
    return [piece.slice(0, at), piece.slice(at + 1)]
  })

const truth = (value: string): boolean => {
  const word = value.toLowerCase()
  if (word !== 'true' && word !== 'false') throw new TypeError(`value for 'p=' must be 'true' or 'false'`)
  return word === 'true'
}

const tagPart = (name: string, value: string): Partial<Tag> => {
  if (name === 'k') return { Key: value }
  if (name === 'id') return { ResourceId: value }
  if (name === 't') return { ResourceType: value }
  if (name === 'v') return { Value: value }
  if (name === 'p') return { PropagateAtLaunch: truth(value) }
  throw new TypeError(`unrecognized tag segment '${name}=${value}'`)
}

/** `k=KEY, id=GROUP, t=TYPE, v=VALUE, p={true,false}`, of which the key must be there. */
export const groupTag = (text: string): Tag => {
  const tag: Partial<Tag> = Object.assign(
    {},
    ...pairs('tag definition', text).map(([name, value]) => tagPart(name, value)),
  )
  const { Key, ...rest } = tag
  if (!Key) throw new TypeError(`tag '${text}' must contain a 'k=' segment with a non-empty value`)
  return { Key, ...rest }
}

/** `NAME=VALUE,NAME=VALUE,…`; `mergedFilters` makes one filter of equal names. */
export const groupFilters = (text: string): [name: string, value: string][] =>
  pairs('filter', text).map(([name, value]) => [name.trim(), value.trim()])

/** Filters by name, in order of first appearance; absent when there are none. */
export const mergedFilters = (given: readonly (readonly [string, string][])[]): Filter[] | undefined => {
  const merged = new Map<string, string[]>()
  for (const [name, value] of given.flat()) merged.set(name, [...(merged.get(name) ?? []), value])
  return merged.size === 0 ? undefined : [...merged].map(([Name, Values]) => ({ Name, Values }))
}

/** EC2's mapping in the words of Auto Scaling. */
const launchMapping = (text: string): BlockDeviceMapping => {
  const { DeviceName = '', VirtualName, Ebs, NoDevice } = blockDeviceMapping(text)
  return {
    DeviceName,
    ...(VirtualName && { VirtualName }),
    ...(Ebs && { Ebs }),
    ...(NoDevice && { NoDevice: true }),
  }
}

/** `DEVICE=MAPPED,DEVICE=MAPPED,…`; see `blockDeviceMapping`. */
export const launchMappings = (text: string): BlockDeviceMapping[] => list(text).map(launchMapping)
