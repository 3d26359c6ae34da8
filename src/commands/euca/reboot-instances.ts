// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { checked } from '../../install/goals'

export default ec2.command({
  summary: 'Reboot instances',
  options: { instance: positional('INSTANCE', { nargs: '+', help: 'ID(s) of the instance(s) to reboot' }) },
  call: (ec2, { instance }) => ec2.rebootInstances({ InstanceIds: [...instance] }),
  wait: { until: checked, of: (_, { instance }) => instance },
})
