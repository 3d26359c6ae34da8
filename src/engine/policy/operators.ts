// SPDX-License-Identifier: BSD-2-Clause
// The operators of conditions: what each compares, and which values it accepts. The short names are Eucalyptus'.
import { BlockList, isIP, isIPv4 } from 'node:net'
import { globOf } from '../glob'
import { problem } from './problem'
import { atColons, lowered, type Resolved, type Template, type Test, templateOf, testOf } from './templates'

/** Reads one value of a condition. Throws `PolicyProblem`. */
type Reading = (value: string, key: string, hasVariables: boolean) => Resolved & { template?: Template }

export interface Operator {
  readonly read: Reading
  /** `…NotEquals`: true where none of the values matches, and where there is nothing to compare. */
  readonly isNegated: boolean
}

const constant =
  (test: Test): Resolved =>
  () =>
    test

const invalid = (key: string, value: string, wanted: string): never =>
  problem(`Invalid value format for ${key}: ${value}. ${wanted} is required.`)

// ---- text ----------------------------------------------------------------------------------------------------

const withTemplate = (template: Template, resolved: Resolved): ReturnType<Reading> =>
  Object.assign((context: Parameters<Resolved>[0]) => resolved(context), { template })

const text =
  (hasWildcards: boolean, ignoresCase = false): Reading =>
  (value, _, hasVariables) => {
    const template = templateOf(value, { hasVariables, hasWildcards })
    if (!ignoresCase) return withTemplate(template, testOf(template))
    return withTemplate(
      template,
      testOf(template, parts => {
        const test = globOf(lowered(parts))
        return actual => test(actual.toLowerCase())
      }),
    )
  }

// Both ArnEquals and ArnLike compare segment by segment, with wildcards.
const arn: Reading = (value, _, hasVariables) => {
  const template = templateOf(value, { hasVariables, hasWildcards: true })
  if (value === '*')
    return withTemplate(
      template,
      constant(actual => actual.startsWith('arn:')),
    )
  const segments = atColons(template)
  if (segments.length < 6 || !value.startsWith('arn:')) problem(`'${value}' is not a valid ARN`)
  const tests = segments.slice(0, 5).map(segment => testOf(segment))
  // What is left may hold colons of its own.
  const restTest = testOf(segments.slice(5).flatMap((part, index) => (index === 0 ? part : [':', ...part])))
  return withTemplate(template, context => {
    const resolved = [...tests, restTest].map(test => test(context))
    if (resolved.includes(undefined)) return undefined
    return actual => {
      const parts = actual.split(':')
      if (parts.length < 6) return false
      const compared = [...parts.slice(0, 5), parts.slice(5).join(':')]
      return compared.every((part, index) => resolved[index]?.(part) === true)
    }
  })
}

const binary: Reading = (value, key) => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value)) invalid(key, value, 'Base64')
  const wanted = Buffer.from(value, 'base64')
  return constant(actual => wanted.equals(Buffer.from(actual, 'base64')))
}

// ---- numbers, times, truth -----------------------------------------------------------------------------------

type Comparison = (actual: number, wanted: number) => boolean

const number = (value: string): number | undefined =>
  /^[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})$/.test(value) ? Number(value) : undefined

const numeric =
  (compare: Comparison): Reading =>
  (value, key) => {
    const wanted = number(value) ?? invalid(key, value, 'Number')
    return constant(actual => {
      const found = number(actual)
      return found !== undefined && compare(found, wanted)
    })
  }

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/

