// SPDX-License-Identifier: BSD-2-Clause
// The operations on VPCs, their subnets and their DHCP options: a part of the table of contents in index.ts.
import {
  AssociateDhcpOptions$,
  AssociateVpcCidrBlock$,
  CreateDefaultSubnet$,
  CreateDefaultVpc$,
  CreateDhcpOptions$,
  CreateSubnet$,
  CreateVpc$,
  DeleteDhcpOptions$,
  DeleteSubnet$,
  DeleteVpc$,
  DescribeDhcpOptions$,
  DescribeSubnets$,
  DescribeVpcAttribute$,
  DescribeVpcClassicLink$,
  DescribeVpcClassicLinkDnsSupport$,
  DescribeVpcs$,
  DisassociateVpcCidrBlock$,
  ModifySubnetAttribute$,
  ModifyVpcAttribute$,
  ModifyVpcTenancy$,
} from '@aws-sdk/client-ec2'
import { type OperationEntry, operation } from '../../operation'
import { onNetwork } from '../access/networks'
import {
  onDhcpOptionsAndVpc,
  onVpcOfBlock,
  toCreateDefaultSubnet,
  toCreateDefaultVpc,
  toCreateDhcpOptions,
  toCreateSubnet,
  toCreateVpc,
} from '../access/vpcs'
import { describeVpcClassicLink, describeVpcClassicLinkDnsSupport } from './classic-link'
import {
  associateDhcpOptions,
  createDhcpOptions,
  deleteDhcpOptions,
  describeDhcpOptions,
} from './dhcp-options'
import {
  createDefaultSubnet,
  createSubnet,
  deleteSubnet,
  describeSubnets,
  modifySubnetAttribute,
} from './subnets'
import { associateVpcCidrBlock, disassociateVpcCidrBlock } from './vpc-blocks'
import {
  createDefaultVpc,
  createVpc,
  deleteVpc,
  describeVpcAttribute,
  describeVpcs,
  modifyVpcAttribute,
  modifyVpcTenancy,
} from './vpcs'

export const vpcFamily: Readonly<Record<string, OperationEntry>> = {
  CreateVpc: operation(CreateVpc$, createVpc, { access: toCreateVpc }),
  CreateDefaultVpc: operation(CreateDefaultVpc$, createDefaultVpc, { access: toCreateDefaultVpc }),
  DeleteVpc: operation(DeleteVpc$, deleteVpc, { access: onNetwork.vpc('VpcId') }),
  DescribeVpcs: operation(DescribeVpcs$, describeVpcs),
  DescribeVpcClassicLink: operation(DescribeVpcClassicLink$, describeVpcClassicLink),
  DescribeVpcClassicLinkDnsSupport: operation(
    DescribeVpcClassicLinkDnsSupport$,
    describeVpcClassicLinkDnsSupport,
  ),
  DescribeVpcAttribute: operation(DescribeVpcAttribute$, describeVpcAttribute, {
    access: onNetwork.vpc('VpcId'),
  }),
  ModifyVpcAttribute: operation(ModifyVpcAttribute$, modifyVpcAttribute, {
    access: onNetwork.vpc('VpcId'),
  }),
  ModifyVpcTenancy: operation(ModifyVpcTenancy$, modifyVpcTenancy, { access: onNetwork.vpc('VpcId') }),
  AssociateVpcCidrBlock: operation(AssociateVpcCidrBlock$, associateVpcCidrBlock, {
    access: onNetwork.vpc('VpcId'),
  }),
  DisassociateVpcCidrBlock: operation(DisassociateVpcCidrBlock$, disassociateVpcCidrBlock, {
    access: onVpcOfBlock,
  }),

  CreateSubnet: operation(CreateSubnet$, createSubnet, { access: toCreateSubnet }),
  CreateDefaultSubnet: operation(CreateDefaultSubnet$, createDefaultSubnet, {
    access: toCreateDefaultSubnet,
  }),
  DeleteSubnet: operation(DeleteSubnet$, deleteSubnet, { access: onNetwork.subnet('SubnetId') }),
  DescribeSubnets: operation(DescribeSubnets$, describeSubnets),
  ModifySubnetAttribute: operation(ModifySubnetAttribute$, modifySubnetAttribute, {
    access: onNetwork.subnet('SubnetId'),
  }),

  CreateDhcpOptions: operation(CreateDhcpOptions$, createDhcpOptions, { access: toCreateDhcpOptions }),
  AssociateDhcpOptions: operation(AssociateDhcpOptions$, associateDhcpOptions, {
    access: onDhcpOptionsAndVpc,
  }),
  DeleteDhcpOptions: operation(DeleteDhcpOptions$, deleteDhcpOptions, {
    access: onNetwork.dhcpOptions('DhcpOptionsId'),
  }),
  DescribeDhcpOptions: operation(DescribeDhcpOptions$, describeDhcpOptions),
}
