// SPDX-License-Identifier: BSD-2-Clause
// Outputs of a stack, evaluated once all of its resources are there.
import { invalid } from '../refusals'
import { conditionsOf, evaluate } from '../template'
import type { OutputDeclaration, Scope } from '../template/contracts'
import type { StackOutput } from './records'

const outputValue = (scope: Scope, { name, value }: OutputDeclaration): string => {
  const found = evaluate(scope, value, ['Outputs', name, 'Value'])
  if (typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean')
    return String(found)
  return invalid('Cannot create outputs: All outputs must be strings.')
}

const mostCharacters = 255

const exportNameOf = (scope: Scope, { name, exportName }: OutputDeclaration): object => {
  if (exportName === undefined) return {}
  const found = evaluate(scope, exportName, ['Outputs', name, 'Export', 'Name'])
  const text = typeof found === 'object' || found === undefined ? '' : String(found)
  if (text === '' || text.length > mostCharacters) {
    invalid(`Export of output ${name} must have a name of 1 to ${mostCharacters} characters.`)
  }
  return { exportName: text }
}

export const outputsFor = (scope: Scope): readonly StackOutput[] => {
  const conditions = conditionsOf(scope)
  return [...scope.template.outputs.values()]
    .filter(({ condition }) => condition === undefined || conditions.get(condition) === true)
    .map(output => ({
      key: output.name,
      value: outputValue(scope, output),
      ...(output.description !== undefined && { description: output.description }),
      ...exportNameOf(scope, output),
    }))
}
