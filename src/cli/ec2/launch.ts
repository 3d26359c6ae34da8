// SPDX-License-Identifier: BSD-2-Clause
// From the options of euca-run-instances to its request.
import type {
  BlockDeviceMapping,
  InstanceNetworkInterfaceSpecification,
  RunInstancesRequest,
} from '@aws-sdk/client-ec2'
import { int } from '../argument-types'
import type { Context } from '../context'
import { UsageError } from '../errors'
import { someOf } from './given'
import { groupReferences } from './group-reference'
import { checkUserData, type UserDataArgs, userDataOf } from './user-data'

export interface LaunchArgs extends UserDataArgs {
  readonly image: string
  readonly count: string
  readonly group: readonly string[]
  readonly key: string | undefined
  readonly addressing: string | undefined
  readonly instanceType: string | undefined
  readonly availabilityZone: string | undefined
  readonly kernel: string | undefined
  readonly ramdisk: string | undefined
  readonly blockDeviceMapping: readonly BlockDeviceMapping[]
  readonly monitor: 'true' | undefined
  readonly disableApiTermination: 'true' | undefined
  readonly instanceInitiatedShutdownBehavior: 'stop' | 'terminate' | undefined
  readonly placementGroup: string | undefined
  readonly tenancy: 'default' | 'dedicated' | undefined
  readonly clientToken: string | undefined
  readonly subnet: string | undefined
  readonly associatePublicIpAddress: boolean | undefined
  readonly privateIpAddress: string | undefined
  readonly secondaryAddress: readonly string[]
  readonly secondaryCount: number | undefined
  readonly networkInterface: readonly InstanceNetworkInterfaceSpecification[]
  readonly iamProfile: string | undefined
  readonly ebsOptimized: 'true' | undefined
}

/** `N` or `MIN-MAX`; the two may stand in either order. */
export const instanceCount = (text: string): { readonly MinCount: number; readonly MaxCount: number } => {
  const flag = 'argument -n/--instance-count'
  const counts = text.split('-').map(part => {
    try {
      return int(part)
    } catch {
      throw new UsageError(`${flag}: '${text}' must be an integer or a range of integers, MIN-MAX`)
    }
  })
  if (counts.length > 2)
    throw new UsageError(`${flag}: '${text}' must be an integer or a range of integers, MIN-MAX`)
  if (counts.some(count => count < 1)) throw new UsageError(`${flag}: instance count must be at least 1`)
  return { MinCount: Math.min(...counts), MaxCount: Math.max(...counts) }
}

/** In a VPC the interface is built from the options; elsewhere the private address options are ignored. */
const isVpc = ({ subnet, networkInterface, associatePublicIpAddress }: LaunchArgs): boolean =>
  subnet !== undefined || networkInterface.length > 0 || associatePublicIpAddress !== undefined

export const checkLaunch = (args: LaunchArgs, context: Context): void => {
  instanceCount(args.count)
  checkUserData(args, context)
  const names = groupReferences(args.group).GroupNames
  if (isVpc(args) && names) {
    throw new UsageError(
      `argument -g/--group: in a VPC groups are given by ID, not by name: ${names.join(', ')}`,
    )
  }
}

const builtInterface = (args: LaunchArgs): InstanceNetworkInterfaceSpecification[] => {
  const addresses = [
    ...(args.privateIpAddress ? [{ PrivateIpAddress: args.privateIpAddress, Primary: true }] : []),
    ...args.secondaryAddress.map(PrivateIpAddress => ({ PrivateIpAddress, Primary: false })),
  ]
  const parts: InstanceNetworkInterfaceSpecification = {
    ...(args.subnet && { SubnetId: args.subnet }),
    ...(args.group.length > 0 && { Groups: [...args.group] }),
    ...(args.associatePublicIpAddress !== undefined && {
      AssociatePublicIpAddress: args.associatePublicIpAddress,
    }),
    ...(addresses.length > 0 && { PrivateIpAddresses: addresses }),
    ...(args.secondaryCount !== undefined && { SecondaryPrivateIpAddressCount: args.secondaryCount }),
  }
  return Object.keys(parts).length > 0 ? [{ DeviceIndex: 0, ...parts }] : []
}

const groupsOf = (args: LaunchArgs): Partial<RunInstancesRequest> => {
  if (isVpc(args)) return { NetworkInterfaces: [...args.networkInterface, ...builtInterface(args)] }
  const { GroupIds, GroupNames } = groupReferences(args.group)
  return {
    ...(GroupIds && { SecurityGroupIds: GroupIds }),
    ...(GroupNames && { SecurityGroups: GroupNames }),
  }
}

const placementOf = (args: LaunchArgs): RunInstancesRequest['Placement'] => {
  const placement = {
    ...(args.availabilityZone && { AvailabilityZone: args.availabilityZone }),
    ...(args.placementGroup && { GroupName: args.placementGroup }),
    ...(args.tenancy && { Tenancy: args.tenancy }),
  }
  return Object.keys(placement).length > 0 ? placement : undefined
}

const profileOf = (profile: string): { Arn: string } | { Name: string } =>
  profile.startsWith('arn:') ? { Arn: profile } : { Name: profile }

/** The request; reads the user data's file and, without -k, the region's default key pair. */
export const launchRequest = async (
  args: LaunchArgs,
  context: Context,
): Promise<RunInstancesRequest & { AddressingType?: string }> => {
  const key = args.key ?? (await context.settings()).regionOption('ec2-default-keypair')
  return {
    ImageId: args.image,
    ...instanceCount(args.count),
    KeyName: key,
    UserData: await userDataOf(args, context),
    ...(args.addressing && { AddressingType: args.addressing }),
    InstanceType: args.instanceType as RunInstancesRequest['InstanceType'], // Types of other clouds are not in the SDK's list.
    Placement: placementOf(args),
    KernelId: args.kernel,
    RamdiskId: args.ramdisk,
    BlockDeviceMappings: someOf(args.blockDeviceMapping),
    ...(args.monitor && { Monitoring: { Enabled: true } }),
    ...(args.disableApiTermination && { DisableApiTermination: true }),
    InstanceInitiatedShutdownBehavior: args.instanceInitiatedShutdownBehavior,
    ClientToken: args.clientToken,
    ...groupsOf(args),
    ...(args.iamProfile && { IamInstanceProfile: profileOf(args.iamProfile) }),
    ...(args.ebsOptimized && { EbsOptimized: true }),
  }
}
