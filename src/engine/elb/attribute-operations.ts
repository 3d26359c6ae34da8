// SPDX-License-Identifier: BSD-2-Clause
// Attributes of load balancers.
import {
  DescribeLoadBalancerAttributes$,
  type DescribeLoadBalancerAttributesInput,
  type DescribeLoadBalancerAttributesOutput,
  ModifyLoadBalancerAttributes$,
  type ModifyLoadBalancerAttributesInput,
  type ModifyLoadBalancerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing'
import { type Operation, type OperationEntry, operation } from '../operation'
import { attributesView, changedAttributes } from './attributes'
import { mustBalancer, mustShownBalancer, putBalancer } from './balancers'
import { onBalancer, onShownBalancer } from './permissions'

/** The answer has all attributes, as in Eucalyptus; AWS shows those that were changed. */
export const modifyLoadBalancerAttributes: Operation<
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput
> = (tx, { LoadBalancerName, LoadBalancerAttributes = {} }) => {
  const balancer = mustBalancer(tx, LoadBalancerName)
  const attributes = changedAttributes(tx, balancer.attributes, LoadBalancerAttributes)
  putBalancer(tx, { ...balancer, attributes })
  return { LoadBalancerName: balancer.name, LoadBalancerAttributes: attributesView(attributes) }
}

export const describeLoadBalancerAttributes: Operation<
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput
> = (tx, { LoadBalancerName }) => {
  const { attributes } = mustShownBalancer(tx, LoadBalancerName)
  return { LoadBalancerAttributes: attributesView(attributes) }
}

export const attributeOperations: Readonly<Record<string, OperationEntry>> = {
  ModifyLoadBalancerAttributes: operation(ModifyLoadBalancerAttributes$, modifyLoadBalancerAttributes, {
    access: onBalancer,
  }),
  DescribeLoadBalancerAttributes: operation(DescribeLoadBalancerAttributes$, describeLoadBalancerAttributes, {
    access: onShownBalancer,
  }),
}
