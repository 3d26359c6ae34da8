// SPDX-License-Identifier: BSD-2-Clause
import { instant } from '../../cli/argument-types'
import { flag, option, positional } from '../../cli/options'
import { monitoring } from '../../cli/suites'
import { everyTokenPage } from '../../cli/token-pages'
import { alarmHistoryRows } from '../../rows/alarms'

export default monitoring.command({
  summary: 'Show what became of an alarm, or of all alarms',
  options: {
    alarm: positional('ALARM', { nargs: '?', help: 'only what became of one alarm' }),
    endDate: option('--end-date', { metavar: 'DATE', type: instant, help: 'only until this date' }),
    historyItemType: option('--history-item-type', {
      choices: ['Action', 'ConfigurationUpdate', 'StateUpdate'],
      help: 'only what is of this kind',
    }),
    showLong: flag('--show-long', { help: 'show the details, too' }),
    startDate: option('--start-date', { metavar: 'DATE', type: instant, help: 'only from this date on' }),
  },
  call: (monitoring, { alarm, endDate, historyItemType, startDate, showLong }, context) =>
    everyTokenPage(
      context,
      page =>
        monitoring.describeAlarmHistory({
          AlarmName: alarm,
          EndDate: endDate,
          HistoryItemType: historyItemType,
          StartDate: startDate,
          ...page,
        }),
      'AlarmHistoryItems',
      ({ AlarmHistoryItems }) => alarmHistoryRows(AlarmHistoryItems, { showLong }),
    ),
})
