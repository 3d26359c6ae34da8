// SPDX-License-Identifier: BSD-2-Clause
// The checks that requests get before anything is looked up (engine-autoscaling §2). All fields are judged; of those that
// fail, the first by name is told, as in Eucalyptus.
import { refuse } from '../errors'
import { type Page, page } from '../pages'
import { invalid } from './refusals'
import { processNames } from './schema/groups'

/** What a value has to be: a text of this form, or a number from 0 up. */
type Rule = RegExp | 'count'

/** A member of the request by its path, such as `Tags.member.1.Key`; what is not there is not judged. */
export type Field = readonly [path: string, value: string | number | undefined, rule: Rule]

// All that XML can hold, but no colon: names are parts of ARNs. Characters beyond the first 65,536 count twice, so that the
// names of a group and of its policy fit into a key of the store together.
const name = /^[ -9;-\uD7FF\uD800-\uDFFF\uE000-\uFFFD\r\n\t]{1,255}$/
const arn = /^arn:aws:autoscaling:[ -\uD7FF\uD800-\uDFFF\uE000-\uFFFD\r\n\t]{1,1580}$/

/** An id as EC2 gives them, short or long. */
const id = (prefix: string): RegExp => new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`, 'i')

const oneOf = (words: readonly string[]): RegExp => new RegExp(`^(?:${words.join('|')})$`)

export const metricNames = [
  ...['GroupMinSize', 'GroupMaxSize', 'GroupDesiredCapacity', 'GroupInServiceInstances'],
  ...['GroupPendingInstances', 'GroupTerminatingInstances', 'GroupTotalInstances'],
] as const
/** With what AWS measures besides, which programs name together with these: nothing is on standby here. */
export const knownMetricNames = [...metricNames, 'GroupStandbyInstances'] as const
export const granularities = ['1Minute'] as const
export const adjustmentTypes = ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'] as const
export const terminationPolicies = [
  ...['OldestInstance', 'NewestInstance', 'OldestLaunchConfiguration', 'ClosestToNextInstanceHour'],
  'Default',
] as const
export type TerminationPolicy = (typeof terminationPolicies)[number]
export const tagFilterNames = ['auto-scaling-group', 'key', 'value', 'propagate-at-launch'] as const

export const rules = {
  name,
  nameOrArn: new RegExp(`${name.source}|${arn.source}`),
  count: 'count',
  text: /^.{1,255}$/su,
  healthCheck: /^(?:ELB|EC2)$/,
  healthStatus: /^(?:Healthy|Unhealthy)$/,
  machineImage: id('[ae]mi'),
  kernelImage: id('[ae]ki'),
  ramdiskImage: id('[ae]ri'),
  snapshot: id('snap'),
  instance: id('i'),
  // Enough for the base64 of 64 KiB.
  userData: /^.{0,90000}$/su,
  spotPrice: /^[0-9]{1,4}\.[0-9]{2,4}$/,
  tenancy: /^(?:default|dedicated)$/,
  profile: /^(?:[a-zA-Z0-9+=,.@-]{1,128}|arn:aws:iam:[!-~]{1,1588})$/,
  subnets: /^subnet-[0-9a-f]{8}(?:\s*,\s*subnet-[0-9a-f]{8})*$/i,
  tagKey: /^.{1,128}$/su,
  tagValue: /^.{0,256}$/su,
  tagResource: /^auto-scaling-group$/,
  tagFilter: oneOf(tagFilterNames),
  process: oneOf(processNames),
  metric: oneOf(knownMetricNames),
  granularity: oneOf(granularities),
  adjustment: oneOf(adjustmentTypes),
  terminationPolicy: oneOf(terminationPolicies),
} as const satisfies Readonly<Record<string, Rule>>

/** The members of a list, each by its own path: `fieldsOf('TerminationPolicies', values, rule)`. */
export const fieldsOf = (
  list: string,
  values: readonly (string | undefined)[] | undefined,
  rule: Rule,
): readonly Field[] => (values ?? []).map((value, index) => [`${list}.member.${index + 1}`, value, rule])

const isGood = (value: string | number, rule: Rule): boolean =>
  rule === 'count' ? Number.isInteger(value) && (value as number) >= 0 : rule.test(String(value))

/** Texts by the path of what they are about. */
export type Faults = Readonly<Record<string, string | false | undefined>>

/**
 * Refuse what fields fail, and what the operation itself finds wrong. A fault that the operation finds in a field takes
 * the place of the field's own.
 */
export const checkFields = (fields: readonly Field[], faults: Faults = {}): void => {
  const found = new Map<string, string>()
  for (const [path, value, rule] of fields) {
    if (value !== undefined && !isGood(value, rule))
      found.set(path, `${value} for parameter ${path} is invalid`)
  }
  for (const [path, text] of Object.entries(faults)) if (text) found.set(path, text)
  const [first] = [...found.keys()].sort()
  if (first !== undefined) invalid(found.get(first) ?? '')
}

/** For members that Eucalyptus requires and the SDK's schema does not. */
export const required = (path: string, value: unknown): string | false =>
  value === undefined && `${path} is required`

/** Refuse more of a list than AWS takes in one request, in its words. */
export const checkCount = (member: string, list: readonly unknown[] | undefined, most: number): void => {
  if (list && list.length > most)
    invalid(
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${most}`,
    )
}

/** Refuse members that ask for what this cloud does not have. What asks for nothing may be there. */
export const refuseMembers = (input: object, names: readonly string[]): void => {
  const given = input as Readonly<Record<string, unknown>>
  for (const name of names) {
    const value = given[name]
    const isNothing = !value || value === 'none' || (Array.isArray(value) && value.length === 0)
    if (!isNothing) invalid(`${name} is not supported by this cloud`)
  }
}

// ---- pages -------------------------------------------------------------------------------------------------------

export interface RecordsRequest {
  readonly MaxRecords?: number | undefined
  readonly NextToken?: string | undefined
}

// Eucalyptus' and AWS' limit.
const maximumRecords = 100

/** One page of records that have been filtered already. Without MaxRecords and NextToken it is all of them. */
export const recordsPage = <R>(
  records: readonly R[],
  { MaxRecords, NextToken }: RecordsRequest,
  key: (record: R) => string,
): Page<R> => {
  if (MaxRecords !== undefined && (MaxRecords < 1 || MaxRecords > maximumRecords))
    invalid(`${MaxRecords} for parameter MaxRecords is invalid`)
  const refuseToken = () => refuse('InvalidNextToken', `The token '${NextToken}' is invalid.`)
  return page(
    records,
    { MaxResults: MaxRecords, NextToken },
    { key, minimum: 1, maximum: maximumRecords, refuseToken },
  )
}
