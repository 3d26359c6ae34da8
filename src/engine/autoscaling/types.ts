// SPDX-License-Identifier: BSD-2-Clause
// What there is of each kind of word, and how much an account may have.
import {
  DescribeAccountLimits$,
  type DescribeAccountLimitsAnswer,
  DescribeAdjustmentTypes$,
  type DescribeAdjustmentTypesAnswer,
  DescribeAutoScalingNotificationTypes$,
  type DescribeAutoScalingNotificationTypesAnswer,
  DescribeMetricCollectionTypes$,
  type DescribeMetricCollectionTypesAnswer,
  DescribeScalingProcessTypes$,
  DescribeTerminationPolicyTypes$,
  type DescribeTerminationPolicyTypesAnswer,
  type ProcessesType,
} from '@aws-sdk/client-auto-scaling'
import { type Operation, type OperationEntry, operation } from '../operation'
import { noticeTypes } from './notices'
import { limitsOf } from './quotas'
import { processNames } from './schema/groups'
import { adjustmentTypes, granularities, metricNames, terminationPolicies } from './validation'

/** AWS' limits, or lower ones of the account's policies. */
export const describeAccountLimits: Operation<object, DescribeAccountLimitsAnswer> = tx => {
  const groups = limitsOf(tx, 'groups')
  const configurations = limitsOf(tx, 'launchConfigurations')
  return {
    MaxNumberOfAutoScalingGroups: groups.most,
    MaxNumberOfLaunchConfigurations: configurations.most,
    NumberOfAutoScalingGroups: groups.count,
    NumberOfLaunchConfigurations: configurations.count,
  }
}

export const describeAdjustmentTypes: Operation<object, DescribeAdjustmentTypesAnswer> = () => ({
  AdjustmentTypes: adjustmentTypes.map(AdjustmentType => ({ AdjustmentType })),
})

export const describeTerminationPolicyTypes: Operation<
  object,
  DescribeTerminationPolicyTypesAnswer
> = () => ({ TerminationPolicyTypes: [...terminationPolicies] })

export const describeMetricCollectionTypes: Operation<object, DescribeMetricCollectionTypesAnswer> = () => ({
  Metrics: metricNames.map(Metric => ({ Metric })),
  Granularities: granularities.map(Granularity => ({ Granularity })),
})

export const describeScalingProcessTypes: Operation<object, ProcessesType> = () => ({
  Processes: processNames.map(ProcessName => ({ ProcessName })),
})

export const describeAutoScalingNotificationTypes: Operation<
  object,
  DescribeAutoScalingNotificationTypesAnswer
> = () => ({ AutoScalingNotificationTypes: [...noticeTypes] })

export const typeOperations: Readonly<Record<string, OperationEntry>> = {
  DescribeAccountLimits: operation(DescribeAccountLimits$, describeAccountLimits),
  DescribeAdjustmentTypes: operation(DescribeAdjustmentTypes$, describeAdjustmentTypes),
  DescribeTerminationPolicyTypes: operation(DescribeTerminationPolicyTypes$, describeTerminationPolicyTypes),
  DescribeMetricCollectionTypes: operation(DescribeMetricCollectionTypes$, describeMetricCollectionTypes),
  DescribeScalingProcessTypes: operation(DescribeScalingProcessTypes$, describeScalingProcessTypes),
  DescribeAutoScalingNotificationTypes: operation(
    DescribeAutoScalingNotificationTypes$,
    describeAutoScalingNotificationTypes,
  ),
}
