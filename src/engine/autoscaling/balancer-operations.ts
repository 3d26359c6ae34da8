// SPDX-License-Identifier: BSD-2-Clause
// The load balancers of a group that is there already.
import type {
  AttachLoadBalancersType,
  DescribeLoadBalancersRequest,
  DescribeLoadBalancersResponse,
  DetachLoadBalancersType,
} from '@aws-sdk/client-auto-scaling'
import type { Operation, Tx } from '../operation'
import { mustGroup } from './arns'
import { putGroup, wake } from './groups'
import { balancersChanged } from './load-balancing'
import { checkGroupReferences } from './references'
import { invalid } from './refusals'
import type { ScalingGroup } from './schema/groups'
import { checkFields, fieldsOf, recordsPage, rules } from './validation'

interface Request {
  readonly AutoScalingGroupName?: string | undefined
  readonly LoadBalancerNames?: readonly string[] | undefined
}

const check = ({ AutoScalingGroupName, LoadBalancerNames }: Request): void =>
  checkFields([
    ['AutoScalingGroupName', AutoScalingGroupName, rules.nameOrArn],
    ...fieldsOf('LoadBalancerNames', LoadBalancerNames, rules.text),
  ])

const put = (tx: Tx, was: ScalingGroup, names: readonly string[]): void => {
  const group = putGroup(tx, { ...was, loadBalancerNames: names })
  balancersChanged(tx, was, group)
  wake(tx, group, 0)
}

export const attachLoadBalancers: Operation<AttachLoadBalancersType, object> = (tx, input) => {
  check(input)
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const balancers = input.LoadBalancerNames ?? []
  checkGroupReferences(tx, { account: group.account, zones: [], balancers })
  put(tx, group, [...new Set([...group.loadBalancerNames, ...balancers])])
  return {}
}

export const detachLoadBalancers: Operation<DetachLoadBalancersType, object> = (tx, input) => {
  check(input)
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const names = input.LoadBalancerNames ?? []
  if (!names.every(name => group.loadBalancerNames.includes(name))) {
    invalid('Trying to remove Load Balancers that are not part of the group')
  }
  const left = group.loadBalancerNames.filter(name => !names.includes(name))
  put(tx, group, left)
  return {}
}

export const describeLoadBalancers: Operation<DescribeLoadBalancersRequest, DescribeLoadBalancersResponse> = (
  tx,
  input,
) => {
  check(input)
  const { loadBalancerNames } = mustGroup(tx, input.AutoScalingGroupName)
  const { items, nextToken } = recordsPage(loadBalancerNames, input, name => name)
  // Instances are registered with them in the same transaction, so that none is ever being added.
  return {
    LoadBalancers: items.map(LoadBalancerName => ({ LoadBalancerName, State: 'InService' })),
    NextToken: nextToken,
  }
}
