// SPDX-License-Identifier: BSD-2-Clause
// Carrying out functions: what a value is for one stack.

import { invalid } from '../refusals'
import { cidrBlocks } from './cidr'
import type { Evaluated, Scope, Value } from './contracts'
import { faulty } from './faults'
import {
  callIn,
  checkCall,
  cidrNeeds,
  findInMapNeeds,
  importNeeds,
  joinNeeds,
  selectNeedsIndex,
  selectNeedsList,
  splitNeeds,
  subContextNeeds,
} from './functions'
import { isListType, valuesIn } from './parameter-types'
import { isList, isObject, isScalar } from './shapes'
import { substituted } from './substitution'

/** A function refers to a resource that is not there yet, or never will be. */
export class Unresolved extends Error {
  override readonly name = 'Unresolved'
}

// A parameter is longer than the function that names it, and functions stand within others: of what comes of one value, in all.
const mostCharacters = 1_000_000

/** What a value is in a scope; `isTrue` says of conditions whether they hold. */
export const evaluated = (
  scope: Scope,
  value: Value,
  isTrue: (condition: string) => boolean,
  isInConditions = false,
): Evaluated => new Evaluation(scope, isTrue, isInConditions).of(value)

type Carry = (evaluation: Evaluation, argument: Value) => Evaluated

class Evaluation {
  #characters = 0
  constructor(
    readonly scope: Scope,
    readonly isTrue: (condition: string) => boolean,
    readonly isInConditions: boolean,
  ) {}

  of(value: Value): Evaluated {
    if (isList(value)) return value.map(item => this.of(item)).filter(item => item !== undefined)
    if (!isObject(value)) return value
    const call = callIn(value)
    if (!call) {
      const members = Object.entries(value).map(([name, member]) => [name, this.of(member)] as const)
      return Object.fromEntries(members.filter(([, member]) => member !== undefined))
    }
    checkCall(call, this.isInConditions)
    const result = functions[call.name]?.(this, call.argument)
    if (typeof result === 'string') this.#count(result)
    return result
  }

  #count(text: string): void {
    this.#characters += text.length
    this.fits(0)
  }

  /** Refuse what would come to be too long, before it is. */
  fits(characters: number): void {
    if (this.#characters + characters > mostCharacters) {
      faulty(`functions give more than ${mostCharacters} characters for one value`)
    }
  }

  /** A text, or the text of a number or a truth value. */
  text(value: Value, needs: string): string {
    const found = this.of(value)
    return isScalar(found) ? String(found) : faulty(needs)
  }

  list(value: Value, needs: string): readonly Evaluated[] {
    const found = this.of(value)
    return Array.isArray(found) ? found : faulty(needs)
  }

  named(name: string): Evaluated {
    const { scope } = this
    const pseudo = pseudoValues[name]
    if (pseudo) return pseudo(scope)
    const parameter = scope.parameters.get(name)
    if (!parameter) return this.resource(name).ref
    const type = scope.template.parameters.get(name)?.type ?? 'String'
    return isListType(type) ? valuesIn(type, parameter.value) : parameter.value
  }

  resource(logicalId: string) {
    const known = this.scope.resource(logicalId)
    if (!known) throw new Unresolved(`Template error: reference ${logicalId} not ready`)
    return known
  }

  attribute(logicalId: string, name: string): Evaluated {
    const { attributes } = this.resource(logicalId)
    if (Object.hasOwn(attributes, name)) return attributes[name]
    return faulty(`resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`)
  }

  truth(value: Value): boolean {
    const found = this.of(value)
    const text = isScalar(found) ? String(found).toLowerCase() : ''
    if (text !== 'true' && text !== 'false') faulty(`Invalid boolean value ${JSON.stringify(found)}`)
    return text === 'true'
  }
}

const pseudoValues: Readonly<Record<string, (scope: Scope) => Evaluated>> = {
  'AWS::AccountId': scope => scope.accountId,
  'AWS::NoValue': () => undefined,
  'AWS::NotificationARNs': scope => scope.notificationArns,
  'AWS::Partition': () => 'aws',
  'AWS::Region': scope => scope.region,
  'AWS::StackId': scope => scope.stackId,
  'AWS::StackName': scope => scope.stackName,
}

/** The arguments of a function that takes a list of them; how many there are has been checked. */
const parts = (argument: Value): readonly Value[] => argument as readonly Value[]

const part = (argument: Value, index: number): Value => parts(argument)[index] ?? ''

const numeral = /^[+-]?\d{1,9}$/

