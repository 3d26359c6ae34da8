// SPDX-License-Identifier: BSD-2-Clause
import { UsageError } from '../../cli/errors'
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Release an elastic IP address',
  options: {
    address: positional('ADDRESS', { nargs: '?', help: '[Non-VPC only] address to release (required)' }),
    allocationId: option('-a --allocation-id', {
      metavar: 'ALLOC',
      help: '[VPC only] allocation ID of the address to release (required)',
    }),
  },
  rules: ({ address, allocationId }) => {
    if (address !== undefined && allocationId !== undefined) {
      throw new UsageError('argument -a/--allocation-id: not allowed with an IP address')
    }
    if (address === undefined && allocationId === undefined) {
      throw new UsageError('argument -a/--allocation-id or an IP address is required')
    }
  },
  call: (ec2, { address, allocationId }) =>
    ec2.releaseAddress({ PublicIp: address, AllocationId: allocationId }),
  rows: (_, { address, allocationId }) => [['ADDRESS', address, allocationId]],
})
