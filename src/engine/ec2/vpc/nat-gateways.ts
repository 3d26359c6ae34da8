// SPDX-License-Identifier: BSD-2-Clause
// NAT gateways: an interface in a subnet with an elastic address, for instances that have no public address of their own.
// One opens a few seconds after it was asked for, or fails for a reason that it then tells; one that is deleted or has
// failed is listed for an hour.
import type {
  CreateNatGatewayRequest,
  CreateNatGatewayResult,
  DeleteNatGatewayRequest,
  DeleteNatGatewayResult,
  DescribeNatGatewaysRequest,
  DescribeNatGatewaysResult,
  NatGateway as NatGatewayView,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters } from '../../filters'
import { machine } from '../../machine'
import type { Operation, Tx } from '../../operation'
import { page } from '../../pages'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex } from '../../tags'
import { madeBy } from '../quotas'
import type { NatGateway } from '../schema/vpc'
import { freshIds } from './fresh-ids'
import { giveToInterface } from './interface-addresses'
import { makeInterface, removeInterface } from './interface-records'
import { internetGatewayOf } from './internet-gateways'
import { kinds, named } from './kinds'
import { checkLimit } from './limits'
import { needVpcs } from './networking'
import { livingNamed, remnantSeconds, shown } from './remnants'
import { refuseGiven } from './requested'
import { freeCount } from './subnet-addresses'

const openingSeconds = 5
const closingSeconds = 5

const life = machine({
  pending: { opens: 'available', fails: 'failed', delete: 'deleting' },
  available: { delete: 'deleting' },
  deleting: { closes: 'deleted' },
  failed: { delete: 'deleted' },
  deleted: {},
})

// ---- CreateNatGateway --------------------------------------------------------------------------------------------

const absentParts = {
  AvailabilityMode: 'A NAT gateway is in one zone in this cloud.',
  AvailabilityZoneAddresses: 'A NAT gateway is in one zone in this cloud.',
  PrivateIpAddress: 'A NAT gateway has a private address of the cloud’s choice.',
  SecondaryAllocationIds: 'A NAT gateway has one address in this cloud.',
  SecondaryPrivateIpAddresses: 'A NAT gateway has one address in this cloud.',
  SecondaryPrivateIpAddressCount: 'A NAT gateway has one address in this cloud.',
}

export const createNatGateway: Operation<CreateNatGatewayRequest, CreateNatGatewayResult> = (tx, input) => {
  needVpcs(tx)
  refuseGiven(input, absentParts)
  const connectivity = input.ConnectivityType ?? 'public'
  if (connectivity !== 'public') {
    refuse('UnsupportedOperation', 'NAT gateways lead to the internet alone in this cloud.')
  }
  const subnet = named(tx, kinds.subnet, input.SubnetId)
  const address = named(tx, kinds.allocation, input.AllocationId)
  const tags = specifiedTags(input.TagSpecifications, 'natgateway')
  const counted: readonly string[] = ['pending', 'available', 'deleting']
  const others = tx.natGateways.list().filter(({ account, subnetId, state }) => {
    const { zone } = tx.subnets.get(subnetId) ?? {}
    return account === subnet.account && zone === subnet.zone && counted.includes(state)
  })
  checkLimit('natGateways', others.length)
  const gateway = tx.natGateways.put({
    ...madeBy(tx),
    account: subnet.account,
    createdAt: tx.now,
    id: freshIds(tx)('nat'),
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    state: 'pending',
    allocationId: address.id,
    publicIp: address.ip,
  })
  putTags(tx, gateway.id, tags, subnet.account)
  tx.after(openingSeconds, 'nat-gateway.opened', gateway.id)
  return { NatGateway: viewOf(tx)(gateway), ClientToken: input.ClientToken }
}

// ---- DeleteNatGateway --------------------------------------------------------------------------------------------

/** Its elastic address stays with the account. To delete it once more while it goes is no error. */
export const deleteNatGateway: Operation<DeleteNatGatewayRequest, DeleteNatGatewayResult> = (tx, input) => {
  const gateway = livingNamed(tx, kinds.natGateway, input.NatGatewayId)
  if (gateway.state === 'failed') {
    tx.natGateways.put({ ...gateway, state: life.next(gateway.state, 'delete'), deletedAt: tx.now })
  } else if (gateway.state !== 'deleting') {
    tx.natGateways.put({ ...gateway, state: life.next(gateway.state, 'delete') })
    tx.after(closingSeconds, 'nat-gateway.closed', gateway.id)
  }
  return { NatGatewayId: gateway.id }
}

// ---- tasks -------------------------------------------------------------------------------------------------------

