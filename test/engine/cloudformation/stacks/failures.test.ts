// SPDX-License-Identifier: BSD-2-Clause
// Stacks that cannot be made: what was made of them goes, or stays where that was asked for.
import assert from 'node:assert/strict'
import { CreateStackCommand, DeleteStackCommand, SignalResourceCommand } from '@aws-sdk/client-cloudformation'
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2'
import { GetUserCommand } from '@aws-sdk/client-iam'
import { resourceTypeNamed } from '../../../../src/engine/cloudformation/resources'
import { type Cloud, cloud } from '../../../support/cloud'
import { person } from '../../ec2/people'
import { create, eventsOf, group, remove, resourcesNow, stackNow, statusOf, templateOf } from './made'

const initiated = 'Resource creation Initiated'

describe('stacks that fail', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  /** Nobody looks after stacks meanwhile. */
  const elapse = async (seconds: number): Promise<void> => {
    c.clock.advance(seconds)
    await c.settle()
  }

  const groups = async () =>
    ((await c.ec2().send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? [])
      .map(({ GroupName = '' }) => GroupName)
      .filter(name => name !== 'default')

  /** B cannot be, as there is no such group; C waits for what nobody sends. */
  const broken = {
    A: group('a'),
    B: group(
      'b',
      {
        SecurityGroupIngress: [
          { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, SourceSecurityGroupName: 'none' },
        ],
      },
      { DependsOn: ['A', 'C'] },
    ),
    C: group('c'),
    D: {
      Type: 'AWS::CloudFormation::WaitCondition',
      CreationPolicy: { ResourceSignal: { Timeout: 'PT1H' } },
    },
    E: group('e', {}, { DependsOn: 'B' }),
  }

  const created = ['A', 'C'].flatMap(id => [
    `${id} CREATE_IN_PROGRESS`,
    `${id} CREATE_IN_PROGRESS ${initiated}`,
    `${id} CREATE_COMPLETE`,
  ])
  const fails = [
    'D CREATE_IN_PROGRESS',
    `D CREATE_IN_PROGRESS ${initiated}`,
    'B CREATE_IN_PROGRESS',
    "B CREATE_FAILED The security group 'none' does not exist",
    'D CREATE_FAILED Resource creation cancelled',
  ]
  const failed = 'web CREATE_FAILED The following resource(s) failed to create: [B, D].'

  it('are taken back: what was made goes, the last first, and what never was is not told of', async () => {
    await create(c, broken)
    const events = await eventsOf(c)
    assert.deepEqual(events, [
      'web CREATE_IN_PROGRESS User Initiated',
      ...created,
      ...fails,
      failed,
      'web ROLLBACK_IN_PROGRESS Create stack failed.  Rollback requested by user.',
      'D DELETE_IN_PROGRESS',
      'D DELETE_COMPLETE',
      'C DELETE_IN_PROGRESS',
      'C DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'web ROLLBACK_COMPLETE',
    ])
    assert.deepEqual(await groups(), [])
    const resources = await resourcesNow(c)
    assert.deepEqual(Object.keys(resources), ['A', 'C', 'B', 'D'])
    assert.equal(resources.B?.status, 'CREATE_FAILED')
  })

  it('are deleted, if that is wanted', async () => {
    const id = await create(c, broken, { OnFailure: 'DELETE' })
    const events = await eventsOf(c, id)
    assert.ok(events.includes('web DELETE_IN_PROGRESS Create stack failed.  Delete requested by user.'))
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    assert.deepEqual(await groups(), [])
  })

  it('stay as they are, if that is wanted, and can be deleted', async () => {
    await create(c, broken, { DisableRollback: true })
    assert.equal(await statusOf(c), 'CREATE_FAILED')
    assert.equal((await groups()).length, 2)
    await remove(c)
    assert.deepEqual(await groups(), [])
  })

  it('have a time to be made in', async () => {
    await create(c, { A: group('a'), D: broken.D }, { TimeoutInMinutes: 2, DisableRollback: true })
    await c.pass(119)
    assert.equal(await statusOf(c), 'CREATE_IN_PROGRESS')
    await c.pass(1)
    const { StackStatus, StackStatusReason } = await stackNow(c)
    assert.deepEqual([StackStatus, StackStatusReason], ['CREATE_FAILED', 'Stack creation timed out.'])
  })

  it('may be deleted while they are made', async () => {
    const id = await create(c, { A: group('a'), D: broken.D })
    assert.equal(await statusOf(c), 'CREATE_IN_PROGRESS')
    await remove(c)
    assert.ok((await eventsOf(c, id)).includes('D CREATE_FAILED Resource creation cancelled'))
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    assert.deepEqual(await groups(), [])
  })

  it('fail by the outputs alone, too', async () => {
    const Outputs = { List: { Value: { 'Fn::GetAZs': '' } } }
    await create(c, { A: group('a') }, { template: { Outputs } }).catch(error =>
      assert.equal(error.name, 'ValidationError'),
    )
  })

  it('wait for as many signals as are asked for, of which one may say that it failed', async () => {
    const D = (Count: number) => ({
      ...{ Type: 'AWS::CloudFormation::WaitCondition' },
      CreationPolicy: { ResourceSignal: { Count, Timeout: 'PT10M' } },
    })
    const signal = (StackName: string, UniqueId: string, Status: 'SUCCESS' | 'FAILURE') =>
      c
        .cloudformation()
        .send(new SignalResourceCommand({ StackName, LogicalResourceId: 'D', UniqueId, Status }))
    await create(c, { D: D(2) })
    await signal('web', 'one', 'SUCCESS')
    await assert.rejects(
      signal('web', 'one', 'SUCCESS'),
      /Signal with ID one for resource D already exists. {2}Signals may only be updated with a FAILURE status\./,
    )
    await c.settle()
    assert.equal(await statusOf(c), 'CREATE_IN_PROGRESS')
    await signal('web', 'two', 'SUCCESS')
    await c.settle()
    assert.equal(await statusOf(c), 'CREATE_COMPLETE')
    await assert.rejects(
      signal('web', 'three', 'SUCCESS'),
      /Stack:arn:.* is in CREATE_COMPLETE state and can not be signaled\./,
    )

    await create(c, { D: D(2), E: group('e') }, { StackName: 'bad', DisableRollback: true })
    const other = (LogicalResourceId: string) => ({
      ...{ StackName: 'bad', LogicalResourceId },
      UniqueId: 'x',
    })
    await assert.rejects(
      c.cloudformation().send(new SignalResourceCommand({ ...other('E'), Status: 'SUCCESS' })),
      /Resource E is of type AWS::EC2::SecurityGroup and cannot be signaled/,
    )
    await assert.rejects(
      c.cloudformation().send(new SignalResourceCommand({ ...other('D'), Status: 'FINE' as 'SUCCESS' })),
      /Status must either be SUCCESS or FAILURE/,
    )
    await signal('bad', 'one', 'SUCCESS')
    await signal('bad', 'one', 'FAILURE')
    await c.settle()
    assert.ok(
      (await eventsOf(c, 'bad')).includes('D CREATE_FAILED Received FAILURE signal with UniqueId one'),
    )

    await create(c, { D: D(3) }, { StackName: 'late', DisableRollback: true })
    await signal('late', 'one', 'SUCCESS')
    await elapse(600)
    assert.ok(
      (await eventsOf(c, 'late')).includes(
        'D CREATE_FAILED Failed to receive 2 resource signal(s) within the specified duration',
      ),
    )
  })

  it('fail by the name of what the account does not have, once they are there', async () => {
    const Parameters = { Key: { Type: 'AWS::EC2::KeyPair::KeyName', Default: 'none' } }
    await create(c, { A: group('a') }, { template: { Parameters } })
    assert.deepEqual((await eventsOf(c)).slice(1), [
      'web CREATE_FAILED Parameter validation failed: parameter value none for parameter name Key does not exist',
      'web ROLLBACK_IN_PROGRESS Create stack failed.  Rollback requested by user.',
      'web ROLLBACK_COMPLETE',
    ])
  })

  it('are made by the leave of whoever ordered them, and cleared away by the administrator when he is gone', async () => {
    const alice = await c.account('alice')
    const carl = person(c, alice, 'carl')
    carl.may({ Action: 'cloudformation:*' })
    await create(c, { A: group('a') }, {}, carl as never)
    const refused = 'A CREATE_FAILED You are not authorized to perform this operation.'
    assert.ok((await eventsOf(alice)).some(event => event.startsWith(refused)))
    await remove(c, 'web', alice)
    carl.may({ Action: ['cloudformation:*', 'ec2:*'] })
    const waits = { ...broken.D, DependsOn: 'A' }
    const id = await create(
      c,
      { A: group('a'), D: waits, E: group('e', {}, { DependsOn: 'D' }) },
      {},
      carl as never,
    )
    c.engine.write(tx => {
      for (const key of tx.accessKeys.list()) if (key.userName === 'carl') tx.accessKeys.delete(key.id)
      tx.users.in(alice.accountId).delete('carl')
    })
    await assert.rejects(alice.iam().send(new GetUserCommand({ UserName: 'carl' })))
    await elapse(3700)
    assert.equal(await statusOf(alice, id), 'ROLLBACK_COMPLETE')
    assert.equal(
      c.engine.read(tx => tx.securityGroups.list().some(one => one.name.startsWith('web'))),
      false,
    )
  })

  it('outlive a bug of a type, which is told', async () => {
    const type = resourceTypeNamed('AWS::EC2::SecurityGroup') as { create: unknown }
    const { create: real } = type
    type.create = () => {
      throw new TypeError('a bug')
    }
    try {
      await create(c, { A: group('a') })
    } finally {
      type.create = real
    }
    assert.ok((await eventsOf(c)).includes('A CREATE_FAILED Internal Failure'))
    assert.deepEqual(c.bugs.splice(0).map(String), ['TypeError: a bug'])
    await c.cloudformation().send(new DeleteStackCommand({ StackName: 'web' }))
    await c
      .cloudformation()
      .send(new CreateStackCommand({ StackName: 'other', TemplateBody: templateOf({ A: group('a') }) }))
    await c.settle()
    assert.equal(await statusOf(c, 'other'), 'CREATE_COMPLETE')
  })
})
