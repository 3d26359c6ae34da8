// SPDX-License-Identifier: BSD-2-Clause
// Groups and their load balancers. The checks' results are the test's.
import assert from 'node:assert/strict'
import {
  AttachInstancesCommand,
  AttachLoadBalancersCommand,
  DeleteAutoScalingGroupCommand,
  DetachInstancesCommand,
  DetachLoadBalancersCommand,
} from '@aws-sdk/client-auto-scaling'
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import {
  ConfigureHealthCheckCommand,
  DeleteLoadBalancerCommand,
  DescribeInstanceHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { dueChecks, recordChecks } from '../../../src/engine/elb/health'
import type { Cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { haveInstance } from '../ec2/instance'
import { makeBalancer } from '../elb/made'
import { numbers } from './loop-world'
import {
  activitiesOf,
  converge,
  elapse,
  groupNow,
  haveGroup,
  memberIds,
  resume,
  scalingCloud,
  sizes,
  suspend,
  update,
} from './machines'

const web = { AutoScalingGroupName: 'web' }

describe('groups and their load balancers', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await scalingCloud()
    for (const name of ['one', 'two']) {
      await makeBalancer(c, name)
      const check = { Target: 'TCP:80', Interval: 10, Timeout: 5, UnhealthyThreshold: 2, HealthyThreshold: 2 }
      await c.elb().send(new ConfigureHealthCheckCommand({ LoadBalancerName: name, HealthCheck: check }))
    }
  })
  afterEach(() => c.close())

  const registered = async (name: string): Promise<string[]> => {
    const input = { LoadBalancerName: name }
    const { InstanceStates = [] } = await c.elb().send(new DescribeInstanceHealthCommand(input))
    return InstanceStates.map(({ InstanceId = '' }) => InstanceId)
  }
  const sorted = async () => (await memberIds(c)).sort()
  /** Every check that is due ends, badly for those that are named. */
  const check = (...ailing: string[]) =>
    c.engine.write(tx => {
      const results = dueChecks(tx).due.map(one => ({
        ...one,
        ...(ailing.includes(one.instanceId) && { trouble: 'connection refused' }),
      }))
      recordChecks(tx, results)
    })
  const draining = (enabled: boolean) =>
    c.engine.write(tx => {
      const balancers = tx.loadBalancers.in(c.accountId)
      const { attributes, ...one } = balancers.must('one')
      balancers.put({
        ...one,
        attributes: { ...attributes, draining: { enabled, timeoutSeconds: 100 } },
      })
    })

  it('a group names those that are there', async () => {
    await refused(
      haveGroup(c, { LoadBalancerNames: ['one', 'three'] }),
      'ValidationError',
      'Invalid parameters [Invalid load balancer name(s): [three]]',
    )
    await haveGroup(c, { LoadBalancerNames: ['one', 'two', 'one'] })
    assert.deepEqual((await groupNow(c)).LoadBalancerNames, ['one', 'two'])
  })

  it('its instances are registered with all of them as they come into service', async () => {
    await haveGroup(c, { LoadBalancerNames: ['one', 'two'], ...sizes(2) })
    await c.engine.drain()
    assert.deepEqual(await registered('one'), [])
    await converge(c)
    const { Instances = [] } = await groupNow(c)
    assert.deepEqual(
      Instances.map(({ LifecycleState }) => LifecycleState),
      ['InService', 'InService'],
    )
    assert.deepEqual([await registered('one'), await registered('two')], [await sorted(), await sorted()])
  })

  it('and leave them before they are terminated, at once', async () => {
    draining(true)
    await haveGroup(c, { LoadBalancerNames: ['one'], ...sizes(2) })
    await converge(c)
    await update(c, { DesiredCapacity: 1 })
    await c.engine.drain()
    assert.deepEqual(await registered('one'), await memberIds(c))
    assert.equal(
      c.engine.read(tx => tx.balancedInstances.list().length),
      1,
    )
    await c.autoscaling().send(new DeleteAutoScalingGroupCommand({ ...web, ForceDelete: true }))
    assert.deepEqual(
      c.engine.read(tx => tx.balancedInstances.list()),
      [],
    )
  })

  it('an instance that fails the checks of one of them is replaced where the group goes by that', async () => {
    await haveGroup(c, {
      LoadBalancerNames: ['one', 'two'],
      HealthCheckType: 'ELB',
      HealthCheckGracePeriod: 0,
      ...sizes(2),
    })
    await converge(c)
    check()
    const [first = '', second = ''] = await memberIds(c)
    await elapse(c, 10)
    check(first)
    await elapse(c, 10)
    assert.deepEqual(await memberIds(c), [first, second])
    check(first)
    await elapse(c, 10)
    await converge(c)
    const after = await memberIds(c)
    assert.equal(after.length, 2)
    assert.deepEqual([after.includes(first), after.includes(second)], [false, true])
    assert.deepEqual(await registered('two'), [...after].sort())
    const ended = (await activitiesOf(c)).find(
      one => one.Description === `Terminating EC2 instance: ${first}`,
    )
    assert.match(ended?.Cause ?? '', /taken out of service in response to a health-check/)
  })

  it('but not where it goes by EC2 alone', async () => {
    await haveGroup(c, { LoadBalancerNames: ['one'], ...sizes(1) })
    await converge(c)
    const members = await memberIds(c)
    for (let round = 0; round < 4; round++) {
      check(...members)
      await elapse(c, 60)
    }
    assert.deepEqual(await memberIds(c), members)
  })

  it('nor while its grace period lasts, or it has not been checked, or nobody checks', async () => {
    const grace = { HealthCheckType: 'ELB', HealthCheckGracePeriod: 300 }
    await haveGroup(c, { LoadBalancerNames: ['one'], ...grace, ...sizes(1) })
    await converge(c)
    const members = await memberIds(c)
    await elapse(c, 400)
    assert.deepEqual(await memberIds(c), members)
    await update(c, { HealthCheckGracePeriod: 900 })
    for (let round = 0; round < 3; round++) {
      check(...members)
      await elapse(c, 10)
    }
    assert.deepEqual(await memberIds(c), members)
    // Its last word is old: whoever makes the checks is gone.
    await elapse(c, 50)
    await update(c, { HealthCheckGracePeriod: 0 })
    await elapse(c, 120)
    assert.deepEqual(await memberIds(c), members)
    for (let round = 0; round < 7; round++) {
      check(...members)
      await elapse(c, 10)
    }
    assert.notDeepEqual(await memberIds(c), members)
  })

  it('instances that somebody attaches come to them, and those that are detached leave, and may drain', async () => {
    draining(true)
    await haveGroup(c, { LoadBalancerNames: ['one'] })
    haveInstance(c, { id: 'i-0000000a' })
    const ids = { ...web, InstanceIds: ['i-0000000a'] }
    await c.autoscaling().send(new AttachInstancesCommand(ids))
    assert.deepEqual(await registered('one'), ['i-0000000a'])
    const detach = { ...ids, ShouldDecrementDesiredCapacity: true }
    await c.autoscaling().send(new DetachInstancesCommand(detach))
    assert.deepEqual(await registered('one'), [])
    assert.equal(
      c.engine.read(tx => tx.balancedInstances.list()[0]?.drainsUntil !== undefined),
      true,
    )
  })

  it('load balancers that are attached later get all that is in service, and lose it when they are detached', async () => {
    await haveGroup(c, { LoadBalancerNames: ['one'], ...sizes(2) })
    await converge(c)
    const two = { ...web, LoadBalancerNames: ['two'] }
    await c.autoscaling().send(new AttachLoadBalancersCommand(two))
    assert.deepEqual(await registered('two'), await sorted())
    const one = { ...web, LoadBalancerNames: ['one'] }
    await c.autoscaling().send(new DetachLoadBalancersCommand(one))
    assert.deepEqual([await registered('one'), await registered('two')], [[], await sorted()])
  })

  it('nobody is registered while AddToLoadBalancer is suspended, and it is not made up for', async () => {
    await haveGroup(c, { LoadBalancerNames: ['one'] })
    await suspend(c, 'AddToLoadBalancer')
    await update(c, { DesiredCapacity: 1 })
    await converge(c)
    haveInstance(c, { id: 'i-0000000a' })
    await c.autoscaling().send(new AttachInstancesCommand({ ...web, InstanceIds: ['i-0000000a'] }))
    await c.autoscaling().send(new AttachLoadBalancersCommand({ ...web, LoadBalancerNames: ['two'] }))
    const { Instances = [] } = await groupNow(c)
    assert.deepEqual(
      Instances.map(({ LifecycleState }) => LifecycleState),
      ['InService', 'InService'],
    )
    await resume(c, 'AddToLoadBalancer')
    await converge(c)
    assert.deepEqual([await registered('one'), await registered('two')], [[], []])
    await update(c, { DesiredCapacity: 3 })
    await converge(c)
    assert.equal((await registered('one')).length, 1)
  })

  it('one that is gone is passed over, and known again when it is back', async () => {
    await haveGroup(c, { LoadBalancerNames: ['one'], HealthCheckType: 'ELB', HealthCheckGracePeriod: 0 })
    await c.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'one' }))
    await update(c, { DesiredCapacity: 1 })
    await converge(c)
    const group = await groupNow(c)
    assert.deepEqual(
      [group.LoadBalancerNames, group.Instances?.map(({ LifecycleState }) => LifecycleState)],
      [['one'], ['InService']],
    )
    await makeBalancer(c, 'one')
    await update(c, { DesiredCapacity: 2 })
    await converge(c)
    assert.equal((await registered('one')).length, 1)
  })

  it('a group knows only those of its own account', async () => {
    const alice = await c.account('alice')
    await makeBalancer(alice, 'hers')
    await refused(
      haveGroup(c, { LoadBalancerNames: ['hers'] }),
      'ValidationError',
      'Invalid parameters [Invalid load balancer name(s): [hers]]',
    )
  })

  it('whatever happens to a group, its load balancers have what is in service, and nothing else', async () => {
    const draw = numbers(6)
    await haveGroup(c, { HealthCheckType: 'ELB', HealthCheckGracePeriod: 0, ...sizes(2) })
    const names = ['one', 'two'] as const
    const attached = new Set<string>()
    const toggle = (name: string) => {
      const input = { ...web, LoadBalancerNames: [name] }
      if (attached.delete(name)) return c.autoscaling().send(new DetachLoadBalancersCommand(input))
      attached.add(name)
      return c.autoscaling().send(new AttachLoadBalancersCommand(input))
    }
    const one = async () => (await memberIds(c))[draw(2)]
    const events: readonly (() => Promise<unknown>)[] = [
      () => update(c, { DesiredCapacity: draw(5) }),
      () => toggle(names[draw(2)] ?? 'one'),
      async () => {
        const id = await one()
        if (id) await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
      },
      async () => {
        const id = await one()
        const input = { ...web, InstanceIds: [id ?? ''], ShouldDecrementDesiredCapacity: false }
        if (id) await c.autoscaling().send(new DetachInstancesCommand(input))
      },
      async () => {
        const id = await one()
        for (let round = 0; id && round < 3; round++) {
          check(id)
          await elapse(c, 10)
        }
      },
    ]
    for (let step = 0; step < 12; step++) {
      await converge(c)
      for (const name of names) {
        const expected = attached.has(name) ? await sorted() : []
        assert.deepEqual(await registered(name), expected, `${name} after step ${step}`)
      }
      check()
      await events[draw(events.length)]?.()
    }
  })
})
