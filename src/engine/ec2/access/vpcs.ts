// SPDX-License-Identifier: BSD-2-Clause
// What operations on VPCs and subnets ask: for what is made, and for each thing that it is made in or given to.
import type {
  CreateDefaultSubnetRequest,
  CreateDefaultVpcRequest,
  CreateDhcpOptionsRequest,
  CreateSubnetRequest,
  CreateVpcRequest,
  DisassociateVpcCidrBlockRequest,
} from '@aws-sdk/client-ec2'
import type { Demand } from '../../access'
import type { Tx } from '../../operation'
import { kinds } from '../vpc/kinds'
import { vpcOfBlock } from '../vpc/vpc-blocks'
import { zoneAsWritten, zoneNames } from '../zones'
import { newThing } from './creating'
import { networkArn, networkById, onNetwork } from './networks'
import { asking } from './on'
import { any, owned, type Values } from './resources'

type Asks<Input> = (tx: Tx, input: Input) => readonly Demand[]

/** What both ask. */
export const together =
  <One, Other>(one: Asks<One>, other: Asks<Other>): Asks<One & Other> =>
  (tx, input) => [...one(tx, input), ...other(tx, input)]

/** For what is to be in a VPC, as AWS has it. */
export const inVpc = (tx: Tx, vpcId: string | undefined): Values => ({
  'ec2:Vpc': vpcId && networkArn(tx, kinds.vpc, vpcId.toLowerCase()),
})

export const toCreateVpc = asking<CreateVpcRequest>((tx, input) =>
  newThing(tx, 'vpc', 'CreateVpc', input.TagSpecifications, {
    'ec2:Tenancy': input.InstanceTenancy ?? 'default',
  }),
)

export const toCreateDefaultVpc = asking<CreateDefaultVpcRequest>(tx =>
  newThing(tx, 'vpc', 'CreateDefaultVpc', undefined),
)

export const toCreateSubnet = asking<CreateSubnetRequest>((tx, input) => [
  ...newThing(tx, 'subnet', 'CreateSubnet', input.TagSpecifications, {
    ...inVpc(tx, input.VpcId),
    // Where none is named, the first is taken.
    'ec2:AvailabilityZone': zoneAsWritten(input.AvailabilityZone ?? input.AvailabilityZoneId) || zoneNames[0],
  }),
  networkById(kinds.vpc)(tx, input.VpcId || any),
])

export const toCreateDefaultSubnet = asking<CreateDefaultSubnetRequest>((tx, input) =>
  newThing(tx, 'subnet', 'CreateDefaultSubnet', undefined, {
    'ec2:AvailabilityZone': zoneAsWritten(input.AvailabilityZone ?? input.AvailabilityZoneId),
  }),
)

export const toCreateDhcpOptions = asking<CreateDhcpOptionsRequest>((tx, input) =>
  newThing(tx, 'dhcp-options', 'CreateDhcpOptions', input.TagSpecifications),
)

/** A block of addresses by its id: the VPC that has it. */
export const onVpcOfBlock = asking<DisassociateVpcCidrBlockRequest>((tx, { AssociationId }) => [
  networkById(kinds.vpc)(tx, owned(tx, vpcOfBlock(tx, AssociationId))?.id ?? any),
])

export const onDhcpOptionsAndVpc = together(onNetwork.dhcpOptions('DhcpOptionsId'), onNetwork.vpc('VpcId'))
