// SPDX-License-Identifier: BSD-2-Clause
// From one statement of a document to what can be asked. What Eucalyptus says of a mistake is said in its words
// (its PolicyParser and JsonUtils), other mistakes in AWS'.

import { globOf, partsOf } from '../glob'
import { type Condition, type ConditionRules, conditionOf } from './conditions'
import type { Context, Principal } from './contracts'
import type { Json, JsonObject } from './json'
import { contractOperators, isQuota, keepAlive, quotaKeys } from './keys'
import { instantOf } from './operators'
import { isPrincipalType, principalsTest, principalTypes } from './principals'
import { problem } from './problem'
import { resourceOf, resourcePattern } from './resources'
import type { Contract, PolicyKind, Statement } from './statement'

export interface DocumentRules {
  readonly kind: PolicyKind
  readonly hasVariables: boolean
  readonly source: string
}

type Members = JsonObject['members']

const elements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

/** The one of two elements that is there. */
const eitherOf = (members: Members, one: string, other: string, isRequired = true): string | undefined => {
  const [has, hasOther] = [members.has(one), members.has(other)]
  if (has && hasOther) problem(`Element ${one} and ${other} can not be both present`)
  if (!has && !hasOther && isRequired) problem(`Element ${one} or ${other} is required`)
  return has ? one : hasOther ? other : undefined
}

const scalarText = (value: Json | undefined, isStrict: boolean): string | undefined => {
  if (value?.kind !== 'scalar' || value.value === null) return undefined
  return typeof value.value === 'string' || !isStrict ? String(value.value) : undefined
}

/** A text or a list of texts. Values of conditions may be numbers and truth values as well. */
const textsOf = (value: Json | undefined, name: string, isStrict = true): string[] =>
  (value?.kind === 'array' ? value.items : [value]).map(
    item => scalarText(item, isStrict) ?? problem(`${name} element can only be String or a list of String`),
  )

const effectOf = (members: Members, kind: PolicyKind): Statement['effect'] => {
  if (!members.has('Effect')) problem('Missing required element Effect')
  const effect = scalarText(members.get('Effect'), true)
  if (effect === undefined) return problem('Effect can not be empty')
  if (effect === 'Allow' || effect === 'Deny') return effect
  return effect === 'Limit' && kind === 'identity' ? effect : problem(`Invalid Effect value: ${effect}`)
}

const sidOf = (members: Members): string | undefined => {
  const given = members.get('Sid')
  return given === undefined ? undefined : textsOf(given, 'Sid')[0]
}

const actionTest = (members: Members): Statement['matchesAction'] => {
  const element = eitherOf(members, 'Action', 'NotAction') ?? ''
  const actions = textsOf(members.get(element), element).map(action => action.trim().toLowerCase())
  if (actions.length === 0) problem('Empty action values')
  for (const action of actions) {
    if (!/^(\*|[a-z0-9-]+:\S+)$/.test(action)) problem(`'${action}' is not a valid action`)
  }
  const tests = actions.map(action => globOf(partsOf(action)))
  const isNot = element === 'NotAction'
  return action => {
    const asked = action.toLowerCase()
    return tests.some(test => test(asked)) !== isNot
  }
}

type ResourceSide = Pick<Statement, 'matchesResource'> & {
  readonly isEverything: boolean
  readonly keys: readonly string[]
}

const resourceSide = (
  members: Members,
  { kind, hasVariables }: Pick<DocumentRules, 'kind' | 'hasVariables'>,
): ResourceSide => {
  const element = eitherOf(members, 'Resource', 'NotResource', kind !== 'trust')
  if (element === undefined) return { isEverything: true, keys: [], matchesResource: () => true }
  if (kind === 'trust') problem(`Has prohibited field ${element}`)
  const patterns = textsOf(members.get(element), element).map(text => resourcePattern(text, hasVariables))
  if (patterns.length === 0) problem('Empty resource values')
  const isNot = element === 'NotResource'
  return {
    isEverything: !isNot && patterns.some(pattern => pattern.isEverything),
    keys: patterns.flatMap(pattern => pattern.keys),
    matchesResource: ({ resource, context }) => {
      const asked = resourceOf(resource)
      const tests = patterns.map(pattern => pattern.test(context))
      if (tests.includes(undefined)) return false
      return tests.some(test => test?.(asked) === true) !== isNot
    },
  }
}

const principalTest = (members: Members, kind: PolicyKind): Statement['matchesPrincipal'] => {
  const element = eitherOf(members, 'Principal', 'NotPrincipal', kind !== 'identity')
  if (element === undefined) return () => true
  if (kind === 'identity') problem('Policy document should not specify a principal.')
  const given = members.get(element)
  const isNot = element === 'NotPrincipal'
  let test: (principals: readonly Principal[]) => boolean
  if (given?.kind === 'object') {
    const named = [...given.members].map(([type, ids]) =>
      isPrincipalType(type)
        ? { type, ids: textsOf(ids, type) }
        : problem(`One of element ${principalTypes} is required`),
    )
    if (named.length === 0) problem(`One of element ${principalTypes} is required`)
    if (named.some(({ ids }) => ids.length === 0)) problem('Empty principal values')
    test = principalsTest(named)
  } else if (scalarText(given, true) === '*') {
    test = principalsTest([{ type: 'AWS', ids: ['*'] }])
  } else return problem(`Invalid principal in policy: "${scalarText(given, false) ?? element}"`)
  return principals => test(principals) !== isNot
}

