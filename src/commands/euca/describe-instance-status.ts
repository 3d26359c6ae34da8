// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { flag, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { instanceStatusRows } from '../../rows/instances'

const status = { choices: ['ok', 'impaired', 'initializing', 'insufficient-data', 'not-applicable'] }
const reachability = { choices: ['passed', 'failed', 'initializing', 'insufficient-data'] }

export default ec2.command({
  summary: 'Show information about instance status and scheduled events',
  options: {
    instance: positional('INSTANCE', { nargs: '*', help: 'limit results to specific instances' }),
    hideHealthy: flag('--hide-healthy', { help: 'hide instances where all status checks pass' }),
    includeAllInstances: flag('--include-all-instances', {
      help: 'show all instances, not only those that are running',
    }),
  },
  filters: {
    ...anyText(
      'availability-zone',
      'event.description',
      'event.not-after',
      'event.not-before',
      'instance-state-name',
    ),
    'event.code': {
      // One stands twice, as it always has in the message that lists them.
      choices: [
        'instance-reboot',
        'instance-retirement',
        'instance-stop',
        'system-maintenance',
        'instance-retirement',
      ],
    },
    'instance-state-code': { type: 'int' },
    'instance-status.status': status,
    'instance-status.reachability': reachability,
    'system-status.status': status,
    'system-status.reachability': reachability,
  },
  call: (ec2, { instance, includeAllInstances, filters }) =>
    ec2.describeInstanceStatus({
      InstanceIds: someOf(instance),
      IncludeAllInstances: includeAllInstances,
      Filters: someOf(filters),
    }),
  rows: ({ InstanceStatuses }, { hideHealthy }) => instanceStatusRows(InstanceStatuses, { hideHealthy }),
})
