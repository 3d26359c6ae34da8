// SPDX-License-Identifier: BSD-2-Clause
// What Auto Scaling knows of itself: kinds of things, and how many of them there may be.
import type {
  AdjustmentType,
  DescribeAccountLimitsAnswer,
  DescribeMetricCollectionTypesAnswer,
  ProcessType,
} from '@aws-sdk/client-auto-scaling'
import { byBytes, type Row } from './cell'

/** Everything that the answer has, by name. */
export const limitRows = (limits: DescribeAccountLimitsAnswer): Row[] =>
  Object.entries(limits)
    .filter(([, value]) => typeof value === 'number')
    .sort(([a], [b]) => byBytes(a, b))
    .map(([name, value]) => [name, value])

export const adjustmentTypeRows = (types: readonly AdjustmentType[] | undefined): Row[] =>
  (types ?? []).map(({ AdjustmentType }) => ['ADJUSTMENT-TYPE', AdjustmentType])

export const metricTypeRows = ({ Metrics, Granularities }: DescribeMetricCollectionTypesAnswer): Row[] => [
  ...(Metrics ?? []).map(({ Metric }) => ['METRIC-COLLECTION-TYPE', Metric]),
  ...(Granularities ?? []).map(({ Granularity }) => ['METRIC-GRANULARITY-TYPE', Granularity]),
]

export const processTypeRows = (processes: readonly ProcessType[] | undefined): Row[] =>
  (processes ?? []).map(({ ProcessName }) => ['PROCESS', ProcessName])

/** Names alone, each behind the same word. */
export const namedRows = (tag: string, names: readonly string[] | undefined): Row[] =>
  (names ?? []).map(name => [tag, name])
