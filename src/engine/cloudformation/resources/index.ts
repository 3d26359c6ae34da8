// SPDX-License-Identifier: BSD-2-Clause
// Every type of resource that this cloud has.
import type { ResourceType } from './contracts'

const types: readonly ResourceType[] = []

const byName: ReadonlyMap<string, ResourceType> = new Map(types.map(type => [type.name, type]))

export const resourceTypeNamed = (name: string): ResourceType | undefined => byName.get(name)
