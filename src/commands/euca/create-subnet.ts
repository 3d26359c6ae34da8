// SPDX-License-Identifier: BSD-2-Clause
import { flag, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { subnetAvailable } from '../../install/network-goals'
import { subnetRows } from '../../rows/networks'

export default ec2.command({
  summary: 'Create a new VPC subnet',
  options: {
    cidrBlock: positional('CIDR', {
      help: 'block of addresses of the new subnet, a part of its VPC (required)',
    }),
    // Other tools have it before their block: it may stand here and means nothing.
    cidr: flag('-i --cidr', { hidden: true }),
    vpc: option('-c --vpc', {
      metavar: 'VPCID',
      required: true,
      help: 'ID of the VPC to create the subnet in (required)',
    }),
    availabilityZone: option('-z --availability-zone', {
      metavar: 'ZONE',
      help: 'availability zone to create the subnet in',
    }),
  },
  call: (ec2, { cidrBlock, vpc, availabilityZone }) =>
    ec2.createSubnet({ VpcId: vpc, CidrBlock: cidrBlock, AvailabilityZone: availabilityZone }),
  rows: ({ Subnet }) => subnetRows(Subnet && [Subnet]),
  wait: { until: subnetAvailable, of: ({ Subnet }) => [Subnet?.SubnetId] },
})
