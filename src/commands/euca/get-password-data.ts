// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Retrieve the encrypted administrator password for an instance running Windows',
  options: {
    instance: positional('INSTANCE', {
      help: 'ID of the instance to obtain the initial password for (required)',
    }),
  },
  call: (ec2, { instance }) => ec2.getPasswordData({ InstanceId: instance }),
  rows: ({ PasswordData }) => (PasswordData ? [PasswordData] : []),
})
