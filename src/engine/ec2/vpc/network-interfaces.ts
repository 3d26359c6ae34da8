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
import type { Address } from '../schema/network'
import type { NetworkInterface } from '../schema/vpc'
import { groupById } from '../security-group-records'
import { addressesOn, publicOf } from './interface-addresses'
import { groupsForInterface, makeInterface, removeInterface } from './interface-records'
import { interfaceView, ownerOfAddress, privateName, statusOf, typeOf } from './interface-views'
import { kinds, named } from './kinds'
import { checkLimit } from './limits'
import { needVpcs } from './networking'
import { shown } from './remnants'
import { noIpv6, noPrefixes, refuseGiven } from './requested'
import { wishedAddresses } from './subnet-addresses'

// AWS' limit.
const longestDescription = 255

// ---- operations --------------------------------------------------------------------------------------------------

const absentParts = {
  ConnectionTrackingSpecification: 'Connection tracking cannot be set in this cloud.',
  EnablePrimaryIpv6: noIpv6,
  Ipv4PrefixCount: noPrefixes,
  Ipv4Prefixes: noPrefixes,
  Ipv6AddressCount: noIpv6,
  Ipv6Addresses: noIpv6,
  Ipv6PrefixCount: noPrefixes,
  Ipv6Prefixes: noPrefixes,
  Operator: 'Interfaces are not managed by service providers in this cloud.',
}

const checkType = (type: string | undefined): void => {
  if (type && type !== 'interface') {
    refuse('UnsupportedOperation', `Interfaces of the type ${type} are not supported in this cloud.`)
  }
}

export const checkDescription = (text: string): string =>
  text.length <= longestDescription
    ? text
    : refuse(
        'InvalidParameterValue',
        `Invalid value for parameter description. The longest is of ${longestDescription} characters.`,
      )

export const createNetworkInterface: Operation<
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult
> = (tx, input) => {
  needVpcs(tx)
  refuseGiven(input, absentParts)
  checkType(input.InterfaceType)
  const tags = specifiedTags(input.TagSpecifications, 'network-interface')
  const subnet = named(tx, kinds.subnet, input.SubnetId)
  const others = tx.networkInterfaces.list().filter(({ account }) => account === subnet.account)
  checkLimit('networkInterfaces', others.length)
  const one = makeInterface(tx, {
    subnet,
    groupIds: groupsForInterface(tx, subnet, input.Groups),
    description: checkDescription(input.Description ?? ''),
    ...wishedAddresses(input),
  })
  putTags(tx, one.id, tags, subnet.account)
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

// How long AWS tells of it is not documented; programs ask every few seconds.
const formerAttachmentSeconds = 60

/**
 * Detaching is done at once, and an interface that is detached has no attachment. But programs that wait for an attachment
 * to be `detached` ask for it by its id, and to them its not being there is a cause to go on asking.
 */
const asksForAttachment = ({ Filters }: DescribeNetworkInterfacesRequest): boolean =>
  Filters?.some(({ Name }) => Name === 'attachment.attachment-id' || Name === 'attachment.status') ?? false

const withFormerAttachment =
  (tx: Tx) =>
  (one: NetworkInterface): NetworkInterface => {
    const { attachment, detached } = one
    const isRecent =
      detached && tx.now.getTime() - detached.detachedAt.getTime() < formerAttachmentSeconds * 1000
    return isRecent && !attachment ? { ...one, attachment: detached } : one
  }

export const describeNetworkInterfaces: Operation<
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult
> = (tx, input) => {
  const named = shown(tx, kinds.networkInterface, tx.networkInterfaces.list(), input.NetworkInterfaceIds)
  const all = asksForAttachment(input) ? named.map(withFormerAttachment(tx)) : named
  const { items, nextToken } = page(all.filter(matchFilters(input.Filters, interfaceFilters(tx))), input, {
    key: ({ id }) => id,
    ids: input.NetworkInterfaceIds?.some(id => id !== 'verbose') ? 'networkInterfaceIdSet' : undefined,
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
