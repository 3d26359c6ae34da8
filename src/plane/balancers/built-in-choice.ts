// SPDX-License-Identifier: BSD-2-Clause
// Whom the built-in proxy sends a client to.
import { createHmac } from 'node:crypto'
import type { BalancerPlan, PlannedListener, PlannedTarget } from '../../engine/elb/plan'
import { stateFor } from './haproxy-config'

const cookie = 'AWSELB'

/** Of an instance in cookies; says nothing of it. */
const tokenOf = (plan: BalancerPlan, target: PlannedTarget): string =>
  createHmac('sha256', plan.id).update(target.instanceId).digest('hex').slice(0, 32)

const cookies = (header: string | undefined): readonly string[] =>
  (header ?? '').split(';').map(text => text.trim())

export interface Choice {
  readonly target: PlannedTarget
  /** To be set with the answer. */
  readonly setCookie?: string
}

export class Choosing {
  #turn = 0

  /** Somebody who serves, in turn, and none of those that have just refused. */
  next(
    plan: BalancerPlan,
    listener: PlannedListener,
    refused: ReadonlySet<string> = new Set(),
  ): PlannedTarget | undefined {
    const serving = plan.targets.filter(
      one => stateFor(listener, one) === 'serves' && !refused.has(one.instanceId),
    )
    return serving[this.#turn++ % serving.length]
  }

  /** Who served a client before, where the listener is sticky, else the next. */
  forCookie(
    plan: BalancerPlan,
    listener: PlannedListener,
    header: string | undefined,
    refused: ReadonlySet<string> = new Set(),
  ): Choice | undefined {
    if (listener.stickiness?.kind !== 'balancer') {
      const target = this.next(plan, listener, refused)
      return target && { target }
    }
    const tokens = new Set(cookies(header).map(text => text.replace(`${cookie}=`, '')))
    const before = plan.targets.find(
      one =>
        tokens.has(tokenOf(plan, one)) && stateFor(listener, one) !== 'rests' && !refused.has(one.instanceId),
    )
    if (before) return { target: before }
    const target = this.next(plan, listener, refused)
    if (!target) return undefined
    const { seconds } = listener.stickiness
    const life = seconds === undefined ? '' : `;MAX-AGE=${seconds}`
    return { target, setCookie: `${cookie}=${tokenOf(plan, target)};PATH=/${life}` }
  }
}

/** What an instance gets of a Cookie header: the balancer's own is not its business. */
export const withoutOwnCookie = (header: string | undefined): string | undefined =>
  cookies(header)
    .filter(text => text !== '' && !text.startsWith(`${cookie}=`))
    .join('; ') || undefined
