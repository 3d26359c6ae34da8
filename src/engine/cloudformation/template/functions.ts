// SPDX-License-Identifier: BSD-2-Clause
// The functions that a template may have, and what each has to be given as it is written. What can only be told once its
// arguments are known is in evaluate.ts.
import { invalid } from '../refusals'
import type { Value, ValueObject } from './contracts'
import { faulty, listed } from './faults'
import { isList, isObject, isScalar } from './shapes'
import { variablesOf } from './substitution'

/** A function and what it is called with. */
export interface Call {
  readonly name: string
  readonly argument: Value
}

/** Those that give true or false, and belong to the block of conditions. */
const truthFunctions: ReadonlySet<string> = new Set([
  'Condition',
  'Fn::And',
  'Fn::Equals',
  'Fn::Not',
  'Fn::Or',
])

// In the order in which the service lists them; the last three are AWS' alone.
const supported = [
  ...[
    'Fn::Base64',
    'Fn::GetAtt',
    'Fn::GetAZs',
    'Fn::Join',
    'Fn::FindInMap',
    'Fn::Select',
    'Ref',
    'Fn::Equals',
  ],
  ...[
    'Fn::If',
    'Fn::Not',
    'Condition',
    'Fn::And',
    'Fn::Or',
    'Fn::Sub',
    'Fn::Split',
    'Fn::Cidr',
    'Fn::ImportValue',
  ],
]

/** The function that a value is: an object with one member, which is called as a function is. */
export const callIn = (value: unknown): Call | undefined => {
  if (!isObject(value)) return undefined
  const names = Object.keys(value)
  const [name] = names
  if (names.length !== 1 || name === undefined) return undefined
  if (name !== 'Ref' && name !== 'Condition' && !name.startsWith('Fn:')) return undefined
  const argument = value[name] as Value
  // Statements of policies have an element of this name, whose value is an object.
  if (name === 'Condition' && !isScalar(argument)) return undefined
  return { name, argument }
}

export const isTruthFunction = (value: Value | undefined): boolean => {
  const call = callIn(value)
  return call !== undefined && truthFunctions.has(call.name)
}

/** Refuse a function that there is none of, or that is not given what it needs, and one that is where it may not be. */
export const checkCall = ({ name, argument }: Call, isInConditions: boolean): void => {
  if (!supported.includes(name)) unsupported(name)
  if (!isInConditions) {
    if (name === 'Condition') faulty('Condition token can only be used in Conditions block')
    if (truthFunctions.has(name)) faulty(`${name} cannot be partially collapsed`)
  } else if (name === 'Fn::ImportValue') {
    faulty('Fn::ImportValue cannot be used in the Conditions block')
  }
  shapes[name]?.(argument, name)
}

const unsupported = (name: string): never =>
  invalid(
    `Template Error: Encountered unsupported function: ${name} Supported functions are: ${listed(supported)}`,
  )

const several = (argument: Value, name: string): void => {
  const isRight =
    isList(argument) && argument.length >= 2 && argument.length <= 10 && argument.every(isTruthFunction)
  if (!isRight) {
    faulty(`every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`)
  }
}

const isListOf = (argument: Value, ...lengths: readonly number[]): argument is readonly Value[] =>
  isList(argument) && lengths.includes(argument.length)

export const joinNeeds =
  'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a' +
  ' function that returns a list of strings (such as Fn::GetAZs) to be joined.'
export const splitNeeds =
  'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function' +
  ' that returns a string to be split.'
export const selectNeedsIndex =
  'Fn::Select requires a list argument with a valid index value as its first element'
export const selectNeedsList =
  'Fn::Select requires a list argument with two elements: an integer index and a list'
export const findInMapNeeds =
  'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value'
export const cidrNeeds =
  'every Fn::Cidr object requires an IPv4 block, a count from 1 to 256 and the number of bits of a subnet, by default 8'
export const importNeeds = 'every Fn::ImportValue object must have a String-typed value.'
export const subContextNeeds =
  'every value of the context object of every Fn::Sub object must be a string or a function that returns a string'

const shapes: Readonly<Record<string, (argument: Value, name: string) => void>> = {
  Ref: argument => {
    if (!isScalar(argument)) faulty('All References must be of type string')
  },
  'Fn::If': argument => {
    if (!isList(argument) || !isScalar(argument[0])) {
      return faulty('Fn::If requires a list argument with the first element being a condition')
    }
    if (argument.length !== 3) faulty('Fn::If requires a list argument with three elements')
  },
  'Fn::Equals': argument => {
    if (!isListOf(argument, 2)) faulty('Fn::Equals requires a list argument with two elements')
  },
  'Fn::And': several,
  'Fn::Or': several,
  'Fn::Not': argument => {
    if (!isListOf(argument, 1)) return faulty('Fn::Not requires a list argument with one element')
    if (!isTruthFunction(argument[0])) faulty('Fn::Not requires a list argument with one function token')
  },
  'Fn::FindInMap': argument => {
    if (!isListOf(argument, 3)) faulty(findInMapNeeds)
  },
  'Fn::Select': argument => {
    if (!isList(argument) || argument.length < 1) return faulty(selectNeedsIndex)
    if (argument.length !== 2) faulty(selectNeedsList)
  },
  'Fn::Join': argument => {
    if (!isListOf(argument, 2)) faulty(joinNeeds)
  },
  'Fn::Split': argument => {
    if (!isListOf(argument, 2)) faulty(splitNeeds)
  },
  'Fn::Cidr': argument => {
    if (!isListOf(argument, 2, 3)) faulty(cidrNeeds)
  },
  'Fn::ImportValue': argument => {
    if (!isScalar(argument) && !callIn(argument)) faulty(importNeeds)
  },
  'Fn::GetAtt': argument => {
    const isRight = isListOf(argument, 2) && argument.every(part => isScalar(part) && part !== '')
    if (!isRight) {
      faulty(
        'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
      )
    }
  },
  'Fn::Sub': argument => {
    const [text, context = {}] = isList(argument) && argument.length === 2 ? argument : [argument]
    if (!isScalar(text) || !isObject(context)) {
      return faulty(
        "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument," +
          ' and an optional second argument to specify a mapping of values to replace in the string',
      )
    }
    variablesOf(String(text))
    checkContext(context)
  },
}

const checkContext = (context: ValueObject): void => {
  for (const [name, value] of Object.entries(context)) {
    if (!/^[A-Za-z0-9_]+$/.test(name)) {
      faulty(
        'every key of the context object of every Fn::Sub object must contain only alphanumeric characters and underscores',
      )
    }
    if (!isScalar(value) && !callIn(value)) faulty(subContextNeeds)
  }
}
