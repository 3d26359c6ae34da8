// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { terminated } from '../../install/goals'
import { stateChangeRows } from '../../rows/instances'

export default ec2.command({
  summary: 'Terminate instances',
  options: {
    instance: positional('INSTANCE', { nargs: '+', help: 'ID(s) of the instance(s) to terminate' }),
  },
  call: (ec2, { instance }) => ec2.terminateInstances({ InstanceIds: [...instance] }),
  rows: ({ TerminatingInstances }) => stateChangeRows(TerminatingInstances),
  wait: { until: terminated, of: (_, { instance }) => instance },
})
