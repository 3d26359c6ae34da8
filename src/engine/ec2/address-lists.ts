// SPDX-License-Identifier: BSD-2-Clause
// DescribeAddresses: addresses of both domains, as EC2 shows them.
import type {
  Address as AddressInfo,
  DescribeAddressesRequest,
  DescribeAddressesResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../filters'
import type { Operation, Tx } from '../operation'
import { tagFilters, tagIndex } from '../tags'
import { askedWithoutVerbose } from '../verbose'
import { seenBy } from './access/lists'
import { addressDemand } from './access/resources'
import { addressNamed, domainOf, isElastic } from './address-names'
import type { Address } from './schema/network'
import { kinds } from './vpc/kinds'

/** The elastic addresses of the caller's account. */
export const heldAddresses = (tx: Tx): readonly Address[] =>
  tx.addresses.list().filter(address => isElastic(address) && address.account === tx.caller.account)

export const describeAddresses: Operation<DescribeAddressesRequest, DescribeAddressesResult> = (
  tx,
  input,
) => {
  // It shows administrators every address in use, those that instances were given included.
  const { isVerbose: all, named: ips } = askedWithoutVerbose(tx.caller, input.PublicIps)
  const ids = input.AllocationIds ?? []
  const isSeen = seenBy(tx, addressDemand)
  const byIp = ips.map(PublicIp =>
    all ? (tx.addresses.get(PublicIp) ?? addressNamed(tx, { PublicIp })) : addressNamed(tx, { PublicIp }),
  )
  for (const address of all ? [] : byIp) {
    if (!isSeen(address)) refuse('InvalidAddress.NotFound', `Address '${address.ip}' not found.`)
  }
  const byId = ids.map(AllocationId => {
    const address = addressNamed(tx, { AllocationId })
    return isSeen(address) ? address : kinds.allocation.missing(AllocationId)
  })
  // An administrator may ask for other accounts' addresses by name.
  const asked = new Set([...byIp, ...byId].map(({ ip }) => ip))
  const isNamed = ips.length > 0 || ids.length > 0
  const visible = all || isNamed ? tx.addresses.list() : heldAddresses(tx)
  const matches = matchFilters(input.Filters, filters(tx))
  return {
    Addresses: visible
      .filter(({ ip }) => !isNamed || asked.has(ip))
      .filter(isSeen)
      .filter(matches)
      .map(viewer(tx)),
  }
}

const privateIpOf = (tx: Tx, { instanceId, interfaceId, privateIp }: Address): string | undefined =>
  interfaceId !== undefined || instanceId === undefined ? privateIp : tx.instances.get(instanceId)?.privateIp

const interfaceOwner = (tx: Tx, { interfaceId }: Address): string | undefined =>
  interfaceId === undefined ? undefined : tx.networkInterfaces.get(interfaceId)?.account

const filters = (tx: Tx): FilterTable<Address> => ({
  ...withoutMatch<Address>(['network-border-group']),
  'allocation-id': ({ allocationId }) => allocationId,
  'association-id': ({ associationId }) => associationId,
  domain: domainOf,
  'instance-id': ({ instanceId }) => instanceId,
  'network-interface-id': ({ interfaceId }) => interfaceId,
  'network-interface-owner-id': address => interfaceOwner(tx, address),
  'private-ip-address': address => privateIpOf(tx, address),
  'public-ip': ({ ip }) => ip,
  // Addresses outside a VPC are known by no id, which is what tags hang on.
  ...tagFilters<Address>(tx, ({ allocationId }) => allocationId ?? ''),
})

const viewer = (tx: Tx): ((address: Address) => AddressInfo) => {
  const tags = tagIndex(tx)
  return address => {
    const { ip, instanceId, allocationId } = address
    const shared = { PublicIp: ip, Domain: domainOf(address), PrivateIpAddress: privateIpOf(tx, address) }
    if (domainOf(address) === 'standard') return { ...shared, InstanceId: instanceId ?? '' }
    return {
      ...shared,
      InstanceId: instanceId,
      AllocationId: allocationId,
      AssociationId: address.associationId,
      NetworkInterfaceId: address.interfaceId,
      NetworkInterfaceOwnerId: interfaceOwner(tx, address),
      Tags: allocationId === undefined ? [] : [...tags(allocationId)],
    }
  }
}
