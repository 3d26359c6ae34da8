// SPDX-License-Identifier: BSD-2-Clause
// What alarms do: groups change their size, instances are stopped or ended.
import assert from 'node:assert/strict'
import {
  DeletePolicyCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyType,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling'
import {
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { runCalledActions } from '../../../src/engine/cloudwatch/alarm-actions'
import { Engine } from '../../../src/engine/engine'
import type { ChoreContext } from '../../../src/engine/operation'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { groupOf, haveConfiguration, makeGroup } from '../autoscaling/made'
import { haveRootSnapshot, machines, registerEbs } from '../ec2/ebs-machine'
import { alarmOf, historyOf, policyArn, putAlarm, putValue, summariesOf } from './alarm'

describe('actions of alarms', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const desired = async (who: Clients = c) => (await groupOf(who, 'web'))?.DesiredCapacity
  const set = (StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', AlarmName = 'busy', who: Clients = c) =>
    who.cloudwatch().send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a test' }))
  const actions = (AlarmName = 'busy') => summariesOf(c, { AlarmName, HistoryItemType: 'Action' })
  const policy = async (
    PolicyName: string,
    ScalingAdjustment: number,
    who: Clients = c,
    more: Partial<PutScalingPolicyType> = {},
  ) => {
    const { PolicyARN = '' } = await who.autoscaling().send(
      new PutScalingPolicyCommand({
        ...{ AutoScalingGroupName: 'web', PolicyName, AdjustmentType: 'ChangeInCapacity', Cooldown: 0 },
        ...{ ScalingAdjustment, ...more },
      }),
    )
    return PolicyARN
  }
  const haveGroup = async (who: Clients = c) => {
    await haveConfiguration(c, who)
    await makeGroup(who, 'web', { MaxSize: 5 })
  }

  it('run scaling policies when the state changes, and each period while it lasts', async () => {
    await haveGroup()
    const out = await policy('out', 1)
    const back = await policy('in', -1)
    await putAlarm(c, { Period: 120, AlarmActions: [out], OKActions: [back] })
    await putValue(c, 80)
    await c.pass(44)
    assert.equal((await alarmOf(c)).StateValue, 'ALARM')
    assert.equal(await desired(), 1)
    // Half a period later, nothing.
    await c.pass(60)
    assert.equal(await desired(), 1)
    await putValue(c, 80)
    await c.pass(60)
    assert.equal(await desired(), 2)
    assert.deepEqual(await actions(), [
      ` Successfully executed action ${out}`,
      ` Successfully executed action ${out}`,
    ])
    await putValue(c, 1)
    await putValue(c, 1)
    await c.pass(60)
    assert.equal((await alarmOf(c)).StateValue, 'OK')
    assert.equal(await desired(), 1)
    const [{ HistoryData = '', HistoryItemType } = {}] = await historyOf(c)
    assert.equal(HistoryItemType, 'Action')
    assert.deepEqual(JSON.parse(HistoryData), {
      ...{ version: '1.0', actionState: 'Succeeded', notificationResource: back },
      stateUpdateTimestamp: (await alarmOf(c)).StateUpdatedTimestamp?.toISOString().replace('Z', '+0000'),
    })
  })

  it('tell policies with steps how far from the threshold the value was', async () => {
    await haveGroup()
    const steps = await policy('steps', 0, c, {
      ...{ PolicyType: 'StepScaling', ScalingAdjustment: undefined, Cooldown: undefined },
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 20, ScalingAdjustment: 3 },
      ],
    })
    await putAlarm(c, { AlarmActions: [steps] })
    await putValue(c, 75)
    await c.pass(60)
    assert.equal(await desired(), 3)
    await set('OK')
    await set('ALARM')
    await c.settle()
    // Nobody saw a value, so that there is no step.
    assert.equal((await actions())[0], ` Failed to execute action ${steps}`)
  })

  it('are run when somebody sets the state, which the next look may see otherwise', async () => {
    await haveGroup()
    const out = await policy('out', 1)
    await putAlarm(c, { AlarmActions: [out], InsufficientDataActions: [out] })
    await set('ALARM')
    await c.settle()
    assert.equal(await desired(), 1)
    await set('ALARM')
    await c.settle()
    assert.equal(await desired(), 1)
    await c.pass(60)
    assert.equal((await alarmOf(c)).StateValue, 'INSUFFICIENT_DATA')
    assert.equal(await desired(), 2)
  })

  it('are not run while they are switched off', async () => {
    await haveGroup()
    const out = await policy('out', 1)
    await putAlarm(c, { AlarmActions: [out], ActionsEnabled: false })
    await set('ALARM')
    await c.settle()
    assert.deepEqual([await desired(), await actions()], [0, []])
    await c.cloudwatch().send(new EnableAlarmActionsCommand({ AlarmNames: ['busy'] }))
    await set('OK')
    await set('ALARM')
    await c.cloudwatch().send(new DisableAlarmActionsCommand({ AlarmNames: ['busy'] }))
    await c.settle()
    assert.equal(await desired(), 1, 'what was called for while they were on is done')
  })

  it('that fail are told in history, and stop nothing else', async () => {
    await haveGroup()
    const out = await policy('out', 1)
    const slow = await policy('slow', 1, c, { Cooldown: 600 })
    const gone = await policy('gone', 1)
    await c.autoscaling().send(new DeletePolicyCommand({ PolicyName: gone }))
    const terminate = 'arn:aws:automate:eucalyptus:ec2:terminate'
    await putAlarm(c, {
      Dimensions: [{ Name: 'InstanceId', Value: 'i-00000001' }],
      AlarmActions: [terminate, gone, policyArn('123456789012'), slow, out],
    })
    await putAlarm(c, { AlarmName: 'other', AlarmActions: [out] })
    await set('ALARM')
    await c.settle()
    const errors = async (name = 'busy') =>
      (await historyOf(c, { AlarmName: name, HistoryItemType: 'Action', ScanBy: 'TimestampAscending' })).map(
        ({ HistoryData = '' }) => JSON.parse(HistoryData).error,
      )
    const [first, ...rest] = await errors()
    assert.equal(first, "The instance ID 'i-00000001' does not exist")
    assert.equal(rest.length, 4)
    assert.ok(rest[0] && rest[1], 'a policy that is gone, and one of another account')
    assert.equal(rest[2], undefined)
    assert.equal(rest[3], 'Group is in cooldown')
    assert.equal(await desired(), 1)
    await c
      .autoscaling()
      .send(
        new SuspendProcessesCommand({ AutoScalingGroupName: 'web', ScalingProcesses: ['AlarmNotification'] }),
      )
    await c.pass(3600)
    await set('ALARM', 'other')
    await c.settle()
    assert.equal((await errors('other'))[0], 'The policy was not carried out')
  })

  it('that are bugs are told, and stand in nothing else', async () => {
    await haveGroup()
    const broken = await policy('broken', 1)
    const out = await policy('out', 1)
    c.engine.write(tx => {
      const policies = tx.scalingPolicies.in(c.accountId)
      const record = policies.get('web', 'broken') ?? assert.fail('no policy')
      policies.put({ ...record, adjustmentType: 'Nonsense' as 'ExactCapacity' })
    })
    const bugs: unknown[] = []
    const other = await Engine.open({ home: c.home, clock: c.clock, onBug: bug => bugs.push(bug) })
    try {
      await putAlarm(c, { AlarmActions: [broken, out] })
      await set('ALARM')
      await other.drain()
      c.clock.advance(60)
      await other.drain()
    } finally {
      await other.close()
    }
    assert.equal(bugs.length, 1)
    assert.equal(await desired(), 1)
    assert.deepEqual((await actions()).sort(), [
      ` Failed to execute action ${broken}`,
      ` Successfully executed action ${out}`,
    ])
  })

  it('stop and end instances once, and only those that can be', async () => {
    const m = machines(c)
    const image = await registerEbs(c, await haveRootSnapshot(c))
    const [stopped = ''] = await m.run(image)
    const [ended = ''] = await m.run(image)
    await c.pass(10)
    const of = (Value: string) => [{ Name: 'InstanceId', Value }]
    await putAlarm(c, {
      ...{ AlarmName: 'stops', Dimensions: of(stopped), MetricName: 'CPUUtilization', Namespace: 'AWS/EC2' },
      OKActions: ['arn:aws:automate:eucalyptus:ec2:stop'],
    })
    await putAlarm(c, {
      ...{ AlarmName: 'ends', Dimensions: of(ended), MetricName: 'CPUUtilization', Namespace: 'AWS/EC2' },
      AlarmActions: ['arn:aws:automate:us-east-1:ec2:terminate'],
    })
    await set('OK', 'stops')
    await set('ALARM', 'ends')
    await c.settle()
    await c.pass(60)
    assert.equal((await m.instance(stopped)).State?.Name, 'stopped')
    assert.equal((await m.instance(ended)).State?.Name, 'terminated')
    await c.pass(600)
    assert.deepEqual(await actions('stops'), [
      ' Successfully executed action arn:aws:automate:eucalyptus:ec2:stop',
    ])
    assert.deepEqual(await actions('ends'), [
      ' Successfully executed action arn:aws:automate:us-east-1:ec2:terminate',
    ])
  })

  it("are done for the administrator of the alarm's account, within what it may", async () => {
    const alice = await c.account('alice')
    await haveGroup()
    await haveGroup(alice)
    const [mine, hers] = [await policy('out', 1), await policy('out', 1, alice)]
    await putAlarm(alice, { AlarmActions: [mine, hers] })
    await set('ALARM', 'busy', alice)
    await c.settle()
    assert.deepEqual([await desired(), await desired(alice)], [0, 1])
    // A policy on the account binds its administrator.
    const document = JSON.stringify({
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'autoscaling:ExecutePolicy', Resource: '*' },
      ],
    })
    c.engine.write(tx =>
      tx.heldPolicies.in(alice.accountId).put({
        ...{ account: alice.accountId, holder: 'account', attached: [] },
        inline: [{ name: 'none', document }],
      }),
    )
    await set('OK', 'busy', alice)
    await set('ALARM', 'busy', alice)
    await c.settle()
    assert.equal(await desired(alice), 1)
    const [{ HistoryData = '' } = {}] = await historyOf(alice, { HistoryItemType: 'Action' })
    assert.match(JSON.parse(HistoryData).error, /not authorized/i)
  })

  it('are carried out once, whoever else is at it and whoever dies', async () => {
    await haveGroup()
    const out = await policy('out', 1)
    const names = ['a', 'b', 'c']
    for (const AlarmName of names) await putAlarm(c, { AlarmName, AlarmActions: [out] })
    const whole: ChoreContext = { clock: c.clock, transact: async work => c.engine.write(work) }
    for (const end of ['another', 'dies'] as const) {
      for (let moment = 0; moment < 7; moment += 1) {
        c.engine.write(tx => {
          const alarms = tx.alarms.in(c.accountId)
          for (const name of names)
            tx.calledActions.in(c.accountId).put({
              ...{ account: c.accountId, alarmName: name, arn: out, threshold: 50 },
              ...{ sequence: 1000 + names.indexOf(name), stateUpdatedAt: alarms.must(name).stateUpdatedAt },
            })
        })
        const before = (await summariesOf(c, { HistoryItemType: 'Action', MaxRecords: 100 })).length
        let count = 0
        const disturbed: ChoreContext = {
          clock: c.clock,
          transact: async work => {
            if (count++ === moment && end === 'another') await runCalledActions(whole, c.accountId)
            if (count > moment && end === 'dies') throw new Error('killed')
            return c.engine.write(work)
          },
        }
        try {
          await runCalledActions(disturbed, c.accountId)
        } catch (error) {
          assert.match(String(error), /killed/)
          await runCalledActions(whole, c.accountId)
        }
        const after = (await summariesOf(c, { HistoryItemType: 'Action', MaxRecords: 100 })).length
        assert.equal(after - before, 3, `${end} ${moment}`)
      }
    }
  })
})
