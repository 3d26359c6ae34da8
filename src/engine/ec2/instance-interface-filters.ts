// SPDX-License-Identifier: BSD-2-Clause
// What filters of DescribeInstances ask of the interfaces that instances have in a VPC.
import type { FilterTable, FilterValue } from '../filters'
import type { Tx } from '../operation'
import { tagIndex } from '../tags'
import type { Instance } from './schema/instances'
import type { Address } from './schema/network'
import type { NetworkInterface } from './schema/vpc'
import { groupNames } from './security-group-records'
import { addressesOn, publicOf } from './vpc/interface-addresses'
import { interfaceIndex } from './vpc/interface-records'
import { namesIn, ownerOfAddress, statusOf } from './vpc/interface-views'

type Values = (one: NetworkInterface) => FilterValue

const flat = (values: readonly FilterValue[]) => values.flat() as Exclude<FilterValue, readonly unknown[]>[]

/** Of public addresses, by what follows `association.`. */
const associationValues = (
  nameOf: ReturnType<typeof namesIn>,
  addressesOf: (one: NetworkInterface) => readonly Address[],
): Readonly<Record<string, Values>> => ({
  'allocation-id': one => addressesOf(one).map(({ allocationId }) => allocationId),
  'association-id': one => addressesOf(one).map(({ associationId }) => associationId),
  'ip-owner-id': one => addressesOf(one).map(ownerOfAddress),
  'public-dns-name': one => addressesOf(one).map(({ ip }) => nameOf(one.vpcId, ip, 'localhost')),
  'public-ip': one => addressesOf(one).map(({ ip }) => ip),
})

const prefixed = (prefix: string, values: Readonly<Record<string, Values>>): [string, Values][] =>
  Object.entries(values).map(([name, of]) => [`${prefix}${name}`, of])

/** Whatever an interface has under a filter's name, all of an instance's have. */
export const instanceInterfaceFilters = (tx: Tx): FilterTable<Instance> => {
  const interfaces = interfaceIndex(tx)
  const addresses = addressesOn(tx)
  const nameOf = namesIn(tx)
  const groupName = groupNames(tx)
  const tags = tagIndex(tx)
  const all = (one: NetworkInterface) => one.privateIps.flatMap(ip => publicOf(addresses(one.id), ip) ?? [])
  const first = (one: NetworkInterface) => {
    const address = publicOf(addresses(one.id), one.privateIps[0] ?? '')
    return address ? [address] : []
  }
  const table: [string, Values][] = [
    ...prefixed('association.', associationValues(nameOf, first)),
    ...prefixed('network-interface.association.', associationValues(nameOf, first)),
    ...prefixed('network-interface.addresses.association.', associationValues(nameOf, all)),
    ...prefixed('network-interface.attachment.', {
      'attach-time': one => one.attachment?.attachedAt,
      'attachment-id': one => one.attachment?.id,
      'delete-on-termination': one => one.attachment?.deleteOnTermination,
      'device-index': one => one.attachment?.deviceIndex,
      'instance-id': one => one.attachment?.instanceId,
      'instance-owner-id': one => one.account,
      'network-card-index': () => 0,
      status: one => one.attachment?.state,
    }),
    ...prefixed('network-interface.addresses.', {
      primary: one => one.privateIps.map((_, index) => index === 0),
      'private-dns-name': one => one.privateIps.map(ip => nameOf(one.vpcId, ip, 'internal')),
      'private-ip-address': one => one.privateIps,
    }),
    ...prefixed('network-interface.', {
      'availability-zone': one => one.zone,
      description: one => one.description,
      'group-id': one => one.groupIds,
      'group-name': one => one.groupIds.map(groupName),
      'mac-address': one => one.macAddress,
      'network-interface-id': one => one.id,
      // How euca2ools spells the one above.
      'network-interface.id': one => one.id,
      'owner-id': one => one.account,
      'private-dns-name': one => nameOf(one.vpcId, one.privateIps[0] ?? '', 'internal'),
      'private-ip-address': one => one.privateIps[0],
      'public-dns-name': one => first(one).map(({ ip }) => nameOf(one.vpcId, ip, 'localhost')),
      'requester-id': one => one.requester,
      'requester-managed': one => one.requester !== undefined,
      'source-dest-check': one => one.sourceDestCheck,
      'source-destination-check': one => one.sourceDestCheck,
      status: statusOf,
      'subnet-id': one => one.subnetId,
      'tag-key': one => tags(one.id).map(({ Key }) => Key),
      'tag-value': one => tags(one.id).map(({ Value }) => Value),
      'vpc-id': one => one.vpcId,
    }),
  ]
  return {
    ...Object.fromEntries(
      table.map(([name, of]) => [
        name,
        (instance: Instance): FilterValue => flat(interfaces(instance.id).map(of)),
      ]),
    ),
    'source-dest-check': instance => interfaces(instance.id)[0]?.sourceDestCheck,
    'subnet-id': instance => instance.subnetId,
    'vpc-id': instance => instance.vpcId,
  }
}
