// SPDX-License-Identifier: BSD-2-Clause
import { constant, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { stopped } from '../../install/goals'
import { stateChangeRows } from '../../rows/instances'

export default ec2.command({
  summary: 'Stop instances that boot from a volume',
  options: {
    instance: positional('INSTANCE', { nargs: '+', help: 'ID(s) of the instance(s) to stop' }),
    force: constant('-f --force', 'true', {
      help: 'stop without letting the instances shut down. What they have not written yet may be lost',
    }),
  },
  call: (ec2, { instance, force }) =>
    ec2.stopInstances({ InstanceIds: [...instance], ...(force && { Force: true }) }),
  rows: ({ StoppingInstances }) => stateChangeRows(StoppingInstances),
  wait: { until: stopped, of: (_, { instance }) => instance },
})
