// SPDX-License-Identifier: BSD-2-Clause
import { flag, option, positional } from '../../cli/options'
import { monitoring } from '../../cli/suites'
import { everyTokenPage } from '../../cli/token-pages'
import { alarmRows } from '../../rows/alarms'

export default monitoring.command({
  summary: 'Show alarms',
  options: {
    alarms: positional('ALARM', { nargs: '*', help: 'only these alarms' }),
    actionPrefix: option('--action-prefix', {
      metavar: 'PREFIX',
      help: 'only alarms with an action that begins so',
    }),
    alarmNamePrefix: option('--alarm-name-prefix', {
      metavar: 'PREFIX',
      help: 'only alarms whose names begin so',
    }),
    showLong: flag('--show-long', { help: 'show everything that is known of the alarms' }),
    stateValue: option('--state-value', {
      choices: ['OK', 'ALARM', 'INSUFFICIENT_DATA'],
      help: 'only alarms in this state',
    }),
  },
  call: (monitoring, { alarms, actionPrefix, alarmNamePrefix, stateValue, showLong }, context) =>
    everyTokenPage(
      context,
      page =>
        monitoring.describeAlarms({
          AlarmNames: [...alarms],
          ActionPrefix: actionPrefix,
          AlarmNamePrefix: alarmNamePrefix,
          StateValue: stateValue,
          ...page,
        }),
      'MetricAlarms',
      ({ MetricAlarms }) => alarmRows(MetricAlarms, { showLong }),
    ),
})
