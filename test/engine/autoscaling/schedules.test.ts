// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  BatchDeleteScheduledActionCommand,
  BatchPutScheduledUpdateGroupActionCommand,
  DeleteScheduledActionCommand,
  DescribeScheduledActionsCommand,
  type DescribeScheduledActionsCommandInput,
  PutScheduledUpdateGroupActionCommand,
  type PutScheduledUpdateGroupActionCommandInput,
  type ScheduledUpdateGroupActionRequest,
} from '@aws-sdk/client-auto-scaling'
import { forgetGroup } from '../../../src/engine/autoscaling/group-belongings'
import { groupKey } from '../../../src/engine/autoscaling/groups'
import { runScheduled } from '../../../src/engine/autoscaling/scheduling'
import { Engine } from '../../../src/engine/engine'
import type { Tx } from '../../../src/engine/operation'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { haveGroup, theGroup } from './group-record'

// The clock of a test begins at 12:13:16.
const today = (time: string): Date => new Date(`2014-02-16T${time}Z`)

describe('scheduled actions', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveGroup(c, { minSize: 1, maxSize: 20, desired: 10 })
  })
  afterEach(() => c.close())

  type Rest = Partial<PutScheduledUpdateGroupActionCommandInput>
  const put = (ScheduledActionName: string, rest: Rest, who: Clients = c) =>
    who.autoscaling().send(
      new PutScheduledUpdateGroupActionCommand({
        AutoScalingGroupName: 'web',
        ScheduledActionName,
        ...rest,
      }),
    )
  const describe = async (input: DescribeScheduledActionsCommandInput = {}, who: Clients = c) =>
    await who.autoscaling().send(new DescribeScheduledActionsCommand(input))
  const names = async (input: DescribeScheduledActionsCommandInput = {}, who: Clients = c) =>
    (await describe(input, who)).ScheduledUpdateGroupActions?.map(
      ({ ScheduledActionName }) => ScheduledActionName,
    )
  const sizes = () => {
    const { minSize, desired, maxSize } = theGroup(c)
    return [minSize, desired, maxSize]
  }
  const noon = today('13:00:00')

  it('are listed as they were given, with the time that comes next', async () => {
    await put('daily', {
      Recurrence: '0 8 * * *',
      TimeZone: 'Europe/Berlin',
      EndTime: new Date('2014-03-01T00:00:00Z'),
      MinSize: 1,
      MaxSize: 5,
      DesiredCapacity: 2,
    })
    const [action] = (await describe()).ScheduledUpdateGroupActions ?? []
    const { ScheduledActionARN, ...rest } = action ?? {}
    assert.match(
      ScheduledActionARN ?? '',
      /^arn:aws:autoscaling::\d{12}:scheduledUpdateGroupAction:[-0-9a-f]{36}:autoScalingGroupName\/web:scheduledActionName\/daily$/,
    )
    assert.deepEqual(rest, {
      AutoScalingGroupName: 'web',
      ScheduledActionName: 'daily',
      Time: new Date('2014-02-17T07:00:00Z'),
      StartTime: new Date('2014-02-17T07:00:00Z'),
      EndTime: new Date('2014-03-01T00:00:00Z'),
      Recurrence: '0 8 * * *',
      TimeZone: 'Europe/Berlin',
      MinSize: 1,
      MaxSize: 5,
      DesiredCapacity: 2,
    })
  })

  it('one that is put again is another, with the same ARN', async () => {
    await put('a', { StartTime: noon, MinSize: 2 })
    const arn = async () => (await describe()).ScheduledUpdateGroupActions?.[0]?.ScheduledActionARN
    const before = await arn()
    await put('a', { StartTime: today('14:00:00'), DesiredCapacity: 3 })
    assert.equal(await arn(), before)
    await c.pass(3000)
    assert.deepEqual(sizes(), [1, 10, 20])
    await c.pass(3600)
    assert.deepEqual(sizes(), [1, 3, 20])
  })

  it('are carried out once at their time, with the reason, and are over then', async () => {
    await put('a', { StartTime: noon, MinSize: 2, MaxSize: 5, DesiredCapacity: 4 })
    await c.pass(2803)
    assert.deepEqual(sizes(), [1, 10, 20])
    await c.pass(1)
    assert.deepEqual(sizes(), [2, 4, 5])
    assert.deepEqual(theGroup(c).causes, [
      'At 2014-02-16T13:00:00Z a scheduled action update of AutoScalingGroup constraints to min: 2, max: 5, ' +
        'desired: 4 changing the desired capacity from 10 to 4.',
    ])
    assert.deepEqual(await names(), [])
  })

  it('a desired capacity that is not given goes with the bounds', async () => {
    await put('down', { Time: noon, MaxSize: 5 })
    await put('up', { StartTime: today('14:00:00'), MinSize: 7, MaxSize: 9 })
    await put('bounds', { StartTime: today('15:00:00'), MaxSize: 30 })
    await c.pass(3600)
    assert.deepEqual(sizes(), [1, 5, 5])
    await c.pass(3600)
    assert.deepEqual(sizes(), [7, 7, 9])
    const { causes } = theGroup(c)
    await c.pass(3600)
    assert.deepEqual(sizes(), [7, 7, 30])
    assert.deepEqual(theGroup(c).causes, causes)
  })

  it('sizes that do not fit the group any more change nothing, and are written to the log', async () => {
    await put('a', { StartTime: noon, MinSize: 30 })
    await put('b', { StartTime: today('13:00:01'), DesiredCapacity: 0 })
    await c.pass(3600)
    assert.deepEqual(sizes(), [1, 10, 20])
    assert.deepEqual(await names(), [])
  })

  it('come again, from a first time to a last', async () => {
    await put('up', {
      StartTime: today('12:30:00'),
      Recurrence: '0 * * * *',
      EndTime: today('14:00:00'),
      DesiredCapacity: 12,
    })
    await put('down', { Recurrence: '45 * * * *', DesiredCapacity: 3 })
    const seen: number[] = []
    for (const seconds of [1004, 900, 900, 2700, 900, 2700]) {
      await c.pass(seconds)
      seen.push(theGroup(c).desired)
    }
    assert.deepEqual(seen, [12, 3, 12, 3, 12, 3])
    assert.deepEqual(await names(), ['down'])
    await c.pass(3600)
    assert.equal(theGroup(c).desired, 3)
  })

  it('after a jump of the clock each is carried out once, the latest last', async () => {
    // Their names are in another order than their times.
    await put('day', { Recurrence: '0 8 * * *', DesiredCapacity: 12 })
    await put('night', { Recurrence: '0 18 * * *', DesiredCapacity: 3 })
    c.clock.advance(4 * 86_400)
    await c.settle()
    assert.deepEqual(
      theGroup(c).causes.map(cause => cause.slice(0, 24) + cause.slice(-9)),
      ['At 2014-02-20T12:13:16Z 10 to 3.', 'At 2014-02-20T12:13:16Z 3 to 12.'].map(
        text => text.slice(0, 24) + text.slice(-9),
      ),
    )
    assert.equal(theGroup(c).desired, 12)
    c.clock.advance(86_400 - 4 * 3600 - 1)
    await c.settle()
    assert.equal(theGroup(c).desired, 12)
    await c.pass(3600 * 10)
    assert.equal(theGroup(c).desired, 3)
  })

  it('are left out, not put off, while ScheduledActions is suspended', async () => {
    const at = new Date(c.clock.now())
    const { suspensions } = theGroup(c)
    const held = { process: 'ScheduledActions', reason: 'Manual suspension', at } as const
    haveGroup(c, { suspensions: [...suspensions, held] })
    await put('once', { StartTime: noon, DesiredCapacity: 4 })
    await put('hourly', { Recurrence: '30 * * * *', DesiredCapacity: 5 })
    await c.pass(3600)
    assert.equal(theGroup(c).desired, 10)
    haveGroup(c)
    assert.deepEqual(await names(), ['hourly'])
    await c.pass(3600)
    assert.equal(theGroup(c).desired, 5)
  })

  it('go on in another process, and one that is begun again does nothing more', async () => {
    await put('up', { Recurrence: '0 * * * *', DesiredCapacity: 12 })
    const other = await Engine.open({ home: c.home, clock: c.clock })
    try {
      c.clock.advance(3600)
      await other.drain()
      const after = theGroup(c)
      assert.equal(after.desired, 12)
      const context = { clock: c.clock, transact: async <T>(work: (tx: Tx) => T) => c.engine.write(work) }
      await runScheduled(context, groupKey(after))
      assert.deepEqual(theGroup(c), after)
      await c.engine.drain()
      assert.deepEqual(theGroup(c), after)
    } finally {
      await other.close()
    }
    haveGroup(c)
    await c.pass(3600)
    assert.equal(theGroup(c).desired, 12)
  })

  it('of one moment are planned together once they have come', async () => {
    for (const size of [1, 2, 3, 4])
      await put(`size ${size}`, { Recurrence: '* * * * *', MaxSize: 20 + size })
    await c.pass(120)
    assert.deepEqual(sizes(), [1, 10, 24])
    const planned = c.engine.read(tx =>
      [...tx.due.scan()].filter(({ task }) => task === 'autoscaling.schedule'),
    )
    assert.equal(planned.length, 1)
  })

  it('one that is put again as it was is planned once', async () => {
    for (let round = 0; round < 3; round++) await put('up', { Recurrence: '0 * * * *', DesiredCapacity: 12 })
    const planned = c.engine.read(tx =>
      [...tx.due.scan()].filter(({ task }) => task === 'autoscaling.schedule'),
    )
    assert.equal(planned.length, 1)
    await c.pass(3600)
    assert.equal(theGroup(c).desired, 12)
  })

  it('go with their group', async () => {
    await put('a', { StartTime: noon, DesiredCapacity: 4 })
    c.engine.write(tx => {
      forgetGroup(tx, theGroup(c))
      tx.scalingGroups.in(c.accountId).delete('web')
    })
    haveGroup(c)
    assert.deepEqual(await names(), [])
    await c.pass(3600)
    assert.equal(theGroup(c).desired, 10)
  })

  it('are listed by group, name, ARN and time, page by page', async () => {
    haveGroup(c, { name: 'db', id: '22222222-2222-4222-8222-222222222222' })
    await put('a', { StartTime: noon, MinSize: 1 })
    await put('b', { StartTime: today('14:00:00'), MinSize: 1 })
    await put('a', { StartTime: noon, MinSize: 1, AutoScalingGroupName: 'db' })
    assert.deepEqual(await names(), ['a', 'a', 'b'])
    assert.deepEqual(await names({ AutoScalingGroupName: 'web' }), ['a', 'b'])
    assert.deepEqual(await names({ AutoScalingGroupName: 'none' }), [])
    assert.deepEqual(await names({ StartTime: today('13:00:01') }), ['b'])
    assert.deepEqual(await names({ EndTime: noon }), ['a', 'a'])
    // As AWS documents, times are passed over where names are given.
    assert.deepEqual(await names({ ScheduledActionNames: ['b'], EndTime: noon }), ['b'])
    const [{ ScheduledActionARN = '' } = {}] = (await describe()).ScheduledUpdateGroupActions ?? []
    assert.deepEqual(await names({ ScheduledActionNames: [ScheduledActionARN] }), ['a'])
    const first = await describe({ MaxRecords: 2 })
    assert.deepEqual(await names({ MaxRecords: 2, NextToken: first.NextToken }), ['b'])
    await refused(describe({ NextToken: 'x' }), 'InvalidNextToken')
    const alice = await c.account('alice')
    assert.deepEqual(await names({}, alice), [])
    haveGroup(c, { name: 'hers', account: alice.accountId })
    await put('h', { StartTime: noon, MinSize: 1, AutoScalingGroupName: 'hers' }, alice)
    const verbose = { ScheduledActionNames: ['verbose'] }
    assert.deepEqual((await names(verbose))?.toSorted(), ['a', 'a', 'b', 'h'])
    // Who is none is shown his own.
    assert.deepEqual(await names(verbose, alice), ['h'])
  })

  it('are deleted by name', async () => {
    const remove = (ScheduledActionName: string, AutoScalingGroupName = 'web') =>
      c.autoscaling().send(new DeleteScheduledActionCommand({ ScheduledActionName, AutoScalingGroupName }))
    await put('a', { StartTime: noon, DesiredCapacity: 4 })
    await refused(remove('b'), 'ValidationError', 'Scheduled action name not found')
    await refused(remove('a', 'none'), 'ValidationError', 'Auto scaling group not found: none')
    await remove('a')
    await refused(remove('a'), 'ValidationError', 'Scheduled action name not found')
    await c.pass(3600)
    assert.equal(theGroup(c).desired, 10)
  })

  it('several are put and deleted at once, each for itself', async () => {
    const putAll = async (ScheduledUpdateGroupActions: ScheduledUpdateGroupActionRequest[]) => {
      const input = { AutoScalingGroupName: 'web', ScheduledUpdateGroupActions }
      return await c.autoscaling().send(new BatchPutScheduledUpdateGroupActionCommand(input))
    }
    const removeAll = async (ScheduledActionNames: string[]) => {
      const input = { AutoScalingGroupName: 'web', ScheduledActionNames }
      return await c.autoscaling().send(new BatchDeleteScheduledActionCommand(input))
    }
    const { FailedScheduledUpdateGroupActions } = await putAll([
      { ScheduledActionName: 'a', StartTime: noon, MinSize: 1 },
      { ScheduledActionName: 'b', StartTime: noon, MinSize: 1 },
      { ScheduledActionName: 'c', Recurrence: 'daily', MinSize: 1 },
      { ScheduledActionName: 'd', Recurrence: '0 0 * * *', MinSize: 1 },
    ])
    assert.deepEqual(FailedScheduledUpdateGroupActions, [
      {
        ScheduledActionName: 'b',
        ErrorCode: 'AlreadyExists',
        ErrorMessage: 'Scheduled action with this scheduled start time already exists',
      },
      {
        ScheduledActionName: 'c',
        ErrorCode: 'ValidationError',
        ErrorMessage: 'Given recurrence string: daily is invalid',
      },
    ])
    assert.deepEqual(await names(), ['a', 'd'])
    const { FailedScheduledActions } = await removeAll(['a', 'b'])
    assert.deepEqual(FailedScheduledActions, [
      {
        ScheduledActionName: 'b',
        ErrorCode: 'ValidationError',
        ErrorMessage: 'Scheduled action name not found',
      },
    ])
    assert.deepEqual(await names(), ['d'])
    const many = Array.from({ length: 51 }, (_, index) => `n${index}`)
    await refused(removeAll(many), 'ValidationError', /less than or equal to 50$/)
    await refused(
      putAll(many.map(ScheduledActionName => ({ ScheduledActionName, Recurrence: '0 0 * * *', MinSize: 1 }))),
      'ValidationError',
      /less than or equal to 50$/,
    )
  })
})
