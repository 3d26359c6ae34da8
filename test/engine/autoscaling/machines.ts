// SPDX-License-Identifier: BSD-2-Clause
// Groups for tests of the loop. The node is played by the test: instances run, or fail to, when it says so, and no disk is
// made for any. So a thousand instances cost what their records cost.
import {
  type Activity,
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { failInstance, started } from '../../../src/engine/ec2/instance-life'
import type { Image } from '../../../src/engine/ec2/schema/images'
import type { Instance } from '../../../src/engine/ec2/schema/instances'
import type { Engine } from '../../../src/engine/engine'
import { type Clients, type Cloud, cloud } from '../../support/cloud'

export const imageId = 'emi-11111111'

/** A cloud with an image, and a launch configuration `config` of it. */
export const scalingCloud = async (): Promise<Cloud> => {
  const c = await cloud()
  haveImage(c)
  await haveConfiguration(c)
  return c
}

/** A machine image that boots by itself, as a record alone. */
export const haveImage = (
  c: Pick<Cloud, 'engine' | 'accountId'>,
  account = c.accountId,
  id = imageId,
): void => {
  const image: Image = {
    ...{ id, account, name: 'tiny', location: 'images/tiny.manifest.xml', kind: 'machine' },
    ...{ architecture: 'x86_64', platform: 'linux', virtualizationType: 'hvm', rootDeviceName: '/dev/sda' },
    ...{ format: 'fulldisk', mappings: [], state: 'available', isPublic: true, launchAccounts: [] },
    ...{ productCodes: [], bytes: 1024, bundledBytes: 1024, createdAt: new Date(0) },
  }
  c.engine.write(tx => tx.images.put(image))
}

export const haveConfiguration = async (c: Clients, name = 'config', more: object = {}): Promise<void> => {
  const input = { LaunchConfigurationName: name, ImageId: imageId, InstanceType: 'm1.small', ...more }
  await c.autoscaling().send(new CreateLaunchConfigurationCommand(input))
}

/** A group `web` in the zone PARTI00, whose size may be anything up to 1,000. */
export const haveGroup = async (c: Clients, more: object = {}): Promise<void> => {
  const input = {
    ...{ AutoScalingGroupName: 'web', LaunchConfigurationName: 'config', MinSize: 0, MaxSize: 1000 },
    ...{ AvailabilityZones: ['PARTI00'], ...more },
  }
  await c.autoscaling().send(new CreateAutoScalingGroupCommand(input))
}

export const update = (c: Clients, more: object, name = 'web') =>
  c.autoscaling().send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, ...more }))

export const groupNow = async (c: Clients, name = 'web'): Promise<AutoScalingGroup> => {
  const input = { AutoScalingGroupNames: [name] }
  const { AutoScalingGroups = [] } = await c.autoscaling().send(new DescribeAutoScalingGroupsCommand(input))
  const [group] = AutoScalingGroups
  if (!group) throw new Error(`no group ${name}`)
  return group
}

/** The sizes of a group that may have none, and should have so many. */
export const sizes = (desired: number) => ({ MinSize: 0, DesiredCapacity: desired })

/** The ids of its instances, oldest first. */
export const memberIds = async (c: Clients, name = 'web'): Promise<string[]> =>
  ((await groupNow(c, name)).Instances ?? []).map(({ InstanceId = '' }) => InstanceId)

export const suspend = (c: Clients, ...ScalingProcesses: string[]) =>
  c.autoscaling().send(new SuspendProcessesCommand({ AutoScalingGroupName: 'web', ScalingProcesses }))

export const resume = (c: Clients, ...ScalingProcesses: string[]) =>
  c.autoscaling().send(new ResumeProcessesCommand({ AutoScalingGroupName: 'web', ScalingProcesses }))

/** Oldest first, which is how people tell it. */
export const activitiesOf = async (c: Clients, name = 'web'): Promise<readonly Activity[]> => {
  const input = { AutoScalingGroupName: name }
  const { Activities = [] } = await c.autoscaling().send(new DescribeScalingActivitiesCommand(input))
  return Activities.reverse()
}

export const liveInstances = (engine: Engine): readonly Instance[] =>
  engine.read(tx => tx.instances.list().filter(({ state }) => state === 'pending' || state === 'running'))

/** The node has made the disks of all that are pending: they are reported as running after its next report. */
export const boot = (engine: Engine, ids?: readonly string[]): void =>
  engine.write(tx => {
    for (const instance of tx.instances.list()) {
      if (instance.state === 'pending' && (ids?.includes(instance.id) ?? true)) started(tx, instance, '')
    }
  })

export const fail = (engine: Engine, id: string, cause = 'No room on the disk'): void =>
  engine.write(tx => failInstance(tx, id, cause))

/** Time passes, in which what falls due is done; nobody makes disks. */
export const elapse = async (c: Cloud, seconds: number): Promise<void> => {
  const end = c.clock.now() + seconds * 1000
  await c.engine.drain()
  for (;;) {
    const next = c.engine.read(tx => tx.due.first()?.at)
    if (next === undefined || next > end) break
    c.clock.advance(Math.max(0, next - c.clock.now()) / 1000)
    await c.engine.drain()
  }
  c.clock.advance((end - c.clock.now()) / 1000)
  await c.engine.drain()
}

/** The group does what is to be done now, and what it launches runs. */
export const converge = async (c: Cloud, rounds = 3): Promise<void> => {
  for (let round = 0; round < rounds; round++) {
    await c.engine.drain()
    boot(c.engine)
    await elapse(c, 10)
  }
}

/** Enough of everything in both zones. */
export const haveRoom = (c: Pick<Cloud, 'engine'>): void =>
  c.engine.write(tx => {
    for (const name of ['PARTI00', 'PARTI01']) {
      tx.zones.put({ name, cpus: 10_000, memoryMib: 10_000_000, diskGib: 1_000_000 })
    }
  })
