// SPDX-License-Identifier: BSD-2-Clause
// What AWS' and Eucalyptus' documentation says of policies, written down as plainly as possible and without regard to
// speed: documents as JSON has them, wildcards as regular expressions, every statement read anew for every request. It
// shares no code with the engine, so that a mistake has to be made twice to be missed.

type Values = string | string[]
export interface PlainStatement {
  Effect: string
  Action?: Values
  NotAction?: Values
  Resource?: Values
  NotResource?: Values
  Principal?: '*' | Record<string, Values>
  NotPrincipal?: '*' | Record<string, Values>
  Condition?: Record<string, Record<string, Values>>
}
export interface PlainPolicy {
  Version?: string
  Statement: PlainStatement[]
}
export interface PlainRequest {
  action: string
  resource: string
  context: Record<string, string[]>
}
export interface PlainStanding {
  account: string
  isAccountAdmin: boolean
  /** `TYPE ID` */
  names: string[]
  accountPolicies: PlainPolicy[]
  identity: PlainPolicy[]
  boundary?: PlainPolicy[] | undefined
  session?: PlainPolicy[] | undefined
}
export interface PlainSide {
  owner?: string | undefined
  policy?: PlainPolicy | undefined
  isGranted?: boolean | undefined
}

class Unresolved extends Error {}

const list = (values: Values | undefined): string[] =>
  values === undefined ? [] : Array.isArray(values) ? values : [values]

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const expressions = new Map<string, RegExp>()
const expression = (source: string): RegExp => {
  const found = expressions.get(source) ?? new RegExp(`^(?:${source})$`, 'su')
  if (expressions.size < 50_000) expressions.set(source, found)
  return found
}

/** A pattern as the source of a regular expression. */
const regexOf = (pattern: string, context: PlainRequest['context'] | undefined, wild: boolean): string => {
  if (pattern === '') return ''
  if (context && pattern.startsWith('${')) {
    const end = pattern.indexOf('}')
    const inside = pattern.slice(2, end)
    const rest = regexOf(pattern.slice(end + 1), context, wild)
    if (['*', '?', '$'].includes(inside)) return quoted(inside) + rest
    const [name = '', fallback] = inside.split(',').map(part => part.trim())
    const values = context[name.toLowerCase()]
    if (values && values.length !== 1) throw new Unresolved()
    const value = values ? values[0] : fallback?.replaceAll("'", '')
    if (value === undefined) throw new Unresolved()
    return quoted(value) + rest
  }
  const [first = ''] = [...pattern]
  const rest = regexOf(pattern.slice(first.length), context, wild)
  if (wild && first === '*') return `.*${rest}`
  if (wild && first === '?') return `.${rest}`
  return quoted(first) + rest
}

const like = (pattern: string, text: string, context?: PlainRequest['context'], wild = true): boolean =>
  expression(regexOf(pattern, context, wild)).test(text)

const older = (rest: string): string => {
  const [type = '', ...others] = rest.split('/')
  if (others.length === 0) return rest
  const name = type === 'elastic-ip' ? 'address' : type.split('-').join('')
  return [name, ...others].join('/')
}

const bytes = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + +part, 0)

const matchesArn = (pattern: string, resource: string, context?: PlainRequest['context']): boolean => {
  if (pattern === '*') return true
  const wanted = pattern.split(':')
  const actual = resource.split(':')
  const wantedRest = wanted.slice(5).join(':')
  // Unresolved variables are found even where the rest does not match.
  if (wanted.length > 5) regexOf(wantedRest, context, true)
  if (actual.length < 6) return false
  for (const index of [0, 1, 2, 3, 4]) {
    const segment = wanted[index]
    if (segment === undefined) return true
    if (segment === '' && index >= 3) continue
    if (!like(segment, actual[index] ?? '')) return false
  }
  if (wanted.length <= 5) return true
  const rest = actual.slice(5).join(':')
  if (wanted[2] !== 'ec2') return like(wantedRest, rest, context)
  const [, from, to] = /^address\/([0-9.]+)-([0-9.]+)$/.exec(wantedRest) ?? []
  if (from && to) {
    const [, address] = /^(?:address|elastic-ip)\/([0-9.]+)$/i.exec(rest) ?? []
    return address !== undefined && bytes(from) <= bytes(address) && bytes(address) <= bytes(to)
  }
  const small = Object.fromEntries(
    Object.entries(context ?? {}).map(([key, values]) => [key, values.map(value => value.toLowerCase())]),
  )
  const variables = context && small
  return (
    like(wantedRest.toLowerCase(), rest.toLowerCase(), variables) ||
    like(older(wantedRest.toLowerCase()), older(rest.toLowerCase()), variables)
  )
}

