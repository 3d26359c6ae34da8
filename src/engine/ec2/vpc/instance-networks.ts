// SPDX-License-Identifier: BSD-2-Clause
// What becomes of an instance's addresses and interfaces while it stops, starts and ends. In the classic network a stopped
// instance has no address at all; in a VPC it keeps its interfaces, with their private and elastic addresses.
import type { Tx } from '../../operation'
import { autoAddress, privateAddress, releaseHostAddress, releaseInstanceAddresses } from '../address-pools'
import type { Instance } from '../schema/instances'
import { addressesOn, autoAddressInVpc, releaseAutomaticAddresses } from './interface-addresses'
import { endInterfaces, interfacesOf } from './interface-records'

/** The instance leaves its node, and is to be started again. */
export const leaveNetwork = (tx: Tx, { id, vpcId }: Instance): void => {
  if (vpcId === undefined) releaseInstanceAddresses(tx, id)
  else {
    for (const one of interfacesOf(tx, id)) releaseAutomaticAddresses(tx, one)
    releaseHostAddress(tx, id)
  }
}

/** The instance has ended. */
export const endNetwork = (tx: Tx, { id, vpcId }: Instance): void => {
  if (vpcId !== undefined) endInterfaces(tx, id)
  releaseInstanceAddresses(tx, id)
}

/** The private address of an instance that starts again. */
export const addressAgain = (tx: Tx, { id, vpcId }: Instance): Partial<Instance> => {
  const address = privateAddress(tx, id)
  return vpcId === undefined ? { privateIp: address } : { hostIp: address }
}

/** The public address of an instance that starts again: another one, unless an elastic one stayed with it. */
export const publicAgain = (tx: Tx, { id, account, vpcId, isPrivate }: Instance): void => {
  if (isPrivate) return
  if (vpcId === undefined) {
    autoAddress(tx, id, account)
    return
  }
  const [primary] = interfacesOf(tx, id)
  if (!primary) return
  const [first] = primary.privateIps
  if (!addressesOn(tx)(primary.id).some(({ privateIp }) => privateIp === first)) autoAddressInVpc(tx, primary)
}
