// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Create a new security group',
  options: {
    group: positional('GROUP', { help: 'name of the new group (required)' }),
    description: option('-d --description', {
      metavar: 'DESC',
      required: true,
      help: 'description of the new group (required)',
    }),
    vpc: option('-c --vpc', { metavar: 'VPC', help: '[VPC only] ID of the VPC to create the group in' }),
  },
  call: (ec2, { group, description, vpc }) =>
    ec2.createSecurityGroup({ GroupName: group, Description: description, VpcId: vpc }),
  rows: ({ GroupId }, { group, description }) => [['GROUP', GroupId, group, description]],
})
