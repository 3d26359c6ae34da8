// SPDX-License-Identifier: BSD-2-Clause
import type { ComparisonOperator, StandardUnit } from '@aws-sdk/client-cloudwatch'
import { list } from '../../cli/argument-types'
import { dimensionsOption } from '../../cli/euwatch/dimensions'
import { statistics, theMetric } from '../../cli/euwatch/metric-options'
import { option, positional } from '../../cli/options'
import { monitoring } from '../../cli/suites'

const actions = (flags: string, state: string) =>
  option(flags, {
    metavar: 'ARN1,ARN2,...',
    type: list,
    help: `what to do when the alarm becomes ${state}: ARNs of scaling policies, or of stopping or terminating an instance`,
  })

export default monitoring.command({
  summary: 'Make an alarm, or change one',
  options: {
    alarm: positional('ALARM', { help: 'name of the alarm (required)' }),
    comparisonOperator: option('--comparison-operator', {
      choices: [
        'GreaterThanOrEqualToThreshold',
        'GreaterThanThreshold',
        'LessThanThreshold',
        'LessThanOrEqualToThreshold',
      ],
      required: true,
      help: 'how the statistic is compared with the threshold (required)',
    }),
    evaluationPeriods: option('--evaluation-periods', {
      metavar: 'COUNT',
      type: 'int',
      required: true,
      help: 'how many periods in a row have to be over the threshold, or under it (required)',
    }),
    ...theMetric,
    period: option('--period', {
      metavar: 'SECONDS',
      type: 'int',
      required: true,
      help: 'how much time the statistic is of: a multiple of 60 (required)',
    }),
    statistic: option('--statistic', {
      choices: statistics,
      required: true,
      help: 'which statistic of the metric (required)',
    }),
    threshold: option('--threshold', {
      metavar: 'FLOAT',
      type: 'float',
      required: true,
      help: 'value to compare the statistic with (required)',
    }),
    actionsEnabled: option('--actions-enabled', {
      choices: ['true', 'false'],
      help: 'whether the actions are carried out (default: true)',
    }),
    alarmActions: actions('--alarm-actions', 'ALARM'),
    alarmDescription: option('--alarm-description', {
      metavar: 'DESCRIPTION',
      help: 'description of the alarm',
    }),
    dimensions: dimensionsOption('-d --dimensions', 'dimensions of the metric'),
    insufficientDataActions: actions('--insufficient-data-actions', 'INSUFFICIENT_DATA'),
    okActions: actions('--ok-actions', 'OK'),
    unit: option('--unit', { help: 'unit of the metric' }),
  },
  call: (monitoring, args) =>
    monitoring.putMetricAlarm({
      AlarmName: args.alarm,
      ComparisonOperator: args.comparisonOperator as ComparisonOperator,
      EvaluationPeriods: args.evaluationPeriods,
      MetricName: args.metricName,
      Namespace: args.namespace,
      Period: args.period,
      Statistic: args.statistic,
      Threshold: args.threshold,
      ActionsEnabled: args.actionsEnabled === undefined ? undefined : args.actionsEnabled === 'true',
      AlarmActions: args.alarmActions,
      AlarmDescription: args.alarmDescription,
      Dimensions: args.dimensions,
      InsufficientDataActions: args.insufficientDataActions,
      OKActions: args.okActions,
      Unit: args.unit as StandardUnit | undefined, // Which there are is for the service to say.
    }),
})
