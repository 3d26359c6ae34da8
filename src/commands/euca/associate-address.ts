// SPDX-License-Identifier: BSD-2-Clause
import { UsageError } from '../../cli/errors'
import { exclusive, oneOf, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Associate an elastic IP address with an instance or network interface',
  options: {
    address: positional('ADDRESS', { nargs: '?', help: '[Non-VPC only] IP address to associate (required)' }),
    allocationId: option('-a --allocation-id', {
      metavar: 'ALLOC',
      help: '[VPC only] VPC allocation ID (required)',
    }),
    target: exclusive(
      { required: true },
      {
        instanceId: option('-i --instance-id', {
          metavar: 'INSTANCE',
          help: 'ID of the instance to associate the address with',
        }),
        networkInterface: option('-n --network-interface', {
          metavar: 'INTERFACE',
          help: '[VPC only] ID of the network interface to associate the address with',
        }),
      },
    ),
    privateIpAddress: option('-p --private-ip-address', {
      metavar: 'ADDRESS',
      help: '[VPC only] the private address to associate with the address (default: the primary private IP)',
    }),
    allowReassociation: oneOf(
      { required: false },
      {
        true: {
          flags: '--allow-reassociation',
          help: '[VPC only] allow the address to be associated even if it already is',
        },
        false: {
          flags: '--no-allow-reassociation',
          help: '[VPC only] do not allow the address to be associated if it already is',
        },
      },
    ),
  },
  rules: ({ address, allocationId }) => {
    if (address !== undefined && allocationId !== undefined) {
      throw new UsageError('argument -a/--allocation-id: not allowed with an IP address')
    }
    if (address === undefined && allocationId === undefined) {
      throw new UsageError('argument -a/--allocation-id or an IP address is required')
    }
  },
  call: (
    ec2,
    { address, allocationId, instanceId, networkInterface, privateIpAddress, allowReassociation },
  ) =>
    ec2.associateAddress({
      ...(address?.startsWith('eipalloc-') ? { AllocationId: address } : { PublicIp: address }),
      ...(allocationId !== undefined && { AllocationId: allocationId }),
      InstanceId: instanceId,
      NetworkInterfaceId: networkInterface,
      PrivateIpAddress: privateIpAddress,
      ...(allowReassociation && { AllowReassociation: allowReassociation === 'true' }),
    }),
  rows: ({ AssociationId }, { address, allocationId, instanceId, privateIpAddress }) => [
    allocationId === undefined
      ? ['ADDRESS', address, instanceId]
      : ['ADDRESS', instanceId, allocationId, AssociationId, privateIpAddress],
  ],
})
