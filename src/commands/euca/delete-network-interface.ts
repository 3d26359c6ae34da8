// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete a VPC network interface',
  options: {
    networkInterface: positional('INTERFACE', { help: 'ID of the network interface to delete (required)' }),
  },
  call: (ec2, { networkInterface }) => ec2.deleteNetworkInterface({ NetworkInterfaceId: networkInterface }),
})
