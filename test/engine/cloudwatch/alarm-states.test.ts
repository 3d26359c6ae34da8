// SPDX-License-Identifier: BSD-2-Clause
// Which state the values of an alarm's periods mean.
import assert from 'node:assert/strict'
import { reasonDataOf, reasonOf } from '../../../src/engine/cloudwatch/alarm-reasons'
import {
  type AlarmRule,
  bufferPeriods,
  judge,
  type PeriodValue,
} from '../../../src/engine/cloudwatch/alarm-states'
import type { MissingData } from '../../../src/engine/cloudwatch/schema/alarms'
import { chanceOf, pick } from '../../faults/spoiling'
import { modelled } from './alarm'

const rule = (about: Partial<AlarmRule> = {}): AlarmRule => ({
  comparison: 'GreaterThanThreshold',
  threshold: 50,
  evaluationPeriods: 3,
  periodSeconds: 300,
  state: 'INSUFFICIENT_DATA',
  ...about,
})

/** `X` breaches, `0` does not, `-` is missing. */
const valuesOf = (text: string): readonly PeriodValue[] =>
  [...text].map(one => (one === 'X' ? 99 : one === '0' ? 1 : undefined))

const crossings: Readonly<Record<string, (value: number) => boolean>> = {
  GreaterThanThreshold: value => value > 50,
  GreaterThanOrEqualToThreshold: value => value >= 50,
  LessThanThreshold: value => value < 50,
  LessThanOrEqualToThreshold: value => value <= 50,
}

describe('the state of an alarm', () => {
  it('is what the rules say, for any values', () => {
    for (let seed = 1; seed <= 5000; seed += 1) {
      const chance = chanceOf(seed)
      const periodSeconds = pick(chance, [60, 120, 180, 300])
      const evaluationPeriods = 1 + chance(6)
      const comparison = pick(chance, Object.keys(crossings))
      const silence = 1 + chance(6)
      const values = Array.from({ length: evaluationPeriods + bufferPeriods(periodSeconds) }, () =>
        chance(6) < silence ? undefined : 49 + chance(3),
      )
      const crosses = crossings[comparison] ?? (() => false)
      const marks = values.map(value => (value === undefined ? '-' : crosses(value) ? 'X' : '0')).join('')
      const { state } = judge(rule({ comparison, periodSeconds, evaluationPeriods }), values)
      assert.equal(state, modelled(marks, evaluationPeriods), `seed ${seed}: ${marks}, ${evaluationPeriods}`)
    }
  })

  it('has a buffer of five minutes, or of two periods if that is more', () => {
    assert.deepEqual([60, 120, 180, 240, 300, 3600].map(bufferPeriods), [5, 3, 2, 2, 2, 2])
  })

  const treated = (text: string, about: Partial<AlarmRule>): string =>
    (['missing', 'ignore', 'breaching', 'notBreaching'] as const)
      .map((treatMissing: MissingData) => judge(rule({ ...about, treatMissing }), valuesOf(text)).state)
      .join(' ')

  it('counts three of three as AWS documents, however missing data are treated', () => {
    assert.equal(treated('0-X-X', {}), 'OK OK OK OK')
    // Where nothing is said it is Eucalyptus' rules: what is good before the window does not count.
    assert.equal(judge(rule(), valuesOf('0-X-X')).state, 'ALARM')
    assert.equal(treated('0----', {}), 'OK OK OK OK')
    assert.equal(treated('-----', {}), 'INSUFFICIENT_DATA INSUFFICIENT_DATA ALARM OK')
    assert.equal(treated('0XX-X', {}), 'ALARM ALARM ALARM ALARM')
    assert.equal(treated('--X--', {}), 'ALARM INSUFFICIENT_DATA ALARM OK')
    assert.equal(treated('--X--', { state: 'OK' }), 'ALARM OK ALARM OK')
  })

  it('counts two of three as AWS documents', () => {
    const two = { datapointsToAlarm: 2 }
    assert.equal(treated('0-X-X', two), 'ALARM ALARM ALARM ALARM')
    assert.equal(treated('00X0X', two), 'ALARM ALARM ALARM ALARM')
    assert.equal(treated('0-X--', two), 'OK OK ALARM OK')
    assert.equal(treated('----0', two), 'OK OK ALARM OK')
    assert.equal(treated('---X-', { ...two, state: 'OK' }), 'ALARM OK ALARM OK')
    // One that is younger than that is no alarm yet.
    assert.equal(treated('----X', { ...two, state: 'OK' }), 'OK OK ALARM OK')
  })

  it('has the reason in the words of Eucalyptus, with numbers as Java writes them', () => {
    const reason = (text: string, about: Partial<AlarmRule> = {}): string => {
      const alarm = rule(about)
      return reasonOf(alarm, judge(alarm, valuesOf(text)))
    }
    assert.equal(
      reason('--0X0'),
      'Threshold Crossed: 2 datapoints (1.0, 1.0) were not greater than the threshold (50.0).',
    )
    assert.equal(
      reason('----X', { evaluationPeriods: 1, comparison: 'GreaterThanOrEqualToThreshold' }),
      'Threshold Crossed: 1 datapoint (99.0) was greater than or equal to the threshold (50.0).',
    )
    assert.equal(
      reason('0X--X'),
      'Threshold Crossed: 2 datapoints (99.0, 99.0) were greater than the threshold (50.0).',
    )
    assert.equal(reason('-----'), 'Insufficient Data: 3 datapoints were unknown.')
    assert.equal(reason('--', { evaluationPeriods: 1 }), 'Insufficient Data: 1 datapoint was unknown.')
    assert.equal(
      reason('---', { evaluationPeriods: 1, treatMissing: 'notBreaching' }),
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    )
    assert.equal(
      reason('----0', { datapointsToAlarm: 2, treatMissing: 'breaching' }),
      'Threshold Crossed: 2 missing datapoints were treated as [Breaching].',
    )
  })

  it('has what was seen with its reason, from the first period with data on', () => {
    const alarm = { ...rule(), statistic: 'Average' as const }
    const data = (text: string) =>
      JSON.parse(reasonDataOf(alarm, judge(alarm, valuesOf(text)), new Date('2014-02-16T12:14:00Z')))
    assert.deepEqual(data('-X-X-'), {
      version: '1.0',
      queryDate: '2014-02-16T12:14:00.000+0000',
      statistic: 'Average',
      recentDatapoints: [99, null, 99, null],
      period: 300,
      threshold: 50,
    })
    assert.deepEqual(data('-----').recentDatapoints, [])
    const text = reasonDataOf(alarm, judge(alarm, valuesOf('X')), new Date('2014-02-16T12:14:00Z'))
    assert.match(text, /"recentDatapoints":\[99\.0\],"period":300,"threshold":50\.0}$/)
  })
})
