// SPDX-License-Identifier: BSD-2-Clause
// Elastic addresses of VPCs and the interfaces that have them. An interface is named itself, or by an instance that has
// only this one.
import type { AssociateAddressRequest } from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Tx } from '../../operation'
import type { Instance } from '../schema/instances'
import type { Address } from '../schema/network'
import type { NetworkInterface } from '../schema/vpc'
import { addressesOn, giveToInterface } from './interface-addresses'
import { interfacesOf } from './interface-records'
import { internetGatewayOf } from './internet-gateways'
import { kinds, named } from './kinds'

/** Refuse what would touch an interface that is a service's, such as a NAT gateway's. */
const checkNotManaged = ({ requester }: NetworkInterface): void => {
  if (requester !== undefined) {
    refuse('AuthFailure', 'You do not have permission to access the specified resource.')
  }
}

/** Refuse to take an address from a service that works with it. */
export const checkNotInService = (tx: Tx, { interfaceId }: Address): void => {
  const holder = interfaceId === undefined ? undefined : tx.networkInterfaces.get(interfaceId)
  if (holder) checkNotManaged(holder)
}

const onlyInterface = (tx: Tx, { id }: Instance): NetworkInterface => {
  const [one, ...more] = interfacesOf(tx, id)
  if (!one) return refuse('InvalidInstanceID', `There are no interfaces attached to instance '${id}'.`)
  if (more.length > 0) {
    refuse(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${id}'. Please specify an interface ID for the operation instead.`,
    )
  }
  return one
}

const privateIpOn = ({ id, privateIps }: NetworkInterface, asked: string | undefined): string => {
  const [primary = ''] = privateIps
  if (asked === undefined || privateIps.includes(asked)) return asked ?? primary
  return refuse(
    'InvalidParameterValue',
    `Value (${asked}) for parameter privateIpAddress is invalid. The network interface '${id}' does not have this address.`,
  )
}

const checkReachable = (tx: Tx, vpcId: string): void => {
  if (!internetGatewayOf(tx, vpcId)) {
    refuse('Gateway.NotAttached', `Network ${vpcId} is not attached to any internet gateway`)
  }
}

/** Give an address to an interface; `instance` is the one that the request names. The address with its association. */
export const associateInVpc = (
  tx: Tx,
  address: Address,
  instance: Instance | undefined,
  input: AssociateAddressRequest,
): Address => {
  const one = instance
    ? onlyInterface(tx, instance)
    : named(tx, kinds.networkInterface, input.NetworkInterfaceId)
  if (address.allocationId === undefined) {
    refuse(
      'InvalidParameterCombination',
      `You must specify an allocation id when mapping an address to a ${instance ? 'VPC instance' : 'network interface'}`,
    )
  }
  checkNotManaged(one)
  checkNotInService(tx, address)
  const privateIp = privateIpOn(one, input.PrivateIpAddress)
  if (address.interfaceId === one.id && address.privateIp === privateIp) return address
  if (one.account !== address.account) {
    refuse('AuthFailure', `The address '${address.ip}' does not belong to you.`)
  }
  checkReachable(tx, one.vpcId)
  if (input.AllowReassociation === false) {
    if (address.associationId !== undefined) {
      refuse(
        'Resource.AlreadyAssociated',
        `resource ${address.allocationId} is already associated with associate-id ${address.associationId}`,
      )
    }
    const isTaken = addressesOn(tx)(one.id).some(
      other => other.kind === 'elastic' && other.privateIp === privateIp,
    )
    if (isTaken) {
      refuse('Resource.AlreadyAssociated', `resource ${one.id} is already associated with an elastic address`)
    }
  }
  return giveToInterface(tx, address, one, privateIp)
}

/**
 * Refuse to release an address that an interface has. In a default VPC releasing takes it from there, as it always did
 * before there were VPCs.
 */
export const checkReleasable = (tx: Tx, { ip, interfaceId }: Address): void => {
  const holder = interfaceId === undefined ? undefined : tx.networkInterfaces.get(interfaceId)
  if (!holder) return
  if (holder.requester !== undefined || tx.vpcs.get(holder.vpcId)?.isDefault !== true) {
    refuse('InvalidIPAddress.InUse', `Address ${ip} is in use.`)
  }
}
