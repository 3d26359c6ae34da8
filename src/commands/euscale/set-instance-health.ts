// SPDX-License-Identifier: BSD-2-Clause
import { truth } from '../../cli/euscale/options'
import { lastOf, option, positional } from '../../cli/options'
import { scalingWaits } from '../../cli/suites'
import { groupOfInstance, settling } from '../../install/group-settling'

export default scalingWaits.command({
  summary: 'Say whether an instance in an auto-scaling group is healthy',
  options: {
    instance: positional('INSTANCE', { help: 'ID of the instance (required)' }),
    status: option('-s --status', {
      choices: ['Healthy', 'Unhealthy'],
      required: true,
      help: 'what it is from now on (required)',
    }),
    respectGracePeriod: lastOf({
      true: {
        flags: '--respect-grace-period',
        help: "leave an instance alone that is younger than its group's grace period",
      },
      false: { flags: '--no-respect-grace-period', help: 'heed no grace period' },
    }),
  },
  call: async (scaling, { instance, status, respectGracePeriod }, context) =>
    settling(context, scaling, await groupOfInstance(context, scaling, instance), () =>
      scaling.setInstanceHealth({
        InstanceId: instance,
        HealthStatus: status,
        ShouldRespectGracePeriod: truth(respectGracePeriod),
      }),
    ),
})
