// SPDX-License-Identifier: BSD-2-Clause
// Alarms as a way to what one may not do: what they do to instances, what conditions of policies see of them.
import assert from 'node:assert/strict'
import {
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import type { InstanceStateName } from '../../../src/engine/ec2/schema/instances'
import { type Clients, type Cloud, cloud, type Services } from '../../support/cloud'
import { haveRootSnapshot, machines, registerEbs } from '../ec2/ebs-machine'
import { type Person, person } from '../ec2/people'
import { havePolicy, policyOf, trusting, withKeys } from '../sts/people'
import { historyOf, orders, putAlarm } from './alarm'

const denied = { name: 'UnauthorizedOperation' }
const terminate = 'arn:aws:automate:eucalyptus:ec2:terminate'
const stop = 'arn:aws:automate:eucalyptus:ec2:stop'

describe('alarms that act on instances', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person
  let instance: string

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    carl = person(c, alice, 'carl')
    instance = await machines(c, alice).running(
      await registerEbs(c, await haveRootSnapshot(c, alice), {}, alice),
    )
  })
  afterEach(() => c.close())

  const state = (): InstanceStateName | undefined => c.engine.read(tx => tx.instances.get(instance)?.state)
  const put = (who: Services, action: string) =>
    putAlarm(who, { Dimensions: [{ Name: 'InstanceId', Value: instance }], AlarmActions: [action] })
  const ring = async (who: Services = alice) => {
    for (const StateValue of ['OK', 'ALARM'] as const) {
      await who
        .cloudwatch()
        .send(new SetAlarmStateCommand({ AlarmName: 'busy', StateValue, StateReason: 'a test' }))
    }
    await c.pass(10)
  }
  const errors = async () =>
    (await historyOf(alice, { HistoryItemType: 'Action' })).map(
      ({ HistoryData = '' }) => (JSON.parse(HistoryData) as { error?: string }).error,
    )

  it('do what whoever made them may do, as soon as he may', async () => {
    carl.may({ Action: 'cloudwatch:*' })
    await put(carl, terminate)
    await ring(carl)
    assert.equal(state(), 'running')
    // Not by the hand of somebody who may, either.
    await ring(alice)
    assert.equal(state(), 'running')
    assert.deepEqual(await errors(), Array(2).fill('You are not authorized to perform this operation.'))
    carl.may({ Action: 'cloudwatch:*' }, { Action: 'ec2:TerminateInstances' })
    await ring(carl)
    assert.notEqual(state(), 'running')
  })

  it('lose the rights of the former maker when somebody else says what they are to be', async () => {
    carl.may({ Action: 'cloudwatch:*' })
    await put(alice, stop)
    await put(carl, terminate)
    await ring()
    assert.equal(state(), 'running')
    await put(alice, stop)
    await ring(carl)
    assert.notEqual(state(), 'running')
  })

  it('go by the session that they were made in, also when it is over', async () => {
    await alice.iam().send(
      new CreateRoleCommand({
        ...{ RoleName: 'watch', AssumeRolePolicyDocument: trusting({ AWS: alice.accountId }) },
      }),
    )
    havePolicy(c, alice.accountId, 'role/watch', policyOf('Allow', ['cloudwatch:*', 'ec2:*']))
    const { Credentials: keys } = await alice.sts().send(
      new AssumeRoleCommand({
        ...{ RoleArn: `arn:aws:iam::${alice.accountId}:role/watch`, RoleSessionName: 'watcher' },
        Policy: policyOf('Allow', 'cloudwatch:*'),
      }),
    )
    await put(withKeys(c, keys ?? {}), terminate)
    await c.pass(7200)
    await ring()
    assert.equal(state(), 'running', 'the policy of the session did not say that it may')
  })

  it('of another account reach nothing, and one whose maker is gone does nothing', async () => {
    const bob = await c.account('bob')
    await put(bob, terminate)
    await bob
      .cloudwatch()
      .send(new SetAlarmStateCommand({ AlarmName: 'busy', StateValue: 'ALARM', StateReason: 'a test' }))
    await c.pass(10)
    assert.equal(state(), 'running')
    carl.may({ Action: '*' })
    await put(carl, terminate)
    c.engine.write(tx => tx.users.in(alice.accountId).delete('carl'))
    await ring()
    assert.equal(state(), 'running')
    assert.deepEqual(await errors(), ['Can not find user carl'])
  })

  it('of an earlier release act for the administrator', async () => {
    await put(alice, terminate)
    c.engine.write(tx => {
      const alarms = tx.alarms.in(alice.accountId)
      const { orderedBy: _, ...alarm } = alarms.must('busy')
      alarms.put(alarm)
    })
    await ring()
    assert.notEqual(state(), 'running')
  })
})

