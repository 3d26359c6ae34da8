// SPDX-License-Identifier: BSD-2-Clause
// Launch configurations and groups, made by requests.
import assert from 'node:assert/strict'
import {
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupType,
  CreateLaunchConfigurationCommand,
  type CreateLaunchConfigurationType,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling'
import type { Clients, Cloud, Services } from '../../support/cloud'
import { ext4Disk, registerTiny } from '../../support/tiny-image'

export type Who = Pick<Services, 'autoscaling'>

export const makeConfiguration = (
  who: Who,
  LaunchConfigurationName: string,
  ImageId: string,
  more: Partial<CreateLaunchConfigurationType> = {},
) =>
  who.autoscaling().send(
    new CreateLaunchConfigurationCommand({
      ...{ LaunchConfigurationName, ImageId, InstanceType: 'm1.small' },
      ...more,
    }),
  )

/** An image of somebody's, and the launch configuration `lc` that is of it. */
export const haveConfiguration = async (c: Cloud, who: Clients = c): Promise<string> => {
  const image = await registerTiny(c, { disk: ext4Disk('scaled') }, { VirtualizationType: 'hvm' }, who)
  await makeConfiguration(who, 'lc', image)
  return image
}

/** A group of `lc` that nothing runs in, if `more` does not say otherwise. */
export const makeGroup = (
  who: Who,
  AutoScalingGroupName: string,
  more: Partial<CreateAutoScalingGroupType> = {},
) =>
  who.autoscaling().send(
    new CreateAutoScalingGroupCommand({
      ...{ AutoScalingGroupName, LaunchConfigurationName: 'lc', MinSize: 0, MaxSize: 0 },
      AvailabilityZones: ['PARTI00'],
      ...more,
    }),
  )

/** The call is refused with this code, which the SDK may have given another name, and with this message when one is given. */
export const refused = async (call: Promise<unknown>, code: string, message?: string): Promise<void> => {
  await assert.rejects(call, (error: Error) => {
    assert.equal(error.name.replace(/(Fault|Exception)$/, ''), code, `${error.name}: ${error.message}`)
    if (message !== undefined) assert.equal(error.message, message)
    return true
  })
}

/** The group as it is described; undefined when there is none. */
export const groupOf = async (who: Who, name: string): Promise<AutoScalingGroup | undefined> => {
  const { AutoScalingGroups = [] } = await who
    .autoscaling()
    .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }))
  return AutoScalingGroups[0]
}
