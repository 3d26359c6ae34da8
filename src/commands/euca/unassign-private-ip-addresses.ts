// SPDX-License-Identifier: BSD-2-Clause
import { interfaceGiven, interfaceOptions, oneInterface } from '../../cli/ec2/interface-given'
import { append } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Remove secondary private IP addresses from a VPC network interface',
  options: {
    ...interfaceOptions('remove addresses from'),
    secondaryAddress: append('--secondary-address --secondary-private-ip-address', {
      metavar: 'ADDRESS',
      required: true,
      help: 'a private IP address to remove (required, may be given more than once)',
    }),
  },
  rules: oneInterface,
  call: (ec2, { secondaryAddress, ...given }) =>
    ec2.unassignPrivateIpAddresses({
      NetworkInterfaceId: interfaceGiven(given),
      PrivateIpAddresses: [...secondaryAddress],
    }),
})
