// SPDX-License-Identifier: BSD-2-Clause
import { flag, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { consoleOutputRows } from '../../rows/console-output'

export default ec2.command({
  summary: 'Retrieve console output from an instance',
  options: {
    instance: positional('INSTANCE', { help: 'ID of the instance to obtain console output from (required)' }),
    rawConsoleOutput: flag('-r --raw-console-output', {
      help: 'display raw output without escaping control characters',
    }),
  },
  call: (ec2, { instance }) => ec2.getConsoleOutput({ InstanceId: instance }),
  rows: (result, { rawConsoleOutput }) => consoleOutputRows(result, { raw: rawConsoleOutput }),
})
