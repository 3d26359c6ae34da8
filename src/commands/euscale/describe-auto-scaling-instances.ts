// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { flag, positional } from '../../cli/options'
import { scalingLists } from '../../cli/suites'
import { everyTokenPage } from '../../cli/token-pages'
import { scalingInstanceRows } from '../../rows/scaling-groups'

export default scalingLists.command({
  summary: 'Describe instances that are in auto-scaling groups',
  description: 'The ID "verbose" shows those of all accounts to a cloud administrator.',
  options: {
    instance: positional('INSTANCE', { nargs: '*', help: 'limit results to these instances' }),
    showLong: flag('--show-long', { hidden: true }), // There is no more to show.
  },
  call: (scaling, { instance }, context) =>
    everyTokenPage(
      context,
      page => scaling.describeAutoScalingInstances({ InstanceIds: someOf(instance), ...page }),
      'AutoScalingInstances',
      ({ AutoScalingInstances }) => scalingInstanceRows(AutoScalingInstances),
    ),
})
