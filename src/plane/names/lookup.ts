// SPDX-License-Identifier: BSD-2-Clause
// Which names this cloud gives, and to what: load balancers, and instances by both of theirs. An instance's public name
// leads to where this machine reaches it as well, be that its private address or one that stands for it.
import { addressIndex } from '../../engine/ec2/address-pools'
import { hostAddress, namedVpcs } from '../../engine/ec2/instance-network-views'
import type { Instance } from '../../engine/ec2/schema/instances'
import { addressesOn, publicOf } from '../../engine/ec2/vpc/interface-addresses'
import { interfaceIndex } from '../../engine/ec2/vpc/interface-records'
import { balancerByDnsName, balancerDomain } from '../../engine/elb/balancers'
import type { Tx } from '../../engine/operation'

/** The zones that this resolver answers for, with nobody above it. */
const zones = ['eucalyptus.internal', 'eucalyptus.localhost'] as const

export interface Found {
  readonly zone: string
  /** Undefined: there is no such name. Empty: there is one, without an address of its own. */
  readonly addresses: readonly string[] | undefined
}

const instanceName = /^euca-(\d+)-(\d+)-(\d+)-(\d+)\.eucalyptus\.(internal|localhost)$/

/** An instance that is known by a public address, whichever of its interfaces that is given to. */
const byPublicAddress = (tx: Tx, ip: string): Instance | undefined => {
  const { instanceId, interfaceId = '', privateIp = '' } = tx.addresses.get(ip) ?? {}
  if (instanceId !== undefined && publicOf(addressesOn(tx)(interfaceId), privateIp)?.ip === ip) {
    return tx.instances.get(instanceId)
  }
  const addressOf = addressIndex(tx)
  return tx.instances.list().find(instance => instance.state === 'running' && addressOf(instance.id) === ip)
}

/** The private addresses of several VPCs may be the same: the first that has it answers. */
const byPrivateAddress = (tx: Tx, ip: string): Instance | undefined => {
  const interfaces = interfaceIndex(tx)
  const has = ({ id, vpcId, privateIp }: Instance): boolean =>
    vpcId === undefined ? privateIp === ip : interfaces(id).some(({ privateIps }) => privateIps.includes(ip))
  return tx.instances.list().find(instance => instance.state === 'running' && has(instance))
}

const addressOfInstance = (tx: Tx, name: string): string | undefined => {
  const [, ...parts] = instanceName.exec(name) ?? []
  const domain = parts.pop()
  if (domain === undefined) return undefined
  const ip = parts.join('.')
  const instance = domain === 'localhost' ? byPublicAddress(tx, ip) : byPrivateAddress(tx, ip)
  if (instance?.state !== 'running' || !namedVpcs(tx)(instance.vpcId)) return undefined
  return hostAddress(instance)
}

/** What a name, in lower case and without a dot at its end, leads to; undefined for one that is nobody's here. */
export const found = (tx: Tx, name: string): Found | undefined => {
  const zone = zones.find(one => name === one || name.endsWith(`.${one}`))
  if (zone === undefined) return undefined
  if (name === zone || name === balancerDomain) return { zone, addresses: [] }
  const address = balancerByDnsName(tx, name)?.address ?? addressOfInstance(tx, name)
  return { zone, addresses: address === undefined ? undefined : [address] }
}
