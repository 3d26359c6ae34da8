// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { bundleTaskRows } from '../../rows/bundle-tasks'

export default ec2.command({
  summary: 'Show information about instance bundling tasks',
  options: {
    bundle: positional('BUNDLE', { nargs: '*', help: 'limit results to specific tasks' }),
  },
  filters: anyText(
    'bundle-id',
    'error-code',
    'error-message',
    'instance-id',
    'progress',
    's3-bucket',
    's3-prefix',
    'start-time',
    'state',
    'update-time',
  ),
  call: (ec2, { bundle, filters }) =>
    ec2.describeBundleTasks({ BundleIds: someOf(bundle), Filters: someOf(filters) }),
  rows: ({ BundleTasks }) => bundleTaskRows(BundleTasks),
})
