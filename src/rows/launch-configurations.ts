// SPDX-License-Identifier: BSD-2-Clause
import type { BlockDeviceMapping, LaunchConfiguration } from '@aws-sdk/client-auto-scaling'
import { joined, type Row, text } from './cell'

const isEmpty = (value: object | undefined): boolean =>
  Object.values(value ?? {}).every(part => part === undefined)

const mappingText = ({ DeviceName, VirtualName, Ebs }: BlockDeviceMapping): string => {
  const mapped = isEmpty(Ebs) ? VirtualName : `${Ebs?.SnapshotId ?? ''}:${Ebs?.VolumeSize ?? ''}`
  return `${DeviceName ?? ''}=${mapped ?? ''}`
}

const mappingsText = (mappings: readonly BlockDeviceMapping[] | undefined): string =>
  mappings === undefined || mappings.length === 0 ? '' : `{${mappings.map(mappingText).join(',')}}`

/** What instances are told, as it reads; a blank line ends it. */
const userDataRows = ({ LaunchConfigurationName, UserData }: LaunchConfiguration): Row[] =>
  UserData
    ? [['USER-DATA', LaunchConfigurationName], Buffer.from(UserData, 'base64').toString('utf8'), '']
    : []

const rowsOfConfiguration = (one: LaunchConfiguration, isLong: boolean): Row[] => [
  [
    'LAUNCH-CONFIG',
    one.LaunchConfigurationName,
    one.ImageId,
    one.InstanceType,
    ...(isLong
      ? [
          one.KeyName,
          one.KernelId,
          one.RamdiskId,
          mappingsText(one.BlockDeviceMappings),
          joined(',', one.SecurityGroups),
          text(one.CreatedTime),
          text(one.InstanceMonitoring?.Enabled),
          one.LaunchConfigurationARN,
        ]
      : []),
    one.SpotPrice,
    one.IamInstanceProfile,
    ...(isLong ? [text(one.EbsOptimized), text(one.AssociatePublicIpAddress)] : []),
  ],
  ...(isLong ? userDataRows(one) : []),
]

export const launchConfigurationRows = (
  configurations: readonly LaunchConfiguration[] | undefined,
  isLong: boolean,
): Row[] => (configurations ?? []).flatMap(one => rowsOfConfiguration(one, isLong))
