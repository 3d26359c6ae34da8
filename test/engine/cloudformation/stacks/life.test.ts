// SPDX-License-Identifier: BSD-2-Clause
// Stacks are made, in the order of what refers to what, and go the other way round.
import assert from 'node:assert/strict'
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../../support/cloud'
import { create, eventsOf, group, remove, resourcesNow, stackNow, statusOf } from './made'

const initiated = 'Resource creation Initiated'

describe('the life of a stack', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const groups = async () =>
    ((await c.ec2().send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? [])
      .map(({ GroupName = '' }) => GroupName)
      .filter(name => name !== 'default')

  const chain = {
    B: group('b', {
      SecurityGroupIngress: [
        { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, SourceSecurityGroupName: { Ref: 'A' } },
      ],
    }),
    A: group('a'),
  }

  it('begins and ends with its own events, and has those of resources in between, each after what it refers to', async () => {
    const id = await create(c, chain)
    assert.match(id, /^arn:aws:cloudformation::\d{12}:stack\/web\/[0-9a-f-]{36}$/)
    assert.deepEqual(await eventsOf(c), [
      'web CREATE_IN_PROGRESS User Initiated',
      'A CREATE_IN_PROGRESS',
      `A CREATE_IN_PROGRESS ${initiated}`,
      'A CREATE_COMPLETE',
      'B CREATE_IN_PROGRESS',
      `B CREATE_IN_PROGRESS ${initiated}`,
      'B CREATE_COMPLETE',
      'web CREATE_COMPLETE',
    ])
    const { A, B } = await resourcesNow(c)
    assert.match(A?.id ?? '', /^web-A-[A-Z0-9]{13}$/)
    assert.deepEqual((await groups()).sort(), [A?.id, B?.id].sort())
  })

  it('goes in the reverse order, and leaves nothing but what is asked for by its id', async () => {
    const id = await create(c, chain)
    await remove(c)
    const events = await eventsOf(c, id)
    assert.deepEqual(events.slice(events.indexOf('web DELETE_IN_PROGRESS User Initiated')), [
      'web DELETE_IN_PROGRESS User Initiated',
      'B DELETE_IN_PROGRESS',
      'B DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'web DELETE_COMPLETE',
    ])
    assert.deepEqual(await groups(), [])
    assert.equal(await stackNow(c), undefined)
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
  })
})
