// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { conversionTaskRows } from '../../rows/conversion-tasks'

export default ec2.command({
  summary: 'Show information about import conversion tasks',
  options: {
    task: positional('TASK', { nargs: '*', help: 'limit results to specific tasks' }),
  },
  call: (ec2, { task }) => ec2.describeConversionTasks({ ConversionTaskIds: someOf(task) }),
  rows: ({ ConversionTasks }) => (ConversionTasks ?? []).flatMap(conversionTaskRows),
})
