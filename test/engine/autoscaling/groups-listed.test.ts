// SPDX-License-Identifier: BSD-2-Clause
// Groups in lists, their load balancers, and how they go.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-auto-scaling'
import { processNames } from '../../../src/engine/autoscaling/schema/groups'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { groupOf, haveConfiguration, makeGroup, refused, type Who } from './made'

describe('groups of Auto Scaling that are there', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    await haveConfiguration(c, alice)
  })
  afterEach(() => c.close())

  const remove = (AutoScalingGroupName: string, ForceDelete?: boolean, who: Who = alice) =>
    who.autoscaling().send(new sdk.DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete }))

  const list = (input: sdk.AutoScalingGroupNamesType = {}, who: Who = alice) =>
    who.autoscaling().send(new sdk.DescribeAutoScalingGroupsCommand(input))

  const namesOf = async (input: sdk.AutoScalingGroupNamesType = {}, who: Who = alice) =>
    (await list(input, who)).AutoScalingGroups?.map(group => group.AutoScalingGroupName)

  describe('when they are deleted', () => {
    const haveMember = (name: string, activityId?: string) =>
      c.engine.write(tx => {
        const group = tx.scalingGroups.in(alice.accountId).must(name)
        const { id, account } = group
        // Nobody is to do anything about it.
        const reason = 'Manual suspension' as const
        const suspensions = processNames.map(process => ({ process, reason, at: tx.now }))
        tx.scalingGroups.in(account).put({ ...group, suspensions })
        tx.scalingInstances.put({
          ...{ id: 'i-0000abcd', account, groupId: id, groupName: name, zone: 'PARTI00' },
          ...{ instanceType: 'm1.small', launchConfigurationName: 'lc', lifecycle: 'InService' },
          ...{ health: 'Healthy', isProtected: false, joinedAt: tx.now },
          ...(activityId && { activityId }),
        })
      })

    it('are gone, and their launch configuration may go', async () => {
      await makeGroup(alice, 'web')
      await remove('web')
      assert.deepEqual(await namesOf(), [])
      assert.deepEqual(
        c.engine.read(tx => tx.groupWakes.list()),
        [],
      )
      await c.pass(60)
    })

    it('need not be there', async () => {
      await remove('none')
      await refused(remove('a:b'), 'ValidationError', 'a:b for parameter AutoScalingGroupName is invalid')
    })

    it('have to be empty and quiet, if not forced', async () => {
      await makeGroup(alice, 'web')
      haveMember('web')
      await refused(remove('web'), 'ResourceInUse', 'Resource in use')
      haveMember('web', 'an activity')
      await refused(remove('web'), 'ScalingActivityInProgress', 'Scaling activity in progress')
      assert.deepEqual(await namesOf(), ['web'])
    })

    it('take their policies and scheduled actions along', async () => {
      await makeGroup(alice, 'web')
      c.engine.write(tx => {
        const of = { account: alice.accountId, groupName: 'web', name: 'one', id: 'one' }
        tx.scalingPolicies
          .in(of.account)
          .put({ ...of, type: 'SimpleScaling', adjustmentType: 'ExactCapacity', adjustment: 1 })
        tx.scheduledActions.in(of.account).put({ ...of, minSize: 1 })
      })
      await remove('web')
      const left = c.engine.read(tx => [
        ...tx.scalingPolicies.in(alice.accountId).list(),
        ...tx.scheduledActions.in(alice.accountId).list(),
      ])
      assert.deepEqual(left, [])
    })

    it('with force take their instances along', async () => {
      await makeGroup(alice, 'web', { MinSize: 1, MaxSize: 1 })
      await c.pass(120)
      const { Instances = [] } = (await groupOf(alice, 'web')) ?? {}
      assert.equal(Instances.length, 1)
      await refused(remove('web'), 'ResourceInUse', 'Resource in use')
      await remove('web', true)
      assert.deepEqual(await namesOf(), [])
      await c.pass(120)
      const states = c.engine.read(tx => tx.instances.list().map(({ state }) => state))
      assert.deepEqual([...new Set(states)], ['terminated'])
      assert.deepEqual(
        c.engine.read(tx => tx.scalingInstances.list()),
        [],
      )
    })
  })

  describe('in lists', () => {
    beforeEach(async () => {
      await makeGroup(alice, 'a', { Tags: [{ Key: 'tier', Value: 'web' }] })
      await makeGroup(alice, 'b', {
        Tags: [
          { Key: 'tier', Value: 'data' },
          { Key: 'old', Value: 'web' },
        ],
      })
      await makeGroup(alice, 'c')
    })

    it('are found by names and ARNs; what is not there is left out', async () => {
      const arn = (await groupOf(alice, 'c'))?.AutoScalingGroupARN ?? ''
      assert.deepEqual(await namesOf(), ['a', 'b', 'c'])
      assert.deepEqual(await namesOf({ AutoScalingGroupNames: [arn, 'a', 'none', 'a'] }), ['a', 'c'])
      await refused(namesOf({ AutoScalingGroupNames: ['a:b'] }), 'ValidationError')
    })

    it('are found by their tags', async () => {
      const by = (Name: string, ...Values: string[]) => namesOf({ Filters: [{ Name, Values }] })
      assert.deepEqual(await by('tag-key', 'tier'), ['a', 'b'])
      assert.deepEqual(await by('tag-value', 'web'), ['a', 'b'])
      assert.deepEqual(await by('tag:tier', 'web', 'none'), ['a'])
      assert.deepEqual(await by('tag:tier', 'w*'), [])
      const both = [
        { Name: 'tag-key', Values: ['old'] },
        { Name: 'tag:tier', Values: ['data'] },
      ]
      assert.deepEqual(await namesOf({ Filters: both }), ['b'])
      await refused(by('name', 'a'), 'ValidationError', 'name for parameter Filters.member.1.Name is invalid')
    })

    it('come in pages', async () => {
      const first = await list({ MaxRecords: 2 })
      assert.equal(first.AutoScalingGroups?.length, 2)
      const { NextToken } = first
      assert.deepEqual(await namesOf({ NextToken }), ['c'])
      assert.equal((await list({ NextToken })).NextToken, undefined)
      await refused(list({ NextToken: 'x' }), 'InvalidNextToken', "The token 'x' is invalid.")
      for (const MaxRecords of [0, 101])
        await refused(
          list({ MaxRecords }),
          'ValidationError',
          `${MaxRecords} for parameter MaxRecords is invalid`,
        )
    })

    it("are the administrator's to see in all accounts", async () => {
      await makeGroupOfCloud()
      assert.deepEqual(await namesOf({}, c), ['mine'])
      assert.deepEqual(await namesOf({ AutoScalingGroupNames: ['verbose'] }, c), ['a', 'b', 'c', 'mine'])
      assert.deepEqual(await namesOf({ AutoScalingGroupNames: ['verbose', 'b'] }, c), ['b'])
      assert.deepEqual(await namesOf({ AutoScalingGroupNames: ['verbose'] }), ['a', 'b', 'c'])
      const arn = (await groupOf(alice, 'a'))?.AutoScalingGroupARN ?? ''
      assert.deepEqual(await namesOf({ AutoScalingGroupNames: [arn] }, c), ['a'])
      await c
        .autoscaling()
        .send(new sdk.UpdateAutoScalingGroupCommand({ AutoScalingGroupName: arn, MaxSize: 7 }))
      assert.equal((await groupOf(alice, 'a'))?.MaxSize, 7)
    })

    const makeGroupOfCloud = async () => {
      await haveConfiguration(c)
      await makeGroup(c, 'mine')
    }

    it('leave their instances out when asked to', async () => {
      const { AutoScalingGroups = [] } = await list({ IncludeInstances: false })
      assert.deepEqual(
        AutoScalingGroups.map(group => group.Instances),
        [[], [], []],
      )
    })
  })

  describe('and load balancers', () => {
    beforeEach(() => makeGroup(alice, 'web'))
    const of = { AutoScalingGroupName: 'web' }

    it('are attached when there are such', () =>
      refused(
        alice
          .autoscaling()
          .send(new sdk.AttachLoadBalancersCommand({ ...of, LoadBalancerNames: ['y', 'x'] })),
        'ValidationError',
        'Invalid parameters [Invalid load balancer name(s): [x, y]]',
      ))

    it('are detached when they were attached', async () => {
      const detach = (...LoadBalancerNames: string[]) =>
        alice.autoscaling().send(new sdk.DetachLoadBalancersCommand({ ...of, LoadBalancerNames }))
      const message = 'Trying to remove Load Balancers that are not part of the group'
      await refused(detach('x'), 'ValidationError', message)
      c.engine.write(tx => {
        const groups = tx.scalingGroups.in(alice.accountId)
        groups.put({ ...groups.must('web'), loadBalancerNames: ['x', 'y'] })
      })
      const listed = async () =>
        (await alice.autoscaling().send(new sdk.DescribeLoadBalancersCommand(of))).LoadBalancers
      assert.deepEqual(await listed(), [
        { LoadBalancerName: 'x', State: 'InService' },
        { LoadBalancerName: 'y', State: 'InService' },
      ])
      await detach('x')
      assert.deepEqual(await listed(), [{ LoadBalancerName: 'y', State: 'InService' }])
    })

    it('are not of other kinds, and hooks, refreshes and pools there are none of', async () => {
      const client = alice.autoscaling()
      const { LoadBalancerTargetGroups } = await client.send(
        new sdk.DescribeLoadBalancerTargetGroupsCommand(of),
      )
      const { TrafficSources } = await client.send(new sdk.DescribeTrafficSourcesCommand(of))
      const { LifecycleHooks } = await client.send(new sdk.DescribeLifecycleHooksCommand(of))
      const { InstanceRefreshes } = await client.send(new sdk.DescribeInstanceRefreshesCommand(of))
      const { Instances } = await client.send(new sdk.DescribeWarmPoolCommand(of))
      const found = [LoadBalancerTargetGroups, TrafficSources, LifecycleHooks, InstanceRefreshes, Instances]
      assert.deepEqual(found, [[], [], [], [], []])
      const missing = new sdk.DescribeLifecycleHooksCommand({ AutoScalingGroupName: 'none' })
      await refused(client.send(missing), 'ValidationError', 'Auto scaling group not found: none')
    })
  })
})
