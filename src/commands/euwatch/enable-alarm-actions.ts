// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { monitoring } from '../../cli/suites'

export default monitoring.command({
  summary: 'Enable the actions of alarms',
  options: {
    alarms: positional('ALARM', { nargs: '+', help: 'names of the alarms whose actions to enable' }),
  },
  call: (monitoring, { alarms }) => monitoring.enableAlarmActions({ AlarmNames: [...alarms] }),
})
