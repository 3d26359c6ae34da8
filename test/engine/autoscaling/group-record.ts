// SPDX-License-Identifier: BSD-2-Clause
// A group put on record, with the loop held back: for what changes a group and leaves the rest to the loop.
import type { ScalingGroup, ScalingInstance } from '../../../src/engine/autoscaling/schema/groups'
import type { Cloud } from '../../support/cloud'

export const haveGroup = (c: Cloud, given: Partial<ScalingGroup> = {}): ScalingGroup => {
  const now = new Date(c.clock.now())
  const held = (['Launch', 'Terminate', 'HealthCheck'] as const).map(process => ({
    process,
    reason: 'Administrative suspension' as const,
    at: now,
  }))
  const group: ScalingGroup = {
    account: c.accountId,
    name: 'web',
    id: '11111111-1111-4111-8111-111111111111',
    createdAt: now,
    launchConfigurationName: 'small',
    minSize: 0,
    maxSize: 100,
    desired: 10,
    cooldownSeconds: 300,
    graceSeconds: 0,
    healthCheckType: 'EC2',
    zones: ['PARTI00'],
    loadBalancerNames: [],
    terminationPolicies: ['Default'],
    protectsNew: false,
    tags: [],
    suspensions: held,
    metrics: [],
    notifications: [],
    causes: [],
    ...given,
  }
  return c.engine.write(tx => tx.scalingGroups.in(group.account).put(group))
}

export const theGroup = (c: Cloud, name = 'web', account = c.accountId): ScalingGroup =>
  c.engine.read(tx => tx.scalingGroups.in(account).must(name))

/** Change a group as the loop would. */
export const changeGroup = (c: Cloud, change: (group: ScalingGroup) => ScalingGroup): ScalingGroup =>
  c.engine.write(tx => tx.scalingGroups.in(c.accountId).put(change(theGroup(c))))

export const haveMember = (c: Cloud, id: string, given: Partial<ScalingInstance> = {}): ScalingInstance =>
  c.engine.write(tx =>
    tx.scalingInstances.put({
      id,
      account: c.accountId,
      groupId: theGroup(c).id,
      groupName: 'web',
      zone: 'PARTI00',
      instanceType: 'm1.small',
      launchConfigurationName: 'small',
      lifecycle: 'InService',
      health: 'Healthy',
      isProtected: false,
      joinedAt: new Date(c.clock.now()),
      inServiceAt: new Date(c.clock.now()),
      ...given,
    }),
  )
