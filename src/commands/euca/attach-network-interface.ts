// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { interfaceAttached } from '../../install/network-goals'

export default ec2.command({
  summary: 'Attach a VPC network interface to an instance',
  options: {
    networkInterface: positional('INTERFACE', { help: 'ID of the network interface to attach (required)' }),
    instance: option('-i --instance', {
      metavar: 'INSTANCE',
      required: true,
      help: 'ID of the instance to attach the network interface to (required)',
    }),
    deviceIndex: option('-d --device-index', {
      metavar: 'INT',
      type: 'int',
      required: true,
      help: 'which of the interfaces of the instance it becomes, from 1 (required)',
    }),
  },
  call: (ec2, { networkInterface, instance, deviceIndex }) =>
    ec2.attachNetworkInterface({
      NetworkInterfaceId: networkInterface,
      InstanceId: instance,
      DeviceIndex: deviceIndex,
    }),
  rows: ({ AttachmentId }) => [[AttachmentId]],
  wait: { until: interfaceAttached, of: ({ AttachmentId }) => [AttachmentId] },
})
