// SPDX-License-Identifier: BSD-2-Clause
// What parts of a template refer to: walking through values and their functions.
import { resourceTypeNamed } from '../resources'
import type { Template, Value } from './contracts'
import { faulty } from './faults'
import { callIn, checkCall } from './functions'
import { isList, isObject } from './shapes'
import { variablesOf } from './substitution'

// Region and partition are the same for all stacks of a cloud. AWS has the domain of the URLs of services as well; here
// these have no domain of their own.
export const pseudoParameters: ReadonlySet<string> = new Set([
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
])

/** What can be referred to, while a template is read and afterwards. */
export type Names = Pick<Template, 'parameters' | 'conditions'> & {
  /** The type of a resource, where there is one of that name. */
  typeOf(logicalId: string): string | undefined
}

export const namesOf = ({ parameters, conditions, resources }: Template): Names => ({
  parameters,
  conditions,
  typeOf: logicalId => resources.get(logicalId)?.type,
})

/** What is told of what a value refers to. */
export interface Visitor {
  /** A resource, by Ref, Fn::GetAtt or Fn::Sub. */
  resource(logicalId: string): void
  /** A name that nothing has. */
  unknown?(name: string): void
  condition?(name: string): void
  /** What Fn::ImportValue is called with. */
  imported?(argument: Value): void
  /** Which branch of Fn::If is taken; without it both are looked at. */
  isTrue?(condition: string): boolean
  /** Functions that are refused elsewhere are allowed here. */
  readonly isInConditions?: boolean
}

/** Go through all that a value refers to. Refuses functions that are not given what they need. */
export const visit = (names: Names, value: Value, visitor: Visitor): void => {
  const walk = (part: Value): void => {
    const call = callIn(part)
    if (call) {
      checkCall(call, visitor.isInConditions ?? false)
      const special = specials[call.name]
      if (special) special(names, call.argument, visitor, walk)
      else walk(call.argument)
    } else if (isList(part)) {
      for (const item of part) walk(item)
    } else if (isObject(part)) {
      for (const member of Object.values(part)) walk(member)
    }
  }
  walk(value)
}

type Special = (names: Names, argument: Value, visitor: Visitor, walk: (part: Value) => void) => void

const isNeither = ({ parameters }: Names, name: string): boolean =>
  !parameters.has(name) && !pseudoParameters.has(name)

/** Functions whose arguments are names. What they are given has been checked. */
const specials: Readonly<Record<string, Special>> = {
  Ref: (names, argument, visitor) => {
    const name = String(argument)
    if (names.typeOf(name) !== undefined) visitor.resource(name)
    else if (isNeither(names, name)) visitor.unknown?.(name)
  },
  Condition: (_, argument, visitor) => visitor.condition?.(String(argument)),
  'Fn::If': (_, argument, visitor, walk) => {
    const [condition, ifTrue = '', ifFalse = ''] = argument as readonly Value[]
    const name = String(condition)
    visitor.condition?.(name)
    const isTrue = visitor.isTrue?.(name)
    if (isTrue !== false) walk(ifTrue)
    if (isTrue !== true) walk(ifFalse)
  },
  'Fn::GetAtt': (names, argument, visitor) => {
    const [resource, attribute] = (argument as readonly Value[]).map(String)
    if (resource === undefined || attribute === undefined) return
    if (names.typeOf(resource) === undefined) {
      return faulty(`instance of Fn::GetAtt references undefined resource ${resource}`)
    }
    checkAttribute(names, resource, attribute)
    visitor.resource(resource)
  },
  'Fn::ImportValue': (names, argument, visitor) => {
    visit(names, argument, { ...visitor, resource: fixedImport, imported: fixedImport })
    visitor.imported?.(argument)
  },
  'Fn::Sub': (names, argument, visitor, walk) => {
    const [text, context = {}] = isList(argument) ? argument : [argument]
    walk(context)
    for (const variable of variablesOf(String(text))) {
      if (!Object.hasOwn(context as object, variable)) visitVariable(names, variable, visitor)
    }
  },
}

/** Which stacks hold on to an export has to be known whatever becomes of their resources. */
const fixedImport = (): never =>
  faulty('the attribute in Fn::ImportValue must not depend on any resources or imported values.')

const visitVariable = (names: Names, variable: string, visitor: Visitor): void => {
  if (!isNeither(names, variable)) return
  const [, resource, attribute] = /^([^.]*)\.(.*)$/.exec(variable) ?? []
  if (names.typeOf(variable) !== undefined) visitor.resource(variable)
  else if (resource === undefined || attribute === undefined) visitor.unknown?.(variable)
  else if (names.typeOf(resource) === undefined) {
    faulty(`instance of Fn::Sub references invalid resource attribute ${variable}`)
  } else {
    checkAttribute(names, resource, attribute)
    visitor.resource(resource)
  }
}

const checkAttribute = ({ typeOf }: Names, resource: string, attribute: string): void => {
  const known = resourceTypeNamed(typeOf(resource) ?? '')?.attributes ?? []
  const isKnown = known.some(name =>
    name.endsWith('.*') ? attribute.startsWith(name.slice(0, -1)) : name === attribute,
  )
  if (!isKnown) faulty(`resource ${resource} does not support attribute type ${attribute} in Fn::GetAtt`)
}
