// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { DisableMetricsCollectionCommand, EnableMetricsCollectionCommand } from '@aws-sdk/client-auto-scaling'
import { measureGroup } from '../../../src/engine/autoscaling/group-metrics'
import { groupKey } from '../../../src/engine/autoscaling/groups'
import { metricNames } from '../../../src/engine/autoscaling/validation'
import { bucketsOf } from '../../../src/engine/cloudwatch/metric-data'
import type { ChoreContext } from '../../../src/engine/operation'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { haveGroup, haveMember, theGroup } from './group-record'

describe('metrics of groups', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveGroup(c, { minSize: 1, maxSize: 5, desired: 3 })
  })
  afterEach(() => c.close())

  const enable = (Metrics?: string[], Granularity = '1Minute', AutoScalingGroupName = 'web') =>
    c.autoscaling().send(new EnableMetricsCollectionCommand({ AutoScalingGroupName, Granularity, Metrics }))
  const disable = (Metrics?: string[], AutoScalingGroupName = 'web') =>
    c.autoscaling().send(new DisableMetricsCollectionCommand({ AutoScalingGroupName, Metrics }))
  const measured = (name: string) =>
    c.engine
      .read(tx =>
        bucketsOf(
          tx,
          c.accountId,
          {
            namespace: 'AWS/AutoScaling',
            name,
            dimensions: [{ name: 'AutoScalingGroupName', value: 'web' }],
          },
          {
            start: new Date('2014-02-16T12:00:00Z'),
            end: new Date('2014-02-17T12:00:00Z'),
            periodSeconds: 60,
          },
        ),
      )
      .map(({ start, unit, count, sum }) => [start.toISOString().slice(11, 16), unit, count, sum])

  it('are collected each minute, as they are at that moment', async () => {
    haveMember(c, 'i-00000001')
    haveMember(c, 'i-00000002')
    haveMember(c, 'i-00000003', { lifecycle: 'Pending' })
    await enable()
    await c.pass(60)
    const at = ['12:14', 'None', 1]
    assert.deepEqual(measured('GroupMinSize'), [[...at, 1]])
    assert.deepEqual(measured('GroupMaxSize'), [[...at, 5]])
    assert.deepEqual(measured('GroupDesiredCapacity'), [[...at, 3]])
    assert.deepEqual(measured('GroupInServiceInstances'), [[...at, 2]])
    assert.deepEqual(measured('GroupPendingInstances'), [[...at, 1]])
    assert.deepEqual(measured('GroupTerminatingInstances'), [[...at, 0]])
    assert.deepEqual(measured('GroupTotalInstances'), [[...at, 3]])
    await c.pass(120)
    assert.deepEqual(
      measured('GroupMinSize').map(([time]) => time),
      ['12:14', '12:15', '12:16'],
    )
  })

  it('are collected once, whoever else is at it', async () => {
    await enable(['GroupMinSize'])
    const { measureAt = 0 } = theGroup(c)
    c.clock.advance((measureAt - c.clock.now()) / 1000)
    const context: ChoreContext = { clock: c.clock, transact: async work => c.engine.write(work) }
    await measureGroup(context, groupKey(theGroup(c)))
    await measureGroup(context, groupKey(theGroup(c)))
    await c.settle()
    assert.deepEqual(measured('GroupMinSize'), [['12:14', 'None', 1, 1]])
  })

  it('may be those that AWS has besides, of which there is nothing to see', async () => {
    await disable([...metricNames, 'GroupStandbyInstances'])
    await enable([...metricNames, 'GroupStandbyInstances'])
    await c.pass(60)
    assert.deepEqual(measured('GroupStandbyInstances'), [['12:14', 'None', 1, 0]])
    await disable()
    assert.deepEqual(theGroup(c).metrics, [])
  })

  it('are written down once a minute however often they are enabled', async () => {
    await enable(['GroupMinSize'])
    await enable(['GroupMinSize', 'GroupMaxSize'])
    await disable()
    await enable()
    await c.pass(60)
    assert.deepEqual(measured('GroupMinSize'), [['12:14', 'None', 1, 1]])
    assert.deepEqual(theGroup(c).metrics, [...metricNames])
  })

  it('are none of the minutes that nobody saw', async () => {
    await enable(['GroupMinSize'])
    c.clock.advance(3600)
    await c.settle()
    await c.settle()
    assert.deepEqual(measured('GroupMinSize'), [['13:13', 'None', 1, 1]])
  })

  it('end when they are disabled, and with the group', async () => {
    await enable(['GroupMinSize', 'GroupMaxSize'])
    await disable(['GroupMaxSize'])
    await c.pass(60)
    assert.deepEqual(measured('GroupMaxSize'), [])
    await disable()
    await c.pass(120)
    assert.equal(measured('GroupMinSize').length, 1)
    assert.equal(theGroup(c).measureAt, undefined)
    await enable(['GroupMinSize'])
    c.engine.write(tx => tx.scalingGroups.in(c.accountId).delete('web'))
    await c.pass(120)
    assert.equal(measured('GroupMinSize').length, 1)
    assert.deepEqual(
      c.engine.read(tx => [...tx.due.scan()].filter(({ task }) => task === 'autoscaling.measure')),
      [],
    )
  })

  it('of other names, granularities and groups are refused', async () => {
    await refused(enable(['Odd']), 'ValidationError', 'Odd for parameter Metrics.member.1 is invalid')
    await refused(disable(['Odd']), 'ValidationError', 'Odd for parameter Metrics.member.1 is invalid')
    await refused(enable([], '5Minutes'), 'ValidationError', '5Minutes for parameter Granularity is invalid')
    await refused(enable([], '1Minute', 'none'), 'ValidationError', 'Auto scaling group not found: none')
    await refused(disable([], 'none'), 'ValidationError', 'Auto scaling group not found: none')
    assert.deepEqual(theGroup(c).metrics, [])
  })
})
