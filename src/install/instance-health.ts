// SPDX-License-Identifier: BSD-2-Clause
// --wait of the tool that registers instances with load balancers: they serve once their checks have succeeded.
import type { Instance } from '@aws-sdk/client-elastic-load-balancing'
import type { Context } from '../cli/context'
import type { BalancingClient } from '../clients'
import { until, WaitError } from './waiting'

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
    const reasons = instances.flatMap(({ InstanceId }) => {
      const found = InstanceStates.find(state => state.InstanceId === InstanceId)
      // Whoever has taken it out meanwhile has no use for it there.
      if (!found) throw new WaitError(`${balancer}: ${InstanceId} is not registered any more`)
      const { State, Description } = found
      return State === 'InService' ? [] : [`${InstanceId} ${State} (${Description})`]
    })
    if (reasons.length === 0) return undefined
    return `${balancer}: ${reasons.join(', ')}`
  })
  return result
}
