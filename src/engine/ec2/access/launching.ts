// SPDX-License-Identifier: BSD-2-Clause
// What it takes to run instances: the image, the new instances and their volumes, the key pair and the groups, the type
// and the zone (Eucalyptus' own kinds of things), and the role that the instances are given.
import type { ImportInstanceRequest, ImportVolumeRequest, RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Demand } from '../../access'
import { arnOf } from '../../iam/arns'
import { profileNamed, profileRole } from '../../iam/profile-names'
import type { Tx } from '../../operation'
import { isRootDevice, sameDevice } from '../block-device-mappings'
import { defaultInstanceType } from '../capacity'
import { mayRun } from '../image-access'
import { findImage } from '../image-ids'
import type { DeviceMapping, EbsMapping, Image } from '../schema/images'
import type { SecurityGroup } from '../schema/network'
import type { Subnet } from '../schema/vpc'
import { defaultGroup, defaultGroupName, groupsOf } from '../security-group-records'
import { defaultVpc } from '../vpc/foundation'
import { kinds } from '../vpc/kinds'
import { hasVpcs } from '../vpc/networking'
import { zoneAsWritten, zoneNames } from '../zones'
import { mappedSnapshots, newShared, newThing, numeric, parentSnapshot, snapshotSeen } from './creating'
import { networkArn, networkById, networkDemand } from './networks'
import { asking } from './on'
import {
  any,
  groupByName,
  groupDemand,
  imageById,
  keyPairByName,
  owned,
  thing,
  typeDemand,
  type Values,
  zoneDemand,
} from './resources'

/** The group that instances are in where none is named: in a VPC, its own default one. */
const usualGroup = (tx: Tx, vpcId: string | undefined): SecurityGroup | undefined => {
  if (!hasVpcs(tx)) return defaultGroup(tx)
  const id = vpcId ?? defaultVpc(tx)?.id
  return groupsOf(tx).find(group => group.vpcId === id && group.name === defaultGroupName)
}

const groups = (tx: Tx, names: readonly string[], vpcId?: string): readonly Demand[] => {
  if (names.length > 0) return [...new Set(names)].map(name => groupByName(tx, name))
  const usual = usualGroup(tx, vpcId)
  return usual ? [groupDemand(tx, usual)] : []
}

/** For whoever asks beside the pipeline, which knows the operation. */
const forRunInstances = (demand: Demand): Demand => ({ action: 'ec2:RunInstances', ...demand })

// ---- in a VPC ----------------------------------------------------------------------------------------------------

type Interfaces = NonNullable<RunInstancesRequest['NetworkInterfaces']>

/** The subnet of one's own that an id names. */
const subnetSeen = (tx: Tx, id: string | undefined): Subnet | undefined => {
  const subnet = id === undefined ? undefined : tx.subnets.get(id.toLowerCase())
  return subnet?.account === tx.caller.account ? subnet : undefined
}

/** Where instances go that say nothing of it, once their zone is known. Which zones may be used is asked as they are chosen. */
const usualSubnet = (tx: Tx, zone: string | undefined): string | undefined => {
  const vpcId = defaultVpc(tx)?.id
  return tx.subnets.list().find(one => one.vpcId === vpcId && one.isDefault && one.zone === zone)?.id
}

type Tagged = Pick<RunInstancesRequest, 'TagSpecifications'>

/** Where no subnet is known yet it will be in the default VPC. */
const newInterface = (
  tx: Tx,
  { TagSpecifications }: Tagged,
  subnet: Subnet | undefined,
  vpcId = subnet?.vpcId,
): readonly Demand[] =>
  newThing(tx, 'network-interface', 'RunInstances', TagSpecifications, {
    'ec2:Subnet': subnet && networkArn(tx, kinds.subnet, subnet.id),
    'ec2:Vpc': vpcId && networkArn(tx, kinds.vpc, vpcId),
    'ec2:AvailabilityZone': subnet?.zone,
  })

/** The interface that is to be the primary one, which says where the instances go. */
const primaryOf = (asked: Interfaces): Interfaces[number] | undefined =>
  asked.find(({ DeviceIndex }) => DeviceIndex === 0) ?? asked[0]

/** The subnet that a request says, by itself or by its primary interface, as an id. */
const subnetAsked = (
  tx: Tx,
  { NetworkInterfaces = [], SubnetId }: RunInstancesRequest,
): string | undefined => {
  const primary = primaryOf(NetworkInterfaces)
  const there = owned(tx, tx.networkInterfaces.get((primary?.NetworkInterfaceId ?? '').toLowerCase()))
  return SubnetId || there?.subnetId || primary?.SubnetId || undefined
}

/** The zone where instances go: that of their subnet, where it is said by the subnet alone. */
const zoneOf = (tx: Tx, input: RunInstancesRequest): string | undefined =>
  zoneAsWritten(input.Placement?.AvailabilityZone) || subnetSeen(tx, subnetAsked(tx, input))?.zone

