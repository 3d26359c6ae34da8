// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete a VPC',
  options: { vpc: positional('VPC', { help: 'ID of the VPC to delete (required)' }) },
  call: (ec2, { vpc }) => ec2.deleteVpc({ VpcId: vpc }),
})
