// SPDX-License-Identifier: BSD-2-Clause
// AWS::AutoScaling::LaunchConfiguration, which never changes: another one takes its place.
import { boolean, integer, listOf, objectOf, required, resourceType, text, texts } from './kinds'
import { mustBeGone } from './removal'
import { services } from './services'

const device = objectOf({
  DeviceName: required(text),
  Ebs: objectOf({
    DeleteOnTermination: boolean,
    Encrypted: boolean,
    Iops: integer,
    SnapshotId: text,
    Throughput: integer,
    VolumeSize: integer,
    VolumeType: text,
  }),
  NoDevice: boolean,
  VirtualName: text,
})

export const launchConfiguration = resourceType({
  name: 'AWS::AutoScaling::LaunchConfiguration',
  properties: {
    AssociatePublicIpAddress: boolean,
    BlockDeviceMappings: listOf(device),
    ClassicLinkVPCId: text,
    ClassicLinkVPCSecurityGroups: texts,
    EbsOptimized: boolean,
    IamInstanceProfile: text,
    ImageId: required(text),
    InstanceId: text,
    InstanceMonitoring: boolean,
    InstanceType: required(text),
    KernelId: text,
    KeyName: text,
    LaunchConfigurationName: text,
    PlacementTenancy: text,
    RamDiskId: text,
    SecurityGroups: texts,
    SpotPrice: text,
    UserData: text,
  },
  attributes: [],
  create: (work, properties) => {
    const { RamDiskId: RamdiskId, InstanceMonitoring: Enabled, ...others } = properties
    const name = properties.LaunchConfigurationName ?? work.newName(255)
    work.call(services.autoscaling, 'CreateLaunchConfiguration', {
      ...others,
      LaunchConfigurationName: name,
      RamdiskId,
      InstanceMonitoring: Enabled === undefined ? undefined : { Enabled },
    })
    return { physicalId: name, ref: name, attributes: {} }
  },
  remove: (work, { physicalId }) => {
    work.call(services.autoscaling, 'DeleteLaunchConfiguration', { LaunchConfigurationName: physicalId })
    const left = work.tx.launchConfigurations.in(work.stack.account).get(physicalId)
    return mustBeGone(`the launch configuration ${physicalId}`, left !== undefined)
  },
})