/** The subnets, the interfaces that are there, new ones, and the groups of each. */
const inVpc = (tx: Tx, input: RunInstancesRequest, zone: string | undefined): readonly Demand[] => {
  const named = [...(input.SecurityGroupIds ?? []), ...(input.SecurityGroups ?? [])]
  // New interfaces that name no subnet are in that of the primary one.
  const usual = subnetAsked(tx, input) ?? usualSubnet(tx, zone)
  const asked: Interfaces = input.NetworkInterfaces?.length
    ? input.NetworkInterfaces
    : [{ Groups: named, SubnetId: usual }]
  const subnets = new Set<string>()
  const demands = asked.flatMap(({ NetworkInterfaceId, SubnetId, Groups = [] }) => {
    if (NetworkInterfaceId) return [networkById(kinds.networkInterface)(tx, NetworkInterfaceId)]
    const id = SubnetId || usual
    if (id) subnets.add(id)
    const subnet = subnetSeen(tx, id)
    const vpcId = id ? subnet?.vpcId : defaultVpc(tx)?.id
    return [...newInterface(tx, input, subnet, vpcId), ...groups(tx, Groups, subnet?.vpcId)]
  })
  return [...[...subnets].map(id => networkById(kinds.subnet)(tx, id)), ...demands]
}

/** A default subnet that is chosen for who names none, with a new interface there. */
export const toRunInSubnet = (tx: Tx, input: Tagged, subnet: Subnet): readonly Demand[] =>
  [networkDemand(kinds.subnet)(tx, subnet), ...newInterface(tx, input, subnet)].map(forRunInstances)

/** That the caller may hand the role of this profile to instances. */
export const roleOf = (tx: Tx, input: Pick<RunInstancesRequest, 'IamInstanceProfile'>): readonly Demand[] => {
  const profile = input.IamInstanceProfile && profileNamed(tx, input.IamInstanceProfile)
  const role = profile && profileRole(tx, profile)
  return role
    ? [
        {
          action: 'iam:PassRole',
          resource: arnOf('role', role),
          context: {
            'iam:PassedToService': 'ec2.amazonaws.com',
            'iam:AssociatedResourceArn': thing(tx, 'instance', any).resource,
          },
        },
      ]
    : []
}

/** An image that the caller may know of. */
const imageSeen = (tx: Tx, id: string | undefined): Image | undefined => {
  const image = findImage(tx, id)
  return image && mayRun(tx.caller, image) ? image : undefined
}

/** What conditions may look at of an instance that is to be. */
const instanceToBe = (tx: Tx, input: RunInstancesRequest, zone = zoneOf(tx, input)): Values => {
  const image = imageSeen(tx, input.ImageId)
  const profile = input.IamInstanceProfile && profileNamed(tx, input.IamInstanceProfile)
  return {
    'ec2:InstanceType': input.InstanceType ?? defaultInstanceType,
    'ec2:AvailabilityZone': zone,
    'ec2:Tenancy': input.Placement?.Tenancy ?? 'default',
    'ec2:PlacementGroup': input.Placement?.GroupName,
    'ec2:RootDeviceType': image && (image.rootDeviceType ?? 'instance-store'),
    'ec2:InstanceProfile': profile && arnOf('instance-profile', profile),
    'ec2:KeyPairName': input.KeyName,
  }
}

/** What conditions may look at of each volume that comes with the instances: those that the request or the image maps. */
const volumesToBe = (tx: Tx, input: RunInstancesRequest, zone: string | undefined): readonly Values[] => {
  const { mappings = [], rootDeviceName = '' } = imageSeen(tx, input.ImageId) ?? {}
  const asked = input.BlockDeviceMappings ?? []
  const isAt = (asked: string | undefined, { deviceName }: DeviceMapping): boolean =>
    sameDevice(asked ?? '', deviceName) ||
    (sameDevice(deviceName, rootDeviceName) && isRootDevice(asked ?? '', rootDeviceName))
  const valuesOf = (ebs: { readonly [Name in keyof EbsMapping]?: EbsMapping[Name] | undefined }): Values => ({
    'ec2:AvailabilityZone': zone,
    'ec2:Encrypted': 'false',
    'ec2:ParentSnapshot': parentSnapshot(tx, ebs.snapshotId),
    'ec2:VolumeSize': numeric(ebs.sizeGib),
    'ec2:VolumeType': ebs.volumeType ?? 'standard',
    'ec2:VolumeIops': numeric(ebs.iops),
    'ec2:VolumeThroughput': numeric(ebs.throughput),
  })
  return [
    ...asked.flatMap(({ DeviceName, Ebs }) => {
      if (!Ebs) return []
      const own = mappings.find(mapping => isAt(DeviceName, mapping))?.ebs
      const snapshotId = Ebs.SnapshotId ?? own?.snapshotId
      return [
        valuesOf({
          ...own,
          ...(snapshotId && { snapshotId }),
          sizeGib: Ebs.VolumeSize ?? snapshotSeen(tx, snapshotId)?.sizeGib ?? own?.sizeGib,
          volumeType: Ebs.VolumeType ?? own?.volumeType,
          iops: Ebs.Iops ?? own?.iops,
          throughput: Ebs.Throughput ?? own?.throughput,
        }),
      ]
    }),
    ...mappings.flatMap(mapping =>
      mapping.ebs && !asked.some(({ DeviceName }) => isAt(DeviceName, mapping))
        ? [valuesOf(mapping.ebs)]
        : [],
    ),
  ]
}

