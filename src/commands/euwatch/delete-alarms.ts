// SPDX-License-Identifier: BSD-2-Clause
import { flag, positional } from '../../cli/options'
import { monitoring } from '../../cli/suites'

export default monitoring.command({
  summary: 'Delete alarms',
  options: {
    alarms: positional('ALARM', { nargs: '+', help: 'names of the alarms to delete' }),
    force: flag('-f --force', { hidden: true }),
  },
  call: (monitoring, { alarms }) => monitoring.deleteAlarms({ AlarmNames: [...alarms] }),
})
