// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-auto-scaling'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveConfiguration, makeGroup, refused, type Who } from './made'

describe('tags of Auto Scaling groups', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    await haveConfiguration(c, alice)
    await makeGroup(alice, 'a')
    await makeGroup(alice, 'b')
  })
  afterEach(() => c.close())

  const tagOf = (ResourceId: string, Key: string, Value?: string, more: Partial<sdk.Tag> = {}) => ({
    ...{ ResourceId, ResourceType: 'auto-scaling-group', Key, Value },
    ...more,
  })

  const put = (...Tags: sdk.Tag[]) => alice.autoscaling().send(new sdk.CreateOrUpdateTagsCommand({ Tags }))
  const remove = (...Tags: sdk.Tag[]) => alice.autoscaling().send(new sdk.DeleteTagsCommand({ Tags }))

  const list = (input: sdk.DescribeTagsType = {}, who: Who = alice) =>
    who.autoscaling().send(new sdk.DescribeTagsCommand(input))

  const shown = async (input: sdk.DescribeTagsType = {}, who: Who = alice) =>
    (await list(input, who)).Tags?.map(
      ({ ResourceId, Key, Value, PropagateAtLaunch }) =>
        `${ResourceId} ${Key}=${Value}${PropagateAtLaunch ? ' *' : ''}`,
    )

  const invalid = async (call: Promise<unknown>, message: string) => {
    await refused(call, 'ValidationError', message)
    assert.deepEqual(await shown(), [])
  }

  it('are made, and take the place of those of the same key', async () => {
    await put(tagOf('b', 'k', 'old'), tagOf('a', 'z', ' v '), tagOf('a', ' y ', undefined))
    await put(tagOf('b', 'k', 'new', { PropagateAtLaunch: true }))
    assert.deepEqual(await shown(), ['a y=', 'a z=v', 'b k=new *'])
    assert.equal((await list()).Tags?.[0]?.ResourceType, 'auto-scaling-group')
  })

  it('are refused with the words of the first fault, all of them', async () => {
    const good = tagOf('a', 'k', 'v')
    const reserved = 'Invalid key (max length 128, must not be empty, reserved prefixes [aws:, euca:]): '
    const cases: readonly (readonly [sdk.Tag, string])[] = [
      [tagOf('none', 'k'), 'Resource not found none'],
      [{ ...good, Key: undefined }, 'Tags.member.2.Key is required'],
      [{ ...good, ResourceId: undefined }, 'Tags.member.2.ResourceId is required'],
      [{ ...good, ResourceType: undefined }, 'Tags.member.2.ResourceType is required'],
      [{ ...good, ResourceType: 'instance' }, 'instance for parameter Tags.member.2.ResourceType is invalid'],
      [tagOf('a', ''), ' for parameter Tags.member.2.Key is invalid'],
      [tagOf('a', 'k'.repeat(129)), `${'k'.repeat(129)} for parameter Tags.member.2.Key is invalid`],
      [tagOf('a', 'k', 'v'.repeat(257)), `${'v'.repeat(257)} for parameter Tags.member.2.Value is invalid`],
      [tagOf('a', 'aws:k'), `${reserved}aws:k`],
      [tagOf('a', 'euca:k'), `${reserved}euca:k`],
      [tagOf('a', ' AWS:autoscaling:groupName'), `${reserved} AWS:autoscaling:groupName`],
      [tagOf('a', '  '), `${reserved}  `],
    ]
    for (const [tag, message] of cases) await invalid(put(good, tag), message)
    await refused(remove(tagOf('a', 'aws:k')), 'ValidationError', `${reserved}aws:k`)
  })

  it('are ten of a group at most, besides those of the cloud', async () => {
    c.engine.write(tx => {
      const groups = tx.scalingGroups.in(alice.accountId)
      const own = { key: 'aws:stack', value: 's', propagates: true }
      groups.put({ ...groups.must('a'), tags: [own] })
    })
    const tags = Array.from({ length: 10 }, (_, index) => tagOf('a', `k${index}`))
    await put(...tags)
    await put(tagOf('a', 'k0', 'again'))
    await refused(put(tagOf('a', 'more')), 'LimitExceeded', "Tag limit exceeded for resource 'a'")
    await put(tagOf('b', 'more'))
    assert.equal((await shown())?.length, 12)
  })

  it('are deleted; with a value, only when they have it', async () => {
    await put(tagOf('a', 'k', 'v'), tagOf('a', 'l', 'v'), tagOf('b', 'k', 'v'))
    await remove(tagOf('a', 'k'), tagOf('b', 'k', 'other'), tagOf('a', 'none'), tagOf('none', 'k'))
    assert.deepEqual(await shown(), ['a l=v', 'b k=v'])
    await remove(tagOf('b', 'k', 'v'))
    assert.deepEqual(await shown(), ['a l=v'])
  })

  it('are found by what they have', async () => {
    await put(tagOf('a', 'k', 'v'), tagOf('a', 'l', 'w', { PropagateAtLaunch: true }), tagOf('b', 'k', 'w'))
    const by = (...Filters: sdk.Filter[]) => shown({ Filters })
    assert.deepEqual(await by({ Name: 'auto-scaling-group', Values: ['a', 'none'] }), ['a k=v', 'a l=w *'])
    assert.deepEqual(await by({ Name: 'key', Values: ['k'] }), ['a k=v', 'b k=w'])
    assert.deepEqual(await by({ Name: 'value', Values: ['w'] }), ['a l=w *', 'b k=w'])
    for (const yes of ['true', 'True'])
      assert.deepEqual(await by({ Name: 'propagate-at-launch', Values: [yes] }), ['a l=w *'])
    assert.deepEqual(await by({ Name: 'key', Values: ['k'] }, { Name: 'value', Values: ['w'] }), ['b k=w'])
    await refused(
      by({ Name: 'tag-key', Values: ['k'] }),
      'ValidationError',
      'tag-key for parameter Filters.member.1.Name is invalid',
    )
  })

  it('come in pages', async () => {
    await put(tagOf('a', 'k'), tagOf('a', 'l'), tagOf('b', 'k'))
    const first = await list({ MaxRecords: 2 })
    assert.equal(first.Tags?.length, 2)
    assert.deepEqual(await shown({ NextToken: first.NextToken }), ['b k='])
    await refused(list({ MaxRecords: 0 }), 'ValidationError')
  })

  it("are nobody else's", async () => {
    await put(tagOf('a', 'k', 'v'))
    const bob = await c.account('bob')
    assert.deepEqual(await shown({}, bob), [])
    const tags = { Tags: [tagOf('a', 'k', 'x')] }
    await refused(
      bob.autoscaling().send(new sdk.CreateOrUpdateTagsCommand(tags)),
      'ValidationError',
      'Resource not found a',
    )
    await bob.autoscaling().send(new sdk.DeleteTagsCommand(tags))
    assert.deepEqual(await shown(), ['a k=v'])
  })
})
