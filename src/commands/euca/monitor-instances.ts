// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { monitoringRows } from '../../rows/instances'

export default ec2.command({
  summary: 'Enable detailed monitoring for instances',
  options: {
    instance: positional('INSTANCE', { nargs: '+', help: 'ID(s) of the instance(s) to monitor' }),
  },
  call: (ec2, { instance }) => ec2.monitorInstances({ InstanceIds: [...instance] }),
  rows: ({ InstanceMonitorings }) => monitoringRows(InstanceMonitorings),
})
