// SPDX-License-Identifier: BSD-2-Clause
// Alarms: made, shown, switched, set and removed. What they do by themselves is in alarm-evaluation.ts.
import {
  DeleteAlarms$,
  type DeleteAlarmsInput,
  DescribeAlarmHistory$,
  DescribeAlarms$,
  DescribeAlarmsForMetric$,
  type DescribeAlarmsForMetricInput,
  type DescribeAlarmsForMetricOutput,
  type DescribeAlarmsInput,
  type DescribeAlarmsOutput,
  DisableAlarmActions$,
  EnableAlarmActions$,
  type EnableAlarmActionsInput,
  ListTagsForResource$,
  type MetricAlarm,
  PutMetricAlarm$,
  type PutMetricAlarmInput,
  SetAlarmState$,
  type SetAlarmStateInput,
  TagResource$,
  UntagResource$,
} from '@aws-sdk/client-cloudwatch'
import { refuse } from '../errors'
import { ordererOf } from '../iam/callers'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { page } from '../pages'
import { askedFor } from '../verbose'
import { changeState } from './alarm-evaluation'
import { describeAlarmHistory, recordConfiguration } from './alarm-history'
import { alarmArn, alarmNamed, mayAlarm, onAlarm, onNewAlarm, onTags } from './alarm-names'
import { initialReason } from './alarm-reasons'
import { configurationOf, refuseUnsupported } from './alarm-requests'
import { listTagsForResource, tagResource, untagResource, withTags } from './alarm-tags'
import { dimensionsOf, statistics, unitOf } from './metric-parameters'
import {
  atMost,
  badCombination,
  optionalChoice,
  optionalPeriod,
  optionalText,
  pageSize,
  required,
  requiredChoice,
  requiredText,
} from './parameters'
import { planEvaluation } from './plans'
import type { Alarm } from './schema/alarms'
import type { Dimension } from './schema/metrics'

const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const

const alarmsMost = 5000
const namesMost = 100

/** An alarm of this name is overwritten; its state stays. */
const putMetricAlarm: Operation<PutMetricAlarmInput, object> = (tx, input) => {
  const { account, userName } = tx.caller
  const orderer = ordererOf(tx.caller)
  const configuration = configurationOf(input)
  const known = tx.alarms.get(configuration.name)
  if (!known && tx.alarms.count() >= alarmsMost) {
    refuse('LimitExceeded', `The maximum limit of ${alarmsMost} alarms would be exceeded.`, 400)
  }
  // Those of an alarm that there is are changed by TagResource alone.
  const tags = known ? known.tags : withTags([], input.Tags ?? [])
  const { state, stateReason, stateReasonData, stateUpdatedAt, createdAt, actedAt } = known ?? {
    ...{ state: 'INSUFFICIENT_DATA' as const, stateReason: initialReason },
    ...{ stateUpdatedAt: tx.now, createdAt: tx.now, actedAt: tx.now, stateReasonData: undefined },
  }
  const alarm: Alarm = tx.alarms.put({
    ...{ account, ...configuration, state, stateReason, stateUpdatedAt, createdAt },
    configurationUpdatedAt: tx.now,
    ...(stateReasonData !== undefined && { stateReasonData }),
    ...(actedAt && { actedAt }),
    ...(tags && { tags }),
    orderedBy: { userName, ...(orderer && { orderer }) },
  })
  recordConfiguration(tx, alarm, known ? 'updated' : 'created')
  planEvaluation(tx, account)
  return {}
}

const namesOf = (given: readonly string[] | undefined): readonly string[] | undefined => {
  const names = atMost(given, 'AlarmNames', namesMost)
  for (const [index, name] of (names ?? []).entries()) requiredText(name, `AlarmName.member.${index + 1}`)
  return names
}

/** Of those that are named, the alarms that there are: the others are passed over. */
const alarmsNamed = (tx: Tx, given: readonly string[] | undefined): ReadonlySet<Alarm> => {
  const names = namesOf(required(given?.length ? given : undefined, 'AlarmNames')) ?? []
  return new Set(names.map(name => alarmNamed(tx, name)).filter(alarm => alarm !== undefined))
}

