// SPDX-License-Identifier: BSD-2-Clause
// The operations on VPCs, their subnets and their DHCP options: a part of the table of contents in index.ts.
import {
  AssociateDhcpOptions$,
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
  ModifySubnetAttribute$,
  ModifyVpcAttribute$,
} from '@aws-sdk/client-ec2'
import { type OperationEntry, operation } from '../../operation'
import { onNetwork } from '../access/networks'
import {
  onDhcpOptionsAndVpc,
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
import {
  createDefaultVpc,
  createVpc,
  deleteVpc,
  describeVpcAttribute,
  describeVpcs,
  modifyVpcAttribute,
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
