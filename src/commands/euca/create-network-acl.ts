// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { networkAclRows } from '../../rows/network-acls'

export default ec2.command({
  summary: 'Create a network access control list',
  options: {
    vpc: positional('VPC', { help: 'ID of the VPC to create the network ACL in (required)' }),
  },
  call: (ec2, { vpc }) => ec2.createNetworkAcl({ VpcId: vpc }),
  rows: ({ NetworkAcl }) => networkAclRows(NetworkAcl && [NetworkAcl]),
})
