// SPDX-License-Identifier: BSD-2-Clause
// Groups and launch configurations as the wire has them.
import type {
  AutoScalingGroup,
  BlockDeviceMapping,
  Instance,
  LaunchConfiguration as LaunchConfigurationInfo,
  TagDescription,
} from '@aws-sdk/client-auto-scaling'
import type { Tx } from '../operation'
import { configurationArn, groupArn } from './arns'
import { byAge } from './groups'
import type {
  BlockDevice,
  GroupTag,
  LaunchConfiguration,
  ScalingGroup,
  ScalingInstance,
} from './schema/groups'
import { granularities } from './validation'

/** The instances of every group, oldest first. Take it once for a list of groups. */
export const memberIndex = (tx: Tx): ((group: Pick<ScalingGroup, 'id'>) => readonly ScalingInstance[]) => {
  const index = new Map<string, ScalingInstance[]>()
  for (const member of tx.scalingInstances.list()) {
    const members = index.get(member.groupId)
    if (members) members.push(member)
    else index.set(member.groupId, [member])
  }
  for (const members of index.values()) members.sort(byAge)
  return ({ id }) => index.get(id) ?? []
}

export const memberView = (member: ScalingInstance): Instance => ({
  InstanceId: member.id,
  InstanceType: member.instanceType,
  AvailabilityZone: member.zone,
  LifecycleState: member.lifecycle,
  HealthStatus: member.health,
  LaunchConfigurationName: member.launchConfigurationName,
  ProtectedFromScaleIn: member.isProtected,
})

export const tagView = ({ name }: Pick<ScalingGroup, 'name'>, tag: GroupTag): TagDescription => ({
  ResourceId: name,
  ResourceType: 'auto-scaling-group',
  Key: tag.key,
  Value: tag.value,
  PropagateAtLaunch: tag.propagates,
})

// A group's Status is there while it is being deleted; here that takes no time.
export const groupView = (group: ScalingGroup, members: readonly ScalingInstance[]): AutoScalingGroup => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: groupArn(group),
  LaunchConfigurationName: group.launchConfigurationName,
  MinSize: group.minSize,
  MaxSize: group.maxSize,
  DesiredCapacity: group.desired,
  DefaultCooldown: group.cooldownSeconds,
  AvailabilityZones: [...group.zones],
  LoadBalancerNames: [...group.loadBalancerNames],
  TargetGroupARNs: [],
  HealthCheckType: group.healthCheckType,
  HealthCheckGracePeriod: group.graceSeconds,
  Instances: members.map(memberView),
  CreatedTime: group.createdAt,
  SuspendedProcesses: group.suspensions.map(({ process, reason }) => ({
    ProcessName: process,
    SuspensionReason: reason,
  })),
  PlacementGroup: group.placementGroup,
  VPCZoneIdentifier: group.vpcZoneIdentifier,
  EnabledMetrics: group.metrics.map(Metric => ({ Metric, Granularity: granularities[0] })),
  Tags: group.tags.map(tag => tagView(group, tag)),
  TerminationPolicies: [...group.terminationPolicies],
  NewInstancesProtectedFromScaleIn: group.protectsNew,
})

const deviceView = ({ deviceName, virtualName, noDevice, ebs }: BlockDevice): BlockDeviceMapping => ({
  DeviceName: deviceName,
  VirtualName: virtualName,
  NoDevice: noDevice,
  Ebs: ebs && {
    SnapshotId: ebs.snapshotId,
    VolumeSize: ebs.sizeGib,
    VolumeType: ebs.volumeType,
    DeleteOnTermination: ebs.deleteOnTermination,
    Iops: ebs.iops,
    Throughput: ebs.throughput,
    Encrypted: ebs.encrypted,
  },
})

/** Texts that were not given are empty, as Eucalyptus and AWS show them. */
export const configurationView = (configuration: LaunchConfiguration): LaunchConfigurationInfo => ({
  LaunchConfigurationName: configuration.name,
  LaunchConfigurationARN: configurationArn(configuration),
  ImageId: configuration.imageId,
  KeyName: configuration.keyName ?? '',
  SecurityGroups: [...configuration.securityGroups],
  UserData: configuration.userData ?? '',
  InstanceType: configuration.instanceType,
  KernelId: configuration.kernelId ?? '',
  RamdiskId: configuration.ramdiskId ?? '',
  BlockDeviceMappings: configuration.mappings.map(deviceView),
  InstanceMonitoring: { Enabled: configuration.monitoring },
  SpotPrice: configuration.spotPrice,
  IamInstanceProfile: configuration.instanceProfile,
  CreatedTime: configuration.createdAt,
  EbsOptimized: configuration.ebsOptimized ?? false,
  AssociatePublicIpAddress: configuration.publicAddress,
  PlacementTenancy: configuration.tenancy,
})
