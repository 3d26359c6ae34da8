// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { conversionCancelled } from '../../install/goals'

export default ec2.command({
  summary: 'Cancel an import task',
  options: {
    task: positional('TASK-ID', { help: 'ID of the import task to cancel (required)' }),
  },
  call: (ec2, { task }) => ec2.cancelConversionTask({ ConversionTaskId: task }),
  wait: { until: conversionCancelled, of: (_, { task }) => [task] },
})
