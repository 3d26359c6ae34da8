// SPDX-License-Identifier: BSD-2-Clause
// Which names this cloud gives, and to what: load balancers, and instances by both of theirs. An instance's public name
// leads to its private address as well, as that is where it can be reached from this machine.
import { addressIndex } from '../../engine/ec2/address-pools'
import { networkOf } from '../../engine/ec2/instance-views'
import { balancerByDnsName, balancerDomain } from '../../engine/elb/balancers'
import type { Tx } from '../../engine/operation'

/** The zones that this resolver answers for, with nobody above it. */
const zones = ['eucalyptus.internal', 'eucalyptus.localhost'] as const

export interface Found {
  readonly zone: string
  /** Undefined: there is no such name. Empty: there is one, without an address of its own. */
  readonly addresses: readonly string[] | undefined
}

const addressOfInstance = (tx: Tx, name: string): string | undefined => {
  if (!name.startsWith('euca-')) return undefined
  const publicAddress = addressIndex(tx)
  for (const instance of tx.instances.list()) {
    if (instance.state !== 'running') continue
    const network = networkOf(instance, publicAddress(instance.id))
    if (network.privateDnsName === name || network.publicDnsName === name) return instance.privateIp
  }
  return undefined
}

/** What a name, in lower case and without a dot at its end, leads to; undefined for one that is nobody's here. */
export const found = (tx: Tx, name: string): Found | undefined => {
  const zone = zones.find(one => name === one || name.endsWith(`.${one}`))
  if (zone === undefined) return undefined
  if (name === zone || name === balancerDomain) return { zone, addresses: [] }
  const address = balancerByDnsName(tx, name)?.address ?? addressOfInstance(tx, name)
  return { zone, addresses: address === undefined ? undefined : [address] }
}
