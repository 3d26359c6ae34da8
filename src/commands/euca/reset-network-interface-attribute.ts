// SPDX-License-Identifier: BSD-2-Clause
import { constant, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Reset an attribute of a VPC network interface',
  options: {
    networkInterface: positional('INTERFACE', {
      help: 'ID of the network interface to reset an attribute of (required)',
    }),
    attribute: constant('--source-dest-check', 'sourceDestCheck', {
      required: true,
      help: 'drop traffic that is neither from nor to the interface, as at first (required)',
    }),
  },
  call: (ec2, { networkInterface, attribute }) =>
    ec2.resetNetworkInterfaceAttribute({ NetworkInterfaceId: networkInterface, Attribute: attribute }),
  rows: (_, { networkInterface }) => [['sourceDestCheck', networkInterface, 'RESET']],
})
