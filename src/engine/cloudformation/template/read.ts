// SPDX-License-Identifier: BSD-2-Clause
// Reading a template: all that can be told without its parameters, in the order in which Eucalyptus found it.

import { invalid } from '../refusals'
import { resourceTypeNamed } from '../resources'
import { readConditions } from './conditions'
import type { Template, ValueObject } from './contracts'
import { readDocument } from './document'
import { listed, malformed } from './faults'
import { limits } from './limits'
import { readMappings } from './mappings'
import { readOutputs } from './outputs'
import { readParameters } from './parameters'
import type { Names } from './references'
import { readResources, resourceKeys } from './resources'
import { isObject, objectAt, strangersIn, textAt } from './shapes'

const sections: ReadonlySet<string> = new Set([
  ...['AWSTemplateFormatVersion', 'Description', 'Parameters', 'Mappings', 'Conditions', 'Metadata'],
  ...['Resources', 'Outputs'],
])

export const formatVersion = '2010-09-09'

export const readText = (text: string, isKnown: boolean): Template => {
  const { value, positionOf } = readDocument(text)
  const types = readTypes(value)
  const strangers = strangersIn(value, sections)
  if (strangers.length > 0) invalid(`Invalid template property or properties ${listed(strangers)}`)
  checkVersion(value)
  const description = readDescription(value)
  const metadata = objectAt(value, 'Metadata')
  const mappings = readMappings(value)
  const parameters = readParameters(value, isKnown)
  const typeOf = (logicalId: string) => types.get(logicalId)
  const conditions = readConditions(value, { parameters, conditions: new Map(), typeOf })
  const names: Names = { parameters, conditions, typeOf }
  const resources = readResources(value, names)
  const outputs = readOutputs(value, names)
  return {
    ...(description !== undefined && { description }),
    ...(metadata !== undefined && { metadata }),
    parameters,
    mappings,
    conditions,
    resources,
    outputs,
    positionOf,
  }
}

/** Which resources there are, before anything else, since attributes are checked against types everywhere. */
const readTypes = (template: ValueObject): ReadonlyMap<string, string> => {
  const members = Object.entries(objectAt(template, 'Resources') ?? {})
  if (members.length === 0) invalid('At least one Resources member must be defined.')
  return new Map(
    members.map(([logicalId, member]) => {
      if (!isObject(member)) return malformed('Any Resources member must be a JSON object.')
      const type = textAt(member, 'Type') ?? invalid('Type is a required property of Resource')
      if (!resourceTypeNamed(type)) invalid(`Unknown resource type ${type}`)
      const strangers = strangersIn(member, resourceKeys)
      if (strangers.length > 0) invalid(`Invalid resource property or properties ${listed(strangers)}`)
      return [logicalId, type] as const
    }),
  )
}

const checkVersion = (template: ValueObject): void => {
  const version = textAt(
    template,
    'AWSTemplateFormatVersion',
    'unsupported value for AWSTemplateFormatVersion.  No such version.',
  )
  if (version !== undefined && version !== formatVersion) {
    malformed('unsupported value for AWSTemplateFormatVersion.')
  }
}

const readDescription = (template: ValueObject): string | undefined => {
  const description = textAt(template, 'Description')
  if (description !== undefined && Buffer.byteLength(description) > limits.templateDescriptionBytes) {
    malformed(`Description must be no longer than ${limits.templateDescriptionBytes} bytes`)
  }
  return description
}
