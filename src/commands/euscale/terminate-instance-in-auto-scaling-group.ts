// SPDX-License-Identifier: BSD-2-Clause
import { ignoredForce, showLong, truth } from '../../cli/euscale/options'
import { oneOf, positional } from '../../cli/options'
import { scalingLists } from '../../cli/suites'
import { groupOfInstance, settling } from '../../install/group-settling'
import { terminationRows } from '../../rows/scaling-activities'

export default scalingLists.command({
  summary: 'Terminate an instance that is in an auto-scaling group',
  common: ['tabify', 'wait', 'region', 'service-url', 'credentials'],
  options: {
    instance: positional('INSTANCE', { help: 'ID of the instance to terminate (required)' }),
    decrement: oneOf(
      { required: true },
      {
        true: {
          flags: '-d --decrement-desired-capacity',
          help: 'let the group have one instance less from now on',
        },
        false: {
          flags: '-D --no-decrement-desired-capacity',
          help: 'let the group launch another instance instead',
        },
      },
    ),
    ...showLong,
    ...ignoredForce,
  },
  call: async (scaling, { instance, decrement, showLong }, context) =>
    settling(context, scaling, await groupOfInstance(context, scaling, instance), async () => {
      const result = await scaling.terminateInstanceInAutoScalingGroup({
        InstanceId: instance,
        ShouldDecrementDesiredCapacity: truth(decrement),
      })
      // Before the wait: what has begun is known by its ID then, however the rest turns out.
      await context.print(...terminationRows(result.Activity, showLong))
      return result
    }),
})
