// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { perhapsOfGroup, showLong } from '../../cli/euscale/options'
import { positional } from '../../cli/options'
import { scalingLists } from '../../cli/suites'
import { everyTokenPage } from '../../cli/token-pages'
import { activityRows } from '../../rows/scaling-activities'

export default scalingLists.command({
  summary: 'Describe what was done to auto-scaling groups, and why',
  description: 'The ID "verbose" shows those of all accounts to a cloud administrator.',
  options: {
    activity: positional('ACTIVITY', { nargs: '*', help: 'limit results to these activities' }),
    ...perhapsOfGroup,
    ...showLong,
  },
  call: (scaling, { activity, group, showLong }, context) =>
    everyTokenPage(
      context,
      page =>
        scaling.describeScalingActivities({
          ActivityIds: someOf(activity),
          AutoScalingGroupName: group,
          ...page,
        }),
      'Activities',
      ({ Activities }) => activityRows(Activities, showLong),
    ),
})
