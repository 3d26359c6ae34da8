// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { positional } from '../../cli/options'
import { scalingLists } from '../../cli/suites'
import { everyTokenPage } from '../../cli/token-pages'
import { scalingNotificationRows } from '../../rows/scaling-groups'

export default scalingLists.command({
  summary: 'Describe who is notified of what happens to auto-scaling groups',
  description: 'The name "verbose" shows those of all accounts to a cloud administrator.',
  options: {
    group: positional('ASGROUP', { nargs: '*', help: 'limit results to these groups' }),
  },
  call: (scaling, { group }, context) =>
    everyTokenPage(
      context,
      page => scaling.describeNotificationConfigurations({ AutoScalingGroupNames: someOf(group), ...page }),
      'NotificationConfigurations',
      ({ NotificationConfigurations }) => scalingNotificationRows(NotificationConfigurations),
    ),
})
