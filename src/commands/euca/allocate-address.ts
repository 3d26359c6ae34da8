// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { allocatedAddressRow } from '../../rows/addresses'

export default ec2.command({
  summary: 'Allocate a public IP address',
  options: {
    domain: option('-d --domain', {
      metavar: 'vpc',
      choices: ['vpc'],
      help: '[VPC only] "vpc" to allocate the address for use in a VPC',
    }),
  },
  call: (ec2, { domain }) => ec2.allocateAddress({ Domain: domain }),
  rows: result => [allocatedAddressRow(result)],
})
