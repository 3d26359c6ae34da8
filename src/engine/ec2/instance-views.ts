// SPDX-License-Identifier: BSD-2-Clause
// Instances as EC2 shows them. A view depends on the instance's record, its tags, its public address, the names of its
// groups, its volumes and its interfaces with their addresses; while none of them has changed, it is the same object as last
// time, frozen so that whoever writes it need not do so again.
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
import { stateCodes } from './instance-life'
import { namedVpcs, networkOf } from './instance-network-views'
import { metadataOptionsView } from './metadata-options'
import type { Instance } from './schema/instances'
import type { Address } from './schema/network'
import type { Volume } from './schema/volumes'
import type { NetworkInterface } from './schema/vpc'
import { groupNames } from './security-group-records'
import { attachedIndex } from './volume-life'
import { addressesOn } from './vpc/interface-addresses'
import { interfaceIndex } from './vpc/interface-records'
import { instanceInterfaceView } from './vpc/interface-views'

interface Inputs {
  readonly tags: readonly Tag[]
  readonly address: string | undefined
  readonly groups: string
  readonly hasNames: boolean
  readonly volumes: readonly Volume[]
  readonly interfaces: readonly NetworkInterface[]
  /** Of the interfaces. */
  readonly publicAddresses: readonly Address[]
}

// The array is another one as soon as any volume changes; those that an instance has mostly did not.
const sameItems = (one: readonly object[], other: readonly object[]): boolean =>
  one === other || (one.length === other.length && one.every((item, index) => item === other[index]))

const sameInputs = (one: Inputs, other: Inputs): boolean =>
  one.tags === other.tags &&
  one.address === other.address &&
  one.groups === other.groups &&
  one.hasNames === other.hasNames &&
  sameItems(one.volumes, other.volumes) &&
  sameItems(one.interfaces, other.interfaces) &&
  sameItems(one.publicAddresses, other.publicAddresses)

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

interface Known {
  readonly inputs: Inputs
  readonly view: InstanceView
  /** At which it was last found to be as it is; of one that is new nobody has asked again yet. */
  readonly moment: object | undefined
}

const views = new WeakMap<Instance, Known>()

/** Every list that inputs come from. A list is the same array until one of its records changes. */
const sourcesOf = (tx: Tx): readonly object[] => [
  tx.tags.list(),
  tx.instanceAddresses.list(),
  tx.addresses.list(),
  tx.vpcs.list(),
  tx.accounts.list(),
  tx.securityGroups.list(),
  tx.volumes.list(),
  tx.networkInterfaces.list(),
]

let last: readonly object[] = []

/** The same object as last time when nothing that views depend on has changed since then, but instances themselves. */
const momentOf = (tx: Tx): object => {
  const sources = sourcesOf(tx)
  if (!sameItems(sources, last)) last = sources
  return last
}

/** Makes views; take it once for a list. */
export const instanceViewer = (tx: Tx): ((instance: Instance) => InstanceView) => {
  const tags = tagIndex(tx)
  const addresses = addressIndex(tx)
  const hasNames = namedVpcs(tx)
  const nameOf = groupNames(tx)
  const volumes = attachedIndex(tx)
  const interfaces = interfaceIndex(tx)
  const publicAddresses = addressesOn(tx)
  const interfaceViews = instanceInterfaceView(tx)
  let moment: object | undefined
  return instance => {
    const known = views.get(instance)
    if (known) {
      moment ??= momentOf(tx)
      if (known.moment === moment) return known.view
    }
    const own = interfaces(instance.id)
    const [first] = own
    const inputs = {
      tags: tags(instance.id),
      address: addresses(instance.id),
      groups: instance.groupIds.map(nameOf).join('\0'),
      hasNames: hasNames(instance.vpcId),
      volumes: volumes(instance.id),
      interfaces: own,
      publicAddresses:
        own.length > 1 ? own.flatMap(({ id }) => publicAddresses(id)) : publicAddresses(first?.id ?? ''),
    }
    if (known && sameInputs(known.inputs, inputs)) {
      views.set(instance, { ...known, moment })
      return known.view
    }
    const view: InstanceView = Object.freeze({
      ...freshView(instance, inputs, nameOf),
      NetworkInterfaces: own.map(interfaceViews),
    })
    views.set(instance, { inputs, view, moment })
    return view
  }
}

const identifiers = (ids: readonly string[], nameOf: (id: string) => string): GroupIdentifier[] =>
  ids.map(id => ({ GroupId: id, GroupName: nameOf(id) }))

const freshView = (instance: Instance, inputs: Inputs, nameOf: (id: string) => string): InstanceView => {
  const network = networkOf(instance, inputs.address, inputs.hasNames)
  const [primary] = inputs.interfaces
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
    MetadataOptions: metadataOptionsView(instance),
    VpcId: instance.vpcId,
    SubnetId: instance.subnetId,
    SourceDestCheck: primary?.sourceDestCheck,
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
