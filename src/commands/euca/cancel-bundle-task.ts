// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { bundlingCancelled } from '../../install/goals'
import { bundleTaskRows } from '../../rows/bundle-tasks'

export default ec2.command({
  summary: 'Cancel an instance bundling task',
  options: {
    task: positional('TASK-ID', { help: 'ID of the bundle task to cancel (required)' }),
  },
  call: (ec2, { task }) => ec2.cancelBundleTask({ BundleId: task }),
  rows: ({ BundleTask }) => bundleTaskRows([BundleTask]),
  wait: { until: bundlingCancelled, of: (_, { task }) => [task] },
})
