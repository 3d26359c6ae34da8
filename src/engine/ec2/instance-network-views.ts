// SPDX-License-Identifier: BSD-2-Clause
// What an instance shows of where it can be reached.
import type { Tx } from '../operation'
import { addressIndex } from './address-pools'
import { dnsName } from './dns-names'
import type { Instance } from './schema/instances'

/** The network of an instance, while it has one. */
export interface Network {
  readonly privateIp: string | undefined
  readonly privateDnsName: string | undefined
  readonly publicIp: string | undefined
  readonly publicDnsName: string | undefined
}

const nothing: Network = {
  privateIp: undefined,
  privateDnsName: undefined,
  publicIp: undefined,
  publicDnsName: undefined,
}

/** Whether its machine is on a node, or about to be. */
export const isOnNode = ({ state }: Instance): boolean => state === 'pending' || state === 'running'

/** With private addressing, Eucalyptus shows the private address in both places. */
const classicNetwork = ({ privateIp }: Instance, address: string | undefined): Network => {
  const privateDnsName = dnsName(privateIp, 'internal')
  return {
    privateIp,
    privateDnsName,
    publicIp: address ?? privateIp,
    publicDnsName: address ? dnsName(address, 'localhost') : privateDnsName,
  }
}

/**
 * In a VPC the private address is that of the primary interface, until the instance ends, and what has no public address
 * shows none. Names are there where the VPC has them.
 */
const vpcNetwork = ({ privateIp }: Instance, address: string | undefined, hasNames: boolean): Network => ({
  privateIp,
  privateDnsName: hasNames ? dnsName(privateIp, 'internal') : undefined,
  publicIp: address,
  publicDnsName: hasNames && address ? dnsName(address, 'localhost') : undefined,
})

/** `hasNames`: whether its VPC names what is in it. */
export const networkOf = (instance: Instance, address: string | undefined, hasNames: boolean): Network => {
  if (instance.vpcId === undefined) return isOnNode(instance) ? classicNetwork(instance, address) : nothing
  return instance.state === 'terminated' ? nothing : vpcNetwork(instance, address, hasNames)
}

/** Whether a VPC gives names to its instances: a look-up to be taken once. */
export const namedVpcs = (tx: Tx): ((vpcId: string | undefined) => boolean) => {
  const known = new Map<string, boolean>()
  return vpcId => {
    if (vpcId === undefined) return true
    const has = known.get(vpcId) ?? tx.vpcs.get(vpcId)?.dnsHostnames ?? false
    known.set(vpcId, has)
    return has
  }
}

/** `networkOf` for many instances: a look-up to be taken once. */
export const networks = (tx: Tx): ((instance: Instance) => Network) => {
  const addresses = addressIndex(tx)
  const hasNames = namedVpcs(tx)
  return instance => networkOf(instance, addresses(instance.id), hasNames(instance.vpcId))
}

/** Where this machine reaches an instance, be it in a VPC, whose addresses are nobody's here. */
export const hostAddress = ({ hostIp, privateIp }: Instance): string => hostIp ?? privateIp
