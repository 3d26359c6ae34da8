// SPDX-License-Identifier: BSD-2-Clause
// AWS::CloudWatch::Alarm.
import { alarmArn } from '../../cloudwatch/alarm-names'
import { ResourceFailure, type Work } from './contracts'
import {
  boolean,
  inPlace,
  integer,
  listOf,
  number,
  objectOf,
  required,
  resourceType,
  text,
  texts,
  type ValuesOf,
} from './kinds'
import { removed } from './removal'
import { services } from './services'

const properties = {
  ActionsEnabled: inPlace(boolean),
  AlarmActions: inPlace(texts),
  AlarmDescription: inPlace(text),
  AlarmName: text,
  ComparisonOperator: required(inPlace(text)),
  DatapointsToAlarm: inPlace(integer),
  Dimensions: inPlace(listOf(objectOf({ Name: required(text), Value: required(text) }))),
  EvaluationPeriods: required(inPlace(integer)),
  InsufficientDataActions: inPlace(texts),
  MetricName: required(inPlace(text)),
  Namespace: required(inPlace(text)),
  OKActions: inPlace(texts),
  Period: required(inPlace(integer)),
  Statistic: required(inPlace(text)),
  Threshold: required(inPlace(number)),
  TreatMissingData: inPlace(text),
  Unit: inPlace(text),
} as const

/** Again with the same name, it is changed. */
const put = (work: Work, AlarmName: string, values: ValuesOf<typeof properties>): void => {
  work.call(services.cloudwatch, 'PutMetricAlarm', { ...values, AlarmName })
}

export const alarm = resourceType({
  name: 'AWS::CloudWatch::Alarm',
  properties,
  attributes: ['Arn'],
  create: (work, values) => {
    const name = values.AlarmName ?? work.newName(255)
    const { account } = work.stack
    // Somebody's own would be changed, and go with the stack.
    if (work.tx.alarms.in(account).get(name)) throw new ResourceFailure(`${name} already exists`)
    put(work, name, values)
    return { physicalId: name, ref: name, attributes: { Arn: alarmArn({ account, name }) } }
  },
  update: (work, made, values) => {
    put(work, made.physicalId, values)
    return made
  },
  remove: (work, { physicalId }) =>
    removed(
      () => work.call(services.cloudwatch, 'DeleteAlarms', { AlarmNames: [physicalId] }),
      'ResourceNotFound',
    ),
})
