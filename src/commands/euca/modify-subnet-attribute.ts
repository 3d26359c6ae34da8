// SPDX-License-Identifier: BSD-2-Clause
import { flexibleBool } from '../../cli/argument-types'
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Modify an attribute of a VPC subnet',
  options: {
    subnet: positional('SUBNET', { help: 'ID of the subnet to modify (required)' }),
    mapPublicIpOnLaunch: option('-m --map-public-ip-on-launch', {
      metavar: '(true|false)',
      type: flexibleBool,
      required: true,
      help: 'whether instances that are started in the subnet are given public addresses (required)',
    }),
  },
  call: (ec2, { subnet, mapPublicIpOnLaunch }) =>
    ec2.modifySubnetAttribute({ SubnetId: subnet, MapPublicIpOnLaunch: { Value: mapPublicIpOnLaunch } }),
})
