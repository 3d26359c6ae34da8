// SPDX-License-Identifier: BSD-2-Clause
// The block of outputs as it is declared.
import { invalid } from '../refusals'
import type { OutputDeclaration, Value, ValueObject } from './contracts'
import { faulty, listed } from './faults'
import { callIn } from './functions'
import { limits } from './limits'
import { type Names, visit } from './references'
import { conditionIn, describedIn, referring, unresolved } from './resources'
import { isList, isScalar, memberOf, objectAt, strangersIn } from './shapes'

const keys: ReadonlySet<string> = new Set(['Description', 'Condition', 'Value', 'Export'])

export const readOutputs = (template: ValueObject, names: Names): ReadonlyMap<string, OutputDeclaration> => {
  const members = objectAt(template, 'Outputs') ?? {}
  const unknown = new Set<string>()
  const outputs = Object.keys(members).map(name => {
    const member = objectAt(members, name, 'Any Outputs member must be a JSON object.') ?? {}
    return [name, readOutput(name, member, names, unknown)] as const
  })
  if (unknown.size > 0) unresolved(unknown, 'Outputs')
  if (outputs.length > limits.outputs) {
    invalid(`Stack exceeds the maximum allowed number of outputs.(${limits.outputs})`)
  }
  return new Map(outputs)
}

/** The name that an output is exported by. It has to be known whatever becomes of the resources. */
const readExportName = (
  name: string,
  member: ValueObject,
  names: Names,
  unknown: Set<string>,
): Value | undefined => {
  if (memberOf(member, 'Export') === undefined) return undefined
  const given = objectAt(member, 'Export', `Export of output ${name} must be a JSON object.`) ?? {}
  const strangers = strangersIn(given, new Set(['Name']))
  if (strangers.length > 0) invalid(`Invalid export property or properties ${listed(strangers)}`)
  const exportName = memberOf(given, 'Name')
  if (exportName === undefined || (!isScalar(exportName) && !callIn(exportName))) {
    return invalid(`Export of output ${name} must have a Name that evaluates to a String.`)
  }
  visit(names, exportName, {
    ...referring(names, unknown),
    resource: () => faulty(`the Name of the Export of output ${name} must not depend on any resources.`),
  })
  return exportName
}

const readOutput = (
  name: string,
  member: ValueObject,
  names: Names,
  unknown: Set<string>,
): OutputDeclaration => {
  if (name.length > limits.nameCharacters) {
    invalid(`Output ${name} name exceeds the maximum length of ${limits.nameCharacters} characters`)
  }
  const value = memberOf(member, 'Value')
  if (value !== undefined) visit(names, value, referring(names, unknown))
  const strangers = strangersIn(member, keys)
  if (strangers.length > 0) invalid(`Invalid output property or properties ${listed(strangers)}`)
  const description = describedIn(member)
  const condition = conditionIn(member, names)
  const exportName = readExportName(name, member, names, unknown)
  if (value === undefined) return invalid('Every Outputs member must contain a Value object')
  if (!isScalar(value) && !callIn(value)) {
    const kind = isList(value) ? 'List' : 'Map'
    invalid(`The Value field of every Outputs member must evaluate to a String and not a ${kind}.`)
  }
  return {
    name,
    value,
    ...(description !== undefined && { description }),
    ...(condition !== undefined && { condition }),
    ...(exportName !== undefined && { exportName }),
  }
}
