// SPDX-License-Identifier: BSD-2-Clause
import { decryptPassword } from '../../cli/ec2/password'
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Retrieve the administrator password for an instance running Windows',
  options: {
    instance: positional('INSTANCE', {
      help: 'ID of the instance to obtain the initial password for (required)',
    }),
    privLaunchKey: option('-k --priv-launch-key', {
      metavar: 'FILE',
      required: true,
      help: 'file with the private key the instance was launched with (required)',
    }),
  },
  call: async (ec2, { instance, privLaunchKey }, context) => {
    const key = await context.read(privLaunchKey)
    const { PasswordData } = await ec2.getPasswordData({ InstanceId: instance })
    return { InstanceId: instance, Password: decryptPassword(PasswordData, key, privLaunchKey) }
  },
  rows: ({ Password }) => [Password],
})
