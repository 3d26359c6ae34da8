// SPDX-License-Identifier: BSD-2-Clause
// What the tools of CloudWatch refuse before they send anything.
import assert from 'node:assert/strict'
import { outcome } from './answered'

describe('Tools of CloudWatch refuse', () => {
  const wrongs: readonly (readonly [typed: string, message: string])[] = [
    ['euwatch-get-stats M -n N -s Sum --period 0', 'argument --period: value must be positive'],
    ['euwatch-get-stats M -n N -s Sum --period 61', 'argument --period: value must be a multiple of 60'],
    ['euwatch-get-stats M -n N', 'argument -s/--statistics is required'],
    [
      'euwatch-get-stats M -n N -s Sum --start-time noon',
      "argument --start-time: 'noon' must have form YYYY-MM-DDThh:mm:ssZ",
    ],
    ['euwatch-list-metrics -d A', "argument -d/--dimensions: dimension 'A' must have form NAME=VALUE"],
    ['euwatch-put-data -n N -v 1', 'argument -v/--value requires -m/--metric-name'],
    ['euwatch-put-data -n N -m M -v one', "argument -v/--value: invalid float value: 'one'"],
    ['euwatch-put-data -n N -s ', 'argument -s/--metric-datum: value must not be empty'],
    [
      'euwatch-put-data -n N -s val=1',
      "argument -s/--metric-datum: datum 'val=1' must have a metric name; supply one individually with 'MetricName=NAME' or set a default for this request with -m/--metric-name",
    ],
    [
      'euwatch-put-data -n N -m M -s 5',
      "argument -s/--metric-datum: '5' in datum '5' must have format KEY=VALUE,...",
    ],
    [
      'euwatch-put-data -n N -m M -s dim=A=1,val=1',
      "argument -s/--metric-datum: dimension names and values in datum 'dim=A=1,val=1' must be separated with ':', not '='",
    ],
    [
      'euwatch-put-data -n N -m M -s dim=A,val=1',
      "argument -s/--metric-datum: dimension 'A' for datum 'dim=A,val=1' must have format KEY:VALUE,...",
    ],
    [
      'euwatch-put-data -n N -m M -s val=x',
      "argument -s/--metric-datum: Value value for datum 'val=x' must be numeric",
    ],
    [
      'euwatch-put-data -n N -m M -s max=x,min=1,count=1,sum=1',
      "argument -s/--metric-datum: Maximum value for datum 'max=x,min=1,count=1,sum=1' must be numeric",
    ],
    [
      'euwatch-put-data -n N -m M -s color=red',
      "argument -s/--metric-datum: datum 'color=red' contains unrecognized attribute 'color'",
    ],
    [
      'euwatch-put-data -n N -m M -s __proto__=1',
      "argument -s/--metric-datum: datum '__proto__=1' contains unrecognized attribute '__proto__'",
    ],
    [
      'euwatch-put-data -n N -m M -s val=1,sum=2',
      "argument -s/--metric-datum: datum 'val=1,sum=2' must not contain both Value and Sum attributes",
    ],
    [
      'euwatch-put-data -n N -m M -s max=2,min=1,sum=3',
      "argument -s/--metric-datum: a SampleCount is required for statistic datum 'max=2,min=1,sum=3'",
    ],
    [
      'euwatch-put-data -n N -m M -s unit=Count',
      "argument -s/--metric-datum: datum 'unit=Count' must contain either a Value or a Maximum, Minimum, SampleCount, and Sum",
    ],
    [
      'euwatch-put-data -n N -m M -s val=1,ts=now',
      "argument -s/--metric-datum: Timestamp value for datum 'val=1,ts=now' must have form YYYY-MM-DDThh:mm:ssZ",
    ],
    ['euwatch-delete-alarms', 'too few arguments'],
    [
      'euwatch-set-alarm-state a --state-value BAD --state-reason r',
      "argument --state-value: invalid choice: 'BAD' (choose from 'ALARM', 'INSUFFICIENT_DATA', 'OK')",
    ],
  ]
  for (const [typed, message] of wrongs) {
    it(typed, async () => {
      const { status, stderr, requests } = await outcome(typed, {})
      assert.equal(stderr.split('\n').at(-2), `${typed.split(' ')[0]}: error: ${message}`)
      assert.equal(status, 2)
      assert.deepEqual(requests, [])
    })
  }
})
