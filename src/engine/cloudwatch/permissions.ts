// SPDX-License-Identifier: BSD-2-Clause
// What operations of CloudWatch ask of policies. Metrics have no ARN: they are `*`, and PutMetricData has the condition
// key `cloudwatch:namespace`.
import type { Demand, Denial } from '../access'
import { refuse } from '../errors'
import type { Tx } from '../operation'

// Eucalyptus has this for who has no right at all, and says InternalFailure (500) to whom a policy denies it, which
// clients take for a reason to ask again.
export const deniedByCloudWatch: Denial = () =>
  refuse('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403)

/** The action itself: for what names no alarm. */
export const onMetrics = (): readonly Demand[] => [{ resource: '*' }]

export const onNamespace = (
  _: Tx,
  { Namespace }: { readonly Namespace?: string | undefined },
): readonly Demand[] => [{ resource: '*', context: { 'cloudwatch:namespace': Namespace } }]
