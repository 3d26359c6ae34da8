// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { running } from '../../install/goals'
import { stateChangeRows } from '../../rows/instances'

export default ec2.command({
  summary: 'Start instances that are stopped',
  options: {
    instance: positional('INSTANCE', { nargs: '+', help: 'ID(s) of the instance(s) to start' }),
  },
  call: (ec2, { instance }) => ec2.startInstances({ InstanceIds: [...instance] }),
  rows: ({ StartingInstances }) => stateChangeRows(StartingInstances),
  wait: { until: running, of: (_, { instance }) => instance },
})