/** The new instance alone: what contracts on their lifetime are about. */
export const newInstance = (tx: Tx, input: RunInstancesRequest): Demand => ({
  ...thing(tx, 'instance', any, instanceToBe(tx, input)),
  action: 'ec2:RunInstances',
})

const newInstances = (tx: Tx, input: RunInstancesRequest, zone?: string): readonly Demand[] =>
  newThing(tx, 'instance', 'RunInstances', input.TagSpecifications, instanceToBe(tx, input, zone))

export const toRunInstances = asking<RunInstancesRequest>((tx, input) => {
  const { TagSpecifications } = input
  const zone = zoneOf(tx, input)
  const mapped = volumesToBe(tx, input, zone)
  // Tags for volumes that there are not are asked about all the same.
  const isTagged = TagSpecifications?.some(({ ResourceType }) => ResourceType === 'volume')
  const volumes = mapped.length === 0 && isTagged ? [{ 'ec2:AvailabilityZone': zone }] : mapped
  const images = [input.ImageId || any, input.KernelId, input.RamdiskId].filter(id => id !== undefined)
  return [
    ...images.map(id => imageById(tx, id)),
    ...newInstances(tx, input),
    ...volumes.flatMap(values => newThing(tx, 'volume', 'RunInstances', TagSpecifications, values)),
    ...mappedSnapshots(tx, input.BlockDeviceMappings),
    ...(input.KeyName ? [keyPairByName(tx, input.KeyName)] : []),
    ...(hasVpcs(tx)
      ? inVpc(tx, input, zone)
      : groups(tx, [...(input.SecurityGroupIds ?? []), ...(input.SecurityGroups ?? [])])),
    typeDemand(tx, input.InstanceType ?? defaultInstanceType),
    ...(zone ? [zoneDemand(tx, zone)] : []),
    ...roleOf(tx, input),
  ]
})

/** What a zone is asked about that is chosen for who names none. */
export const toRunIn = (tx: Tx, input: RunInstancesRequest, zone: string): readonly Demand[] =>
  [zoneDemand(tx, zone), ...newInstances(tx, input, zone)].map(forRunInstances)

// ---- imports -----------------------------------------------------------------------------------------------------

interface ZoneReference {
  readonly AvailabilityZone?: string | undefined
  readonly AvailabilityZoneId?: string | undefined
}

const zoneAsked = ({ AvailabilityZone, AvailabilityZoneId }: ZoneReference): Values => ({
  'ec2:AvailabilityZone': zoneAsWritten(AvailabilityZone ?? AvailabilityZoneId),
})

/** All of an import is asked for when it is ordered: what is made of it later needs no further permission. */
export const toImportVolume = asking<ImportVolumeRequest>((tx, input) => [
  thing(tx, 'volume', any, {
    ...zoneAsked(input),
    'ec2:VolumeSize': input.Volume?.Size === undefined ? undefined : String(input.Volume.Size),
  }),
])

export const toImportInstance = asking<ImportInstanceRequest>((tx, { LaunchSpecification: asked }) => {
  const type = asked?.InstanceType ?? defaultInstanceType
  // Where none is named, the first is taken.
  const zone = zoneAsWritten(asked?.Placement?.AvailabilityZone) || (zoneNames[0] ?? any)
  const context = { 'ec2:InstanceType': type, ...zoneAsked({ AvailabilityZone: zone }) }
  return [
    thing(tx, 'instance', any, context),
    thing(tx, 'volume', any, zoneAsked({ AvailabilityZone: zone })),
    ...newShared(tx, 'snapshot', 'ImportInstance', undefined),
    ...newShared(tx, 'image', 'ImportInstance', undefined),
    ...(asked?.SubnetId ? [networkById(kinds.subnet)(tx, asked.SubnetId)] : []),
    ...groups(
      tx,
      [...(asked?.GroupIds ?? []), ...(asked?.GroupNames ?? [])],
      subnetSeen(tx, asked?.SubnetId)?.vpcId,
    ),
    typeDemand(tx, type),
    zoneDemand(tx, zone),
  ]
})
