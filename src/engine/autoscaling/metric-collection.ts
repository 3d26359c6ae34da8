// SPDX-License-Identifier: BSD-2-Clause
// Which metrics of a group are collected.
import {
  DisableMetricsCollection$,
  type DisableMetricsCollectionQuery,
  EnableMetricsCollection$,
  type EnableMetricsCollectionQuery,
} from '@aws-sdk/client-auto-scaling'
import { type Operation, type OperationEntry, operation } from '../operation'
import { mustGroup } from './arns'
import { planMeasuring } from './group-metrics'
import { putGroup } from './groups'
import { onGroup } from './permissions'
import { checkFields, fieldsOf, knownMetricNames, metricNames, rules } from './validation'

const named = (metrics: readonly string[] | undefined, all: readonly string[]): readonly string[] =>
  metrics && metrics.length > 0 ? metrics : all

const enableMetricsCollection: Operation<EnableMetricsCollectionQuery, {}> = (tx, input) => {
  const { AutoScalingGroupName, Granularity, Metrics } = input
  checkFields([
    ['AutoScalingGroupName', AutoScalingGroupName, rules.nameOrArn],
    ['Granularity', Granularity, rules.granularity],
    ...fieldsOf('Metrics', Metrics, rules.metric),
  ])
  const group = mustGroup(tx, AutoScalingGroupName)
  const wanted = named(Metrics, metricNames)
  const metrics = knownMetricNames.filter(name => wanted.includes(name) || group.metrics.includes(name))
  planMeasuring(tx, putGroup(tx, { ...group, metrics }))
  return {}
}

const disableMetricsCollection: Operation<DisableMetricsCollectionQuery, {}> = (tx, input) => {
  const { AutoScalingGroupName, Metrics } = input
  checkFields([
    ['AutoScalingGroupName', AutoScalingGroupName, rules.nameOrArn],
    ...fieldsOf('Metrics', Metrics, rules.metric),
  ])
  const group = mustGroup(tx, AutoScalingGroupName)
  const unwanted = named(Metrics, knownMetricNames)
  putGroup(tx, { ...group, metrics: group.metrics.filter(name => !unwanted.includes(name)) })
  return {}
}

export const metricCollectionOperations: Readonly<Record<string, OperationEntry>> = {
  EnableMetricsCollection: operation(EnableMetricsCollection$, enableMetricsCollection, {
    access: onGroup('AutoScalingGroupName'),
  }),
  DisableMetricsCollection: operation(DisableMetricsCollection$, disableMetricsCollection, {
    access: onGroup('AutoScalingGroupName'),
  }),
}
