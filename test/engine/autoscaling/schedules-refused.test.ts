// SPDX-License-Identifier: BSD-2-Clause
// Scheduled actions that cannot be.
import assert from 'node:assert/strict'
import {
  BatchPutScheduledUpdateGroupActionCommand,
  DescribeScheduledActionsCommand,
  PutScheduledUpdateGroupActionCommand,
  type PutScheduledUpdateGroupActionCommandInput,
} from '@aws-sdk/client-auto-scaling'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { haveGroup } from './group-record'

// The clock of a test begins at 12:13:16.
const today = (time: string): Date => new Date(`2014-02-16T${time}Z`)
const noon = today('13:00:00')

describe('scheduled actions', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveGroup(c, { minSize: 1, maxSize: 20, desired: 10 })
  })
  afterEach(() => c.close())

  type Rest = Partial<PutScheduledUpdateGroupActionCommandInput>
  const put = (ScheduledActionName: string, rest: Rest) =>
    c.autoscaling().send(
      new PutScheduledUpdateGroupActionCommand({
        AutoScalingGroupName: 'web',
        ScheduledActionName,
        ...rest,
      }),
    )
  const names = async () =>
    (await c.autoscaling().send(new DescribeScheduledActionsCommand({}))).ScheduledUpdateGroupActions?.map(
      ({ ScheduledActionName }) => ScheduledActionName,
    )
  const isWrong = (rest: Rest, message: string) => refused(put('a', rest), 'ValidationError', message)

  it('are refused with what cannot be', async () => {
    const once = { StartTime: noon }
    await isWrong({ ...once, MinSize: 1, AutoScalingGroupName: 'none' }, 'Auto scaling group not found: none')
    await isWrong(once, 'At least one of max size, min size, or desired capacity must be specified')
    await isWrong({ ...once, MinSize: -1 }, '-1 for parameter MinSize is invalid')
    await isWrong({ ...once, MaxSize: -1 }, '-1 for parameter MaxSize is invalid')
    await isWrong({ ...once, DesiredCapacity: -1 }, '-1 for parameter DesiredCapacity is invalid')
    await isWrong({ ...once, MinSize: 2, MaxSize: 1 }, 'Min size must be less than or equal to max size')
    await isWrong(
      { ...once, DesiredCapacity: 2, MaxSize: 1 },
      'Desired capacity must be less than or equal to max size',
    )
    await isWrong(
      { ...once, DesiredCapacity: 1, MinSize: 2 },
      'Desired capacity must be greater than or equal to min size',
    )
    await isWrong({ StartTime: today('12:13:15'), MinSize: 1 }, 'Given start time is in the past')
    await isWrong({ ...once, EndTime: today('12:13:15'), MinSize: 1 }, 'Given end time is in the past')
    await isWrong({ ...once, EndTime: noon, MinSize: 1 }, 'Given end time must be after start time')
    await isWrong(
      { MinSize: 1 },
      'Scheduled start time must be specified for non-recurrent future group action',
    )
    await isWrong(
      { ...once, MinSize: 1, ScheduledActionName: 'a:b' },
      'a:b for parameter ScheduledActionName is invalid',
    )
    for (const Recurrence of ['0 0 6 * * 1-5', '0 0 * *', '60 * * * *', '0 0 * * ?', '0 0 30 2 *', '@daily'])
      await isWrong({ Recurrence, MinSize: 1 }, `Given recurrence string: ${Recurrence} is invalid`)
    for (const TimeZone of ['Mars/Base', '+01:00', 'CEST'])
      await isWrong(
        { Recurrence: '0 0 * * *', TimeZone, MinSize: 1 },
        'Time zone specified does not conform to standardized time zones found in IANA Time Zone Database',
      )
    await put('other', { ...once, MinSize: 1 })
    await refused(
      put('a', { ...once, MinSize: 1 }),
      'AlreadyExistsFault',
      'Scheduled action with this scheduled start time already exists',
    )
    assert.deepEqual(await names(), ['other'])
  })

  it('a group has at most 125', async () => {
    for (let index = 0; index < 3; index++) {
      await c.autoscaling().send(
        new BatchPutScheduledUpdateGroupActionCommand({
          AutoScalingGroupName: 'web',
          ScheduledUpdateGroupActions: Array.from({ length: 50 }, (_, item) => ({
            ScheduledActionName: `n${index}-${item}`,
            Recurrence: '0 0 * * *',
            MinSize: 1,
          })),
        }),
      )
    }
    assert.equal((await names())?.length, 125)
    await refused(put('a', { Recurrence: '0 0 * * *', MinSize: 1 }), 'LimitExceededFault')
    await put('n0-0', { Recurrence: '0 1 * * *', MinSize: 1 })
  })
})
