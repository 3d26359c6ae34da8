// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Remove a VPC subnet from a route table',
  options: {
    association: positional('RTBASSOC', { help: 'ID of the association to remove (required)' }),
  },
  call: (ec2, { association }) => ec2.disassociateRouteTable({ AssociationId: association }),
})
