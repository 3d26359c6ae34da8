// SPDX-License-Identifier: BSD-2-Clause
// What an alarm is to be, checked (engine-cloudformation-cloudwatch, part 2 §2, in the order of Eucalyptus).
import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { isSupportedAction } from './alarm-actions'
import { comparisonNames } from './alarm-states'
import { dimensionsOf, statistics, unitOf } from './metric-parameters'
import {
  atMost,
  badCombination,
  badValue,
  invalidValue,
  optionalChoice,
  optionalText,
  required,
  requiredChoice,
  requiredPeriod,
  requiredText,
} from './parameters'
import type { Alarm } from './schema/alarms'
import type { Dimension } from './schema/metrics'

const treatments = ['breaching', 'notBreaching', 'ignore', 'missing'] as const

const secondsMost = 86400
const actionsMost = 5
const actionLongest = 1024

// Percentiles, metric math and anomaly detection, and what is newer than those.
const unsupported = [
  'ExtendedStatistic',
  'EvaluateLowSampleCountPercentile',
  'Metrics',
  'ThresholdMetricId',
  'EvaluationWindow',
  'WarmUpConfiguration',
  'EvaluationCriteria',
  'EvaluationInterval',
  'ActionConfiguration',
] as const satisfies readonly (keyof PutMetricAlarmInput)[]

/** What this cloud has not is refused, not passed over: the alarm would be another than was meant. */
export const refuseUnsupported = <Input extends object>(
  input: Input,
  members: readonly (keyof Input & string)[],
): void => {
  for (const member of members) {
    const value: unknown = input[member]
    const isAbsent = value === undefined || (Array.isArray(value) && value.length === 0)
    if (!isAbsent) badValue(`The parameter ${member} is not supported here.`)
  }
}

const actionsOf = (
  given: readonly string[] | undefined,
  member: string,
  dimensions: readonly Dimension[],
): readonly string[] => {
  const actions = atMost(given, member, actionsMost) ?? []
  for (const [index, action] of actions.entries()) {
    const place = `${member}.member.${index + 1}`
    requiredText(action, place, actionLongest)
    if (!isSupportedAction(action, dimensions)) {
      badValue(
        `The parameter ${place}'${action}' is an unsupported action for this metric and dimension list.`,
      )
    }
  }
  return actions
}

/** Eucalyptus takes anything; a name with a line break in it is two rows of a list. */
const nameOf = (given: string | undefined): string => {
  const name = requiredText(given, 'AlarmName')
  return /[\x00-\x1f\x7f]/.test(name)
    ? badValue('The parameter AlarmName must not contain ASCII control characters.')
    : name
}

const atLeastOne = (value: number, member: string): number =>
  !Number.isInteger(value)
    ? invalidValue(member, value)
    : value < 1
      ? badValue(`The parameter ${member} must be greater than or equal to 1.`)
      : value

const thresholdOf = (given: number | undefined): number => {
  const threshold = required(given, 'Threshold')
  return Number.isFinite(threshold) ? threshold : invalidValue('Threshold', threshold)
}

/** What a request says of an alarm. */
export type Configuration = Pick<
  Alarm,
  | 'name'
  | 'description'
  | 'namespace'
  | 'metricName'
  | 'dimensions'
  | 'statistic'
  | 'unit'
  | 'periodSeconds'
  | 'evaluationPeriods'
  | 'datapointsToAlarm'
  | 'treatMissing'
  | 'comparison'
  | 'threshold'
  | 'actionsEnabled'
  | 'okActions'
  | 'alarmActions'
  | 'insufficientDataActions'
>

type Periods = Pick<Configuration, 'periodSeconds' | 'evaluationPeriods' | 'datapointsToAlarm'>

const periodsOf = (input: PutMetricAlarmInput): Periods => {
  const { EvaluationPeriods, DatapointsToAlarm: datapointsToAlarm } = input
  const evaluationPeriods = atLeastOne(required(EvaluationPeriods, 'EvaluationPeriods'), 'EvaluationPeriods')
  const periodSeconds = requiredPeriod(input.Period)
  if (periodSeconds * evaluationPeriods > secondsMost) {
    badCombination(
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
    )
  }
  if (datapointsToAlarm === undefined) return { periodSeconds, evaluationPeriods }
  atLeastOne(datapointsToAlarm, 'DatapointsToAlarm')
  if (datapointsToAlarm > evaluationPeriods) {
    badCombination('The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods.')
  }
  return { periodSeconds, evaluationPeriods, datapointsToAlarm }
}

export const configurationOf = (input: PutMetricAlarmInput): Configuration => {
  refuseUnsupported(input, unsupported)
  // They are a set.
  const dimensions = [...dimensionsOf(input.Dimensions)].sort((a, b) => (a.name < b.name ? -1 : 1))
  const alarmActions = actionsOf(input.AlarmActions, 'AlarmActions', dimensions)
  const description = optionalText(input.AlarmDescription, 'AlarmDescription', 255)
  const name = nameOf(input.AlarmName)
  const comparison = requiredChoice(input.ComparisonOperator, 'ComparisonOperator', comparisonNames)
  const periods = periodsOf(input)
  const insufficientDataActions = actionsOf(
    input.InsufficientDataActions,
    'InsufficientDataActions',
    dimensions,
  )
  const metricName = requiredText(input.MetricName, 'MetricName')
  const namespace = requiredText(input.Namespace, 'Namespace')
  const okActions = actionsOf(input.OKActions, 'OKActions', dimensions)
  const statistic = requiredChoice(input.Statistic, 'Statistic', statistics)
  const threshold = thresholdOf(input.Threshold)
  const unit = unitOf(input.Unit)
  const treatMissing = optionalChoice(input.TreatMissingData, 'TreatMissingData', treatments)
  return {
    ...{ name, namespace, metricName, dimensions, statistic, ...periods, comparison, threshold },
    ...{ okActions, alarmActions, insufficientDataActions },
    actionsEnabled: input.ActionsEnabled ?? true,
    ...(description !== undefined && { description }),
    ...(unit !== undefined && { unit }),
    ...(treatMissing !== undefined && { treatMissing }),
  }
}
