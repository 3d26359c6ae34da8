// SPDX-License-Identifier: BSD-2-Clause
// Network interfaces by themselves: made, listed and deleted. Their attributes, attachments and addresses are in files of
// their own.
import type {
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult,
  DeleteNetworkInterfaceRequest,
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { page } from '../../pages'
import { putTags, specifiedTags, tagFilters } from '../../tags'
import { askedWithoutVerbose } from '../../verbose'
import { seenBy } from '../access/lists'
import { networkDemand } from '../access/networks'
import type { Address } from '../schema/network'
import type { NetworkInterface } from '../schema/vpc'
import { groupById } from '../security-group-records'
import { addressesOn, publicOf } from './interface-addresses'
import { groupsForInterface, makeInterface, removeInterface } from './interface-records'
import { interfaceView, ownerOfAddress, privateName, statusOf, typeOf } from './interface-views'
import { kinds, listed, named } from './kinds'
import { needVpcs } from './networking'
import type { PrivateIpWish } from './subnet-addresses'

// AWS' limit for an account in a region, and for a description.
export const maximumInterfaces = 5000
const longestDescription = 255

// ---- operations --------------------------------------------------------------------------------------------------

/** What is asked for and cannot be had is refused, as an interface without it would be another one. */
const refuseUnsupported = (input: CreateNetworkInterfaceRequest): void => {
  const no = (why: string): never => refuse('UnsupportedOperation', why)
  if (input.Ipv6Addresses?.length || input.Ipv6AddressCount || input.EnablePrimaryIpv6) {
    no('The networks of this cloud have no IPv6 addresses.')
  }
  const prefixes = [...(input.Ipv4Prefixes ?? []), ...(input.Ipv6Prefixes ?? [])]
  if (prefixes.length > 0 || input.Ipv4PrefixCount || input.Ipv6PrefixCount) {
    no('Interfaces have single addresses in this cloud, no prefixes.')
  }
  if (input.InterfaceType && (input.InterfaceType as string) !== 'interface') {
    no(`Interfaces of the type ${input.InterfaceType} are not supported in this cloud.`)
  }
  if (input.ConnectionTrackingSpecification) no('Connection tracking cannot be set in this cloud.')
  if (input.Operator) no('Interfaces are not managed by service providers in this cloud.')
}

type AddressRequest = Pick<
  CreateNetworkInterfaceRequest,
  'PrivateIpAddress' | 'PrivateIpAddresses' | 'SecondaryPrivateIpAddressCount'
>

/** The addresses that a request asks for. One of several may be said to be the primary one; else that is the cloud's to choose. */
export const wishedAddresses = (input: AddressRequest): PrivateIpWish => {
  const { PrivateIpAddress, PrivateIpAddresses: several = [], SecondaryPrivateIpAddressCount: count } = input
  const missing = (): never =>
    refuse('MissingParameter', 'The request must contain the parameter privateIpAddress')
  const primaries = [
    ...(PrivateIpAddress === undefined ? [] : [PrivateIpAddress]),
    ...several.filter(({ Primary }) => Primary).map(one => one.PrivateIpAddress ?? missing()),
  ]
  if (primaries.length > 1) {
    refuse('InvalidParameterValue', 'Only one primary private IP address can be specified.')
  }
  const secondaryIps = several.filter(({ Primary }) => !Primary).map(one => one.PrivateIpAddress ?? missing())
  if (count !== undefined && secondaryIps.length > 0) {
    refuse(
      'InvalidParameterCombination',
      'The parameters secondaryPrivateIpAddressCount and privateIpAddresses may not both say which secondary addresses there are',
    )
  }
  return { primaryIp: primaries[0], secondaryIps, secondaryCount: count }
}

export const checkDescription = (text: string): string =>
  text.length <= longestDescription
    ? text
    : refuse(
        'InvalidParameterValue',
        `Invalid value for parameter description. The longest is of ${longestDescription} characters.`,
      )

const checkLimit = (tx: Tx, account: string): void => {
  if (tx.networkInterfaces.list().filter(one => one.account === account).length >= maximumInterfaces) {
    refuse('NetworkInterfaceLimitExceeded', 'The maximum number of network interfaces has been reached.')
  }
}

export const createNetworkInterface: Operation<
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult
> = (tx, input) => {
  needVpcs(tx)
  refuseUnsupported(input)
  const tags = specifiedTags(input.TagSpecifications, 'network-interface')
  const subnet = named(tx, kinds.subnet, input.SubnetId)
  checkLimit(tx, subnet.account)
  const one = makeInterface(tx, {
    subnet,
    groupIds: groupsForInterface(tx, subnet, input.Groups),
    description: checkDescription(input.Description ?? ''),
    ...wishedAddresses(input),
  })
  putTags(tx, one.id, tags)
  return { NetworkInterface: interfaceView(tx)(one), ClientToken: input.ClientToken }
}

export const deleteNetworkInterface: Operation<DeleteNetworkInterfaceRequest, object> = (tx, input) => {
  const one = named(tx, kinds.networkInterface, input.NetworkInterfaceId)
  if (statusOf(one) === 'in-use') {
    refuse('InvalidNetworkInterface.InUse', `The network interface is in use '${one.id}'`)
  }
  removeInterface(tx, one)
  return {}
}

export const describeNetworkInterfaces: Operation<
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult
> = (tx, input) => {
  const { isVerbose, named: asked } = askedWithoutVerbose(tx.caller, input.NetworkInterfaceIds)
  const { networkInterface } = kinds
  const isSeen = seenBy(tx, networkDemand(networkInterface))
  const found = listed(
    tx,
    networkInterface,
    tx.networkInterfaces.list(),
    { asked, isVerbose },
    isSeen,
  ).filter(matchFilters(input.Filters, interfaceFilters(tx)))
  const { items, nextToken } = page(found, input, {
    key: ({ id }) => id,
    ids: input.NetworkInterfaceIds?.length ? 'networkInterfaceIdSet' : undefined,
  })
  return { NetworkInterfaces: items.map(interfaceView(tx)), NextToken: nextToken }
}

// ---- filters -----------------------------------------------------------------------------------------------------

const interfaceFilters = (tx: Tx): FilterTable<NetworkInterface> => {
  const addresses = addressesOn(tx)
  /** Of each private address that has a public one. */
  const associated = <V>(of: (address: Address) => V) => {
    return (one: NetworkInterface): readonly V[] =>
      one.privateIps.flatMap(ip => {
        const address = publicOf(addresses(one.id), ip)
        return address ? [of(address)] : []
      })
  }
  /** Of the interface's own, which is that of its primary address. */
  const own =
    <V>(of: (address: Address) => V) =>
    (one: NetworkInterface): V | undefined => {
      const address = publicOf(addresses(one.id), one.privateIps[0] ?? '')
      return address && of(address)
    }
  const ipOf = ({ ip }: Address): string => ip
  const view = interfaceView(tx)
  return {
    ...withoutMatch<NetworkInterface>([
      'association.carrier-ip',
      'association.customer-owned-ip',
      'ipv6-addresses.ipv6-address',
      'operator.principal',
    ]),
    'addresses.association.owner-id': associated(ownerOfAddress),
    'addresses.association.public-ip': associated(ipOf),
    'addresses.primary': ({ privateIps }) => privateIps.map((_, index) => index === 0),
    // The tools' name, and AWS'.
    'addresses.private-ip-addresses': ({ privateIps }) => privateIps,
    'addresses.private-ip-address': ({ privateIps }) => privateIps,
    'association.allocation-id': own(({ allocationId }) => allocationId),
    'association.association-id': own(({ associationId }) => associationId),
    'association.ip-owner-id': own(ownerOfAddress),
    'association.public-dns-name': one => view(one).Association?.PublicDnsName,
    'association.public-ip': own(ipOf),
    'attachment.attach.time': ({ attachment }) => attachment?.attachedAt,
    'attachment.attach-time': ({ attachment }) => attachment?.attachedAt,
    'attachment.attachment-id': ({ attachment }) => attachment?.id,
    'attachment.delete-on-termination': ({ attachment }) => attachment?.deleteOnTermination,
    'attachment.device-index': ({ attachment }) => attachment?.deviceIndex,
    'attachment.instance-id': ({ attachment }) => attachment?.instanceId,
    'attachment.instance-owner-id': ({ attachment, account }) => attachment && account,
    'attachment.status': ({ attachment }) => attachment?.state,
    'availability-zone': ({ zone }) => zone,
    description: ({ description }) => description,
    'group-id': ({ groupIds }) => groupIds,
    'group-name': ({ groupIds }) => groupIds.map(id => groupById(tx, id)?.name),
    'interface-type': typeOf,
    'mac-address': ({ macAddress }) => macAddress,
    'network-interface-id': ({ id }) => id,
    'operator.managed': () => false,
    'owner-id': ({ account }) => account,
    'private-dns-name': one => privateName(tx, one),
    'private-ip-address': ({ privateIps }) => privateIps[0],
    'requester-id': ({ requester }) => requester,
    'requester-managed': ({ requester }) => requester !== undefined,
    'source-dest-check': ({ sourceDestCheck }) => sourceDestCheck,
    status: statusOf,
    'subnet-id': ({ subnetId }) => subnetId,
    'vpc-id': ({ vpcId }) => vpcId,
    ...tagFilters<NetworkInterface>(tx, ({ id }) => id),
  }
}
