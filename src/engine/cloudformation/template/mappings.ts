// SPDX-License-Identifier: BSD-2-Clause
import { invalid } from '../refusals'
import type { Template, Value, ValueObject } from './contracts'
import { malformed } from './faults'
import { limits } from './limits'
import { isList, isScalar, objectAt } from './shapes'

const checkName = (what: string, name: string): void => {
  if (name.length > limits.nameCharacters) {
    invalid(`${what} ${name} exceeds the maximum number of allowed characters (${limits.nameCharacters})`)
  }
}

export const readMappings = (template: ValueObject): Template['mappings'] => {
  const mappings = objectAt(template, 'Mappings') ?? {}
  for (const name of Object.keys(mappings)) {
    checkName('Mapping name', name)
    const mapping = objectAt(mappings, name, `Every Mappings member ${name} must be a map`) ?? {}
    for (const key of Object.keys(mapping)) {
      checkName('Mapping key', key)
      checkAttributes(key, objectAt(mapping, key, `Every Mappings member ${key} must be a map`) ?? {})
    }
  }
  if (Object.keys(mappings).length > limits.mappings) {
    invalid(`Mappings exceed maximum allowed of ${limits.mappings} mappings per template`)
  }
  return mappings as Template['mappings']
}

const checkAttributes = (key: string, attributes: ValueObject): void => {
  const entries = Object.entries(attributes)
  if (entries.length > limits.attributes) {
    invalid(`Mapping with key ${key} has more than ${limits.attributes}, the max allowed.`)
  }
  for (const [name, value] of entries) {
    checkName('Attribute', name)
    if (!isPlain(value)) malformed('Every Mappings attribute must be a String or a List.')
  }
}

/** Functions are objects: there are none in mappings. */
const isPlain = (value: Value): boolean => isScalar(value) || (isList(value) && value.every(isScalar))
