// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { SetInstanceProtectionCommand } from '@aws-sdk/client-auto-scaling'
import { chooseLeaving, chooseOne } from '../../../src/engine/autoscaling/choosing'
import type { ScalingInstance } from '../../../src/engine/autoscaling/schema/groups'
import type { Cloud } from '../../support/cloud'
import { converge, elapse, haveGroup, memberIds, scalingCloud, update } from './machines'

const now = new Date('2014-02-16T12:00:00Z')

/** An instance that came into its group so many minutes ago. */
const member = (id: string, minutes: number, more: Partial<ScalingInstance> = {}): ScalingInstance => ({
  ...{ id, account: '000000000001', groupId: 'g', groupName: 'web', zone: 'PARTI00' },
  ...{ instanceType: 'm1.small', launchConfigurationName: 'new', lifecycle: 'InService', health: 'Healthy' },
  ...{ isProtected: false, joinedAt: new Date(now.getTime() - minutes * 60_000), ...more },
})

describe('termination policies', () => {
  const old = { launchConfigurationName: 'old' }
  const group = [
    member('i-a', 200, old),
    member('i-b', 170, old),
    member('i-c', 130),
    member('i-d', 59),
    member('i-e', 5),
  ]
  const chosen = (policies: string[], from = group) => chooseOne(from, policies, now)?.id

  it('choose the oldest or the newest', () => {
    assert.equal(chosen(['OldestInstance']), 'i-a')
    assert.equal(chosen(['NewestInstance']), 'i-e')
  })

  it('choose the one that is closest to its next hour', () => {
    assert.equal(chosen(['ClosestToNextInstanceHour']), 'i-d')
  })

  it('choose by default of the oldest launch configuration, and of that what is closest to its next hour', () => {
    assert.equal(chosen(['Default']), 'i-b')
    assert.equal(chosen([]), 'i-b')
    assert.equal(chosen(['OldestLaunchConfiguration']), 'i-b')
  })

  it('go on with what the ones before have left', () => {
    assert.equal(chosen(['OldestLaunchConfiguration', 'NewestInstance']), 'i-b')
    assert.equal(chosen(['OldestLaunchConfiguration', 'OldestInstance']), 'i-a')
    assert.equal(chosen(['NewestInstance', 'OldestInstance']), 'i-e')
    const twins = [member('i-y', 30), member('i-x', 30), member('i-z', 10, old)]
    assert.equal(chosen(['OldestInstance'], twins), 'i-x')
  })

  it('choose nothing of nothing, and know no other words', () => {
    assert.equal(chosen(['OldestInstance'], []), undefined)
    assert.equal(chosen(['Whatever', 'NewestInstance']), 'i-e')
  })

  const leaving = (members: ScalingInstance[], count: number, zones = ['PARTI00', 'PARTI01']) =>
    chooseLeaving(members, count, {
      policies: ['OldestInstance'],
      isValid: zone => zones.includes(zone),
      now,
    }).map(({ id }) => id)

  it('are asked in the zone with most instances, one after the other', () => {
    const other = { zone: 'PARTI01' }
    const members = [member('i-a', 9), member('i-b', 8), member('i-c', 7), member('i-d', 99, other)]
    assert.deepEqual(leaving(members, 2), ['i-a', 'i-b'])
    assert.deepEqual(leaving(members, 3), ['i-a', 'i-b', 'i-c'])
    assert.deepEqual(leaving(members, 9), ['i-a', 'i-b', 'i-c', 'i-d'])
  })

  it('are asked first in zones that are not the group’s', () => {
    const members = [member('i-a', 9), member('i-b', 8), member('i-c', 1, { zone: 'PARTI01' })]
    assert.deepEqual(leaving(members, 2, ['PARTI00']), ['i-c', 'i-a'])
  })

  it('never see what is protected', () => {
    const members = [member('i-a', 9, { isProtected: true }), member('i-b', 8)]
    assert.deepEqual(leaving(members, 2), ['i-b'])
  })
})

describe('groups that shrink', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await scalingCloud()
  })
  afterEach(() => c.close())

  /** Instances that come one after the other. */
  const grow = async (more: object = {}) => {
    await haveGroup(c, { MinSize: 1, ...more })
    for (const DesiredCapacity of [1, 2, 3]) {
      await update(c, { DesiredCapacity })
      await converge(c)
      await elapse(c, 60)
    }
    return memberIds(c)
  }

  it('follow the policies of the group', async () => {
    const [first, , third] = await grow({ TerminationPolicies: ['NewestInstance'] })
    await update(c, { DesiredCapacity: 2 })
    await converge(c)
    assert.ok(!(await memberIds(c)).includes(third ?? ''))
    await update(c, { DesiredCapacity: 1, TerminationPolicies: ['OldestInstance'] })
    await converge(c)
    assert.ok(!(await memberIds(c)).includes(first ?? ''))
  })

  it('leave protected instances alone, even if there are too many then', async () => {
    const [first = '', second = '', third = ''] = await grow({ TerminationPolicies: ['OldestInstance'] })
    const protect = (InstanceIds: string[], ProtectedFromScaleIn: boolean) =>
      c.autoscaling().send(
        new SetInstanceProtectionCommand({
          ...{ AutoScalingGroupName: 'web', InstanceIds, ProtectedFromScaleIn },
        }),
      )
    await protect([first, second], true)
    await update(c, { DesiredCapacity: 1 })
    await converge(c)
    assert.deepEqual(await memberIds(c), [first, second])
    assert.ok(!(await memberIds(c)).includes(third))
    await protect([first], false)
    await converge(c)
    assert.deepEqual(await memberIds(c), [second])
  })
})
