// SPDX-License-Identifier: BSD-2-Clause
// Elastic addresses as EC2 had them before VPC: known by the address itself, in the domain `standard`.
import { isIPv4 } from 'node:net'
import type {
  Address as AddressInfo,
  AllocateAddressRequest,
  AllocateAddressResult,
  AssociateAddressRequest,
  AssociateAddressResult,
  DescribeAddressesRequest,
  DescribeAddressesResult,
  DisassociateAddressRequest,
  ReleaseAddressRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../filters'
import type { Operation, Tx } from '../operation'
import { specifiedTags } from '../tags'
import { askedWithoutVerbose } from '../verbose'
import { seenBy } from './access/lists'
import { addressDemand } from './access/resources'
import { attach, detach, freePublicAddress, isPublicAddress } from './address-pools'
import { instanceNamed } from './instance-ids'
import { hasRoomForAddress, madeBy } from './quotas'
import type { Address } from './schema/network'

/** Elastic addresses that an account may hold: AWS' limit. */
export const maximumAddresses = 5

const isElastic = ({ kind }: Address): boolean => kind === 'elastic'

const held = (tx: Tx): readonly Address[] =>
  tx.addresses.list().filter(address => isElastic(address) && address.account === tx.caller.account)

interface AddressReference {
  readonly PublicIp?: string | undefined
  readonly AllocationId?: string | undefined
  readonly AssociationId?: string | undefined
}

/** The caller's address that a request names, or the refusal that says what is wrong with the name. */
const addressNamed = (tx: Tx, { PublicIp: ip, AllocationId, AssociationId }: AddressReference): Address => {
  if (AllocationId) {
    return refuse('InvalidAllocationID.NotFound', `The allocation ID '${AllocationId}' does not exist`)
  }
  if (AssociationId) {
    return refuse('InvalidAssociationID.NotFound', `The association ID '${AssociationId}' does not exist`)
  }
  if (!ip) return refuse('MissingParameter', 'Either public IP or allocation id must be specified')
  if (!isIPv4(ip)) {
    refuse('InvalidParameterValue', `Value (${ip}) for parameter publicIp is invalid. Invalid IPv4 address.`)
  }
  const address = tx.addresses.get(ip)
  if (!address) return refuse('InvalidAddress.NotFound', `Address '${ip}' not found.`)
  if (address.account !== tx.caller.account && !tx.caller.isCloudAdmin) {
    refuse('AuthFailure', `The address '${ip}' does not belong to you.`)
  }
  if (!isElastic(address)) {
    refuse('InvalidAddress.NotFound', `Address '${ip}' is not allocated to your account.`)
  }
  return address
}

export const allocateAddress: Operation<AllocateAddressRequest, AllocateAddressResult> = (tx, input) => {
  const { Domain = 'standard', Address: wanted } = input
  if (Domain !== 'standard') {
    refuse(
      'InvalidParameterValue',
      `Value (${Domain}) for parameter domain is invalid. Expected: 'standard'.`,
    )
  }
  if (specifiedTags(input.TagSpecifications, 'elastic-ip').length > 0) {
    refuse('UnsupportedOperation', 'Addresses outside a VPC have no ID to be tagged by')
  }
  if (held(tx).length >= maximumAddresses || !hasRoomForAddress(tx)) {
    refuse('AddressLimitExceeded', 'The maximum number of addresses has been reached.')
  }
  if (wanted && (!isPublicAddress(wanted) || tx.addresses.get(wanted))) {
    refuse('InvalidAddress.NotFound', `Address '${wanted}' not found.`)
  }
  const ip = wanted ?? freePublicAddress(tx)
  tx.addresses.put({ ip, ...madeBy(tx), kind: 'elastic', allocatedAt: tx.now })
  return { PublicIp: ip, Domain: 'standard' }
}

/** An address moves from one instance to another unless the request forbids it; what the new instance had goes free. */
export const associateAddress: Operation<
  AssociateAddressRequest,
  AssociateAddressResult & { readonly Return: boolean }
> = (tx, input) => {
  if (input.NetworkInterfaceId) {
    const id = input.NetworkInterfaceId
    refuse('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`)
  }
  const instance = livingInstance(tx, input.InstanceId)
  const address = addressNamed(tx, input)
  if (address.instanceId === instance.id) return { Return: true }
  if (address.instanceId && input.AllowReassociation === false) {
    refuse('Resource.AlreadyAssociated', `resource ${address.ip} is already associated with an instance`)
  }
  attach(tx, address, instance.id)
  return { Return: true }
}

/** An instance that can have an address. */
const livingInstance = (tx: Tx, id: string | undefined) => {
  if (!id) return refuse('MissingParameter', 'Either instance ID or network interface id must be specified')
  const instance = instanceNamed(tx, id)
  if (instance.state !== 'running' && instance.state !== 'pending') {
    refuse(
      'InvalidInstanceID',
      `The ${instance.state} instance '${instance.id}' is not in a valid state for this operation.`,
    )
  }
  return instance
}

/** The instance goes on with the address that the cloud gave it. Nothing happens to an address that is free. */
export const disassociateAddress: Operation<DisassociateAddressRequest, object> = (tx, input) => {
  detach(tx, addressNamed(tx, input))
  return {}
}

/** Releasing takes the address from its instance as well. */
export const releaseAddress: Operation<ReleaseAddressRequest, object> = (tx, input) => {
  const address = addressNamed(tx, input)
  detach(tx, address)
  tx.addresses.delete(address.ip)
  return {}
}

export const describeAddresses: Operation<DescribeAddressesRequest, DescribeAddressesResult> = (
  tx,
  input,
) => {
  // It shows administrators every address in use, those that instances were given included.
  const { isVerbose: all, named: ips } = askedWithoutVerbose(tx.caller, input.PublicIps)
  const [allocation] = input.AllocationIds ?? []
  if (allocation) addressNamed(tx, { AllocationId: allocation })
  const isSeen = seenBy(tx, addressDemand)
  for (const ip of ips) {
    const address = all && tx.addresses.get(ip) ? undefined : addressNamed(tx, { PublicIp: ip })
    if (address && !isSeen(address)) refuse('InvalidAddress.NotFound', `Address '${ip}' not found.`)
  }
  // An administrator may ask for other accounts' addresses by name.
  const visible = all
    ? tx.addresses.list()
    : ips.length > 0
      ? tx.addresses.list().filter(isElastic)
      : held(tx)
  const asked = (address: Address) => ips.length === 0 || ips.includes(address.ip)
  const matches = matchFilters(input.Filters, filters(tx))
  return { Addresses: visible.filter(asked).filter(isSeen).filter(matches).map(viewOf(tx)) }
}

const privateIpOf = (tx: Tx, { instanceId }: Address): string | undefined =>
  instanceId === undefined ? undefined : tx.instances.get(instanceId)?.privateIp

// Addresses outside a VPC are known by no id, which is also what tags hang on.
const unmatched = withoutMatch<Address>([
  'allocation-id',
  'association-id',
  'network-border-group',
  'network-interface-id',
  'network-interface-owner-id',
  'tag:',
  'tag-key',
  'tag-value',
])

const filters = (tx: Tx): FilterTable<Address> => ({
  ...unmatched,
  domain: () => 'standard',
  'instance-id': address => address.instanceId,
  'private-ip-address': address => privateIpOf(tx, address),
  'public-ip': address => address.ip,
})

const viewOf =
  (tx: Tx) =>
  (address: Address): AddressInfo => ({
    PublicIp: address.ip,
    Domain: 'standard',
    InstanceId: address.instanceId ?? '',
    PrivateIpAddress: privateIpOf(tx, address),
  })
