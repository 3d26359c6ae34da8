// SPDX-License-Identifier: BSD-2-Clause
import { oneOf, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { vpcAttributeRow } from '../../rows/networks'

export default ec2.command({
  summary: 'Display an attribute of a VPC',
  options: {
    vpc: positional('VPC', { help: 'ID of the VPC to show an attribute of (required)' }),
    attribute: oneOf(
      { required: true },
      {
        enableDnsHostnames: {
          flags: '-d --dns-hostnames',
          help: 'whether instances in the VPC are given DNS host names',
        },
        enableDnsSupport: {
          flags: '-s --dns-support',
          help: 'whether DNS resolution is available in the VPC',
        },
      },
    ),
  },
  call: (ec2, { vpc, attribute }) => ec2.describeVpcAttribute({ VpcId: vpc, Attribute: attribute }),
  rows: (attributes, { attribute }) => [vpcAttributeRow(attributes, attribute)],
})