const number = (text: string): number => (/^[+-]?[0-9.]+$/.test(text) ? Number.parseFloat(text) : Number.NaN)
const instant = (text: string): number =>
  /^\d+$/.test(text) ? Number(text) * 1000 : /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN

const bits = (address: string): string =>
  address
    .split('.')
    .map(part => Number(part).toString(2).padStart(8, '0'))
    .join('')

const inBlock = (block: string, address: string): boolean => {
  const [network = '', length = '32'] = block.split('/')
  if (!/^[0-9.]+$/.test(address)) return false
  return bits(network).slice(0, Number(length)) === bits(address).slice(0, Number(length))
}

const compares: Record<
  string,
  (actual: string, wanted: string, context?: PlainRequest['context']) => boolean
> = {
  StringEquals: (actual, wanted, context) => like(wanted, actual, context, false),
  StringEqualsIgnoreCase: (actual, wanted, context) =>
    expression(regexOf(wanted, context, false).toLowerCase()).test(actual.toLowerCase()),
  StringLike: (actual, wanted, context) => like(wanted, actual, context),
  NumericEquals: (actual, wanted) => number(actual) === number(wanted),
  NumericLessThan: (actual, wanted) => number(actual) < number(wanted),
  NumericLessThanEquals: (actual, wanted) => number(actual) <= number(wanted),
  NumericGreaterThan: (actual, wanted) => number(actual) > number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => number(actual) >= number(wanted),
  DateEquals: (actual, wanted) => instant(actual) === instant(wanted),
  DateLessThan: (actual, wanted) => instant(actual) < instant(wanted),
  DateLessThanEquals: (actual, wanted) => instant(actual) <= instant(wanted),
  DateGreaterThan: (actual, wanted) => instant(actual) > instant(wanted),
  DateGreaterThanEquals: (actual, wanted) => instant(actual) >= instant(wanted),
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  BinaryEquals: (actual, wanted) => atob(actual) === atob(wanted),
  IpAddress: (actual, wanted) => inBlock(wanted, actual),
  ArnLike: (actual, wanted, context) => {
    const parts = actual.split(':')
    const pieces = wanted.split(/:(?![^{]*\})/)
    const patterns = [...pieces.slice(0, 5), pieces.slice(5).join(':')]
    patterns.map(pattern => regexOf(pattern, context, true))
    if (parts.length < 6) return false
    const cut = [...parts.slice(0, 5), parts.slice(5).join(':')]
    return patterns.every((pattern, index) => like(pattern, cut[index] ?? '', context))
  },
}
compares.ArnEquals = compares.ArnLike as (typeof compares)[string]

const oneCondition = (
  operator: string,
  key: string,
  values: string[],
  request: PlainRequest,
  context: PlainRequest['context'] | undefined,
): boolean => {
  const actual = request.context[key.toLowerCase()]
  if (operator === 'Null') return values.includes(String(actual === undefined))
  const isAll = operator.startsWith('ForAllValues:')
  const isAny = operator.startsWith('ForAnyValue:')
  const name = operator.replace(/^For\w+:/, '').replace(/IfExists$/, '')
  const isNegated = /Not/.test(name)
  const compare = compares[name.replace('Not', '')] as (typeof compares)[string]
  if (actual === undefined) {
    if (isAny) return false
    return isAll || operator.endsWith('IfExists') || isNegated
  }
  const matches = actual.map(value => values.map(wanted => compare(value, wanted, context)).includes(true))
  if (isAll) return matches.every(match => match !== isNegated)
  if (isAny) return matches.some(match => match !== isNegated)
  return matches.includes(true) !== isNegated
}