const deleteAlarms: Operation<DeleteAlarmsInput, object> = (tx, { AlarmNames }) => {
  for (const alarm of alarmsNamed(tx, AlarmNames)) {
    recordConfiguration(tx, alarm, 'deleted')
    tx.alarms.in(alarm.account).delete(alarm.name)
  }
  return {}
}

const switchActions =
  (actionsEnabled: boolean): Operation<EnableAlarmActionsInput, object> =>
  (tx, { AlarmNames }) => {
    for (const alarm of alarmsNamed(tx, AlarmNames)) {
      if (alarm.actionsEnabled === actionsEnabled) continue
      recordConfiguration(tx, tx.alarms.in(alarm.account).put({ ...alarm, actionsEnabled }), 'updated')
    }
    return {}
  }

const checkJson = (text: string): string => {
  try {
    JSON.parse(text)
    return text
  } catch {
    return refuse('InvalidFormat', 'StateReasonData was not syntactically valid JSON')
  }
}

/** The next evaluation may see it otherwise. */
const setAlarmState: Operation<SetAlarmStateInput, object> = (tx, input) => {
  const name = requiredText(input.AlarmName, 'AlarmName')
  const reason = requiredText(input.StateReason, 'StateReason', 1024)
  const given = optionalText(input.StateReasonData, 'StateReasonData', 4000)
  const data = given === undefined ? undefined : checkJson(given)
  const state = requiredChoice(input.StateValue, 'StateValue', states)
  const alarm = alarmNamed(tx, name) ?? tx.alarms.must(name)
  if (alarm.state !== state) changeState(tx, alarm, { state, reason, data })
  return {}
}

// ---- lists -------------------------------------------------------------------------------------------------------

const actionsOf = ({ okActions, alarmActions, insufficientDataActions }: Alarm): readonly string[] => [
  ...okActions,
  ...alarmActions,
  ...insufficientDataActions,
]

/** Alarms with one of the names; all without any. `verbose` is everybody's, for the cloud's administrators. */
const alarmsAsked = (tx: Tx, names: readonly string[] | undefined): readonly Alarm[] => {
  const { isVerbose, named } = askedFor(tx.caller, names)
  if (named.length === 0) return isVerbose ? tx.alarms.everywhere() : tx.alarms.list()
  return [...new Set(named.map(name => alarmNamed(tx, name)).filter(alarm => alarm !== undefined))]
}

const describeAlarms: Operation<DescribeAlarmsInput, DescribeAlarmsOutput> = (tx, input) => {
  const actionPrefix = optionalText(input.ActionPrefix, 'ActionPrefix', 1024)
  const prefix = optionalText(input.AlarmNamePrefix, 'AlarmNamePrefix', 255)
  const names = namesOf(input.AlarmNames)
  if (names?.length && prefix !== undefined) {
    badCombination('AlarmNamePrefix and AlarmNames.member are mutually exclusive')
  }
  refuseUnsupported(input, ['ChildrenOfAlarmName', 'ParentsOfAlarmName'])
  const isMetric = !input.AlarmTypes?.length || input.AlarmTypes.includes('MetricAlarm')
  const MaxResults = pageSize(input.MaxRecords)
  const state = optionalChoice(input.StateValue, 'StateValue', states)
  const may = mayAlarm(tx)
  const found = alarmsAsked(tx, names).filter(
    alarm =>
      isMetric &&
      alarm.name.startsWith(prefix ?? '') &&
      (state === undefined || alarm.state === state) &&
      (actionPrefix === undefined || actionsOf(alarm).some(action => action.startsWith(actionPrefix))) &&
      may(alarm),
  )
  const { items, nextToken } = page(
    found,
    { MaxResults, NextToken: input.NextToken },
    { key: ({ account, name }) => `${name} ${account}`, minimum: 1, maximum: MaxResults },
  )
  // There are no alarms that are made of others. Programs go through both lists.
  return { MetricAlarms: items.map(view), CompositeAlarms: [], NextToken: nextToken }
}

