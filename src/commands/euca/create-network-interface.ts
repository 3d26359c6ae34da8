// SPDX-License-Identifier: BSD-2-Clause

import { someOf } from '../../cli/ec2/given'
import { append, exclusive, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { interfaceAvailable } from '../../install/network-goals'
import { networkInterfaceRows } from '../../rows/network-interfaces'

export default ec2.command({
  summary: 'Create a new VPC network interface',
  options: {
    subnet: positional('SUBNET', { help: 'ID of the subnet to create the new interface in (required)' }),
    description: option('-d --description', {
      metavar: 'DESC',
      help: 'description of the new network interface',
    }),
    group: append('-g --group', {
      metavar: 'GROUP',
      help: 'ID of a security group to put the new interface in (may be given more than once)',
    }),
    privateIpAddress: option('--private-ip-address', {
      metavar: 'ADDRESS',
      help: 'primary private IP address of the new interface',
    }),
    secondary: exclusive(
      { required: false },
      {
        secondaryAddress: append('--secondary-address --secondary-private-ip-address', {
          metavar: 'ADDRESS',
          help: 'a secondary private IP address of the new interface (may be given more than once)',
        }),
        secondaryCount: option('--secondary-count --secondary-private-ip-address-count', {
          metavar: 'COUNT',
          type: 'int',
          help: 'how many secondary private IP addresses the new interface is given',
        }),
      },
    ),
  },
  call: (ec2, { subnet, description, group, privateIpAddress, secondaryAddress, secondaryCount }) =>
    ec2.createNetworkInterface({
      SubnetId: subnet,
      Description: description,
      Groups: someOf(group),
      PrivateIpAddresses: someOf([
        ...(privateIpAddress === undefined ? [] : [{ PrivateIpAddress: privateIpAddress, Primary: true }]),
        ...secondaryAddress.map(address => ({ PrivateIpAddress: address, Primary: false })),
      ]),
      SecondaryPrivateIpAddressCount: secondaryCount,
    }),
  rows: ({ NetworkInterface }) => (NetworkInterface ? networkInterfaceRows(NetworkInterface) : []),
  wait: { until: interfaceAvailable, of: ({ NetworkInterface }) => [NetworkInterface?.NetworkInterfaceId] },
})
