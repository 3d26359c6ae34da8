// SPDX-License-Identifier: BSD-2-Clause
// What a template may say of an instance, and the request that it comes to.
import {
  boolean,
  inPlace,
  integer,
  interrupting,
  json,
  listOf,
  objectOf,
  required,
  tags,
  text,
  texts,
  type ValuesOf,
} from './kinds'

const device = objectOf({
  DeviceName: required(text),
  Ebs: objectOf({
    DeleteOnTermination: boolean,
    Encrypted: boolean,
    Iops: integer,
    KmsKeyId: text,
    SnapshotId: text,
    VolumeSize: integer,
    VolumeType: text,
  }),
  NoDevice: json,
  VirtualName: text,
})

const networkInterface = objectOf({
  AssociatePublicIpAddress: boolean,
  DeleteOnTermination: boolean,
  Description: text,
  DeviceIndex: required(text),
  GroupSet: texts,
  NetworkInterfaceId: text,
  PrivateIpAddress: text,
  PrivateIpAddresses: listOf(objectOf({ Primary: required(boolean), PrivateIpAddress: required(text) })),
  SecondaryPrivateIpAddressCount: integer,
  SubnetId: text,
})

export const instanceProperties = {
  AvailabilityZone: text,
  BlockDeviceMappings: listOf(device),
  DisableApiTermination: inPlace(boolean),
  EbsOptimized: interrupting(boolean),
  IamInstanceProfile: text,
  ImageId: required(text),
  InstanceInitiatedShutdownBehavior: inPlace(text),
  InstanceType: interrupting(text),
  KernelId: interrupting(text),
  KeyName: text,
  Monitoring: inPlace(boolean),
  NetworkInterfaces: listOf(networkInterface),
  PlacementGroupName: text,
  PrivateIpAddress: text,
  RamdiskId: interrupting(text),
  SecurityGroupIds: texts,
  SecurityGroups: texts,
  SourceDestCheck: inPlace(boolean),
  SubnetId: text,
  Tags: inPlace(tags),
  Tenancy: text,
  UserData: interrupting(text),
  Volumes: inPlace(listOf(objectOf({ Device: required(text), VolumeId: required(text) }))),
} as const

export type InstanceValues = ValuesOf<typeof instanceProperties>

const deviceMapping = ({
  NoDevice,
  ...rest
}: NonNullable<InstanceValues['BlockDeviceMappings']>[number]) => ({
  ...rest,
  ...(NoDevice !== undefined && { NoDevice: '' }),
})

const interfaceOf = ({
  DeviceIndex,
  GroupSet,
  ...rest
}: NonNullable<InstanceValues['NetworkInterfaces']>[number]) => ({
  ...rest,
  DeviceIndex: Number(DeviceIndex),
  Groups: GroupSet,
})

export const launchRequest = (values: InstanceValues) => ({
  MinCount: 1,
  MaxCount: 1,
  BlockDeviceMappings: values.BlockDeviceMappings?.map(deviceMapping),
  DisableApiTermination: values.DisableApiTermination,
  EbsOptimized: values.EbsOptimized,
  IamInstanceProfile: values.IamInstanceProfile ? { Name: values.IamInstanceProfile } : undefined,
  ImageId: values.ImageId,
  InstanceInitiatedShutdownBehavior: values.InstanceInitiatedShutdownBehavior,
  InstanceType: values.InstanceType,
  KernelId: values.KernelId,
  KeyName: values.KeyName,
  Monitoring: values.Monitoring === undefined ? undefined : { Enabled: values.Monitoring },
  NetworkInterfaces: values.NetworkInterfaces?.map(interfaceOf),
  Placement: {
    AvailabilityZone: values.AvailabilityZone,
    GroupName: values.PlacementGroupName,
    Tenancy: values.Tenancy,
  },
  PrivateIpAddress: values.PrivateIpAddress,
  RamdiskId: values.RamdiskId,
  SecurityGroupIds: values.SecurityGroupIds,
  SecurityGroups: values.SecurityGroups,
  SubnetId: values.SubnetId,
  UserData: values.UserData,
})
