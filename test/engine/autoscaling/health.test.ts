// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  ResumeProcessesCommand,
  SetInstanceHealthCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling'
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { type HealthFacts, judge } from '../../../src/engine/autoscaling/health'
import type { Cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import {
  activitiesOf,
  boot,
  converge,
  elapse,
  groupNow,
  haveGroup,
  liveInstances,
  scalingCloud,
} from './machines'

describe('the judgement of an instance', () => {
  const serving: HealthFacts = {
    lifecycle: 'InService',
    state: 'running',
    isBalanced: false,
    asksBalancers: false,
    age: 1000,
    inServiceFor: 900,
    graceSeconds: 300,
  }
  const pending: HealthFacts = {
    ...serving,
    lifecycle: 'Pending',
    state: 'pending',
    age: 10,
    inServiceFor: 0,
  }

  it('is fine while EC2 has it pending or running', () => {
    assert.equal(judge(serving), 'fine')
    assert.equal(judge({ ...serving, state: 'pending' }), 'fine')
  })

  it('is bad for one that EC2 does not know, or that is not running, once the grace period is over', () => {
    for (const state of ['shutting-down', 'terminated', 'stopping', 'stopped', undefined] as const) {
      assert.equal(judge({ ...serving, state }), 'ails', state)
      assert.equal(judge({ ...serving, state, inServiceFor: 299 }), 'waits', state)
      assert.equal(judge({ ...serving, state, inServiceFor: 300 }), 'ails', state)
    }
  })

  it('of a pending one waits until it runs, for a quarter of an hour', () => {
    assert.equal(judge(pending), 'waits')
    assert.equal(judge({ ...pending, state: 'running' }), 'serves')
    assert.equal(judge({ ...pending, age: 899 }), 'waits')
    assert.equal(judge({ ...pending, age: 900 }), 'ails')
    assert.equal(judge({ ...pending, state: undefined }), 'ails')
    assert.equal(judge({ ...pending, state: 'terminated' }), 'ails')
  })

  it('of one that has load balancers waits until these know it', () => {
    const balanced = { ...pending, state: 'running' as const, isBalanced: true }
    assert.equal(judge(balanced), 'waits')
    assert.equal(judge({ ...balanced, age: 900 }), 'ails')
    assert.equal(judge({ ...balanced, atBalancers: 'OutOfService' }), 'serves')
  })

  it('goes by load balancers only where the group does, and after the grace period', () => {
    const out = { ...serving, isBalanced: true, atBalancers: 'OutOfService' as const }
    assert.equal(judge(out), 'fine')
    assert.equal(judge({ ...out, asksBalancers: true }), 'ails')
    assert.equal(judge({ ...out, asksBalancers: true, inServiceFor: 100 }), 'waits')
    assert.equal(judge({ ...out, asksBalancers: true, atBalancers: 'InService' }), 'fine')
    assert.equal(judge({ ...serving, isBalanced: true, asksBalancers: true }), 'fine')
  })
})

describe('the health of instances in a group', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await scalingCloud()
  })
  afterEach(() => c.close())

  const members = async () => (await groupNow(c)).Instances ?? []
  const ids = async () => (await members()).map(({ InstanceId = '' }) => InstanceId)
  const set = (
    InstanceId: string,
    HealthStatus: string,
    more: object = {},
    who = c as Pick<Cloud, 'autoscaling'>,
  ) => who.autoscaling().send(new SetInstanceHealthCommand({ InstanceId, HealthStatus, ...more }))
  const processes = (...ScalingProcesses: string[]) => ({ AutoScalingGroupName: 'web', ScalingProcesses })

  it('one that is said to be unhealthy is replaced', async () => {
    await haveGroup(c, { MinSize: 2, HealthCheckGracePeriod: 1000 })
    await converge(c)
    const [id = '', other = ''] = await ids()
    await set(id, 'Unhealthy')
    await converge(c)
    const now = await ids()
    assert.ok(now.length === 2 && now.includes(other) && !now.includes(id))
    const ended = (await activitiesOf(c)).find(one => one.Description === `Terminating EC2 instance: ${id}`)
    assert.match(
      ended?.Cause ?? '',
      /^At \S+ an instance was taken out of service in response to a health-check\.$/,
    )
  })

  it('the grace period is respected when that is asked for', async () => {
    await haveGroup(c, { MinSize: 1, HealthCheckGracePeriod: 1000 })
    await converge(c)
    const [id = ''] = await ids()
    await set(id, 'Unhealthy', { ShouldRespectGracePeriod: true })
    await converge(c)
    assert.deepEqual(await ids(), [id])
    await elapse(c, 1000)
    await set(id, 'Unhealthy', { ShouldRespectGracePeriod: true })
    await converge(c)
    assert.notDeepEqual(await ids(), [id])
  })

  it('the grace period has not begun for an instance that is not in service', async () => {
    await haveGroup(c, { MinSize: 1 })
    await c.engine.drain()
    const [id = ''] = await ids()
    await set(id, 'Unhealthy', { ShouldRespectGracePeriod: true })
    await converge(c, 1)
    assert.deepEqual(await ids(), [id])
    await set(id, 'Unhealthy')
    await converge(c, 1)
    assert.notDeepEqual(await ids(), [id])
  })

  it('an instance that ends within its grace period is replaced when that is over', async () => {
    await haveGroup(c, { MinSize: 1, HealthCheckGracePeriod: 120 })
    await converge(c)
    const [id = ''] = await ids()
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await elapse(c, 60)
    assert.deepEqual(await ids(), [id])
    await elapse(c, 60)
    assert.notDeepEqual(await ids(), [id])
  })

  it('what is unhealthy stays while checks or replacements are suspended, and may be said to be healthy again', async () => {
    await haveGroup(c, { MinSize: 1 })
    await converge(c)
    const [id = ''] = await ids()
    await c.autoscaling().send(new SuspendProcessesCommand(processes('ReplaceUnhealthy', 'HealthCheck')))
    await set(id, 'Unhealthy')
    await converge(c)
    assert.deepEqual((await members())[0]?.HealthStatus, 'Unhealthy')
    await set(id, 'Healthy')
    await c.autoscaling().send(new ResumeProcessesCommand(processes('ReplaceUnhealthy')))
    await converge(c)
    assert.deepEqual(await ids(), [id])
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await converge(c)
    assert.deepEqual(await ids(), [id])
    await c.autoscaling().send(new ResumeProcessesCommand(processes('HealthCheck')))
    await converge(c)
    assert.notDeepEqual(await ids(), [id])
    assert.equal(liveInstances(c.engine).length, 1)
  })

  it('one that is pending for a quarter of an hour is replaced', async () => {
    await haveGroup(c, { MinSize: 1 })
    await c.engine.drain()
    const [id = ''] = await ids()
    await elapse(c, 880)
    assert.deepEqual(await ids(), [id])
    await elapse(c, 40)
    assert.notDeepEqual(await ids(), [id])
    boot(c.engine)
    await elapse(c, 10)
    assert.equal((await members())[0]?.LifecycleState, 'InService')
  })

  it('one that does not come into service is replaced while checks are suspended, too', async () => {
    await haveGroup(c, { MinSize: 1 })
    await c.engine.drain()
    const [id = ''] = await ids()
    await c.autoscaling().send(new SuspendProcessesCommand(processes('HealthCheck')))
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await converge(c)
    assert.notDeepEqual(await ids(), [id])
    assert.equal((await members())[0]?.LifecycleState, 'InService')
  })

  it('bad words and unknown instances are refused', async () => {
    await haveGroup(c, { MinSize: 1 })
    await converge(c)
    const [id = ''] = await ids()
    await refused(set(id, 'Sick'), 'ValidationError', 'Sick for parameter HealthStatus is invalid')
    await refused(set('one', 'Healthy'), 'ValidationError', 'one for parameter InstanceId is invalid')
    const unknown = 'Auto scaling instance not found: '
    await refused(set('i-00000000', 'Healthy'), 'ValidationError', `${unknown}i-00000000`)
    const alice = await c.account('alice')
    await refused(set(id, 'Unhealthy', {}, alice), 'ValidationError', unknown + id)
    assert.equal((await members())[0]?.HealthStatus, 'Healthy')
  })
})
