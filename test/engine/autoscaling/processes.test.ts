// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { ResumeProcessesCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling'
import { groupArn } from '../../../src/engine/autoscaling/arns'
import { processNames } from '../../../src/engine/autoscaling/schema/groups'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { haveGroup, theGroup } from './group-record'

describe('processes of groups', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveGroup(c, { desired: 0, suspensions: [] })
  })
  afterEach(() => c.close())

  const suspend = (ScalingProcesses?: string[], AutoScalingGroupName = 'web') =>
    c.autoscaling().send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }))
  const resume = (ScalingProcesses?: string[], AutoScalingGroupName = 'web') =>
    c.autoscaling().send(new ResumeProcessesCommand({ AutoScalingGroupName, ScalingProcesses }))
  const suspended = () => theGroup(c).suspensions.map(({ process }) => process)

  it('are suspended and resumed by name, once each', async () => {
    await suspend(['Launch', 'HealthCheck', 'Launch'])
    await suspend(['Launch'])
    assert.deepEqual(theGroup(c).suspensions, [
      { process: 'Launch', reason: 'Manual suspension', at: new Date('2014-02-16T12:13:16Z') },
      { process: 'HealthCheck', reason: 'Manual suspension', at: new Date('2014-02-16T12:13:16Z') },
    ])
    await resume(['Launch', 'Terminate'])
    assert.deepEqual(suspended(), ['HealthCheck'])
  })

  it('are all meant when none is named', async () => {
    await suspend()
    assert.deepEqual(suspended(), [...processNames])
    await resume([])
    assert.deepEqual(suspended(), [])
  })

  it('that the cloud has suspended are its administrator’s to resume, and not the user’s', async () => {
    const alice = await c.account('alice')
    haveGroup(c, { account: alice.accountId, desired: 0, suspensions: [] })
    const hers = () => c.engine.read(tx => tx.scalingGroups.in(alice.accountId).must('web'))
    const suspended = () => hers().suspensions.map(({ process, reason }) => [process, reason])
    const AutoScalingGroupName = groupArn(hers())
    const ofLaunch = { AutoScalingGroupName, ScalingProcesses: ['Launch'] }
    await c.autoscaling().send(new SuspendProcessesCommand(ofLaunch))
    const query = { AutoScalingGroupName: 'web' }
    const Processes = { ...query, ScalingProcesses: ['Launch', 'Terminate'] }
    await alice.autoscaling().send(new SuspendProcessesCommand(Processes))
    const byCloud = ['Launch', 'Administrative suspension']
    assert.deepEqual(suspended(), [byCloud, ['Terminate', 'Manual suspension']])
    await alice.autoscaling().send(new ResumeProcessesCommand(query))
    assert.deepEqual(suspended(), [byCloud])
    await c.autoscaling().send(new ResumeProcessesCommand(ofLaunch))
    assert.deepEqual(suspended(), [])
  })

  it('resumed ones have the group looked after', async () => {
    await suspend(['Launch'])
    await c.settle()
    await resume(['Launch'])
    const wake = c.engine.read(tx => tx.groupWakes.get(theGroup(c).id))
    assert.equal(wake?.at, c.clock.now())
  })

  it('that are unknown, or of a group that is not there, are refused', async () => {
    const wrong = 'Lunch for parameter ScalingProcesses.member.2 is invalid'
    await refused(suspend(['Launch', 'Lunch']), 'ValidationError', wrong)
    await refused(resume(['Launch', 'Lunch']), 'ValidationError', wrong)
    await refused(suspend([], 'none'), 'ValidationError', 'Auto scaling group not found: none')
    await refused(resume([], 'none'), 'ValidationError', 'Auto scaling group not found: none')
    assert.deepEqual(suspended(), [])
  })
})
