// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { monitoring } from '../../cli/suites'

export default monitoring.command({
  summary: 'Set the state of an alarm until it is evaluated next',
  options: {
    alarm: positional('ALARM', { help: 'name of the alarm (required)' }),
    stateValue: option('--state-value', {
      choices: ['ALARM', 'INSUFFICIENT_DATA', 'OK'],
      required: true,
      help: 'the state (required)',
    }),
    stateReason: option('--state-reason', {
      metavar: 'REASON',
      required: true,
      help: 'why, for people to read (required)',
    }),
    stateReasonData: option('--state-reason-data', {
      metavar: 'JSON',
      help: 'why, for programs to read',
    }),
  },
  call: (monitoring, { alarm, stateValue, stateReason, stateReasonData }) =>
    monitoring.setAlarmState({
      AlarmName: alarm,
      StateValue: stateValue,
      StateReason: stateReason,
      StateReasonData: stateReasonData,
    }),
})
