// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { showLong } from '../../cli/euscale/options'
import { positional } from '../../cli/options'
import { scalingLists } from '../../cli/suites'
import { wholeList } from '../../cli/token-pages'
import { scalingGroupRows } from '../../rows/scaling-groups'

export default scalingLists.command({
  summary: 'Describe auto-scaling groups and their instances',
  description: 'The name "verbose" shows those of all accounts to a cloud administrator.',
  options: {
    group: positional('ASGROUP', { nargs: '*', help: 'limit results to these groups' }),
    ...showLong,
  },
  call: (scaling, { group }) =>
    wholeList(
      page => scaling.describeAutoScalingGroups({ AutoScalingGroupNames: someOf(group), ...page }),
      'AutoScalingGroups',
    ),
  rows: ({ AutoScalingGroups }, { showLong }) => scalingGroupRows(AutoScalingGroups, showLong),
})
