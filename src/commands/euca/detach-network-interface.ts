// SPDX-License-Identifier: BSD-2-Clause
import { flag, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { interfaceDetached } from '../../install/network-goals'

export default ec2.command({
  summary: 'Detach a VPC network interface from an instance',
  options: {
    attachment: positional('ATTACHMENT', {
      help: 'ID of the attachment of the network interface to end (required)',
    }),
    force: flag('-f --force', { help: 'detach the network interface whatever state the instance is in' }),
  },
  call: (ec2, { attachment, force }) =>
    ec2.detachNetworkInterface({ AttachmentId: attachment, Force: force }),
  wait: { until: interfaceDetached, of: (_, { attachment }) => [attachment] },
})
