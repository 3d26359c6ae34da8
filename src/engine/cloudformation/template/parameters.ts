// SPDX-License-Identifier: BSD-2-Clause
// The declarations of parameters, and what values they take.
import { invalid } from '../refusals'
import type { ParameterDeclaration, ValueObject } from './contracts'
import { faulty, listed, malformed } from './faults'
import { limits } from './limits'
import { isCommaDelimited, itemTypeOf, parameterTypes, valuesIn } from './parameter-types'
import { Patterns } from './patterns'
import { isScalar, listAt, numberAt, numberIn, objectAt, strangersIn, textAt } from './shapes'

const keys: ReadonlySet<string> = new Set([
  ...['Type', 'Default', 'NoEcho', 'AllowedValues', 'AllowedPattern', 'MaxLength', 'MinLength'],
  ...['MaxValue', 'MinValue', 'Description', 'ConstraintDescription'],
])

/** Of a template that was read before, patterns and defaults are known to be good, and not tried again. */
export const readParameters = (
  template: ValueObject,
  isKnown = false,
): ReadonlyMap<string, ParameterDeclaration> => {
  const members = objectAt(template, 'Parameters') ?? {}
  const names = Object.keys(members)
  const patterns = isKnown ? undefined : new Patterns()
  const declarations = names.map(name => {
    const member = objectAt(members, name, 'Any Parameters member must be a JSON object.') ?? {}
    return [name, readParameter(name, member, patterns)] as const
  })
  if (names.length > limits.parameters) {
    invalid(`Too many parameters in the template.  Max of ${limits.parameters} allowed.`)
  }
  for (const name of names) {
    if (name.length > limits.nameCharacters) {
      invalid(
        `Parameter ${name} exceeds the maximum parameter name length of ${limits.nameCharacters} characters.`,
      )
    }
  }
  for (const [, declaration] of declarations) {
    if (patterns && declaration.default !== undefined) checkValue(declaration, declaration.default, patterns)
  }
  return new Map(declarations)
}

const readParameter = (
  name: string,
  member: ValueObject,
  patterns: Patterns | undefined,
): ParameterDeclaration => {
  const strangers = strangersIn(member, keys)
  if (strangers.length > 0) invalid(`Invalid template parameter property or properties ${listed(strangers)}`)
  const type = textAt(member, 'Type') ?? malformed('Every Parameters object must contain a Type member.')
  if (!parameterTypes.includes(type)) {
    malformed(`Unrecognized parameter type: ${type}.  Valid values are ${listed(parameterTypes)}`)
  }
  const declaration = {
    name,
    type,
    default: textAt(member, 'Default'),
    noEcho: textAt(member, 'NoEcho')?.toLowerCase() === 'true',
    allowedValues: allowedValuesOf(member),
    allowedPattern: textAt(member, 'AllowedPattern'),
    constraintDescription: textAt(member, 'ConstraintDescription'),
    description: textAt(member, 'Description'),
    maxLength: numberAt(member, 'MaxLength'),
    minLength: numberAt(member, 'MinLength'),
    maxValue: numberAt(member, 'MaxValue'),
    minValue: numberAt(member, 'MinValue'),
  }
  checkConstraints(member, declaration, patterns)
  // Members that are not there are not there, rather than undefined.
  return Object.fromEntries(
    Object.entries(declaration).filter(([, value]) => value !== undefined),
  ) as unknown as ParameterDeclaration
}

const allowedValuesOf = (member: ValueObject): readonly string[] | undefined =>
  listAt(member, 'AllowedValues')?.map(value =>
    isScalar(value) ? String(value) : malformed('Every AllowedValues value must be a string.'),
  )

type Constraints = {
  readonly [Member in keyof ParameterDeclaration]: ParameterDeclaration[Member] | undefined
}

/** A list of several values has the constraints of one; only the list that was there before types has none. */
const constrainedAs = (type: string): 'String' | 'Number' | undefined => {
  if (isCommaDelimited(type)) return undefined
  return itemTypeOf(type) === 'Number' ? 'Number' : 'String'
}

const checkConstraints = (
  member: ValueObject,
  declaration: Constraints,
  patterns: Patterns | undefined,
): void => {
  const { name, type = '', allowedPattern, maxLength, minLength, maxValue, minValue } = declaration
  const isOf = constrainedAs(type)
  const belong = (constraints: readonly string[], to: 'String' | 'Number') => {
    const found = constraints.find(constraint => member[constraint] !== undefined)
    if (found && isOf !== to) faulty(`Parameter '${name}' ${found} must be on a parameter of type ${to}`)
  }
  belong(['AllowedPattern', 'MaxLength', 'MinLength'], 'String')
  belong(['MaxValue', 'MinValue'], 'Number')
  if (maxLength !== undefined && minLength !== undefined && maxLength < minLength) {
    faulty(`Parameter '${name}' MinLength must be less than MaxLength.`)
  }
  if (maxValue !== undefined && minValue !== undefined && maxValue < minValue) {
    faulty(`Parameter '${name}' MinValue must be less than MaxValue.`)
  }
  // A pattern that is none is found before there is a value for it.
  if (allowedPattern !== undefined) patterns?.unmatched(`${name}`, allowedPattern, [''])
}

/** Refuse a value that the declaration does not allow, in the words that it has for that. */
export const checkValue = (declaration: ParameterDeclaration, text: string, patterns: Patterns): void => {
  const { name, type, constraintDescription, allowedPattern } = declaration
  if (Buffer.byteLength(text) > limits.parameterValueBytes) {
    invalid(
      `Parameter ${name} exceeds the maximum parameter value length of ${limits.parameterValueBytes} bytes.`,
    )
  }
  const values = valuesIn(type, text)
  const unmatched =
    allowedPattern === undefined ? undefined : patterns.unmatched(name, allowedPattern, values)
  for (const value of values) {
    const broken = brokenConstraint(declaration, value, unmatched)
    if (broken === undefined) continue
    if (constraintDescription === undefined) faulty(`Parameter '${name}' ${broken}`)
    else invalid(`Parameter '${name}' failed to satisfy constraint: ${constraintDescription}`)
  }
}

const brokenConstraint = (
  declaration: ParameterDeclaration,
  value: string,
  unmatched: string | undefined,
): string | undefined => {
  const { type, allowedValues, allowedPattern } = declaration
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = declaration
  const { minValue = Number.NEGATIVE_INFINITY, maxValue = Number.POSITIVE_INFINITY } = declaration
  if (allowedValues && !allowedValues.includes(value)) return 'must be one of AllowedValues'
  if (value.length < minLength) return `must contain at least ${minLength} characters`
  if (value.length > maxLength) return `must contain at most ${maxLength} characters`
  if (value === unmatched) return `must match pattern ${allowedPattern}`
  if (itemTypeOf(type) !== 'Number') return undefined
  const number = numberIn(value)
  if (number === undefined) return 'must be a number'
  if (number < minValue) return `must be a number not less than ${minValue}`
  if (number > maxValue) return `must be a number not greater than ${maxValue}`
  return undefined
}
