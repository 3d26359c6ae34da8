// SPDX-License-Identifier: BSD-2-Clause
// Public addresses of interfaces. Each belongs to one private address of its interface, and an interface's instance has
// what its interfaces have. An instance is known by the public address of its primary interface's primary address.
import { oncePer } from '../../../schemas/once-per'
import { freshId } from '../../ids'
import type { Tx } from '../../operation'
import { freePublicAddress, noteAddress } from '../address-pools'
import type { Address } from '../schema/network'
import type { NetworkInterface } from '../schema/vpc'

const noAddresses: readonly Address[] = Object.freeze([])

const byInterface = oncePer((addresses: readonly Address[]) => {
  const index = new Map<string, Address[]>()
  for (const address of addresses) {
    if (address.interfaceId === undefined) continue
    const known = index.get(address.interfaceId)
    if (known) known.push(address)
    else index.set(address.interfaceId, [address])
  }
  return index
})

/** The public addresses of an interface: a look-up to be taken once for a list. */
export const addressesOn = (tx: Tx): ((interfaceId: string) => readonly Address[]) => {
  const index = byInterface(tx.addresses.list())
  return id => index.get(id) ?? noAddresses
}

/** What one private address is reached by from outside: an elastic address takes the automatic one's place. */
export const publicOf = (addresses: readonly Address[], privateIp: string): Address | undefined => {
  const own = addresses.filter(address => address.privateIp === privateIp)
  return own.find(({ kind }) => kind === 'elastic') ?? own[0]
}

/** Whether it is by the addresses of this private address that its instance is known. */
const isFirst = ({ attachment, privateIps }: NetworkInterface, privateIp: string | undefined): boolean =>
  attachment?.deviceIndex === 0 && privateIps[0] === privateIp

const noteOn = (
  tx: Tx,
  networkInterface: NetworkInterface,
  address: Address,
  ip: string | undefined,
): void => {
  const { attachment } = networkInterface
  if (!attachment || !isFirst(networkInterface, address.privateIp)) return
  noteAddress(tx, attachment.instanceId, address.kind === 'elastic' ? { elasticIp: ip } : { automaticIp: ip })
}

/** Take a public address from its interface. */
export const takeFromInterface = (tx: Tx, address: Address): Address => {
  const { interfaceId, privateIp: _, associationId: __, instanceId: ___, ...free } = address
  const holder = interfaceId === undefined ? undefined : tx.networkInterfaces.get(interfaceId)
  if (holder) noteOn(tx, holder, address, undefined)
  return tx.addresses.put(free)
}

/** Give a public address to an interface; whatever either had is taken back. */
export const giveToInterface = (
  tx: Tx,
  address: Address,
  networkInterface: NetworkInterface,
  privateIp: string,
): Address => {
  const free = takeFromInterface(tx, address)
  const others = addressesOn(tx)(networkInterface.id)
  const before = others.find(one => one.privateIp === privateIp && one.kind === address.kind)
  if (before) takeFromInterface(tx, before)
  const isTaken = (id: string) => tx.addresses.list().some(({ associationId }) => associationId === id)
  const given = tx.addresses.put({
    ...free,
    ...(address.kind === 'elastic' && { associationId: freshId(tx, 'eipassoc', isTaken) }),
    interfaceId: networkInterface.id,
    privateIp,
    ...(networkInterface.attachment && { instanceId: networkInterface.attachment.instanceId }),
  })
  noteOn(tx, networkInterface, given, given.ip)
  return given
}

/**
 * Give the primary address of an instance's primary interface, which has none, a public address of the cloud's choice.
 * The instance has it until `releaseAutomaticAddresses`, or until its addresses are released.
 */
export const autoAddressInVpc = (tx: Tx, networkInterface: NetworkInterface): string => {
  const { account, privateIps, attachment } = networkInterface
  const ip = freePublicAddress(tx)
  // There is nothing to take back: of many instances that start, none has to look through all addresses.
  const address: Address = tx.addresses.put({
    ...{ ip, account, kind: 'automatic', allocatedAt: tx.now },
    interfaceId: networkInterface.id,
    privateIp: privateIps[0] ?? '',
    ...(attachment && { instanceId: attachment.instanceId }),
  })
  noteOn(tx, networkInterface, address, ip)
  return ip
}

/** Take an address from its interface: what the cloud gave goes back to the cloud, an elastic one stays with its account. */
const release = (tx: Tx, address: Address): void => {
  const { ip, kind } = takeFromInterface(tx, address)
  if (kind === 'automatic') tx.addresses.delete(ip)
}

/** What the cloud gave the interface goes back to the cloud, as when an instance stops. */
export const releaseAutomaticAddresses = (tx: Tx, networkInterface: NetworkInterface): void => {
  for (const address of addressesOn(tx)(networkInterface.id)) {
    if (address.kind === 'automatic') release(tx, address)
  }
}

/** All public addresses go from an interface that is to end. */
export const releaseInterfaceAddresses = (tx: Tx, networkInterface: NetworkInterface): void => {
  for (const address of addressesOn(tx)(networkInterface.id)) release(tx, address)
}

/** An interface was attached or detached: its addresses are its new instance's. */
export const moveAddresses = (tx: Tx, before: NetworkInterface, after: NetworkInterface): void => {
  for (const { instanceId: _, ...address } of addressesOn(tx)(after.id)) {
    noteOn(tx, before, address, undefined)
    const { attachment } = after
    const moved = tx.addresses.put({
      ...address,
      ...(attachment && { instanceId: attachment.instanceId }),
    })
    noteOn(tx, after, moved, moved.ip)
  }
}
