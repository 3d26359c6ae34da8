// SPDX-License-Identifier: BSD-2-Clause
import { instant } from '../../cli/argument-types'
import { ofGroup } from '../../cli/euscale/options'
import { option, positional } from '../../cli/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: "Schedule a change of an auto-scaling group's sizes",
  options: {
    action: positional('ACTION', { help: 'name of the action to create or to change (required)' }),
    ...ofGroup,
    startTime: option('-b --start-time', {
      metavar: 'YYYY-MM-DDThh:mm:ssZ',
      type: instant,
      help: 'when to do it, or with a recurrence the earliest time',
    }),
    endTime: option('-e --end-time', {
      metavar: 'YYYY-MM-DDThh:mm:ssZ',
      type: instant,
      help: 'when a recurrence ends',
    }),
    recurrence: option('-r --recurrence', {
      metavar: '"MIN HOUR DATE MONTH DAY"',
      help: 'when to do it again and again, as in crontab',
    }),
    desiredCapacity: option('--desired-capacity', {
      metavar: 'COUNT',
      type: 'int',
      help: 'number of running instances that the group should then have',
    }),
    maxSize: option('--max-size', {
      metavar: 'COUNT',
      type: 'int',
      help: 'most instances that it may then have',
    }),
    minSize: option('--min-size', {
      metavar: 'COUNT',
      type: 'int',
      help: 'fewest instances that it may then have',
    }),
  },
  call: (scaling, args) =>
    scaling.putScheduledUpdateGroupAction({
      ScheduledActionName: args.action,
      AutoScalingGroupName: args.group,
      StartTime: args.startTime,
      EndTime: args.endTime,
      Recurrence: args.recurrence,
      DesiredCapacity: args.desiredCapacity,
      MaxSize: args.maxSize,
      MinSize: args.minSize,
    }),
})
