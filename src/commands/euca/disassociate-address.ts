// SPDX-License-Identifier: BSD-2-Clause
import { UsageError } from '../../cli/errors'
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { firstOf } from '../../rows/cell'

export default ec2.command({
  summary: 'Disassociate an elastic IP address from an instance',
  options: {
    address: positional('ADDRESS', {
      nargs: '?',
      help: '[Non-VPC only] elastic IP address to disassociate (required)',
    }),
    associationId: option('-a --association-id', {
      metavar: 'ASSOC',
      help: '[VPC only] VPC association ID (required)',
    }),
  },
  rules: ({ address, associationId }) => {
    if (address !== undefined && associationId !== undefined) {
      throw new UsageError('argument -a/--association-id: not allowed with an IP address')
    }
    if (address === undefined && associationId === undefined) {
      throw new UsageError('argument -a/--association-id or an IP address is required')
    }
    if (address?.startsWith('eipassoc')) {
      throw new UsageError('VPC elastic IP association IDs must be specified with -a/--association-id')
    }
  },
  call: (ec2, { address, associationId }) =>
    ec2.disassociateAddress({ PublicIp: address, AssociationId: associationId }),
  rows: (_, { address, associationId }) => [['ADDRESS', firstOf(address, associationId)]],
})
