// SPDX-License-Identifier: BSD-2-Clause
// What programs ask of every group, such as to show all of it, although no group of this cloud has any: they are told so.
import {
  DescribeInstanceRefreshes$,
  DescribeLifecycleHooks$,
  DescribeLoadBalancerTargetGroups$,
  DescribeTrafficSources$,
  DescribeWarmPool$,
} from '@aws-sdk/client-auto-scaling'
import { type Operation, type OperationEntry, operation } from '../operation'
import { mustGroup } from './arns'
import { onGroup } from './permissions'
import { checkFields, rules } from './validation'

interface Request {
  readonly AutoScalingGroupName?: string | undefined
}

const none =
  (member: string): Operation<Request, object> =>
  (tx, { AutoScalingGroupName }) => {
    checkFields([['AutoScalingGroupName', AutoScalingGroupName, rules.nameOrArn]])
    mustGroup(tx, AutoScalingGroupName)
    return { [member]: [] }
  }

const access = onGroup('AutoScalingGroupName')

export const absentOperations: Readonly<Record<string, OperationEntry>> = {
  DescribeInstanceRefreshes: operation(DescribeInstanceRefreshes$, none('InstanceRefreshes'), { access }),
  DescribeLifecycleHooks: operation(DescribeLifecycleHooks$, none('LifecycleHooks'), { access }),
  DescribeLoadBalancerTargetGroups: operation(
    DescribeLoadBalancerTargetGroups$,
    none('LoadBalancerTargetGroups'),
    { access },
  ),
  DescribeTrafficSources: operation(DescribeTrafficSources$, none('TrafficSources'), { access }),
  DescribeWarmPool: operation(DescribeWarmPool$, none('Instances'), { access }),
}