interface Considered {
  readonly conditions: readonly Condition[]
  readonly quotas: Record<string, number>
  readonly contracts: readonly Contract[]
}

const whole = (value: string, key: string): number => {
  if (!/^-?\d{1,15}$/.test(value)) {
    problem(`Invalid value format for ${key}: ${value}. Integer is required.`)
  }
  return Number(value) >= 0
    ? Number(value)
    : problem(`Invalid value for ${key}: ${value}. Must be 0 or positive.`)
}

const onlyWith = (key: string, written: string, wanted: string): void => {
  if (written !== wanted) problem(`${key} is not allowed in condition ${written}. ${wanted} is required.`)
}

const contractOf = (key: string, written: string, value: string): Contract => {
  onlyWith(key, written, contractOperators[key] ?? '')
  if (key === keepAlive) return { minutes: whole(value, key) }
  return {
    at: instantOf(value) ?? problem(`Invalid value format for ${key}: ${value}. Date (ISO8601) is required.`),
  }
}

const quotaOf = (key: string, written: string, values: readonly string[]): number => {
  if (!quotaKeys.has(key)) problem(`Condition key '${key}' is not supported`)
  onlyWith(key, written, 'NumericLessThanEquals')
  if (values.length > 1) problem(`Quota key '${key}' can only have one value`)
  return whole(values[0] ?? '', key)
}

/** Every operator, key and list of values of a condition element. */
function* conditionsWritten(members: Members): Generator<readonly [string, string, string[]]> {
  const given = members.get('Condition')
  if (given === undefined) return
  if (given.kind !== 'object') return problem('Condition element can only be an object')
  for (const [written, keys] of given.members) {
    if (keys.kind !== 'object') return problem(`${written} element can only be an object`)
    for (const [name, values] of keys.members) {
      const key = name.trim()
      if (key === '') problem('Empty key name')
      const texts = textsOf(values, key, false)
      if (texts.length === 0) problem(`No value for key '${key}'`)
      yield [written, key, texts]
    }
  }
}

const consider = (members: Members, rules: ConditionRules): Considered => {
  const isLimit = rules.effect === 'Limit'
  const conditions: Condition[] = []
  const quotas: Record<string, number> = Object.create(null)
  const contracts: Contract[] = []
  for (const [written, name, values] of conditionsWritten(members)) {
    const key = name.toLowerCase()
    if (isLimit) {
      if (!isQuota(key)) problem(`Quota statement can only use quota keys.'${key}' is invalid.`)
      quotas[key] = quotaOf(key, written, values)
    } else if (isQuota(key)) problem(`Condition key '${key}' is not supported`)
    else if (Object.hasOwn(contractOperators, key)) {
      contracts.push(...values.map(value => contractOf(key, written, value)))
    } else conditions.push(conditionOf(written, name, values, rules))
  }
  return { conditions, quotas, contracts }
}

const made = (value: JsonObject, rules: DocumentRules): Statement => {
  const { members, start, end } = value
  for (const name of members.keys()) if (!elements.has(name)) problem(`Unknown element ${name}`)
  const sid = sidOf(members)
  const effect = effectOf(members, rules.kind)
  const matchesPrincipal = principalTest(members, rules.kind)
  const { conditions, quotas, contracts } = consider(members, {
    hasVariables: rules.hasVariables,
    effect,
  })
  const matchesAction = actionTest(members)
  const { isEverything, matchesResource, keys } = resourceSide(members, rules)
  const isMet = (context: Context) => (condition: Condition) => condition.holds(context) === true
  return {
    sid,
    effect,
    start,
    end,
    matchesAction,
    matchesResource,
    matchesPrincipal,
    matchesConditions: context => conditions.every(isMet(context)),
    mayMatch: context => conditions.every(one => !one.isKnown(context) || isMet(context)(one)),
    mustMatch: context =>
      isEverything && conditions.every(one => one.isKnown(context) && isMet(context)(one)),
    quotas,
    contracts,
    keys: [...conditions.flatMap(condition => condition.keys), ...keys],
  }
}

// The same statements stand in many documents. What they are made of is made once, and stays near at hand when requests
// of many users come in turn.
const mostShared = 5000
const shared = new Map<string, Statement>()

/** Read a statement. Throws `PolicyProblem`. */
export const statementOf = (value: Json, rules: DocumentRules): Statement => {
  if (value.kind !== 'object') return problem('Statement element can only be an object or a list of objects')
  const { start, end } = value
  const slot = `${rules.kind} ${rules.hasVariables} ${rules.source.slice(start, end)}`
  const known = shared.get(slot)
  if (known) return { ...known, start, end }
  const statement = made(value, rules)
  if (shared.size >= mostShared) shared.clear()
  shared.set(slot, statement)
  return statement
}
