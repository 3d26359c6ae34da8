// SPDX-License-Identifier: BSD-2-Clause
// --wait of the tool that registers instances with load balancers: they serve once their checks have succeeded.
import type { Instance } from '@aws-sdk/client-elastic-load-balancing'
import type { Context } from '../cli/context'
import type { BalancingClient } from '../clients'
import { until } from './waiting'

/** Registers instances; with --wait it is over when all of them are in service. */
export const serving = async <Result>(
  context: Context,
  elb: BalancingClient,
  balancer: string,
  instances: readonly Instance[],
  register: () => Promise<Result>,
): Promise<Result> => {
  const { patience } = context
  if (patience === undefined) return register()
  // Who may not look had better learn that before anything is changed.
  await elb.describeInstanceHealth({ LoadBalancerName: balancer })
  const result = await register()
  await until(context, patience, async () => {
    const { InstanceStates = [] } = await elb.describeInstanceHealth({
      LoadBalancerName: balancer,
      Instances: [...instances],
    })
    const others = InstanceStates.filter(({ State }) => State !== 'InService')
    if (others.length === 0) return undefined
    const reasons = others.map(
      ({ InstanceId, State, Description }) => `${InstanceId} ${State} (${Description})`,
    )
    return `${balancer}: ${reasons.join(', ')}`
  })
  return result
}
