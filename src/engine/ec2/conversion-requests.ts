// SPDX-License-Identifier: BSD-2-Clause
// What imports are checked for (engine-autoscaling §6). The codes are Eucalyptus' literal `400` and `500`.
import type { DiskImage, DiskImageDetail, ImportInstanceRequest, VolumeDetail } from '@aws-sdk/client-ec2'
import type { ImportLaunchAdditions } from '../../schemas/extended-operations'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { instanceTypeNamed } from './capacity'
import { checkGroups, checkKey, checkUserData, refuseUnsupported } from './instance-launch'
import { conversionProperties } from './properties'
import type { ConversionDisk, ConversionLaunch } from './schema/conversions'
import { maxVolumeGib } from './storage-limits'
import { networkWanted } from './vpc/launch-networks'
import { hasVpcs } from './vpc/networking'
import { zoneNames } from './zones'

const invalid = (message: string): never => refuse('400', message, 400)

/** What the imaging worker reads. Eucalyptus' PARTITION, KERNEL and RAMDISK make no disk that boots by itself. */
const formats: readonly string[] = ['RAW', 'VMDK', 'VHD', 'QCOW2']

const checkZone = (name: string): string =>
  zoneNames.find(zone => zone.toLowerCase() === name.toLowerCase()) ??
  invalid(`The availability zone ${name} is not configured for import`)

export const zoneOfVolume = (name: string | undefined): string =>
  name ? checkZone(name) : invalid('Availability zone is required')

const checkUrl = (url: string | undefined): string => {
  if (!url) return invalid('Import manifest url is required')
  const isAddress = /^https?:\/\/[^/]/i.test(url) && url.length <= conversionProperties.urlCharacters
  return isAddress ? url : invalid('Import manifest url is invalid')
}

/** An image and the volume that it is to be on. */
export const checkDisk = (
  tx: Tx,
  image: Partial<DiskImageDetail> | undefined,
  volume: Partial<VolumeDetail> | undefined,
): ConversionDisk => {
  const format = image?.Format ?? invalid('Image format is required')
  if (!formats.includes(format.toUpperCase())) invalid('Unsupported image format')
  const bytes = image?.Bytes ?? invalid('Image size is required')
  const manifestUrl = checkUrl(image?.ImportManifestUrl)
  const volumeGib = volume?.Size ?? invalid('Volume size is required')
  if (bytes <= 0) invalid('Image size must be greater than zero')
  if (volumeGib <= 0) invalid('Volume size must be greater than zero')
  if (volumeGib * 2 ** 30 < bytes) invalid('Requested volume size is not enough to hold the image')
  if (volumeGib > maxVolumeGib(tx)) invalid('Requested volume size exceeds max allowed volume size')
  return { manifestUrl, format, bytes, volumeGib, bytesConverted: 0, isConverted: false }
}

export const checkDisks = (tx: Tx, images: readonly DiskImage[] = []): readonly ConversionDisk[] => {
  if (images.length === 0) invalid('Disk image is required')
  const { disks } = conversionProperties
  if (images.length > disks) invalid(`No more than ${disks} disk images can be imported at once`)
  return images.map(({ Image, Volume, Description }) => ({
    ...checkDisk(tx, Image, Volume),
    ...(Description && { description: Description }),
  }))
}

type LaunchSpecification = NonNullable<ImportInstanceRequest['LaunchSpecification']> & ImportLaunchAdditions

/** `InstanceInitiatedShutdownBehavior` as RunInstances will have it. */
const checkShutdown = (behavior: string | undefined): string | undefined =>
  behavior === undefined || behavior === 'stop' || behavior === 'terminate'
    ? behavior
    : invalid(`Value (${behavior}) for parameter instanceInitiatedShutdownBehavior is invalid.`)

/** Where in the network, and in which groups. */
const placed = (
  tx: Tx,
  asked: LaunchSpecification,
  instanceType: string,
): Pick<ConversionLaunch, 'groupIds' | 'subnetId' | 'privateIp'> & { readonly zone?: string } => {
  const { SubnetId, PrivateIpAddress, GroupNames, GroupIds } = asked
  const named = asked.Placement?.AvailabilityZone
  // Who says nothing of it is in the first zone, as without VPCs.
  const AvailabilityZone = named ? checkZone(named) : SubnetId ? undefined : zoneNames[0]
  const request = {
    ...{ MinCount: 1, MaxCount: 1, SubnetId, PrivateIpAddress, Placement: { AvailabilityZone } },
    ...{ SecurityGroups: GroupNames, SecurityGroupIds: GroupIds },
  }
  if (!hasVpcs(tx)) {
    const groupIds = checkGroups(tx, request)
    refuseUnsupported(request)
    return { groupIds }
  }
  const { zones, planIn } = networkWanted(tx, request, instanceType, 1)
  const [zone = ''] = zones
  const [primary] = planIn(zone).interfaces
  return {
    groupIds: primary?.groupIds ?? [],
    ...(SubnetId && { subnetId: SubnetId, zone }),
    ...(PrivateIpAddress && { privateIp: PrivateIpAddress }),
  }
}

/** What to run, and where. What RunInstances would refuse is refused now, before anything is uploaded. */
export const checkLaunch = (
  tx: Tx,
  { LaunchSpecification, Platform }: ImportInstanceRequest,
): { readonly launch: ConversionLaunch; readonly zone: string } => {
  const asked: LaunchSpecification = LaunchSpecification ?? invalid('Launch specification is required')
  const architecture = asked.Architecture ?? invalid('Architecture is required')
  if (architecture !== 'i386' && architecture !== 'x86_64') {
    invalid(`Unsupported architecture: ${architecture}`)
  }
  if (!asked.InstanceType) invalid('Instance type is required')
  const instanceType = instanceTypeNamed(tx, asked.InstanceType).name
  const zone = asked.Placement?.AvailabilityZone
  const { zone: subnetZone, ...place } = placed(tx, asked, instanceType)
  const keyName = checkKey(tx, asked.KeyName)
  const userData = checkUserData(asked.UserData?.Data ?? asked.UserDataText)
  const shutdownBehavior = checkShutdown(asked.InstanceInitiatedShutdownBehavior)
  return {
    zone: zone ? checkZone(zone) : (subnetZone ?? zoneNames[0] ?? ''),
    launch: {
      platform: Platform ?? '',
      architecture,
      instanceType,
      ...(keyName && { keyName }),
      ...place,
      ...(userData && { userData }),
      monitoring: asked.MonitoringSetting?.Enabled ?? asked.Monitoring ?? false,
      ...(shutdownBehavior && { shutdownBehavior }),
    },
  }
}
