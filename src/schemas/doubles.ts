// SPDX-License-Identifier: BSD-2-Clause
// The SDK's schemas do not tell doubles from whole numbers, of which clouds write the former with a fraction: `5.0`.

/** Members that are doubles, or lists of them, by their structures. */
export const doubles: Readonly<Record<string, readonly string[]>> = {
  Datapoint: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'],
  MetricAlarm: ['Threshold'],
  MetricDataResult: ['Values'],
  MetricDatum: ['Value', 'Values', 'Counts'],
  PutMetricAlarmInput: ['Threshold'],
  StatisticSet: ['SampleCount', 'Sum', 'Minimum', 'Maximum'],
  StepAdjustment: ['MetricIntervalLowerBound', 'MetricIntervalUpperBound'],
}
