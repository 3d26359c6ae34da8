// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  DeleteAutoScalingGroupCommand,
  DescribeScalingActivitiesCommand,
  type DescribeScalingActivitiesCommandInput,
} from '@aws-sdk/client-auto-scaling'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { person } from '../ec2/people'
import { converge, elapse, groupNow, haveConfiguration, haveGroup, haveImage } from './machines'

describe('scaling activities', () => {
  let c: Cloud
  let alice: Clients
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    haveImage(c)
    for (const who of [c, alice]) await haveConfiguration(who)
    await haveGroup(c, { MinSize: 3 })
    await elapse(c, 10)
    await haveGroup(alice, { MinSize: 1 })
    await elapse(c, 10)
    await haveGroup(c, { MinSize: 1, AutoScalingGroupName: 'db' })
    await converge(c)
  })
  after(() => c.close())

  const list = async (
    input: DescribeScalingActivitiesCommandInput = {},
    who: Pick<Clients, 'autoscaling'> = c,
  ) => who.autoscaling().send(new DescribeScalingActivitiesCommand(input))
  const activities = async (
    input: DescribeScalingActivitiesCommandInput = {},
    who: Pick<Clients, 'autoscaling'> = c,
  ) => (await list(input, who)).Activities ?? []

  it('are those of all of the account’s groups, or of one, by name or ARN', async () => {
    assert.equal((await activities()).length, 4)
    assert.equal((await activities({}, alice)).length, 1)
    assert.equal((await activities({ AutoScalingGroupName: 'web' })).length, 3)
    const { AutoScalingGroupARN } = await groupNow(c, 'db')
    const [one] = await activities({ AutoScalingGroupName: AutoScalingGroupARN })
    assert.equal(one?.AutoScalingGroupName, 'db')
    assert.equal(one?.AutoScalingGroupARN, AutoScalingGroupARN)
  })

  it('come by their ids', async () => {
    const [first, second] = await activities()
    const ids = [second?.ActivityId ?? '', first?.ActivityId ?? '']
    assert.deepEqual(
      (await activities({ ActivityIds: ids })).map(({ ActivityId }) => ActivityId),
      [...ids].reverse(),
    )
    assert.deepEqual(
      await activities({ ActivityIds: [ids[0] ?? ''], AutoScalingGroupName: 'none' }).catch(e => e.name),
      'ValidationError',
    )
    assert.deepEqual(await activities({ ActivityIds: ['unknown'] }), [])
  })

  it('come in pages, newest first, none twice', async () => {
    const all = (await activities()).map(({ ActivityId }) => ActivityId)
    const pages: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const page = await list({ MaxRecords: 3, ...(NextToken && { NextToken }) })
      pages.push(...(page.Activities ?? []).map(({ ActivityId }) => ActivityId))
      NextToken = page.NextToken
    } while (NextToken)
    assert.deepEqual(pages, all)
    await refused(list({ NextToken: 'nonsense' }), 'InvalidNextToken')
    await refused(list({ MaxRecords: 0 }), 'ValidationError')
  })

  it('are those of all accounts for a cloud administrator who says verbose', async () => {
    const everybodys = await activities({ ActivityIds: ['verbose'] })
    const [own, hers] = [await activities(), await activities({}, alice)]
    assert.equal(everybodys.length, own.length + hers.length)
    const times = everybodys.map(({ StartTime }) => StartTime?.getTime() ?? 0)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    )
    const [id = ''] = hers.map(({ ActivityId }) => ActivityId)
    assert.deepEqual(await activities({ ActivityIds: [id] }), [])
    assert.equal((await activities({ ActivityIds: ['verbose', id] })).length, 1)
    assert.deepEqual(await activities({ ActivityIds: ['verbose'] }, alice), hers)
  })

  it('of groups that are not the caller’s, or not there, are none', async () => {
    const message = 'Auto scaling group not found: none'
    await refused(list({ AutoScalingGroupName: 'none' }), 'ValidationError', message)
    await refused(list({ AutoScalingGroupName: 'db' }, alice), 'ValidationError')
    const { AutoScalingGroupARN } = await groupNow(c, 'db')
    await refused(list({ AutoScalingGroupName: AutoScalingGroupARN }, alice), 'ValidationError')
  })

  it('are shown of groups that policies let the caller see', async () => {
    const bob = person(c, alice, 'bob')
    await refused(list({}, bob), 'UnauthorizedOperation')
    const { AutoScalingGroupARN: Resource = '' } = await groupNow(alice)
    bob.may({ Action: 'autoscaling:DescribeScalingActivities', Resource })
    assert.equal((await activities({}, bob)).length, 1)
    bob.may({ Action: 'autoscaling:DescribeScalingActivities', Resource: `${Resource}-other` })
    assert.deepEqual(await activities({}, bob), [])
    await refused(list({ AutoScalingGroupName: 'web' }, bob), 'ValidationError')
  })

  it('of groups that have been deleted are shown when they are asked for', async () => {
    const input = { AutoScalingGroupName: 'web', ForceDelete: true }
    await alice.autoscaling().send(new DeleteAutoScalingGroupCommand(input))
    assert.deepEqual(await activities({}, alice), [])
    const IncludeDeletedGroups = true
    assert.equal((await activities({ IncludeDeletedGroups }, alice)).length, 2)
    const [last] = await activities({ IncludeDeletedGroups, AutoScalingGroupName: 'web' }, alice)
    assert.match(last?.Cause ?? '', /instance was taken out of service in response to a user request\.$/)
    await refused(list({ AutoScalingGroupName: 'web' }, alice), 'ValidationError')
    await haveGroup(alice)
    assert.deepEqual(await activities({ AutoScalingGroupName: 'web' }, alice), [])
    assert.equal((await activities({ IncludeDeletedGroups, AutoScalingGroupName: 'web' }, alice)).length, 2)
  })
})
