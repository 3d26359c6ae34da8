// SPDX-License-Identifier: BSD-2-Clause
// Stack policies: what an update may do with which resources. Without one, everything; with one, what a statement allows and
// none denies, as AWS documents it.
import { globOf, partsOf } from '../../glob'
import { invalid } from '../refusals'
import { ResourceFailure } from '../resources/contracts'
import type { Stack, StackResource } from '../schema'
import { largestStackPolicy } from '../template-source'

export type UpdateAction = 'Update:Modify' | 'Update:Replace' | 'Update:Delete'

const actions = ['update:modify', 'update:replace', 'update:delete', 'update:*', '*']

interface Statement {
  readonly isDenial: boolean
  readonly holds: (action: UpdateAction, resource: Pick<StackResource, 'logicalId' | 'type'>) => boolean
}

const wrong = (what: string): never => invalid(`Error validating stack policy: ${what}`)

const textsOf = (value: unknown, name: string): readonly string[] => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0 || !list.every(one => typeof one === 'string')) wrong(`Invalid ${name}`)
  return list as readonly string[]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Test = (text: string) => boolean

const anyOf = (patterns: readonly string[]): Test => {
  const tests = patterns.map(pattern => globOf(partsOf(pattern)))
  return text => tests.some(test => test(text))
}

const either = (
  statement: Readonly<Record<string, unknown>>,
  name: string,
  check: (texts: readonly string[]) => void,
): Test => {
  const given = [name, `Not${name}`].filter(key => statement[key] !== undefined)
  const [key] = given
  if (given.length !== 1 || key === undefined) return wrong(`Statement needs one of ${name} and Not${name}`)
  const texts = textsOf(statement[key], key)
  check(texts)
  const test = anyOf(name === 'Action' ? texts.map(text => text.toLowerCase()) : texts)
  return key === name ? test : text => !test(text)
}

/** Statements may be of resources of some types only. */
const conditionOf = (condition: unknown): Test => {
  if (condition === undefined) return () => true
  if (!isObject(condition)) return wrong('Invalid Condition')
  const tests = Object.entries(condition).map(([operator, values]): Test => {
    if (!['StringEquals', 'StringLike'].includes(operator) || !isObject(values)) {
      return wrong(`Invalid Condition ${operator}`)
    }
    const names = Object.keys(values)
    if (names.join() !== 'ResourceType') return wrong(`Invalid Condition key ${names.join()}`)
    const texts = textsOf(values.ResourceType, 'ResourceType')
    return operator === 'StringLike' ? anyOf(texts) : text => texts.includes(text)
  })
  return text => tests.every(test => test(text))
}

const known = ['Effect', 'Action', 'NotAction', 'Principal', 'Resource', 'NotResource', 'Condition', 'Sid']

const statementOf = (statement: unknown): Statement => {
  if (!isObject(statement)) return wrong('Invalid stack policy')
  const unknown = Object.keys(statement).find(key => !known.includes(key))
  if (unknown !== undefined) wrong(`Unknown element ${unknown}`)
  const { Effect, Principal, Condition } = statement
  if (Effect !== 'Allow' && Effect !== 'Deny') wrong('Effect must be Allow or Deny')
  // Stack policies are for all who may update the stack.
  if (Principal !== '*' && !(isObject(Principal) && Principal.AWS === '*')) wrong('Principal must be *')
  const ofAction = either(statement, 'Action', texts => {
    const other = texts.find(text => !actions.includes(text.toLowerCase()))
    if (other !== undefined) wrong(`Unknown action ${other}`)
  })
  const ofResource = either(statement, 'Resource', texts => {
    const other = texts.find(text => text !== '*' && !text.startsWith('LogicalResourceId/'))
    if (other !== undefined) wrong(`Unknown resource ${other}`)
  })
  const ofType = conditionOf(Condition)
  return {
    isDenial: Effect === 'Deny',
    holds: (action, { logicalId, type }) =>
      ofAction(action.toLowerCase()) && ofResource(`LogicalResourceId/${logicalId}`) && ofType(type),
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return wrong('Invalid stack policy')
  }
}

const statementsOf = (text: string): readonly Statement[] => {
  const document = parsed(text)
  if (!isObject(document) || document.Statement === undefined) return wrong('Invalid stack policy')
  const { Statement: given } = document
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  return list.map(statementOf)
}

/** A policy as a request gives it: checked. */
export const checkedStackPolicy = (text: string): string => {
  if (Buffer.byteLength(text) > largestStackPolicy) {
    invalid(`StackPolicy body may not exceed ${largestStackPolicy} bytes in a request.`)
  }
  statementsOf(text)
  return text
}

/** Thrown as the failure of a resource: its stack's policy does not let it be changed so. */
export const checkStackPolicy = (
  { policy, policyOfUpdate = policy }: Pick<Stack, 'policy' | 'policyOfUpdate'>,
  resource: Pick<StackResource, 'logicalId' | 'type'>,
  action: UpdateAction,
): void => {
  if (policyOfUpdate === undefined) return
  const statements = statementsOf(policyOfUpdate)
  const denial = statements.findIndex(one => one.isDenial && one.holds(action, resource))
  if (denial >= 0) {
    throw new ResourceFailure(
      `Action denied by stack policy: Statement [#${denial + 1}] does not allow [${action}] for resource [LogicalResourceId/${resource.logicalId}];`,
    )
  }
  if (!statements.some(one => !one.isDenial && one.holds(action, resource))) {
    throw new ResourceFailure('Action not allowed by stack policy')
  }
}
