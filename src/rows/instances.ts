// SPDX-License-Identifier: BSD-2-Clause
import type {
  Instance,
  InstanceBlockDeviceMapping,
  InstanceMonitoring,
  InstanceStateChange,
  InstanceStatus,
  InstanceStatusDetails,
  Reservation,
} from '@aws-sdk/client-ec2'
import { byBytes, firstOf, joined, type Row, text } from './cell'
import { networkInterfaceRows } from './network-interfaces'
import { tagRows } from './tags'

const instanceRow = (instance: Instance): Row => [
  'INSTANCE',
  instance.InstanceId,
  instance.ImageId,
  instance.PublicDnsName,
  instance.PrivateDnsName,
  instance.State?.Name,
  instance.KeyName,
  instance.AmiLaunchIndex,
  joined(
    ',',
    instance.ProductCodes?.map(code => code.ProductCodeId),
  ),
  instance.InstanceType,
  text(instance.LaunchTime),
  instance.Placement?.AvailabilityZone,
  instance.KernelId,
  instance.RamdiskId,
  instance.Platform,
  instance.Monitoring?.State && `monitoring-${instance.Monitoring.State}`,
  instance.PublicIpAddress,
  instance.PrivateIpAddress,
  instance.VpcId,
  instance.SubnetId,
  instance.RootDeviceType,
  instance.InstanceLifecycle,
  undefined, // `showInstanceRequestId`: an element that no service sends.
  undefined, // The licence, which nothing ever filled.
  instance.Placement?.GroupName,
  instance.VirtualizationType,
  instance.Hypervisor,
  instance.ClientToken,
  joined(
    ',',
    instance.SecurityGroups?.map(group => group.GroupId),
  ),
  instance.Placement?.Tenancy,
  text(instance.EbsOptimized),
  instance.IamInstanceProfile?.Arn,
  instance.Architecture,
]

type Ebs = InstanceBlockDeviceMapping['Ebs'] & { VolumeType?: string; Iops?: number }

const blockDeviceRow = ({ DeviceName, Ebs }: InstanceBlockDeviceMapping): Row => {
  const ebs: Ebs | undefined = Ebs // Some clouds send the volume's type as well, which the SDK does not know of.
  return [
    'BLOCKDEVICE',
    DeviceName,
    ebs?.VolumeId,
    text(ebs?.AttachTime),
    text(ebs?.DeleteOnTermination),
    ebs?.VolumeType,
    ebs?.Iops,
  ]
}

const instanceRows = (instance: Instance): Row[] => [
  instanceRow(instance),
  ...(instance.BlockDeviceMappings ?? []).map(blockDeviceRow),
  ...(instance.NetworkInterfaces ?? []).flatMap(networkInterfaceRows),
  ...tagRows(instance.InstanceId, instance.Tags),
]

/** A reservation, then its instances by the time they were launched. */
export const reservationRows = (reservation: Reservation): Row[] => [
  [
    'RESERVATION',
    reservation.ReservationId,
    reservation.OwnerId,
    joined(
      ', ',
      reservation.Groups?.map(({ GroupName, GroupId }) => firstOf(GroupName, GroupId)),
    ),
  ],
  ...[...(reservation.Instances ?? [])]
    .sort((a, b) => byBytes(text(a.LaunchTime) ?? '', text(b.LaunchTime) ?? ''))
    .flatMap(instanceRows),
]

/** What start, stop and terminate answer with. */
export const stateChangeRows = (changes: readonly InstanceStateChange[] | undefined): Row[] =>
  (changes ?? []).map(change => [
    'INSTANCE',
    change.InstanceId,
    change.PreviousState?.Name,
    change.CurrentState?.Name,
  ])

const detailRows = (tag: string, details: readonly InstanceStatusDetails[] | undefined): Row[] =>
  (details ?? []).map(detail => [tag, detail.Name, detail.Status, text(detail.ImpairedSince)])

const statusRows = (status: InstanceStatus): Row[] => {
  const events = status.Events ?? []
  const dates = events.flatMap(event => text(event.NotBefore) ?? []).sort(byBytes)
  return [
    [
      'INSTANCE',
      status.InstanceId,
      status.AvailabilityZone,
      status.InstanceState?.Name,
      status.InstanceState?.Code,
      status.InstanceStatus?.Status,
      status.SystemStatus?.Status,
      events.length > 0 ? 'retiring' : 'active',
      dates[0],
    ],
    ...detailRows('SYSTEMSTATUS', status.SystemStatus?.Details),
    ...detailRows('INSTANCESTATUS', status.InstanceStatus?.Details),
    ...events.map(
      (event): Row => ['EVENT', event.Code, text(event.NotBefore), text(event.NotAfter), event.Description],
    ),
  ]
}

const isHealthy = ({ SystemStatus, InstanceStatus }: InstanceStatus): boolean =>
  SystemStatus?.Status === 'ok' && InstanceStatus?.Status === 'ok'

export const instanceStatusRows = (
  statuses: readonly InstanceStatus[] | undefined,
  { hideHealthy }: { readonly hideHealthy: boolean },
): Row[] => (statuses ?? []).filter(status => !(hideHealthy && isHealthy(status))).flatMap(statusRows)

/** No tag; a state that is absent prints as it always did. */
export const monitoringRows = (monitorings: readonly InstanceMonitoring[] | undefined): Row[] =>
  (monitorings ?? []).map(({ InstanceId, Monitoring }) => [
    InstanceId,
    `monitoring-${Monitoring?.State ?? 'None'}`,
  ])
