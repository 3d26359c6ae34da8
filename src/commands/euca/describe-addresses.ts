// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { addressRows } from '../../rows/addresses'

export default ec2.command({
  summary: 'Show information about elastic IP addresses',
  options: {
    address: positional('ADDRESS', {
      nargs: '*',
      help: 'limit results to specific elastic IPs or VPC allocation IDs',
    }),
  },
  filters: anyText(
    'allocation-id',
    'association-id',
    'domain',
    'instance-id',
    'network-interface-id',
    'network-interface-owner-id',
    'private-ip-address',
    'public-ip',
  ),
  call: (ec2, { address, filters }) => {
    const distinct = [...new Set(address)].sort()
    return ec2.describeAddresses({
      AllocationIds: someOf(distinct.filter(one => one.startsWith('eipalloc-'))),
      PublicIps: someOf(distinct.filter(one => !one.startsWith('eipalloc-'))),
      Filters: someOf(filters),
    })
  },
  rows: ({ Addresses }) => addressRows(Addresses),
})
