// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { isRecurrence, isTimeZone, timeAfter, timeUntil } from '../../../src/engine/autoscaling/recurrence'

const now = new Date('2014-02-16T12:13:16Z')

describe('times that come again', () => {
  const next = (recurrence: string, zone?: string, moment = now) =>
    timeAfter(recurrence, zone, moment)?.toISOString()
  const last = (recurrence: string, zone?: string, moment = now) =>
    timeUntil(recurrence, zone, moment)?.toISOString()

  it('are read as crontab writes them', () => {
    assert.equal(next('30 0 1 1,6,12 *'), '2014-06-01T00:30:00.000Z')
    assert.equal(next('*/15 * * * *'), '2014-02-16T12:15:00.000Z')
    assert.equal(next('0 9-17/4 * * *'), '2014-02-16T13:00:00.000Z')
    assert.equal(next('0 0 * * MON-FRI'), '2014-02-17T00:00:00.000Z')
    assert.equal(next('0 0 * * 7'), next('0 0 * * 0'))
    assert.equal(next('0 0 29 2 *'), '2016-02-29T00:00:00.000Z')
  })

  it('a day of the month and a day of the week are either of them', () => {
    assert.equal(next('0 0 1 * 3'), '2014-02-19T00:00:00.000Z')
    assert.equal(next('0 0 18 * 3'), '2014-02-18T00:00:00.000Z')
  })

  it('are after a moment, or up to it', () => {
    const eight = new Date('2014-02-16T08:00:00Z')
    assert.equal(next('0 8 * * *', 'UTC', eight), '2014-02-17T08:00:00.000Z')
    assert.equal(last('0 8 * * *', 'UTC', eight), '2014-02-16T08:00:00.000Z')
    assert.equal(last('0 8 * * *', 'UTC', new Date(eight.getTime() - 1)), '2014-02-15T08:00:00.000Z')
  })

  it('go by the zone, over the change of its clocks', () => {
    const zone = 'America/New_York'
    assert.equal(next('0 9 * * *', zone, new Date('2014-03-08T20:00:00Z')), '2014-03-09T13:00:00.000Z')
    assert.equal(next('0 9 * * *', zone, new Date('2014-03-07T20:00:00Z')), '2014-03-08T14:00:00.000Z')
    // Once in the night with two of this hour, and not left out in the one with none.
    assert.equal(next('30 1 * * *', zone, new Date('2014-11-02T05:30:00Z')), '2014-11-03T06:30:00.000Z')
    assert.equal(next('30 2 * * *', zone, new Date('2014-03-08T12:00:00Z')), '2014-03-09T07:00:00.000Z')
  })

  it('no other forms are taken', () => {
    const good = ['* * * * *', '0 0 * * sun', '5,10-20/2 1 1 jan *', '  0   0 * * * ']
    assert.deepEqual(
      good.filter(text => !isRecurrence(text, now)),
      [],
    )
    const bad = ['', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * 32 * *']
    const odd = ['* * * 13 *', '* * * * 8', '10-5 * * * *', '*/0 * * * *', '0 0 L * *', '0 0 15W * *']
    const foreign = ['0 0 * * 5#2', '0 0 ? * *', '@daily', 'cron(0 0 * * *)', '0 0 31 4 *', '1-x * * * *']
    assert.deepEqual(
      [...bad, ...odd, ...foreign].filter(text => isRecurrence(text, now)),
      [],
    )
  })

  it('zones are IANA’s', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'Etc/GMT+9',
      'America/Argentina/Ushuaia',
      '',
      'CEST',
      '+01:00',
      'UTC+1',
    ]
    assert.deepEqual(zones.filter(isTimeZone), zones.slice(0, 4))
  })

  it('are no longer than AWS takes them', () => {
    const long = (count: number) => `${Array(count).fill('0').join(',')} * * * *`
    assert.ok(isRecurrence(long(124), now))
    assert.equal(isRecurrence(long(125), now), false)
    assert.equal(isTimeZone(`Europe/${'x'.repeat(100_000)}`), false)
  })

  it('are the same in the zones that each is in, however many others were read', () => {
    const zones = ['UTC', 'Europe/Berlin', 'Asia/Tokyo']
    const found = () => zones.map(zone => next('0 9 * * *', zone))
    const before = found()
    for (let minute = 0; minute < 60; minute++)
      for (let hour = 0; hour < 24; hour++) next(`${minute} ${hour} * * *`)
    assert.deepEqual(found(), before)
    assert.equal(new Set(before).size, 3)
  })
})