describe('conditions on alarms', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    carl = person(c, alice, 'carl')
  })
  afterEach(() => c.close())

  const onInstance = { Dimensions: [{ Name: 'InstanceId', Value: 'i-00000001' }] }

  it('may look at what they do, in whichever state', async () => {
    carl.may({
      Action: 'cloudwatch:PutMetricAlarm',
      Condition: { 'ForAllValues:StringLike': { 'cloudwatch:AlarmActions': ['arn:aws:autoscaling:*'] } },
    })
    await putAlarm(carl)
    for (const member of ['OKActions', 'AlarmActions', 'InsufficientDataActions'])
      await assert.rejects(putAlarm(carl, { ...onInstance, [member]: [terminate] }), denied)
    carl.may(
      { Action: 'cloudwatch:PutMetricAlarm' },
      {
        Effect: 'Deny',
        Action: 'cloudwatch:PutMetricAlarm',
        Condition: { 'ForAnyValue:StringLike': { 'cloudwatch:AlarmActions': ['arn:aws:automate:*'] } },
      },
    )
    await putAlarm(carl)
    await assert.rejects(putAlarm(carl, { ...onInstance, OKActions: [stop, terminate] }), denied)
  })

  it('may look at the tags that they have, and at those that they are to have', async () => {
    const arn = (name: string) => `arn:aws:cloudwatch::${alice.accountId}:alarm:${name}`
    const Tags = [{ Key: 'tier', Value: 'live' }]
    await putAlarm(alice, { Tags })
    await putAlarm(alice, { AlarmName: 'other' })
    const live = { StringEquals: { 'aws:ResourceTag/tier': 'live' } }
    carl.may({ Action: 'cloudwatch:*' }, { Effect: 'Deny', Action: 'cloudwatch:*', Condition: live })
    await putAlarm(carl, { AlarmName: 'other' })
    await assert.rejects(putAlarm(carl), denied)
    const rename = { TagKeys: ['tier'] }
    const client = carl.cloudwatch()
    await assert.rejects(
      client.send(new UntagResourceCommand({ ResourceARN: arn('busy'), ...rename })),
      denied,
    )
    const asked = { StringEquals: { 'aws:RequestTag/tier': 'live' } }
    carl.may({ Action: 'cloudwatch:*' }, { Effect: 'Deny', Action: 'cloudwatch:*', Condition: asked })
    await assert.rejects(putAlarm(carl, { AlarmName: 'new', Tags }), denied)
    await assert.rejects(client.send(new TagResourceCommand({ ResourceARN: arn('other'), Tags })), denied)
    await client.send(
      new TagResourceCommand({ ResourceARN: arn('other'), Tags: [{ Key: 'tier', Value: 'b' }] }),
    )
    const keys = { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['tier'] } }
    carl.may({ Action: 'cloudwatch:*' }, { Effect: 'Deny', Action: 'cloudwatch:*', Condition: keys })
    await assert.rejects(
      client.send(new UntagResourceCommand({ ResourceARN: arn('other'), ...rename })),
      denied,
    )
    await client.send(new UntagResourceCommand({ ResourceARN: arn('other'), TagKeys: ['none'] }))
  })

  it('cannot be led astray by keys like the cloud’s own', async () => {
    for (const Key of ['aws:tier', 'AWS:tier']) {
      const message = `The value ${Key} for parameter Tags.member.1.Key is invalid.`
      await assert.rejects(putAlarm(alice, { Tags: [{ Key, Value: 'live' }] }), { message })
    }
  })

  it('on tags hold for who makes an alarm with some: he needs leave for them as well', async () => {
    carl.may({ Action: 'cloudwatch:PutMetricAlarm' })
    const tagged = new PutMetricAlarmCommand({ ...orders, Tags: [{ Key: 'tier', Value: 'live' }] })
    await assert.rejects(carl.cloudwatch().send(tagged), denied)
    carl.may({ Action: ['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'] })
    await carl.cloudwatch().send(tagged)
  })
})
