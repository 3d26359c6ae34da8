// SPDX-License-Identifier: BSD-2-Clause
import type { DescribeVpcAttributeResult, DhcpOptions, Subnet, Vpc } from '@aws-sdk/client-ec2'
import { joined, type Row, text } from './cell'
import { tagRows } from './tags'

export const vpcRows = (vpcs: readonly Vpc[] | undefined): Row[] =>
  (vpcs ?? []).flatMap(vpc => [
    ['VPC', vpc.VpcId, vpc.State, vpc.CidrBlock, vpc.DhcpOptionsId, vpc.InstanceTenancy, text(vpc.IsDefault)],
    ...tagRows(vpc.VpcId, vpc.Tags),
  ])

export const vpcAttributeRow = (
  { EnableDnsHostnames, EnableDnsSupport }: DescribeVpcAttributeResult,
  attribute: 'enableDnsHostnames' | 'enableDnsSupport',
): Row => [
  'RETURN',
  text((attribute === 'enableDnsHostnames' ? EnableDnsHostnames : EnableDnsSupport)?.Value),
]

export const subnetRows = (subnets: readonly Subnet[] | undefined): Row[] =>
  (subnets ?? []).flatMap(subnet => [
    [
      'SUBNET',
      subnet.SubnetId,
      subnet.State,
      subnet.VpcId,
      subnet.CidrBlock,
      subnet.AvailableIpAddressCount,
      subnet.AvailabilityZone,
      text(subnet.DefaultForAz),
      text(subnet.MapPublicIpOnLaunch),
    ],
    ...tagRows(subnet.SubnetId, subnet.Tags),
  ])

export const dhcpOptionsRows = (sets: readonly DhcpOptions[] | undefined): Row[] =>
  (sets ?? []).flatMap(({ DhcpOptionsId, DhcpConfigurations, Tags }) => [
    ['DHCPOPTIONS', DhcpOptionsId],
    ...(DhcpConfigurations ?? []).map(
      ({ Key, Values }): Row => [
        'OPTION',
        Key,
        joined(
          ',',
          (Values ?? []).map(({ Value }) => Value),
        ),
      ],
    ),
    ...tagRows(DhcpOptionsId, Tags),
  ])