const functions: Readonly<Record<string, Carry>> = {
  Ref: (evaluation, argument) => evaluation.named(String(argument)),

  Condition: (evaluation, argument) => evaluation.isTrue(String(argument)),

  'Fn::If': (evaluation, argument) =>
    evaluation.of(part(argument, evaluation.isTrue(String(part(argument, 0))) ? 1 : 2)),

  'Fn::Equals': (evaluation, argument) => {
    const [one, other] = parts(argument).map(value => comparable(evaluation.of(value)))
    return one !== undefined && one === other
  },

  'Fn::And': (evaluation, argument) =>
    parts(argument)
      .map(value => evaluation.truth(value))
      .every(Boolean),

  'Fn::Or': (evaluation, argument) =>
    parts(argument)
      .map(value => evaluation.truth(value))
      .some(Boolean),

  'Fn::Not': (evaluation, argument) => !evaluation.truth(part(argument, 0)),

  'Fn::Base64': (evaluation, argument) => {
    const text = evaluation.text(argument, 'every Fn::Base64 object must have a String-typed value.')
    return Buffer.from(text).toString('base64')
  },

  'Fn::FindInMap': (evaluation, argument) => {
    const names = parts(argument).map(value => evaluation.text(value, findInMapNeeds))
    return inMap(evaluation.scope.template.mappings, names)
  },

  'Fn::Select': (evaluation, argument) => {
    const text = evaluation.text(part(argument, 0), selectNeedsIndex)
    if (!numeral.test(text)) faulty(selectNeedsIndex)
    const list = evaluation.list(part(argument, 1), selectNeedsList)
    const index = Number(text)
    return index in list
      ? list[index]
      : faulty(`Fn::Select cannot select nonexistent value at index ${index}`)
  },

  'Fn::Join': (evaluation, argument) => {
    const delimiter = evaluation.text(part(argument, 0), joinNeeds)
    const list = evaluation.list(part(argument, 1), joinNeeds)
    const texts = list.map(item => (isScalar(item) ? String(item) : faulty(joinNeeds)))
    evaluation.fits(texts.reduce((sum, text) => sum + text.length + delimiter.length, -delimiter.length))
    return texts.join(delimiter)
  },

  'Fn::Split': (evaluation, argument) => {
    const delimiter = evaluation.text(part(argument, 0), splitNeeds)
    const text = evaluation.text(part(argument, 1), splitNeeds)
    return delimiter === '' ? faulty(splitNeeds) : text.split(delimiter)
  },

  'Fn::Cidr': (evaluation, argument) => {
    const [block = '', count = '', bits = '8'] = parts(argument).map(value =>
      evaluation.text(value, cidrNeeds),
    )
    return cidrBlocks(block, Number(count), Number(bits)) ?? faulty(cidrNeeds)
  },

  // Of another region there are none, as with AWS.
  'Fn::GetAZs': (evaluation, argument) => {
    const { region, zones } = evaluation.scope
    const asked = evaluation.text(argument, 'every Fn::GetAZs object must have a String-typed value.')
    return asked === '' || asked === region ? zones : []
  },

  'Fn::Sub': (evaluation, argument) => {
    const [text, context = {}] = isList(argument) ? argument : [argument]
    const own = new Map(
      Object.entries(context as object).map(([name, value]) => [
        name,
        evaluation.text(value, subContextNeeds),
      ]),
    )
    let characters = 0
    return substituted(String(text), name => {
      const found = own.get(name) ?? variableText(evaluation, name)
      characters += found.length
      evaluation.fits(characters)
      return found
    })
  },

  'Fn::GetAtt': (evaluation, argument) =>
    evaluation.attribute(String(part(argument, 0)), String(part(argument, 1))),

  'Fn::ImportValue': (evaluation, argument) => {
    const name = evaluation.text(argument, importNeeds)
    return evaluation.scope.exported(name) ?? invalid(`No export named ${name} found`)
  },
}

/** The same for a number and its text, since parameters are texts. */
const comparable = (value: Evaluated): string | undefined => {
  if (value === undefined) return undefined
  return JSON.stringify(value, (_, part: unknown) => (isScalar(part) ? String(part) : part))
}

const inMap = (mappings: Scope['template']['mappings'], names: readonly string[]): Evaluated => {
  const [map = '', key = '', attribute = ''] = names
  if (!Object.hasOwn(mappings, map)) {
    faulty(`Mapping named '${map}' is not present in the 'Mappings' section of template`)
  }
  const attributes = mappings[map] ?? {}
  const found = Object.hasOwn(attributes, key) ? (attributes[key] ?? {}) : {}
  if (!Object.hasOwn(found, attribute)) faulty(`Unable to get mapping for ${map}::${key}::${attribute}`)
  return found[attribute]
}

const variableText = (evaluation: Evaluation, name: string): string => {
  const { template, parameters } = evaluation.scope
  const [, resource, attribute] = /^([^.]*)\.(.*)$/.exec(name) ?? []
  const isName = attribute === undefined || parameters.has(name) || template.resources.has(name)
  const value = isName ? evaluation.named(name) : evaluation.attribute(resource ?? '', attribute)
  if (isScalar(value)) return String(value)
  return faulty('every variable in an Fn::sub object must reference a string')
}
