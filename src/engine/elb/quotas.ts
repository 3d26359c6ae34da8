// SPDX-License-Identifier: BSD-2-Clause
// How much of load balancing an account may have: AWS' limits, and for balancers those of policies, `Limit` statements on
// `elasticloadbalancing:quota-loadbalancernumber` (engine-iam-elb, part 1 §5). A policy of the account limits what is the
// account's, one of a user what he made.
import {
  DescribeAccountLimits$,
  type DescribeAccountLimitsInput,
  type DescribeAccountLimitsOutput,
} from '@aws-sdk/client-elastic-load-balancing'
import { creatorOf } from '../ec2/quotas'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { markedPage } from './pages'
import { balancerArn } from './permissions'
import { tooManyBalancers } from './refusals'

const mostBalancers = 20
export const mostListeners = 100
export const mostInstances = 1000

const policyLimits = (tx: Tx) =>
  tx
    .limits('elasticloadbalancing:quota-loadbalancernumber', {
      resource: balancerArn(tx, { account: tx.caller.account, name: '*' }),
      action: 'elasticloadbalancing:CreateLoadBalancer',
    })
    .filter(({ scope }) => scope !== 'group')

/** Refuse one more. */
export const checkBalancerQuota = (tx: Tx): void => {
  const all = tx.loadBalancers.list()
  const own = all.filter(({ createdBy }) => createdBy === creatorOf(tx.caller))
  const isReached = policyLimits(tx).some(({ scope, most }) => (scope === 'user' ? own : all).length >= most)
  if (isReached || all.length >= mostBalancers) tooManyBalancers()
}

export const describeAccountLimits: Operation<DescribeAccountLimitsInput, DescribeAccountLimitsOutput> = (
  tx,
  input,
) => {
  const ofAccount = policyLimits(tx).flatMap(({ scope, most }) => (scope === 'account' ? [most] : []))
  const limits = {
    'classic-load-balancers': Math.min(mostBalancers, ...ofAccount),
    'classic-listeners': mostListeners,
    'classic-registered-instances': mostInstances,
  }
  const { items, nextMarker } = markedPage(Object.entries(limits), input, ([name]) => name)
  return { Limits: items.map(([Name, max]) => ({ Name, Max: String(max) })), NextMarker: nextMarker }
}

export const limitOperations: Readonly<Record<string, OperationEntry>> = {
  DescribeAccountLimits: operation(DescribeAccountLimits$, describeAccountLimits),
}
