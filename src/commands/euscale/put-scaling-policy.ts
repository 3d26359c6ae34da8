// SPDX-License-Identifier: BSD-2-Clause
import { ofGroup } from '../../cli/euscale/options'
import { option, positional } from '../../cli/options'
import { scaling } from '../../cli/suites'
import { plain } from '../../rows/plain'

export default scaling.command({
  summary: 'Create or change a scaling policy',
  options: {
    policy: positional('POLICY', { help: 'name of the policy to create or to change (required)' }),
    ...ofGroup,
    adjustment: option('-a --adjustment', {
      metavar: 'SCALE',
      type: 'int',
      required: true,
      help: 'by how much to change the size, or with ExactCapacity the new size (required)',
    }),
    type: option('-t --type', {
      choices: ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'],
      required: true,
      help: 'what the adjustment means (required)',
    }),
    cooldown: option('--cooldown', {
      metavar: 'SECONDS',
      type: 'int',
      help: "how long no policy scales the group after this one has (default: the group's cooldown)",
    }),
    minAdjustmentStep: option('-s --min-adjustment-step', {
      metavar: 'PERCENT',
      type: 'int',
      help: 'fewest instances by which PercentChangeInCapacity changes the size',
    }),
  },
  call: (scaling, args) =>
    scaling.putScalingPolicy({
      PolicyName: args.policy,
      AutoScalingGroupName: args.group,
      ScalingAdjustment: args.adjustment,
      AdjustmentType: args.type,
      Cooldown: args.cooldown,
      MinAdjustmentStep: args.minAdjustmentStep,
    }),
  rows: ({ PolicyARN }) => [plain(PolicyARN)],
})
