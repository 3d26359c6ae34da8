// SPDX-License-Identifier: BSD-2-Clause
// Resources of statements. An ARN's segments are compared one by one, so that a star does not cross a colon unless it is
// the last character of the last segment that is written. Eucalyptus differs from AWS (its Ern and PolicyEngineImpl):
// an empty region or account stands for all, and EC2's resources have older names beside today's, in any case.
import { isIPv4 } from 'node:net'
import { anyText, globOf, type Part, partsOf } from '../glob'
import { problem } from './problem'
import {
  lowered,
  type Resolved,
  type Template,
  type Test,
  templateOf,
  testOf,
  variablesOf,
} from './templates'

export interface ResourcePattern {
  readonly isEverything: boolean
  /** Variables in it. */
  readonly keys: readonly string[]
  readonly test: (context: Parameters<Resolved>[0]) => ((resource: Resource) => boolean) | undefined
}

export interface Resource {
  readonly text: string
  /** Partition, service, region, account; absent where it is no ARN. */
  readonly head: readonly string[] | undefined
  readonly rest: string
}

let last: Resource | undefined

/** The same resource is asked of many statements. */
export const resourceOf = (text: string): Resource => {
  if (last?.text === text) return last
  const [prefix, ...segments] = text.split(':')
  const isArn = prefix === 'arn' && segments.length >= 5
  last = { text, head: isArn ? segments.slice(0, 4) : undefined, rest: segments.slice(4).join(':') }
  return last
}

const everything: ResourcePattern = { isEverything: true, keys: [], test: () => () => true }

/** EC2's resource types were written without hyphens before 4.1, and AWS calls an address an elastic IP. */
const typeName = (type: string): string => type.replaceAll('-', '').replace(/^elasticip$/, 'address')

/** The part before the first slash, by which a resource says what it is. */
const withTypeName = (rest: string): string => {
  const slash = rest.indexOf('/')
  return slash < 0 ? rest : `${typeName(rest.slice(0, slash))}${rest.slice(slash)}`
}

const typed = (template: Template): Template => {
  const [first, ...others] = template
  return typeof first === 'string' ? [withTypeName(first), ...others] : template
}

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)

/** `address/10.0.0.1-10.0.0.9`: Eucalyptus' ranges of addresses. */
const addressRange = (rest: string): Test | undefined => {
  const [, from = '', to = ''] = /^address\/([\d.]+)-([\d.]+)$/.exec(rest) ?? []
  if (!isIPv4(from) || !isIPv4(to)) return undefined
  return text => {
    const [type, address = ''] = withTypeName(text).split('/')
    if (type !== 'address' || !isIPv4(address)) return false
    return numberOf(from) <= numberOf(address) && numberOf(address) <= numberOf(to)
  }
}

const ec2Rest = (template: Template): Resolved => {
  const range = addressRange(template.length === 1 && typeof template[0] === 'string' ? template[0] : '')
  if (range) return () => range
  const asWritten = testOf(template, parts => globOf(lowered(parts)))
  const asNamed = testOf(typed(template), parts => globOf(lowered(parts)))
  return context => {
    const written = asWritten(context)
    const named = asNamed(context)
    return (
      written && named && (text => written(text.toLowerCase()) || named(withTypeName(text.toLowerCase())))
    )
  }
}

/** Which segments an empty one stands for all of: region and account. */
const segment = (text: string | undefined, index: number): Test =>
  text === undefined || (index >= 2 && text === '') ? () => true : globOf(partsOf(text))

const segmentText = /^[^\s${}]*$/

/** Read a pattern. Throws `PolicyProblem` where it is neither `*` nor an ARN. */
export const resourcePattern = (text: string, hasVariables: boolean): ResourcePattern => {
  if (text === '*') return everything
  const [, , service = '', ...others] = text.split(':')
  const head = ['aws', service === 'euare' ? 'iam' : service, ...others.slice(0, 2)]
  const isWhole = others.length >= 3
  // Variables stand in the last part alone.
  const isArn = text.startsWith('arn:aws:') && service !== '' && head.every(part => segmentText.test(part))
  if (!isArn || (!isWhole && !text.endsWith('*'))) problem(`'${text}' is not a valid ARN`)
  const rest: Template = isWhole
    ? templateOf(others.slice(2).join(':'), { hasVariables, hasWildcards: true })
    : [anyText as Part]
  if (rest.length === 0) problem(`'${text}' is not a valid ARN`)
  const heads = Array.from({ length: 4 }, (_, index) => segment(head[index], index))
  const restTest = service === 'ec2' ? ec2Rest(rest) : testOf(rest)
  return {
    isEverything: false,
    keys: variablesOf(rest),
    test: context => {
      const matches = restTest(context)
      return (
        matches &&
        (resource =>
          resource.head !== undefined &&
          heads.every((test, index) => test(resource.head?.[index] ?? '')) &&
          matches(resource.rest))
      )
    },
  }
}