const matchesPrincipal = (named: '*' | Record<string, Values>, names: string[]): boolean => {
  const wanted =
    named === '*'
      ? ['AWS *']
      : Object.entries(named).flatMap(([type, ids]) => list(ids).map(id => `${type} ${id}`))
  return names.some(name =>
    wanted.some(
      one =>
        one === name ||
        (one === 'AWS *' && name.startsWith('AWS ')) ||
        (/^AWS \d+$/.test(one) && name === `AWS arn:aws:iam::${one.slice(4)}:root`),
    ),
  )
}

const matches = (
  statement: PlainStatement,
  request: PlainRequest,
  names: string[] | undefined,
  context: PlainRequest['context'] | undefined,
): boolean => {
  try {
    const isAction = (one: string): boolean => like(one.toLowerCase(), request.action.toLowerCase())
    if (statement.Action && !list(statement.Action).some(isAction)) return false
    if (list(statement.NotAction).some(isAction)) return false
    if (names && statement.Principal && !matchesPrincipal(statement.Principal, names)) return false
    if (names && statement.NotPrincipal && matchesPrincipal(statement.NotPrincipal, names)) return false
    const isResource = (one: string): boolean => matchesArn(one, request.resource, context)
    // All of them are looked at: one variable without a value is enough to spoil the statement.
    if (statement.Resource && !list(statement.Resource).map(isResource).includes(true)) return false
    if (list(statement.NotResource).map(isResource).includes(true)) return false
    return Object.entries(statement.Condition ?? {})
      .flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) =>
          oneCondition(operator, key, list(values), request, context),
        ),
      )
      .every(Boolean)
  } catch (error) {
    if (error instanceof Unresolved) return false
    throw error
  }
}

const say = (policies: PlainPolicy[], request: PlainRequest, names?: string[]): 'deny' | 'allow' | 'none' => {
  const effects = policies.flatMap(({ Version, Statement }) =>
    Statement.filter(statement =>
      matches(statement, request, names, Version === '2012-10-17' ? request.context : undefined),
    ).map(({ Effect }) => Effect),
  )
  if (effects.includes('Deny')) return 'deny'
  return effects.includes('Allow') ? 'allow' : 'none'
}

/** Why it is allowed or not: the words of the engine's `Reason`. */
export const modelDecision = (standing: PlainStanding, request: PlainRequest, side: PlainSide): string => {
  const identity = say(standing.identity, request)
  const resource = side.policy ? say([side.policy], request, standing.names) : 'none'
  const hasGate = standing.accountPolicies.some(({ Statement }) =>
    Statement.some(({ Effect }) => Effect !== 'Limit'),
  )
  const account = hasGate ? say(standing.accountPolicies, request) : 'allow'
  const boundary = standing.boundary ? say(standing.boundary, request) : 'allow'
  const session = standing.session ? say(standing.session, request) : 'allow'
  if ([identity, resource, account, boundary, session].includes('deny')) return 'explicit-deny'
  const isLetIn = resource === 'allow' || side.isGranted === true
  if (standing.account === '') return isLetIn ? 'resource' : 'implicit-deny'
  if (account === 'none') return 'account-gate'
  if (boundary === 'none') return 'boundary'
  if (session === 'none') return 'session'
  const isOwn = identity === 'allow' || standing.isAccountAdmin
  if (side.owner !== undefined && side.owner !== standing.account) {
    if (!isLetIn) return 'other-account'
    return isOwn ? 'resource' : 'implicit-deny'
  }
  if (identity === 'allow') return 'allowed'
  if (standing.isAccountAdmin) return 'account-administrator'
  // A policy that names the account leaves it to the account whom it lets in: it has to name him, or everybody.
  const himself = standing.names.filter(name => name.startsWith('AWS ') && !name.endsWith(':root'))
  const isNamed = side.policy !== undefined && say([side.policy], request, himself) === 'allow'
  return resource === 'allow' && isNamed ? 'resource' : 'implicit-deny'
}