/** Milliseconds since 1970 of an ISO 8601 time, or of seconds since 1970; without a zone it is UTC. */
export const instantOf = (value: string): number | undefined => {
  if (/^-?\d{1,12}$/.test(value)) return Number(value) * 1000
  const [whole, year, month, day, hour = '00', minute = '00', second = '00', fraction = '0', zone = 'Z'] =
    iso.exec(value) ?? []
  if (whole === undefined) return undefined
  // The engine's own reader accepts the 31st of June; this one does not.
  const days = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  if (days.getUTCDate() !== Number(day) || days.getUTCMonth() !== Number(month) - 1) return undefined
  const offset = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`)
  return Number.isNaN(at) ? undefined : at + Math.floor(Number(`0.${fraction}`) * 1000)
}

const date =
  (compare: Comparison): Reading =>
  (value, key) => {
    const wanted = instantOf(value) ?? invalid(key, value, 'Date (ISO8601)')
    return constant(actual => {
      const found = instantOf(actual)
      return found !== undefined && compare(found, wanted)
    })
  }

/** A truth value; refused where it is none. */
export const truthOf = (value: string, key: string): boolean => {
  const word = value.toLowerCase()
  return word === 'true' || word === 'false' ? word === 'true' : invalid(key, value, 'Boolean')
}

const bool: Reading = (value, key) => {
  const wanted = String(truthOf(value, key))
  return constant(actual => actual.toLowerCase() === wanted)
}

// ---- addresses -----------------------------------------------------------------------------------------------

const address: Reading = (value, key) => {
  const [ip = '', length, ...more] = value.split('/')
  const bits = isIPv4(ip) ? 32 : 128
  const prefix = length === undefined ? bits : Number(length)
  const isPrefix = length === undefined || (/^\d{1,3}$/.test(length) && prefix <= bits)
  if (isIP(ip) === 0 || ip.includes('%') || !isPrefix || more.length > 0) {
    invalid(key, value, 'IPv4 address or CIDR (RFC4632)')
  }
  const list = new BlockList()
  list.addSubnet(ip, prefix, bits === 32 ? 'ipv4' : 'ipv6')
  return constant(actual => {
    const family = isIP(actual)
    return family !== 0 && list.check(actual, family === 4 ? 'ipv4' : 'ipv6')
  })
}

// ---- the table -----------------------------------------------------------------------------------------------

const positive = (read: Reading): Operator => ({ read, isNegated: false })
const negative = (read: Reading): Operator => ({ read, isNegated: true })

const equal: Comparison = (actual, wanted) => actual === wanted
const less: Comparison = (actual, wanted) => actual < wanted
const atMost: Comparison = (actual, wanted) => actual <= wanted
const greater: Comparison = (actual, wanted) => actual > wanted
const atLeast: Comparison = (actual, wanted) => actual >= wanted

const operators: readonly (readonly [readonly string[], Operator])[] = [
  [['StringEquals', 'streq'], positive(text(false))],
  [['StringNotEquals', 'strneq'], negative(text(false))],
  [['StringEqualsIgnoreCase', 'streqi'], positive(text(false, true))],
  [['StringNotEqualsIgnoreCase', 'strneqi'], negative(text(false, true))],
  [['StringLike', 'strl'], positive(text(true))],
  [['StringNotLike', 'strnl'], negative(text(true))],
  [['NumericEquals', 'numeq'], positive(numeric(equal))],
  [['NumericNotEquals', 'numneq'], negative(numeric(equal))],
  [['NumericLessThan', 'numlt'], positive(numeric(less))],
  [['NumericLessThanEquals', 'numlteq'], positive(numeric(atMost))],
  [['NumericGreaterThan', 'numgt'], positive(numeric(greater))],
  [['NumericGreaterThanEquals', 'numgteq'], positive(numeric(atLeast))],
  [['DateEquals', 'dateeq'], positive(date(equal))],
  [['DateNotEquals', 'dateneq'], negative(date(equal))],
  [['DateLessThan', 'datelt'], positive(date(less))],
  [['DateLessThanEquals', 'datelteq'], positive(date(atMost))],
  [['DateGreaterThan', 'dategt'], positive(date(greater))],
  [['DateGreaterThanEquals', 'dategteq'], positive(date(atLeast))],
  [['Bool'], positive(bool)],
  [['BinaryEquals'], positive(binary)],
  [['IpAddress'], positive(address)],
  [['NotIpAddress'], negative(address)],
  [['ArnEquals', 'ArnLike'], positive(arn)],
  [['ArnNotEquals', 'ArnNotLike'], negative(arn)],
]

const byName = new Map(operators.flatMap(([names, operator]) => names.map(name => [name, operator] as const)))

export const operatorNamed = (name: string): Operator | undefined => byName.get(name)
