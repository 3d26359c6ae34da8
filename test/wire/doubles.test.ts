// SPDX-License-Identifier: BSD-2-Clause
// Doubles are written with a fraction, whole numbers without one.
import assert from 'node:assert/strict'
import * as autoscaling from '@aws-sdk/client-auto-scaling'
import { DescribePolicies$ } from '@aws-sdk/client-auto-scaling'
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import { DescribeAlarms$, GetMetricData$, GetMetricStatistics$ } from '@aws-sdk/client-cloudwatch'
import type { StaticOperationSchema } from '@smithy/types'
import { writeQuery } from '../../src/engine/wire/query'
import { writeRpc } from '../../src/engine/wire/rpc'
import { writeDouble } from '../../src/engine/wire/values'
import { doubles } from '../../src/schemas/doubles'
import { membersOf, shapeOf } from '../../src/schemas/shapes'

const written = (schema: StaticOperationSchema, value: object): string =>
  String(writeQuery(schema, value, { requestId: 'r', namespace: 'n' }).body)

describe('doubles in answers', () => {
  it('are written as Java writes them', () => {
    const values = [0, -0, 5, 0.1, 1e7, 12345678, 0.0001, -2.5e-5, Number.NaN, Number.NEGATIVE_INFINITY]
    assert.deepEqual(values.map(writeDouble), [
      ...['0.0', '-0.0', '5.0', '0.1', '1.0E7', '1.2345678E7', '1.0E-4', '-2.5E-5', 'NaN', '-Infinity'],
    ])
  })

  it('are told from whole numbers', () => {
    const datapoint = { SampleCount: 2, Average: 5, Sum: 10, Minimum: 4, Maximum: 6.5 }
    assert.match(
      written(GetMetricStatistics$, { Datapoints: [datapoint] }),
      /<SampleCount>2\.0<.*<Average>5\.0<.*<Sum>10\.0<.*<Minimum>4\.0<.*<Maximum>6\.5</,
    )
    assert.match(
      written(DescribeAlarms$, { MetricAlarms: [{ Period: 60, EvaluationPeriods: 2, Threshold: 50 }] }),
      /<Period>60<.*<EvaluationPeriods>2<.*<Threshold>50\.0</,
    )
    assert.match(
      written(GetMetricData$, { MetricDataResults: [{ Values: [1, 2.5] }] }),
      /<Values><member>1\.0<\/member><member>2\.5<\/member><\/Values>/,
    )
    const step = { MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }
    assert.match(
      written(DescribePolicies$, { ScalingPolicies: [{ Cooldown: 300, StepAdjustments: [step] }] }),
      /<Cooldown>300<.*<ScalingAdjustment>1<.*<MetricIntervalLowerBound>0\.0</,
    )
  })

  it('are told from whole numbers in JSON and CBOR, for clients that keep the difference', () => {
    const output = { Datapoints: [{ Average: 5 }] }
    const document = writeRpc('json-1.0', GetMetricStatistics$, { Label: 'm', ...output }, 'r')
    assert.equal(document.body, '{"Label":"m","Datapoints":[{"Average":5.0}]}')
    const { body } = writeRpc('cbor', GetMetricStatistics$, output, 'r')
    const double = Buffer.from('fb4014000000000000', 'hex')
    assert.ok(Buffer.concat([Buffer.from('gAverage'), double]).equals((body as Buffer).subarray(-17)))
  })

  it('are members that the schemas have', () => {
    const schemas = { ...autoscaling, ...cloudwatch } as Readonly<Record<string, unknown>>
    for (const [structure, names] of Object.entries(doubles)) {
      const members = membersOf(shapeOf(schemas[`${structure}$`])).filter(({ shape }) => shape.isDouble)
      assert.deepEqual(members.map(({ name }) => name).sort(), [...names].sort(), structure)
    }
  })
})
