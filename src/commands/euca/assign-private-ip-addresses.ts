// SPDX-License-Identifier: BSD-2-Clause

import { someOf } from '../../cli/ec2/given'
import { interfaceGiven, interfaceOptions, oneInterface } from '../../cli/ec2/interface-given'
import { append, exclusive, flag, option } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Assign secondary private IP addresses to a VPC network interface',
  options: {
    ...interfaceOptions('assign addresses to'),
    addresses: exclusive(
      { required: true },
      {
        secondaryAddress: append('--secondary-address --secondary-private-ip-address', {
          metavar: 'ADDRESS',
          help: 'a private IP address to assign (may be given more than once)',
        }),
        secondaryCount: option('--secondary-count --secondary-private-ip-address-count', {
          metavar: 'COUNT',
          type: 'int',
          help: 'how many private IP addresses to assign, whichever are free',
        }),
      },
    ),
    allowReassignment: flag('--allow-reassignment', {
      help: 'take addresses from other network interfaces, too',
    }),
  },
  rules: oneInterface,
  call: (ec2, { secondaryAddress, secondaryCount, allowReassignment, ...given }) =>
    ec2.assignPrivateIpAddresses({
      NetworkInterfaceId: interfaceGiven(given),
      PrivateIpAddresses: someOf(secondaryAddress),
      SecondaryPrivateIpAddressCount: secondaryCount,
      AllowReassignment: allowReassignment,
    }),
})
