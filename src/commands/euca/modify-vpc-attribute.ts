// SPDX-License-Identifier: BSD-2-Clause
import { flexibleBool } from '../../cli/argument-types'
import { UsageError } from '../../cli/errors'
import { exclusive, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Modify an attribute of a VPC',
  options: {
    positionalVpc: positional('POSITIONAL_VPC', { nargs: '?', hidden: true }),
    vpc: option('-c --vpc', { metavar: 'VPC', help: 'ID of the VPC to modify (required)' }),
    attribute: exclusive(
      { required: true },
      {
        dnsHostnames: option('-d --dns-hostnames', {
          metavar: '(true|false)',
          type: flexibleBool,
          help: 'give instances in the VPC DNS host names, or do not',
        }),
        dnsSupport: option('-s --dns-support', {
          metavar: '(true|false)',
          type: flexibleBool,
          help: 'make DNS resolution available in the VPC, or do not',
        }),
      },
    ),
  },
  // Old scripts name the VPC by place.
  rules: ({ positionalVpc, vpc }) => {
    if (positionalVpc !== undefined && vpc !== undefined) {
      throw new UsageError('argument -c/--vpc: not allowed with positional VPC argument')
    }
    if (positionalVpc === undefined && vpc === undefined) {
      throw new UsageError('argument -c/--vpc is required')
    }
  },
  call: (ec2, { positionalVpc, vpc, dnsHostnames, dnsSupport }) =>
    ec2.modifyVpcAttribute({
      VpcId: vpc ?? positionalVpc,
      ...(dnsHostnames !== undefined && { EnableDnsHostnames: { Value: dnsHostnames } }),
      ...(dnsSupport !== undefined && { EnableDnsSupport: { Value: dnsSupport } }),
    }),
})
