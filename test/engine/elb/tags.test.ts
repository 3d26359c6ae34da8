// SPDX-License-Identifier: BSD-2-Clause
// Tags of load balancers.
import assert from 'node:assert/strict'
import {
  AddTagsCommand,
  DescribeTagsCommand,
  RemoveTagsCommand,
  type Tag,
} from '@aws-sdk/client-elastic-load-balancing'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { invalid, makeBalancer, refused, unknownBalancer } from './made'

describe('tags of load balancers', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    await makeBalancer(alice, 'lb')
  })
  afterEach(() => c.close())

  const add = (Tags: Tag[], ...LoadBalancerNames: string[]) =>
    alice.elb().send(new AddTagsCommand({ LoadBalancerNames, Tags }))
  const remove = (keys: string[], ...LoadBalancerNames: string[]) =>
    alice.elb().send(new RemoveTagsCommand({ LoadBalancerNames, Tags: keys.map(Key => ({ Key })) }))
  const shown = async (LoadBalancerNames: string[] | undefined, who: Clients = alice) => {
    const { TagDescriptions = [] } = await who
      .elb()
      .send(new DescribeTagsCommand({ LoadBalancerNames: LoadBalancerNames as string[] }))
    return TagDescriptions.map(({ LoadBalancerName, Tags = [] }) =>
      [LoadBalancerName, ...Tags.map(({ Key, Value }) => `${Key}=${Value}`)].join(' '),
    )
  }
  const numbered = (from: number, to: number): Tag[] =>
    Array.from({ length: to - from }, (_, index) => ({ Key: `k${from + index}`, Value: 'v' }))

  it('are given with the balancer or later, are changed, and taken away', async () => {
    await makeBalancer(alice, 'web', { Tags: [{ Key: 'tier', Value: 'web' }] })
    await add([{ Key: 'team', Value: 'a' }, { Key: 'plain' }], 'web')
    assert.deepEqual(await shown(['web']), ['web plain= team=a tier=web'])
    await add([{ Key: 'team', Value: 'b' }], 'web', 'web')
    await remove(['tier', 'never'], 'web')
    assert.deepEqual(await shown(['web']), ['web plain= team=b'])
    await remove(['never'], 'web')
    assert.deepEqual(await shown(['web', 'lb']), ['lb', 'web plain= team=b'])
  })

  it('are all shown without names, and everybody’s to the cloud’s administrators by `verbose`', async () => {
    await add([{ Key: 'k', Value: 'v' }], 'lb')
    await makeBalancer(c, 'ours')
    assert.deepEqual(await shown(undefined), ['lb k=v'])
    assert.deepEqual(await shown(['verbose']), ['lb k=v'])
    assert.deepEqual(await shown(undefined, c), ['ours'])
    assert.deepEqual((await shown(['verbose'], c)).sort(), ['lb k=v', 'ours'])
  })

  it('are ten at most, which the cloud’s own are not counted among', async () => {
    await add(numbered(0, 10), 'lb')
    await refused(add([{ Key: 'one', Value: 'more' }], 'lb'), 'TooManyTags', 'Tag limit exceeded')
    await add([{ Key: 'k0', Value: 'changed' }], 'lb')
    await refused(
      makeBalancer(alice, 'other', { Tags: numbered(0, 11) }),
      'TooManyTags',
      'Tag limit exceeded',
    )
    c.engine.write(tx => {
      const balancers = tx.loadBalancers.in(alice.accountId)
      const own = { key: 'aws:cloudformation:stack-name', value: 's' }
      const balancer = balancers.must('lb')
      balancers.put({ ...balancer, tags: [own, ...balancer.tags.slice(1)] })
    })
    await add([{ Key: 'one', Value: 'more' }], 'lb')
  })

  it('have keys and values within rules', async () => {
    const twice = [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ]
    const attempts = [
      (Tags: Tag[]) => add(Tags, 'lb'),
      (Tags: Tag[]) => makeBalancer(alice, 'other', { Tags }),
    ]
    for (const attempt of attempts) {
      await refused(attempt(twice), 'DuplicateTagKeys', 'Duplicate tag key (a)')
      for (const Key of ['aws:a', 'AWS:a', 'euca:a'])
        await invalid(attempt([{ Key, Value: '' }]), 'Invalid tag key (reserved prefix)')
      for (const [Key, bound] of [
        ['', 'greater than or equal to 1'],
        ['k'.repeat(129), 'less than or equal to 128'],
      ] as const)
        await refused(
          attempt([{ Key, Value: '' }]),
          'ValidationError',
          `1 validation error detected: Value '${Key}' at 'tags.1.member.key' failed to satisfy constraint: Member must have length ${bound}`,
        )
      for (const tag of [{ Key: 'a*' }, { Key: 'a', Value: '<' }, { Key: 'a', Value: 'v'.repeat(257) }])
        await refused(attempt([tag]), 'ValidationError')
      await attempt([{ Key: 'k'.repeat(128), Value: 'ä +-=._:/@'.padEnd(256, 'v') }])
    }
    await invalid(remove(['aws:a'], 'lb'), 'Invalid tag key (reserved prefix)')
    await refused(remove([''], 'lb'), 'ValidationError')
  })

  it('are of one balancer at a time, that is there', async () => {
    await makeBalancer(alice, 'web')
    const [tag] = numbered(0, 1)
    assert.ok(tag)
    await refused(add([tag], 'lb', 'web'), 'InvalidParameterValue', 'Too many load balancers')
    await refused(remove(['k0'], 'lb', 'web'), 'InvalidParameterValue', 'Too many load balancers')
    await unknownBalancer(add([tag], 'other'))
    await unknownBalancer(remove(['k0'], 'other'))
    await unknownBalancer(shown(['lb', 'other']))
    assert.deepEqual(await shown(undefined), ['lb', 'web'])
  })
})
