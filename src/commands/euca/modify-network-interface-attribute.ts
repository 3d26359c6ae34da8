// SPDX-License-Identifier: BSD-2-Clause
import { flexibleBool } from '../../cli/argument-types'
import { someOf } from '../../cli/ec2/given'
import { UsageError } from '../../cli/errors'
import { append, exclusive, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Modify an attribute of a VPC network interface',
  options: {
    networkInterface: positional('INTERFACE', {
      help: 'ID of the network interface to modify (required)',
    }),
    attribute: exclusive(
      { required: true },
      {
        description: option('-d --description', {
          metavar: 'DESC',
          help: 'set the description of the network interface',
        }),
        sourceDestCheck: option('--source-dest-check', {
          metavar: '(true|false)',
          type: flexibleBool,
          help: 'set whether traffic that is neither from nor to the interface is dropped',
        }),
        group: append('--group-id', {
          metavar: 'GROUP',
          help: 'replace the security groups of the interface (may be given more than once)',
        }),
        attachment: option('-a --attachment', {
          metavar: 'ATTACHMENT',
          help: 'set an attribute of the attachment of this ID (needs --delete-on-termination)',
        }),
      },
    ),
    deleteOnTermination: option('--delete-on-termination', {
      metavar: '(true|false)',
      type: flexibleBool,
      help: 'whether the interface is deleted with its instance (needs -a)',
    }),
  },
  rules: ({ attachment, deleteOnTermination }) => {
    if (attachment !== undefined && deleteOnTermination === undefined) {
      throw new UsageError('argument -a/--attachment: --delete-on-termination is required')
    }
    if (attachment === undefined && deleteOnTermination !== undefined) {
      throw new UsageError('argument --delete-on-termination: -a/--attachment is required')
    }
  },
  call: (ec2, { networkInterface, description, sourceDestCheck, group, attachment, deleteOnTermination }) =>
    ec2.modifyNetworkInterfaceAttribute({
      NetworkInterfaceId: networkInterface,
      Description: description === undefined ? undefined : { Value: description },
      SourceDestCheck: sourceDestCheck === undefined ? undefined : { Value: sourceDestCheck },
      Groups: someOf(group),
      Attachment:
        attachment === undefined
          ? undefined
          : { AttachmentId: attachment, DeleteOnTermination: deleteOnTermination },
    }),
})