/** What is in the way, in AWS' words. */
const failureOf = (tx: Tx, gateway: NatGateway): NatGateway['failure'] => {
  const { allocationId, vpcId, subnetId, account } = gateway
  const subnet = tx.subnets.get(subnetId)
  if (!subnet) {
    const message = `The specified subnet ${subnetId} does not exist or could not be found.`
    return { code: 'InvalidSubnetID.NotFound', message }
  }
  const address = kinds.allocation.find(tx, allocationId)
  if (address?.account !== account) {
    const message = `Elastic IP address ${allocationId} could not be associated with this NAT gateway`
    return { code: 'InvalidAllocationID.NotFound', message }
  }
  if (address.interfaceId !== undefined) {
    const message = `Elastic IP address ${allocationId} is already associated`
    return { code: 'Resource.AlreadyAssociated', message }
  }
  if (!internetGatewayOf(tx, vpcId)) {
    return { code: 'Gateway.NotAttached', message: `Network ${vpcId} has no Internet gateway attached` }
  }
  if (freeCount(tx, subnet) < 1) {
    const message = 'Subnet has insufficient free addresses to create this NAT gateway'
    return { code: 'InsufficientFreeAddressesInSubnet', message }
  }
  return undefined
}

export const natGatewayOpened = (tx: Tx, id: string): void => {
  const gateway = tx.natGateways.get(id)
  if (gateway?.state !== 'pending') return
  const failure = failureOf(tx, gateway)
  if (failure) {
    tx.natGateways.put({ ...gateway, state: life.next(gateway.state, 'fails'), failure })
    tx.after(remnantSeconds, 'nat-gateway.forgotten', id)
    return
  }
  const made = makeInterface(tx, {
    subnet: tx.subnets.must(gateway.subnetId),
    groupIds: [],
    description: `Interface for NAT Gateway ${id}`,
    requester: id,
  })
  const [privateIp = ''] = made.privateIps
  giveToInterface(tx, tx.addresses.must(gateway.publicIp), made, privateIp)
  tx.natGateways.put({
    ...gateway,
    state: life.next(gateway.state, 'opens'),
    interfaceId: made.id,
    privateIp,
  })
}

export const natGatewayClosed = (tx: Tx, id: string): void => {
  const gateway = tx.natGateways.get(id)
  if (gateway?.state !== 'deleting') return
  const made = gateway.interfaceId === undefined ? undefined : tx.networkInterfaces.get(gateway.interfaceId)
  if (made) removeInterface(tx, made)
  tx.natGateways.put({ ...gateway, state: life.next(gateway.state, 'closes'), deletedAt: tx.now })
  tx.after(remnantSeconds, 'nat-gateway.forgotten', id)
}

export const natGatewayForgotten = (tx: Tx, id: string): void => {
  tx.natGateways.delete(id)
  forgetTags(tx, id)
}

// ---- DescribeNatGateways -----------------------------------------------------------------------------------------

export const describeNatGateways: Operation<DescribeNatGatewaysRequest, DescribeNatGatewaysResult> = (
  tx,
  input,
) => {
  const gateways = shown(tx, kinds.natGateway, tx.natGateways.list(), input.NatGatewayIds)
  const { items, nextToken } = page(gateways.filter(matchFilters(input.Filter, filters(tx))), input, {
    key: ({ id }) => id,
  })
  return { NatGateways: items.map(viewOf(tx)), NextToken: nextToken }
}

const filters = (tx: Tx): FilterTable<NatGateway> => ({
  'nat-gateway-id': ({ id }) => id,
  state: ({ state }) => state,
  'subnet-id': ({ subnetId }) => subnetId,
  'vpc-id': ({ vpcId }) => vpcId,
  ...tagFilters<NatGateway>(tx, ({ id }) => id),
})

// ---- view --------------------------------------------------------------------------------------------------------

/** Of its address, while its interface has it. */
const associationOf = (tx: Tx, { interfaceId, publicIp = '' }: NatGateway): string | undefined => {
  const address = tx.addresses.get(publicIp)
  return interfaceId !== undefined && address?.interfaceId === interfaceId ? address.associationId : undefined
}

const viewOf = (tx: Tx): ((gateway: NatGateway) => NatGatewayView) => {
  const tags = tagIndex(tx)
  return gateway => ({
    NatGatewayId: gateway.id,
    State: gateway.state,
    SubnetId: gateway.subnetId,
    VpcId: gateway.vpcId,
    ConnectivityType: 'public',
    CreateTime: gateway.createdAt,
    DeleteTime: gateway.deletedAt,
    FailureCode: gateway.failure?.code,
    FailureMessage: gateway.failure?.message,
    NatGatewayAddresses: [
      {
        AllocationId: gateway.allocationId,
        NetworkInterfaceId: gateway.interfaceId,
        PublicIp: gateway.interfaceId && gateway.publicIp,
        PrivateIp: gateway.privateIp,
        AssociationId: associationOf(tx, gateway),
        IsPrimary: true,
      },
    ],
    Tags: [...tags(gateway.id)],
  })
}
