// SPDX-License-Identifier: BSD-2-Clause
import { instant } from '../../cli/argument-types'
import { someOf } from '../../cli/ec2/given'
import { showLong } from '../../cli/euscale/options'
import { option, positional } from '../../cli/options'
import { scalingLists } from '../../cli/suites'
import { everyTokenPage } from '../../cli/token-pages'
import { scheduledActionRows } from '../../rows/scaling-activities'

export default scalingLists.command({
  summary: 'Describe scheduled actions that are yet to be carried out',
  description: 'The name "verbose" shows those of all accounts to a cloud administrator.',
  options: {
    action: positional('ACTION', { nargs: '*', help: 'limit results to these actions' }),
    group: option('-g --group', { metavar: 'ASGROUP', help: 'limit results to actions of this group' }),
    startTime: option('--start-time', {
      metavar: 'YYYY-MM-DDThh:mm:ssZ',
      type: instant,
      help: 'earliest time of actions to show',
    }),
    endTime: option('--end-time', {
      metavar: 'YYYY-MM-DDThh:mm:ssZ',
      type: instant,
      help: 'latest time of actions to show',
    }),
    ...showLong,
  },
  call: (scaling, { action, group, startTime, endTime, showLong }, context) =>
    everyTokenPage(
      context,
      page =>
        scaling.describeScheduledActions({
          ScheduledActionNames: someOf(action),
          AutoScalingGroupName: group,
          StartTime: startTime,
          EndTime: endTime,
          ...page,
        }),
      'ScheduledUpdateGroupActions',
      ({ ScheduledUpdateGroupActions }) => scheduledActionRows(ScheduledUpdateGroupActions, showLong),
    ),
})
