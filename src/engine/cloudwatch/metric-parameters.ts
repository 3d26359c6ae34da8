// SPDX-License-Identifier: BSD-2-Clause
// Parameters that say which metric is meant, and of which time, in Eucalyptus' order and words.
import type { Dimension as SentDimension } from '@aws-sdk/client-cloudwatch'
import { atMost, badValue, optionalChoice, requiredText } from './parameters'
import type { Dimension } from './schema/metrics'
import { units } from './units'

export const statistics = ['Average', 'Sum', 'SampleCount', 'Maximum', 'Minimum'] as const

/** The whole set of a metric's dimensions. No name may come twice. */
export const dimensionsOf = (
  sent: readonly SentDimension[] | undefined,
  member = 'Dimensions',
): readonly Dimension[] => {
  const dimensions = (atMost(sent, member, 10) ?? []).map(({ Name, Value }, index) => ({
    name: requiredText(Name, `${member}.member.${index + 1}.Name`),
    value: requiredText(Value, `${member}.member.${index + 1}.Value`),
  }))
  if (new Set(dimensions.map(({ name }) => name)).size < dimensions.length)
    badValue('No Metric may specify the same dimension twice.')
  return dimensions
}

export const unitOf = (unit: string | undefined, member = 'Unit'): string | undefined =>
  optionalChoice(unit, member, units)

export const checkOrder = (start: Date, end: Date): void => {
  if (start > end) badValue('The parameter EndTime must be greater than StartTime.')
  if (start.getTime() === end.getTime()) badValue('The parameter StartTime must not equal parameter EndTime.')
}
