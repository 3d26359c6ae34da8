// SPDX-License-Identifier: BSD-2-Clause
import type { BalancerPlan } from '../../engine/elb/plan'
import type { Balancing, PlacedPorts, Tell } from './balancing'
import { noCounts } from './counters'
export class BuiltInBalancing implements Balancing {
  readonly by = 'built in'
  constructor(_options: { readonly tell: Tell }) {}
  apply = async (plan: BalancerPlan): Promise<PlacedPorts> =>
    plan.listeners.map(({ port }) => ({ port, trouble: 'HAProxy is not installed' }))
  counts = async () => noCounts()
  isWriting = () => false
  stop = async () => {}
}
