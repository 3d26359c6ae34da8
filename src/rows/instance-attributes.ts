// SPDX-License-Identifier: BSD-2-Clause
import type { InstanceAttribute } from '@aws-sdk/client-ec2'
import { firstOf, joined, type Row, text } from './cell'

type Value = string | boolean | undefined

/** The attributes that are one value each, by the name they are asked for with. */
const single: Readonly<Record<string, (attribute: InstanceAttribute) => { Value?: Value } | undefined>> = {
  disableApiTermination: attribute => attribute.DisableApiTermination,
  ebsOptimized: attribute => attribute.EbsOptimized,
  instanceInitiatedShutdownBehavior: attribute => attribute.InstanceInitiatedShutdownBehavior,
  instanceType: attribute => attribute.InstanceType,
  kernel: attribute => attribute.KernelId,
  ramdisk: attribute => attribute.RamdiskId,
  rootDeviceName: attribute => attribute.RootDeviceName,
  sourceDestCheck: attribute => attribute.SourceDestCheck,
}

const volumeRows = ({ BlockDeviceMappings = [] }: InstanceAttribute): Row[] =>
  BlockDeviceMappings.map(({ DeviceName, Ebs }) => [
    'BLOCKDEVICE',
    DeviceName,
    Ebs?.VolumeId,
    text(Ebs?.AttachTime),
    text(Ebs?.DeleteOnTermination),
  ])

/** The data stands on lines of its own, as it was given to the instance. */
const userDataRows = ({ InstanceId, UserData }: InstanceAttribute): Row[] =>
  UserData?.Value
    ? [['userData', InstanceId], Buffer.from(UserData.Value, 'base64').toString('utf8')]
    : [['userData', InstanceId, undefined]]

const lists: Readonly<Record<string, (attribute: InstanceAttribute) => Row[]>> = {
  blockDeviceMapping: volumeRows,
  groupSet: ({ InstanceId, Groups }) => [
    [
      'groupSet',
      InstanceId,
      joined(
        ', ',
        Groups?.map(({ GroupId, GroupName }) => firstOf(GroupId, GroupName)),
      ),
    ],
  ],
  productCodes: ({ InstanceId, ProductCodes }) => [
    [
      'productCodes',
      InstanceId,
      joined(
        ', ',
        ProductCodes?.map(code => code.ProductCodeId),
      ),
    ],
  ],
  userData: userDataRows,
}

/** The attribute that was asked for. */
export const instanceAttributeRows = (result: InstanceAttribute, name: string): Row[] =>
  lists[name]?.(result) ?? [[name, result.InstanceId, text(single[name]?.(result)?.Value)]]
