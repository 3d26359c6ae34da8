// SPDX-License-Identifier: BSD-2-Clause
// What values of CloudWatch's parameters are refused with (engine-cloudformation-cloudwatch, part 2 §2). An empty text is as
// good as none.
import { refuse } from '../errors'

export const missingParameter = (name: string): never =>
  refuse('MissingParameter', `The parameter ${name} is required.`)

export const badValue = (message: string): never => refuse('InvalidParameterValue', message)

/** A value that cannot be, named with its parameter. */
export const invalidValue = (name: string, value: unknown): never =>
  badValue(`The value ${value} for parameter ${name} is invalid.`)

export const badCombination = (message: string): never => refuse('InvalidParameterCombination', message)

export const required = <T>(value: T | undefined, name: string): T => value ?? missingParameter(name)

/** A text that may be absent. */
export const optionalText = (
  value: string | undefined,
  name: string,
  longest: number,
): string | undefined => {
  if (!value) return undefined
  if (value.length > longest) {
    badValue(`The parameter ${name} must be shorter than ${longest + 1} characters.`)
  }
  return value
}

export const requiredText = (value: string | undefined, name: string, longest = 255): string =>
  optionalText(value, name, longest) ?? missingParameter(name)

/** One of a few words, if any. */
export const optionalChoice = <T extends string>(
  value: string | undefined,
  name: string,
  choices: readonly T[],
): T | undefined => {
  if (value === undefined) return undefined
  return (
    choices.find(choice => choice === value) ??
    badValue(`The parameter ${name} must be a value in the set [${choices.join(', ')}].`)
  )
}

export const requiredChoice = <T extends string>(
  value: string | undefined,
  name: string,
  choices: readonly T[],
): T => optionalChoice(value, name, choices) ?? missingParameter(name)

/** Seconds: a multiple of a minute. */
export const optionalPeriod = (value: number | undefined): number | undefined => {
  if (value === undefined) return undefined
  if (value < 0) badValue('The parameter Period must be greater than 0.')
  if (value === 0) badValue('The parameter Period must not equal 0.')
  if (value % 60 !== 0) badValue('The parameter Period must be a multiple of 60.')
  return value
}

export const requiredPeriod = (value: number | undefined): number => required(optionalPeriod(value), 'Period')

/** No more than so many of a list. */
export const atMost = <T>(
  values: readonly T[] | undefined,
  name: string,
  most: number,
): readonly T[] | undefined => {
  if (values && values.length > most) {
    badValue(`The collection ${name} must not have a size greater than ${most}.`)
  }
  return values
}

const recordsMost = 100
const recordsByDefault = 50

export const pageSize = (value: number | undefined): number => {
  if (value === undefined) return recordsByDefault
  if (!Number.isInteger(value)) badValue(`The value ${value} for parameter MaxRecords is invalid.`)
  if (value < 1) badValue('The parameter MaxRecords must be greater than or equal to 1.')
  if (value > recordsMost) badValue(`The parameter MaxRecords must be less than or equal to ${recordsMost}.`)
  return value
}