const same = (a: readonly Dimension[], b: readonly Dimension[]): boolean =>
  a.length === b.length &&
  a.every(({ name, value }) => b.some(one => one.name === name && one.value === value))

const describeAlarmsForMetric: Operation<DescribeAlarmsForMetricInput, DescribeAlarmsForMetricOutput> = (
  tx,
  input,
) => {
  refuseUnsupported(input, ['ExtendedStatistic'])
  const dimensions = dimensionsOf(input.Dimensions)
  const metricName = requiredText(input.MetricName, 'MetricName')
  const namespace = requiredText(input.Namespace, 'Namespace')
  const period = optionalPeriod(input.Period)
  const statistic = optionalChoice(input.Statistic, 'Statistic', statistics)
  const unit = unitOf(input.Unit)
  const may = mayAlarm(tx)
  const found = tx.alarms
    .list()
    .filter(
      alarm =>
        alarm.metricName === metricName &&
        alarm.namespace === namespace &&
        same(alarm.dimensions, dimensions) &&
        (period === undefined || alarm.periodSeconds === period) &&
        (statistic === undefined || alarm.statistic === statistic) &&
        (unit === undefined || alarm.unit === unit) &&
        may(alarm),
    )
  return { MetricAlarms: found.map(view) }
}

const view = (alarm: Alarm): MetricAlarm => ({
  AlarmName: alarm.name,
  AlarmArn: alarmArn(alarm),
  AlarmDescription: alarm.description,
  AlarmConfigurationUpdatedTimestamp: alarm.configurationUpdatedAt,
  ActionsEnabled: alarm.actionsEnabled,
  OKActions: [...alarm.okActions],
  AlarmActions: [...alarm.alarmActions],
  InsufficientDataActions: [...alarm.insufficientDataActions],
  StateValue: alarm.state,
  StateReason: alarm.stateReason,
  StateReasonData: alarm.stateReasonData,
  StateUpdatedTimestamp: alarm.stateUpdatedAt,
  StateTransitionedTimestamp: alarm.stateUpdatedAt,
  MetricName: alarm.metricName,
  Namespace: alarm.namespace,
  Statistic: alarm.statistic,
  Dimensions: alarm.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
  Period: alarm.periodSeconds,
  Unit: alarm.unit as MetricAlarm['Unit'],
  EvaluationPeriods: alarm.evaluationPeriods,
  DatapointsToAlarm: alarm.datapointsToAlarm,
  Threshold: alarm.threshold,
  ComparisonOperator: alarm.comparison as MetricAlarm['ComparisonOperator'],
  TreatMissingData: alarm.treatMissing,
})

export const alarmOperations: Readonly<Record<string, OperationEntry>> = {
  PutMetricAlarm: operation(PutMetricAlarm$, putMetricAlarm, { access: onNewAlarm }),
  DeleteAlarms: operation(DeleteAlarms$, deleteAlarms, { access: onAlarm('AlarmNames') }),
  EnableAlarmActions: operation(EnableAlarmActions$, switchActions(true), { access: onAlarm('AlarmNames') }),
  DisableAlarmActions: operation(DisableAlarmActions$, switchActions(false), {
    access: onAlarm('AlarmNames'),
  }),
  SetAlarmState: operation(SetAlarmState$, setAlarmState, { access: onAlarm('AlarmName') }),
  DescribeAlarms: operation(DescribeAlarms$, describeAlarms),
  DescribeAlarmsForMetric: operation(DescribeAlarmsForMetric$, describeAlarmsForMetric),
  DescribeAlarmHistory: operation(DescribeAlarmHistory$, describeAlarmHistory),
  TagResource: operation(TagResource$, tagResource, { access: onTags }),
  UntagResource: operation(UntagResource$, untagResource, { access: onTags }),
  ListTagsForResource: operation(ListTagsForResource$, listTagsForResource, {
    access: onAlarm('ResourceARN'),
  }),
}
