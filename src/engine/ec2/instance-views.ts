// SPDX-License-Identifier: BSD-2-Clause
// Instances as EC2 shows them. A view depends on the instance's record, its tags, its public address, the names of its
// groups and its volumes; while none of them has changed, it is the same object as last time,
// frozen so that whoever writes it need not do so again.
import type {
  GroupIdentifier,
  InstanceBlockDeviceMapping,
  Instance as InstanceView,
  Reservation,
  Tag,
} from '@aws-sdk/client-ec2'
import type { Tx } from '../operation'
import { tagIndex } from '../tags'
import { addressIndex } from './address-pools'
import { dnsName } from './dns-names'
import { stateCodes } from './instance-life'
import type { Instance } from './schema/instances'
import type { Volume } from './schema/volumes'
import { groupById } from './security-group-records'
import { attachedIndex } from './volume-life'

/** The network of an instance, while it has one. */
export interface Network {
  readonly privateIp: string | undefined
  readonly privateDnsName: string | undefined
  readonly publicIp: string | undefined
  readonly publicDnsName: string | undefined
}

const hasNetwork = ({ state }: Instance): boolean => state === 'pending' || state === 'running'

/** With private addressing, Eucalyptus shows the private address in both places. */
export const networkOf = (instance: Instance, address: string | undefined): Network => {
  const has = hasNetwork(instance)
  const privateDnsName = dnsName(instance.privateIp, 'internal')
  return {
    privateIp: has ? instance.privateIp : undefined,
    privateDnsName: has ? privateDnsName : undefined,
    publicIp: has ? (address ?? instance.privateIp) : undefined,
    publicDnsName: has ? (address ? dnsName(address, 'localhost') : privateDnsName) : undefined,
  }
}

/** Names of groups by id. A group that is gone, which only ended instances can have, goes by its id. */
export const groupNames = (tx: Tx): ((id: string) => string) => {
  const known = new Map<string, string>()
  return id => {
    const name = known.get(id) ?? groupById(tx, id)?.name ?? id
    known.set(id, name)
    return name
  }
}

interface Inputs {
  readonly tags: readonly Tag[]
  readonly address: string | undefined
  readonly groups: string
  readonly volumes: readonly Volume[]
}

// The array is another one as soon as any volume changes; those that an instance has mostly did not.
const sameVolumes = (one: readonly Volume[], other: readonly Volume[]): boolean =>
  one === other || (one.length === other.length && one.every((volume, index) => volume === other[index]))

/** The volumes that an instance has, by device name. */
export const volumeViews = (volumes: readonly Volume[]): InstanceBlockDeviceMapping[] =>
  volumes.map(({ id, attachment }) => ({
    DeviceName: attachment?.device,
    Ebs: {
      VolumeId: id,
      Status: attachment?.state,
      AttachTime: attachment?.attachedAt,
      DeleteOnTermination: attachment?.deleteOnTermination,
    },
  }))

const views = new WeakMap<Instance, { readonly inputs: Inputs; readonly view: InstanceView }>()

/** Makes views; take it once for a list. */
export const instanceViewer = (tx: Tx): ((instance: Instance) => InstanceView) => {
  const tags = tagIndex(tx)
  const addresses = addressIndex(tx)
  const nameOf = groupNames(tx)
  const volumes = attachedIndex(tx)
  return instance => {
    const inputs = {
      tags: tags(instance.id),
      address: addresses(instance.id),
      groups: instance.groupIds.map(nameOf).join('\0'),
      volumes: volumes(instance.id),
    }
    const known = views.get(instance)
    if (
      known &&
      known.inputs.tags === inputs.tags &&
      known.inputs.address === inputs.address &&
      known.inputs.groups === inputs.groups &&
      sameVolumes(known.inputs.volumes, inputs.volumes)
    ) {
      return known.view
    }
    const view: InstanceView = Object.freeze(freshView(instance, inputs, nameOf))
    views.set(instance, { inputs, view })
    return view
  }
}

const identifiers = (ids: readonly string[], nameOf: (id: string) => string): GroupIdentifier[] =>
  ids.map(id => ({ GroupId: id, GroupName: nameOf(id) }))

const freshView = (instance: Instance, inputs: Inputs, nameOf: (id: string) => string): InstanceView => {
  const network = networkOf(instance, inputs.address)
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    State: { Code: stateCodes[instance.state], Name: instance.state },
    PrivateDnsName: network.privateDnsName ?? '',
    PublicDnsName: network.publicDnsName ?? '',
    StateTransitionReason: instance.reason,
    StateReason: instance.stateReason && {
      Code: instance.stateReason.code,
      Message: instance.stateReason.message,
    },
    KeyName: instance.keyName,
    AmiLaunchIndex: instance.launchIndex,
    ProductCodes: instance.productCodes.map(code => ({
      ProductCodeId: code,
      ProductCodeType: 'marketplace',
    })),
    // Eucalyptus' types and those of AWS' early years; the SDK's type lists today's.
    InstanceType: instance.instanceType as InstanceView['InstanceType'],
    LaunchTime: instance.launchedAt,
    Placement: {
      AvailabilityZone: instance.zone,
      GroupName: instance.placementGroup ?? '',
      Tenancy: instance.tenancy as 'default',
    },
    KernelId: instance.kernelId,
    RamdiskId: instance.ramdiskId,
    Platform: instance.platform === 'windows' ? ('windows' as InstanceView['Platform']) : undefined,
    Monitoring: { State: instance.monitoring ? 'enabled' : 'disabled' },
    PrivateIpAddress: network.privateIp,
    PublicIpAddress: network.publicIp,
    Architecture: instance.architecture as InstanceView['Architecture'],
    RootDeviceType: instance.rootDeviceType ?? 'instance-store',
    RootDeviceName: instance.rootDeviceName,
    BlockDeviceMappings: volumeViews(inputs.volumes),
    VirtualizationType: instance.virtualizationType,
    ClientToken: instance.clientToken ?? '',
    Tags: [...inputs.tags],
    SecurityGroups: identifiers(instance.groupIds, nameOf),
    IamInstanceProfile: instance.profileArn
      ? { Arn: instance.profileArn, Id: instance.profileId }
      : undefined,
    EbsOptimized: false,
    NetworkInterfaces: [],
  }
}

/** Instances of one reservation, with what the reservation itself shows. */
export const reservationView = (
  tx: Tx,
  instances: readonly Instance[],
  view: (instance: Instance) => InstanceView = instanceViewer(tx),
): Reservation => {
  const [first] = instances
  const views = instances.map(view)
  return {
    ReservationId: first?.reservationId,
    OwnerId: first?.account,
    Groups: views[0]?.SecurityGroups ?? [],
    Instances: views,
  }
}
