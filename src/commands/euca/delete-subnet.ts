// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete a VPC subnet',
  options: { subnet: positional('SUBNET', { help: 'ID of the subnet to delete (required)' }) },
  call: (ec2, { subnet }) => ec2.deleteSubnet({ SubnetId: subnet }),
})
